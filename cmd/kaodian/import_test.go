package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"kaodian/app/base/durable"
	"kaodian/app/base/durable/durabletest"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// output returns what the command printed to standard output, and its exit status.
func output(t *testing.T, args ...string) (text string, status int) {
	t.Helper()
	r, w, err := os.Pipe()
	must(t, err)
	former := os.Stdout
	os.Stdout = w
	read := make(chan string)
	go func() {
		text, _ := io.ReadAll(r)
		read <- string(text)
	}()
	status = run(args)
	os.Stdout = former
	must(t, w.Close())
	return <-read, status
}

// list writes an order list of these rows.
func list(t *testing.T, rows ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orders.csv")
	must(t, os.WriteFile(path, []byte(headings+strings.Join(rows, "\n")+"\n"), 0o600))
	return path
}

// row is a row of an order list, its window open for a day from now.
func row(ticket, subject, grade string) string {
	now := time.Now()
	return strings.Join([]string{
		ticket, "王小明", "", "", "", "居民身份证", "11010119900307123X", "", "", subject, grade,
		now.Add(-time.Hour).Format(time.RFC3339), now.Add(24 * time.Hour).Format(time.RFC3339), "乐曲：小步舞曲", "",
	}, ",")
}

// emptyCentre is a data folder before anything was taken in.
func emptyCentre(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	if status := run([]string{"setup", "--data", folder}); status != 0 {
		t.Fatalf("setup: exit status %d", status)
	}
	return folder
}

func TestEveryBadRowIsReportedAtOnce(t *testing.T) {
	folder := emptyCentre(t)
	if status := run([]string{"import", "orders", list(t, row("T1", "钢琴", "3"), row("T2", "小提琴", "3")), "--data", folder}); status != 0 {
		t.Fatalf("import: exit status %d", status)
	}
	c, err := (&common{Data: folder}).open(t.Context())
	must(t, err)
	defer c.Close()
	bad := importOrdersCommand{File: list(t, row("T1", "钢琴", "4"), row("T3", "钢琴", "3"), row("T4", "钢琴", "eleven"), row("T2", "电子琴", "3"))}
	for name, partial := range map[string]bool{"all or none": false, "the good ones": true} {
		t.Run(name, func(t *testing.T) {
			bad.Partial, bad.DryRun = partial, partial // the good ones are not taken either
			report, err := bad.take(t.Context(), c)
			must(t, err)
			var rows []int
			for _, p := range report.Problems {
				if !p.Warning {
					rows = append(rows, p.Row)
				}
			}
			if want := []int{2, 4, 5}; !slices.Equal(rows, want) {
				t.Errorf("bad rows %v, want %v: %v", rows, want, report.Problems)
			}
			if report.Taken || !partial && report.Added+report.Changed > 0 || partial && report.Added != 1 {
				t.Errorf("the report says %+v", report)
			}
			_, err = c.FindLogin(t.Context(), "T3", "11010119900307123X")
			if refusal.CodeOf(err) != login.Wrong {
				t.Errorf("the good row was taken: %v", err)
			}
		})
	}
}

func TestAnImportSaysWhetherItWroteAnything(t *testing.T) {
	folder := emptyCentre(t)
	good, bad := list(t, row("T1", "钢琴", "3")), list(t, row("T1", "钢琴", "3"), row("T2", "钢琴", "eleven"))
	for _, c := range []struct {
		name, list string
		args       []string
		want       string
		status     int
	}{
		{"a dry run", good, []string{"--dry-run"}, "nothing was written (--dry-run): 1 would be added, 0 changed, 0 stay unchanged\n", 0},
		{"a bad list", bad, nil, "", exitRefused},
		{"a good list", good, nil, "1 added, 0 changed, 0 unchanged\n", 0},
	} {
		got, status := output(t, append([]string{"import", "orders", c.list, "--data", folder}, c.args...)...)
		if got != c.want || status != c.status {
			t.Errorf("%s: %q with exit status %d, want %q with %d", c.name, got, status, c.want, c.status)
		}
	}
}

func TestPhotosThatNoOrderHasAreRemoved(t *testing.T) {
	folder := emptyCentre(t)
	c, err := (&common{Data: folder}).open(t.Context())
	must(t, err)
	defer c.Close()
	for _, sum := range []string{"used", "replaced", ".left-by-a-kill"} {
		must(t, intake.Keep(durable.OS(), filepath.Join(folder, filepath.FromSlash(store.PhotoFile(sum))), []byte("a face")))
	}
	now := time.Now()
	_, err = c.ImportOrders(t.Context(), []exam.Registration{{
		Ticket: "T9", Name: "王", IDType: "护照", IDNumber: "E1", Subject: "钢琴", Grade: 1, Photo: "used",
		Window: exam.Window{OpensAt: now, ClosesAt: now.Add(time.Hour)}, Pieces: []exam.Piece{{Title: "小步舞曲"}},
	}}, false, false)
	must(t, err)
	there := func() (names []string) {
		entries, err := os.ReadDir(filepath.Join(folder, "vault", "photos"))
		must(t, err)
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return names
	}
	good := list(t, row("T1", "钢琴", "3"))
	if _, status := output(t, "import", "orders", good, "--data", folder, "--dry-run"); status != 0 || len(there()) != 3 {
		t.Errorf("after a dry run (exit status %d): %v", status, there())
	}
	if _, status := output(t, "import", "orders", good, "--data", folder); status != 0 || !slices.Equal(there(), []string{"used"}) {
		t.Errorf("after an import (exit status %d): %v", status, there())
	}
}

