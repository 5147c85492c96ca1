package demo

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kaodian/app/exam"
	"kaodian/app/roster"
)

var zone = time.FixedZone("CST", 8*60*60)

// The demonstration is written and read back the way an import does it.
func TestTheDemonstrationIsAsGoodAsRealFiles(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 2, 28, 23, 59, 0, 0, zone)
	logins, err := Prepare(dir, now, zone)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Prepare(dir, now.AddDate(0, 0, 1), zone); err != nil || !slices.Equal(again, logins) {
		t.Errorf("prepared again: %v, %v", again, err)
	}
	list, err := os.ReadFile(filepath.Join(dir, OrdersFile))
	if err != nil {
		t.Fatal(err)
	}
	folder, err := roster.OpenFolder(filepath.Join(dir, SyllabusFolder))
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	orders, syllabus := roster.ReadOrders(list, zone), roster.ReadSyllabus(folder)

	for _, p := range orders.Problems {
		t.Errorf("order list: %s", p)
	}
	for _, p := range syllabus.Problems {
		t.Errorf("syllabus: %s", p)
	}
	if len(orders.Rows) != len(logins) || len(logins) != 7 {
		t.Fatalf("%d rows and %d log-ins, want 7", len(orders.Rows), len(logins))
	}
	for i, row := range orders.Rows {
		if !row.Registration.Window.Contains(now) {
			t.Errorf("row %d: the window is not open", row.Number)
		}
		if row.Registration.Ticket != logins[i].Ticket || row.Registration.IDNumber != logins[i].IDNumber {
			t.Errorf("row %d: the log-in is another's", row.Number)
		}
	}
	t.Run("R7 R9: every countdown and every kind of drawn item", func(t *testing.T) { checkVariety(t, orders, syllabus) })
}

func checkVariety(t *testing.T, orders roster.OrderList, syllabus roster.Syllabus) {
	rules := exam.DefaultRules(zone)
	bands, kinds := map[time.Duration]bool{}, map[exam.ItemKind]bool{}
	for _, row := range orders.Rows {
		g := row.Registration
		bands[rules.Limit(g.Grade)] = true
		var specs []exam.ItemSpec
		for _, item := range syllabus.Items {
			if item.Subject == g.Subject && item.GradeFrom <= g.Grade && g.Grade <= item.GradeTo {
				specs = append(specs, item.ItemSpec)
			}
		}
		planned := exam.PlanItems(specs, g.Pieces)
		if len(planned) < 2 {
			t.Errorf("%s grade %d has %d items", g.Subject, g.Grade, len(planned))
		}
		for _, item := range planned {
			if item.Drawn {
				kinds[item.Kind] = true
			} else if item.Piece == "" {
				t.Errorf("%s grade %d: nothing to play for %s", g.Subject, g.Grade, item.Name)
			}
		}
	}
	if len(bands) != len(rules.TimeLimits) {
		t.Errorf("%d countdowns of %d", len(bands), len(rules.TimeLimits))
	}
	for _, kind := range []exam.ItemKind{exam.ItemSightReading, exam.ItemAccompaniment, exam.ItemBasic} {
		if !kinds[kind] {
			t.Errorf("nobody draws %s", kind)
		}
	}
}

func TestNoTwoDemonstrationsShareALogIn(t *testing.T) {
	seen := map[string]bool{}
	for range 2 {
		_, logins, err := register(time.Date(2028, 2, 29, 9, 0, 0, 0, zone))
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range logins {
			seen[l.Ticket+l.IDNumber] = true
		}
	}
	if len(seen) != 14 {
		t.Errorf("%d different log-ins of 14", len(seen))
	}
	if a, b := Password(), Password(); a == b || len(a) != 14 {
		t.Errorf("passwords %q and %q", a, b)
	}
}

// A bar that does not add up could not be played.
func TestEveryBarOfAScoreHasFourBeatsWithinReachOfTheStaff(t *testing.T) {
	for _, q := range questions() {
		for i, bar := range q.melody.bars {
			beats := 0.0
			for _, n := range bar {
				beats += n.beats
				if n.step < -7 || n.step > 10 {
					t.Errorf("%s, bar %d: step %d is off the sheet", q.file, i+1, n.step)
				}
			}
			if beats != 4 {
				t.Errorf("%s, bar %d has %g beats", q.file, i+1, beats)
			}
		}
	}
}

func TestAScoreIsBlackOnWhiteWithinItsMargins(t *testing.T) {
	score, err := engrave(compose(7, 12, true, 2))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(score))
	if err != nil {
		t.Fatal(err)
	}
	box, black := picture.Bounds(), 0
	for y := range box.Dy() {
		for x := range box.Dx() {
			light, _, _, _ := picture.At(x, y).RGBA()
			if light > 0x8000 {
				continue
			}
			black++
			if x < margin/2 || y < 5 || x > box.Dx()-margin/2 || y > box.Dy()-5 {
				t.Fatalf("ink at %d, %d: outside the margins", x, y)
			}
		}
	}
	if share := float64(black) / float64(box.Dx()*box.Dy()); share < 0.01 || share > 0.1 {
		t.Errorf("%.3f of the sheet is black", share)
	}
}
