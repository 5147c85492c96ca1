package exam

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the tests' days are Shanghai's on every machine

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
)

// TestMain gives the property tests a fixed seed, so that a run can be
// repeated, and schedules long enough for three attempts. For new schedules:
// -rapid.seed=N -rapid.checks=20000.
func TestMain(m *testing.M) {
	flag.Parse()
	for name, value := range map[string]string{"rapid.seed": "20260701", "rapid.steps": "150"} {
		setting := flag.Lookup(name)
		if setting == nil || setting.Value.String() != setting.DefValue {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

var shanghai = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		panic(err)
	}
	return zone
}()

// at reads a moment of the tests' July 2026 in Shanghai, «day hour:minute»
// with seconds if wanted: "1 09:30", "1 09:29:59.999".
func at(text string) time.Time {
	layout := "2006-01-2 15:04"
	if strings.Count(text, ":") == 2 {
		layout += ":05"
	}
	t, err := time.ParseInLocation(layout, "2026-07-"+text, shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

// during is a window from one moment to another.
func during(opens, closes string) Window { return Window{OpensAt: at(opens), ClosesAt: at(closes)} }

// newOrder is a grade 3 piano order with two pieces to record, whose window
// is 1 July 08:00 to 3 July 22:00 and whose candidate answered about faces.
func newOrder(changes ...func(*Order)) Order {
	o := Order{
		ID: "order",
		Registration: Registration{
			Ticket: "T1", Name: "王小明", IDType: "身份证", IDNumber: "11010120150101123X",
			BirthDate: Date{2015, time.January, 1}, Subject: "钢琴", Grade: 3,
			Window: during("1 08:00", "3 22:00"),
		},
		Items:   []ItemSpec{{Name: "练习曲", Kind: ItemEtude, Piece: "Op. 599"}, {Name: "乐曲", Kind: ItemPiece, Piece: "小步舞曲"}},
		Consent: Consent{Answer: ConsentGiven, Guardian: "王大明"},
	}
	for _, change := range changes {
		change(&o)
	}
	return o
}

func grade(n int) func(*Order)     { return func(o *Order) { o.Grade = n } }
func window(w Window) func(*Order) { return func(o *Order) { o.Window = w } }
func rules(changes ...func(*Rules)) Rules {
	r := DefaultRules(shanghai)
	for _, change := range changes {
		change(&r)
	}
	return r
}
func grace(d time.Duration) func(*Rules) { return func(r *Rules) { r.UploadGrace = d } }
func resetSpan(s ResetSpan) func(*Rules) { return func(r *Rules) { r.ResetTimedOut = s } }

// The events as a phone sends them; attempts are "a1", "a2" …, clips "c1" …
const phone, tablet = "phone", "tablet"

// grants counts the grants of extra time, each of which is one of its own.
var grants int

var staff = Actor{Role: ByStaff, Name: "李老师"}

func start(attempt string) Start {
	return Start{
		AttemptID: attempt, Device: phone, Agreed: true, RulesVersion: "v1", CurrentRules: "v1",
		Draw: Draw{Pick: func(int) int { return 0 }},
	}
}
func submit(attempt string) Submit      { return Submit{attempt, phone} }
func reset(attempt string) ResetAttempt { return ResetAttempt{AttemptID: attempt, Device: phone} }
func extra(attempt string, d time.Duration) GiveExtraTime {
	grants++
	return GiveExtraTime{ID: fmt.Sprint("grant ", grants), AttemptID: attempt, By: staff, Duration: d, Reason: "停电"}
}
func void(attempt string) Void    { return Void{AttemptID: attempt, By: staff, Reason: "停电"} }
func move(w Window) MoveWindow    { return MoveWindow{w, staff, "停电"} }
func undo(id string) UndoDecision { return UndoDecision{id, staff, "误判"} }
func disqualify(id string) Decide {
	return Decide{ID: id, Kind: Disqualify, Reason: "替考", By: staff}
}
func practice(attempt string) StartPractice {
	return StartPractice{AttemptID: attempt, Device: phone, Item: ItemSpec{Name: "试录"}, Pick: func(int) int { return 0 }}
}

// clip is a clip of 1000 bytes whose upload began when given and whose last
// byte came when given.
func clip(attempt, item, id, begun, arrived string) Receive {
	return Receive{AttemptID: attempt, ItemID: item, BegunAt: at(begun), Clip: Clip{ID: id, Name: id + ".mov", Size: 1000, ReceivedAt: at(arrived)}}
}

// quick is a clip that began and ended at the same moment.
func quick(attempt, item, id, when string) Receive { return clip(attempt, item, id, when, when) }

// broken is the same of a file that was looked at and holds no video.
func broken(attempt, item, id, when string) Receive {
	e := quick(attempt, item, id, when)
	e.Clip.Broken = true
	return e
}

// opened and unopened are what the examination of a clip found.
func opened(id string) Looked   { return Looked{ClipID: id, Opened: true} }
func unopened(id string) Looked { return Looked{ClipID: id, Broken: true} }

// stage is an order in the middle of a story.
type stage struct {
	rules Rules
	order Order
	facts []Fact
}

type step func(*testing.T, *stage)

// play tells a story from the order's first state and returns its last.
func play(t *testing.T, r Rules, o Order, steps ...step) *stage {
	t.Helper()
	s := &stage{rules: r, order: o}
	for _, step := range steps {
		step(t, s)
	}
	return s
}

// does applies events that are taken, all at one moment.
func does(when string, events ...Event) step {
	return func(t *testing.T, s *stage) {
		t.Helper()
		for _, e := range events {
			s.apply(t, when, e, "")
		}
	}
}

// refused applies an event that is refused with the code and changes nothing.
func refused(when string, e Event, code refusal.Code) step {
	return func(t *testing.T, s *stage) {
		t.Helper()
		s.apply(t, when, e, code)
	}
}

func (s *stage) apply(t *testing.T, when string, e Event, want refusal.Code) {
	t.Helper()
	before := s.order.Clone()
	next, facts, err := Apply(s.rules, s.order, e, at(when))
	if refusal.CodeOf(err) != want || want == "" && err != nil {
		t.Fatalf("%s: %T%+v gave %v, want %q", when, e, e, err, want)
	}
	if diff := cmp.Diff(before, s.order); diff != "" {
		t.Fatalf("%s: %T changed the order that it was given:\n%s", when, e, diff)
	}
	if diff := cmp.Diff(s.order, next); want != "" && diff != "" {
		t.Fatalf("%s: refused %T changed the order:\n%s", when, e, diff)
	}
	s.order, s.facts = next, append(s.facts, facts...)
}

// view is what the candidate's order list derives from an order.
type view struct {
	Status     Status
	ResetsLeft int
	ResetUntil string // "" when there is nothing to reset
	FinalAt    string // "" while an attempt runs
}

// sees checks what the order shows at a moment, without writing anything down.
func sees(when string, want view) step {
	return func(t *testing.T, s *stage) {
		t.Helper()
		now := at(when)
		got := view{Status: s.order.Status(s.rules, now), ResetsLeft: s.order.ResetsLeft(s.rules, now)}
		if until, ok := s.order.ResetUntil(s.rules, now); ok {
			got.ResetUntil = momentOf(until)
		}
		if final, ok := s.order.FinalAt(s.rules, now); ok {
			got.FinalAt = momentOf(final)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: (-want +got)\n%s", when, diff)
		}
	}
}

func momentOf(t time.Time) string { return t.In(shanghai).Format("2 15:04") }

// attempt returns the attempt or practice run with that id.
func (s *stage) attempt(t *testing.T, id string) Attempt {
	t.Helper()
	found := s.order.FindAttempt(id)
	if found == nil {
		t.Fatalf("no attempt %s", id)
	}
	return *found
}

// kinds are the facts so far, in the order they were told.
func (s *stage) kinds() []FactKind {
	var kinds []FactKind
	for _, fact := range s.facts {
		kinds = append(kinds, fact.Kind)
	}
	return kinds
}

// told returns the facts of one kind.
func (s *stage) told(kind FactKind) []Fact {
	var facts []Fact
	for _, fact := range s.facts {
		if fact.Kind == kind {
			facts = append(facts, fact)
		}
	}
	return facts
}

// clipOf is the id of the item's clip, "" if it has none.
func clipOf(a Attempt, item string) string {
	if i := a.FindItem(item); i != nil && i.Clip != nil {
		return i.Clip.ID
	}
	return ""
}

// story is one row of a table of stories; check may be nil.
type story struct {
	name  string
	rules Rules
	order Order
	steps []step
	check func(*testing.T, *stage)
}

// tell runs stories; a story without rules or order has the usual ones.
func tell(t *testing.T, stories []story) {
	t.Helper()
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) {
			if s.rules.Location == nil {
				s.rules = rules()
			}
			if s.order.ID == "" {
				s.order = newOrder()
			}
			end := play(t, s.rules, s.order, s.steps...)
			if s.check != nil {
				s.check(t, end)
			}
		})
	}
}
