package exam

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
)

// seeded is a source of chance that is the same in every run.
func seeded() func(n int) int { return rand.New(rand.NewPCG(20260701, 8)).IntN }

// bank is n questions "q0", "q1" … of one item.
func bank(n int) []Question {
	var questions []Question
	for i := range n {
		questions = append(questions, Question{ID: fmt.Sprintf("q%d", i), Title: fmt.Sprintf("第 %d 题", i)})
	}
	return questions
}

func set(ids ...string) map[string]bool {
	m := map[string]bool{}
	for _, id := range ids {
		m[id] = true
	}
	return m
}

// chiSquare is Pearson's statistic of the counts against equal shares.
func chiSquare(counts map[string]int, kinds, total int) float64 {
	expected := float64(total) / float64(kinds)
	sum := expected * float64(kinds-len(counts)) // kinds that never came
	for _, n := range counts {
		sum += (float64(n) - expected) * (float64(n) - expected) / expected
	}
	return sum
}

// limit9 is the value that chi-square with 9 degrees of freedom exceeds once
// in a thousand times.
const limit9 = 27.88

func TestR8_CodesAreUniform(t *testing.T) {
	pick, counts := seeded(), map[string]int{}
	const draws = 400
	for range draws {
		code := drawCode(nil, pick)
		if len(code) != 4 {
			t.Fatalf("code %q", code)
		}
		counts[code[:1]]++
	}
	if got := chiSquare(counts, 10, draws); got > limit9 {
		t.Errorf("chi-square %.1f over first digits %v", got, counts)
	}
}

func TestR8_EveryCodeNotYetTakenHasOnePlace(t *testing.T) {
	taken := []string{"9999", "0000", "5000", "5001"}
	seen := map[string]bool{}
	for place := range codes - len(taken) {
		if place > 9 && place < 4990 || place > 5009 && place < 9980 {
			continue // the middle goes the same way
		}
		code := drawCode(taken, func(n int) int {
			if n != codes-len(taken) {
				t.Fatalf("picks one of %d", n)
			}
			return place
		})
		if slices.Contains(taken, code) || seen[code] {
			t.Fatalf("place %d gives %s, taken or seen", place, code)
		}
		seen[code] = true
	}
	if !seen["0001"] || !seen["4999"] || !seen["5002"] || !seen["9998"] {
		t.Error("a code at a border is never drawn")
	}
}

func TestR8_AnOrderNeverGetsACodeTwice(t *testing.T) {
	pick := seeded()
	for range 20 {
		e1, e2, e3, e4 := start("a1"), start("a2"), start("a3"), start("a4")
		// A source that always says 0 would draw the same code again and again.
		for _, e := range []*Start{&e1, &e2, &e3, &e4} {
			place := pick(2)
			e.Draw.Pick = func(int) int { return place }
		}
		s := play(t, rules(), newOrder(),
			does("1 09:00", e1, reset("a1"), e2, void("a2"), e3, reset("a3"), e4))
		codes := []string{}
		for _, a := range s.order.Attempts {
			if slices.Contains(codes, a.Code) {
				t.Fatalf("code %s twice", a.Code)
			}
			codes = append(codes, a.Code)
		}
	}
}

func TestR9_QuestionsAreUniform(t *testing.T) {
	d := Draw{Bank: map[string][]Question{"视奏": bank(12)}, Used: set("q3"), Recent: set("q7"), Pick: seeded()}
	counts := map[string]int{}
	const draws = 20_000
	for range draws {
		q, err := d.question("视奏")
		if err != nil {
			t.Fatal(err)
		}
		counts[q.ID]++
	}
	if got := chiSquare(counts, 10, draws); got > limit9 || len(counts) != 10 {
		t.Errorf("chi-square %.1f over %v", got, counts)
	}
}