func TestImportsGoOneAtATime(t *testing.T) {
	folder := emptyCentre(t)
	other := flock.New(filepath.Join(folder, "import.lock"), flock.SetPermissions(0o600))
	_, err := other.TryLock()
	must(t, err)
	defer other.Close()
	if _, status := output(t, "import", "orders", list(t, row("T1", "钢琴", "3")), "--data", folder); status != exitRefused {
		t.Errorf("beside another import: exit status %d", status)
	}
}

// A run was killed between giving the file its name and syncing that.
func TestAFileOfTheVaultThatIsThereAlreadySurvivesAPowerCut(t *testing.T) {
	double := durabletest.New("/vault/photos")
	disk := double.Disk()
	must(t, disk.WriteFile("/vault/photos/temporary", []byte("a face"), 0o600))
	must(t, double.Rename("/vault/photos/temporary", "/vault/photos/sum"))
	must(t, intake.Keep(disk, "/vault/photos/sum", []byte("a face")))
	double.PowerCut(durabletest.LoseAll)
	if _, err := double.Stat("/vault/photos/sum"); err != nil {
		t.Errorf("a row names the photo, and it is gone: %v", err)
	}
}

// What the health page says of a damaged score or photo helps: it is taken in again.
func TestAFileOfTheVaultThatIsDamagedIsReplacedWhenItComesAgain(t *testing.T) {
	folder := t.TempDir()
	file, content := filepath.Join(folder, "sum"), []byte("a face")
	same := filepath.Join(t.TempDir(), "same")
	must(t, os.WriteFile(same, content, 0o600))
	for name, damage := range map[string]func() error{
		"it is gone":               func() error { return nil },
		"one bit":                  func() error { return os.WriteFile(file, []byte("b face"), 0o600) },
		"cut short":                func() error { return os.WriteFile(file, content[:3], 0o600) },
		"longer":                   func() error { return os.WriteFile(file, append(content, 'x'), 0o600) },
		"a link to the same bytes": func() error { return os.Symlink(same, file) },
		"a link to nothing":        func() error { return os.Symlink(same+"-", file) },
	} {
		must(t, os.RemoveAll(file))
		must(t, damage())
		must(t, intake.Keep(durable.OS(), file, content))
		info, err := os.Lstat(file)
		must(t, err)
		if text, err := os.ReadFile(file); err != nil || string(text) != string(content) || !info.Mode().IsRegular() {
			t.Errorf("%s: it is %q, %v, %v", name, text, info.Mode(), err)
		}
	}
}

// R9: whoever imports is told what no child could begin, whichever list comes
// first.
func TestR9OrdersWithNothingToRecordAreNamedAtTheImport(t *testing.T) {
	c, err := (&common{Data: emptyCentre(t)}).open(t.Context())
	must(t, err)
	defer c.Close()
	take := func(what takeFunc) []string {
		t.Helper()
		report, err := what(t.Context(), c)
		must(t, err)
		var said []string
		for _, p := range report.Problems {
			if !p.Warning {
				said = append(said, p.String())
			}
		}
		if (len(said) == 0) != report.Taken {
			t.Errorf("taken %v, with %q", report.Taken, said)
		}
		return said
	}
	syllabus := func(rows string) takeFunc {
		dir := t.TempDir()
		must(t, os.WriteFile(filepath.Join(dir, "syllabus.csv"), []byte("subject,grades,item,kind,drawn\n"+rows), 0o600))
		return (&importSyllabusCommand{Dir: dir}).take
	}
	bare := strings.Replace(row("T1", "古筝", "3"), "乐曲：小步舞曲", "", 1)
	orders := (&importOrdersCommand{File: list(t, row("T0", "钢琴", "3"), bare)}).take
	for _, step := range []struct {
		name string
		take takeFunc
		says string // "" is taken
	}{
		{"a list before its syllabus", orders, "row 3, 曲目 pieces: the order names no piece"},
		{"the syllabus", syllabus("古筝,1-4,乐曲,piece,no\n"), ""},
		{"the list after it", orders, ""},
		{"a syllabus without that subject", syllabus("钢琴,1-4,乐曲,piece,no\n"), "syllabus.csv: orders for 古筝 grade 3 name no piece (1 of them, the first is T1)"},
		{"the syllabus again", syllabus("古筝,3,乐曲,piece,no\n"), ""},
	} {
		said := take(step.take)
		if step.says == "" && len(said) > 0 || step.says != "" && (len(said) != 1 || !strings.HasPrefix(said[0], step.says)) {
			t.Errorf("%s: %q, want %q", step.name, said, step.says)
		}
	}
}

func TestASyllabusIsTriedWithoutTakingIt(t *testing.T) {
	folder, dir := emptyCentre(t), t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "syllabus.csv"), []byte("subject,grades,item,kind,drawn\n古筝,1-4,乐曲,piece,no\n"), 0o600))
	for _, step := range []struct {
		flag, want string
		isNew      bool
	}{
		{"--dry-run", "nothing was written (--dry-run): 1 would be added, 0 changed, 0 stay unchanged\n", true},
		{"--json=false", "1 added, 0 changed, 0 unchanged\n", false},
	} {
		if said, status := output(t, "import", "syllabus", dir, step.flag, "--data", folder); status != 0 || said != step.want {
			t.Errorf("%s: exit status %d, %q", step.flag, status, said)
		}
		must(t, (&common{Data: folder}).withCentre(t.Context(), func(c *centre) error {
			isNew, err := c.IsNew(t.Context())
			if isNew != step.isNew {
				t.Errorf("%s: nothing was ever taken in: %v", step.flag, isNew)
			}
			return err
		}))
	}
}