func TestR9_AnotherQuestionWhileTheBankHasOne(t *testing.T) {
	for _, c := range []struct {
		name         string
		used, recent map[string]bool
		want         []string
	}{
		{"a fresh bank gives any", nil, nil, []string{"q0", "q1", "q2"}},
		{"what the order drew is left out", set("q0"), nil, []string{"q1", "q2"}},
		{"what the centre drew within the hour is left out", nil, set("q0", "q1"), []string{"q2"}},
		{"both are left out while something is left", set("q0"), set("q1"), []string{"q2"}},
		{"the centre's hour yields before the order's own", set("q0"), set("q1", "q2"), []string{"q1", "q2"}},
		{"with all used the centre's hour still counts", set("q0", "q1", "q2"), set("q0", "q1"), []string{"q2"}},
		{"with all used and all recent any comes", set("q0", "q1", "q2"), set("q0", "q1", "q2"), []string{"q0", "q1", "q2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Draw{Bank: map[string][]Question{"视奏": bank(3)}, Used: c.used, Recent: c.recent, Pick: seeded()}
			seen := map[string]bool{}
			for range 200 {
				q, err := d.question("视奏")
				if err != nil {
					t.Fatal(err)
				}
				seen[q.ID] = true
			}
			if diff := cmp.Diff(set(c.want...), seen); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// drawing is a start with a bank and what was drawn before.
func drawing(attempt string, o Order, bank map[string][]Question, pick func(int) int) Start {
	e := start(attempt)
	e.Draw = Draw{Bank: bank, Used: o.UsedQuestions(), Pick: pick}
	return e
}

func TestR9_ALaterAttemptGetsAnotherQuestion(t *testing.T) {
	o := newOrder(func(o *Order) {
		o.Items = []ItemSpec{{Name: "乐曲", Kind: ItemPiece}, {Name: "视奏", Kind: ItemSightReading, Drawn: true}}
	})
	pick, banks := seeded(), map[string][]Question{"视奏": bank(3)}
	drawn := map[string]bool{}
	for n := 1; n <= 3; n++ {
		id := fmt.Sprintf("a%d", n)
		s := play(t, rules(), o, does("1 09:00", drawing(id, o, banks, pick)))
		q := s.attempt(t, id).Items[1].Question
		if q == nil || drawn[q.ID] {
			t.Fatalf("attempt %d drew %v after %v", n, q, drawn)
		}
		if got := s.told(FactAttemptStarted)[0].Args["questions"]; !cmp.Equal(got, []string{q.ID}) {
			t.Errorf("the fact says %v", got)
		}
		drawn[q.ID] = true
		if n < 3 {
			s = play(t, rules(), s.order, does("1 09:01", reset(id)))
		}
		o = s.order
	}
}

func TestR9_OnlyDrawnItemsGetAQuestion(t *testing.T) {
	o := newOrder(func(o *Order) {
		o.Items = append(o.Items, ItemSpec{Name: "基本练习", Kind: ItemBasic, Drawn: true})
	})
	s := play(t, rules(), o, does("1 09:00", drawing("a1", o, map[string][]Question{"基本练习": bank(1), "乐曲": bank(1)}, seeded())))
	want := []Item{
		{ID: "1", Name: "练习曲", Kind: ItemEtude, Piece: "Op. 599"},
		{ID: "2", Name: "乐曲", Kind: ItemPiece, Piece: "小步舞曲"},
		{ID: "3", Name: "基本练习", Kind: ItemBasic, Question: &Question{ID: "q0", Title: "第 0 题"}},
	}
	if diff := cmp.Diff(want, s.attempt(t, "a1").Items); diff != "" {
		t.Error(diff)
	}
}

func TestR9_AnEmptyBankRefusesTheStart(t *testing.T) {
	o := newOrder(func(o *Order) { o.Items = []ItemSpec{{Name: "视奏", Drawn: true}} })
	play(t, rules(), o, refused("1 09:00", drawing("a1", o, nil, seeded()), BankEmpty))
}

func grouped() Order {
	return newOrder(func(o *Order) {
		o.Items = []ItemSpec{
			{Name: "视奏", Kind: ItemSightReading, Drawn: true, Group: "抽"},
			{Name: "乐曲", Kind: ItemPiece},
			{Name: "编配伴奏", Kind: ItemAccompaniment, Drawn: true, Group: "抽"},
		}
	})
}

func TestR9_OneOfAGroupAtTheFirstsPlace(t *testing.T) {
	o, counts := grouped(), map[string]int{}
	d := Draw{Bank: map[string][]Question{"视奏": bank(2), "编配伴奏": bank(5)}, Pick: seeded()}
	const draws = 4000
	for range draws {
		items, err := d.items(o)
		if err != nil || len(items) != 2 || items[0].ID != "1" || items[1].Name != "乐曲" || items[1].ID != "2" {
			t.Fatalf("items %+v, %v", items, err)
		}
		counts[items[0].Name]++
	}
	const limit1 = 10.83 // one degree of freedom, once in a thousand times
	if got := chiSquare(counts, 2, draws); got > limit1 {
		t.Errorf("chi-square %.1f over %v", got, counts)
	}
}

func TestR9_AGroupGivesWhatItsBanksAllow(t *testing.T) {
	d := Draw{Bank: map[string][]Question{"编配伴奏": bank(1)}, Pick: seeded()}
	for range 50 {
		items, err := d.items(grouped())
		if err != nil || items[0].Name != "编配伴奏" {
			t.Fatalf("items %+v, %v", items, err)
		}
	}
	if _, err := (Draw{Pick: seeded()}).items(grouped()); refusal.CodeOf(err) != BankEmpty {
		t.Errorf("a group without any bank: %v", err)
	}
}

func TestR9_AGroupGivesAnotherQuestionWhileOneOfItsBanksHasOne(t *testing.T) {
	d := Draw{Bank: map[string][]Question{"视奏": {{ID: "a"}}, "编配伴奏": {{ID: "b"}, {ID: "c"}}}, Used: set("a", "b"), Pick: seeded()}
	for range 50 {
		items, err := d.items(grouped())
		if err != nil || items[0].Question.ID != "c" {
			t.Fatalf("items %+v, %v", items, err)
		}
	}
	d.Used = set("a", "b", "c")
	if _, err := d.items(grouped()); err != nil {
		t.Errorf("nothing new is left: %v", err)
	}
}

func TestR9_TwoItemsOfOneBankGetTwoQuestions(t *testing.T) {
	o := newOrder(func(o *Order) { o.Items = []ItemSpec{{Name: "视奏", Drawn: true}, {Name: "视奏", Drawn: true}} })
	d := Draw{Bank: map[string][]Question{"视奏": bank(2)}, Pick: seeded()}
	for range 50 {
		items, err := d.items(o)
		if err != nil || items[0].Question.ID == items[1].Question.ID {
			t.Fatalf("items %+v, %v", items, err)
		}
	}
	if len(d.Used) != 0 {
		t.Error("the draw changed what it was given")
	}
}

// Contract, «The syllabus»: pieces find their items.
func TestPlanItemsGivesThePiecesTheirItems(t *testing.T) {
	etude, piece := ItemSpec{Name: "练习曲", Kind: ItemEtude}, ItemSpec{Name: "乐曲", Kind: ItemPiece}
	sight := ItemSpec{Name: "视奏", Kind: ItemSightReading, Drawn: true}
	named := func(spec ItemSpec, title string) ItemSpec { spec.Piece = title; return spec }
	for _, c := range []struct {
		name     string
		syllabus []ItemSpec
		pieces   []Piece
		want     []ItemSpec
	}{
		{"by the item's name", []ItemSpec{etude, piece}, []Piece{{"乐曲", "B"}, {"练习曲", "A"}},
			[]ItemSpec{named(etude, "A"), named(piece, "B")}},
		{"in order where the list names only pieces", []ItemSpec{etude, sight, piece}, []Piece{{"", "A"}, {"", "B"}},
			[]ItemSpec{named(etude, "A"), sight, named(piece, "B")}},
		{"a named one first, the rest in order", []ItemSpec{etude, piece}, []Piece{{"", "B"}, {"练习曲", "A"}},
			[]ItemSpec{named(etude, "A"), named(piece, "B")}},
		{"two items of one name take their pieces in turn", []ItemSpec{piece, piece}, []Piece{{"乐曲", "A"}, {"乐曲", "B"}},
			[]ItemSpec{named(piece, "A"), named(piece, "B")}},
		{"a drawn item takes no piece", []ItemSpec{sight}, []Piece{{"视奏", "A"}}, []ItemSpec{sight}},
		{"a piece of an item that the syllabus lacks is left out", []ItemSpec{etude}, []Piece{{"音阶", "A"}}, []ItemSpec{etude}},
		{"without a syllabus one item per piece", nil, []Piece{{"乐曲", "A"}, {"", "B"}},
			[]ItemSpec{named(piece, "A"), {Name: "乐曲2", Kind: ItemPiece, Piece: "B"}}},
		{"without anything nothing", nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			syllabus := slices.Clone(c.syllabus)
			if diff := cmp.Diff(c.want, PlanItems(c.syllabus, c.pieces)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(syllabus, c.syllabus); diff != "" {
				t.Errorf("changed the syllabus: %s", diff)
			}
		})
	}
}
