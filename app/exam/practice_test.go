package exam

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestR26_APracticeRunIsTheWholeFlowAndSpendsNothing(t *testing.T) {
	beside := practice("p1")
	beside.OtherRunning = true
	whole := does("1 09:00", practice("p1"), Acknowledge{"p1"}, quick("p1", "1", "k1", "1 09:00"), Previewed{"k1"}, submit("p1"))
	tell(t, []story{
		{
			name:  "from start to submit, with no attempt spent",
			steps: []step{whole, sees("1 09:00", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"})},
			check: func(t *testing.T, s *stage) {
				p := s.attempt(t, "p1")
				if p.State != Submitted || p.Code == "" || clipOf(p, "1") != "k1" || !s.order.IsPractice("p1") || s.order.IsPractice("a1") {
					t.Errorf("run %+v", p)
				}
				if s.order.AttemptsUsed() != 0 || len(s.order.Attempts) != 0 || !s.order.PracticedAt.Equal(at("1 09:00")) {
					t.Errorf("used %d, practiced at %s", s.order.AttemptsUsed(), s.order.PracticedAt)
				}
			},
		},
		{
			name:  "any number of times, each erasing the one before",
			steps: []step{whole, does("1 09:01", practice("p2"), reset("p2")), does("1 09:02", practice("p3"))},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Practice) != 1 || s.order.Practice[0].ID != "p3" || len(s.told(FactPracticeErased)) != 2 {
					t.Errorf("runs %+v", s.order.Practice)
				}
			},
		},
		{
			name:  "told again it goes on as it was",
			steps: []step{does("1 09:00", practice("p1"), quick("p1", "1", "k1", "1 09:00")), does("1 09:10", practice("p1"))},
			check: func(t *testing.T, s *stage) {
				if p := s.attempt(t, "p1"); clipOf(p, "1") != "k1" || !p.Deadline.Equal(at("1 09:30")) || len(s.told(FactPracticeStarted)) != 1 {
					t.Errorf("run %+v, facts %v", p, s.kinds())
				}
			},
		},
		{
			name:  "a second device finds the one that runs (R10)",
			steps: []step{does("1 09:00", practice("p1"), quick("p1", "1", "k1", "1 09:00")), does("1 09:10", practice("p2"))},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Practice) != 1 || clipOf(s.attempt(t, "p1"), "1") != "k1" {
					t.Errorf("runs %+v", s.order.Practice)
				}
			},
		},
		{
			name:  "one that timed out makes place for the next",
			steps: []step{does("1 09:00", practice("p1")), does("1 09:30", practice("p2"))},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Practice) != 1 || s.order.Practice[0].ID != "p2" {
					t.Errorf("runs %+v", s.order.Practice)
				}
			},
		},
		{
			name:  "an attempt that runs again erases it (R22)",
			steps: []step{one(), does("1 09:40", practice("p1"), extra("a1", 10*time.Minute))},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Practice) != 0 || s.attempt(t, "a1").State != Running {
					t.Errorf("runs %+v", s.order.Practice)
				}
			},
		},
		{name: "before the window opens too", steps: []step{does("1 07:00", practice("p1")), sees("1 07:00", view{Status: StatusWaiting, ResetsLeft: 2, FinalAt: "3 22:00"})}},
		{name: "not when the window has closed", steps: []step{refused("3 22:00", practice("p1"), WindowClosed)}},
		{name: "not while the attempt runs", steps: []step{one(), refused("1 09:10", practice("p1"), AttemptRunning)}},
		{name: "not while another of the person runs", steps: []step{refused("1 09:10", beside, OtherOrderRunning)}},
		{
			name:  "a reset erases it at once",
			steps: []step{does("1 09:00", practice("p1"), quick("p1", "1", "k1", "1 09:00"), reset("p1"))},
			check: func(t *testing.T, s *stage) {
				want := []FactKind{FactPracticeStarted, FactClipReceived, FactClipRemoved, FactPracticeErased}
				if diff := cmp.Diff(want, s.kinds()); diff != "" || len(s.order.Practice) != 0 || s.order.ResetsUsed() != 0 {
					t.Error(diff, s.order.Practice)
				}
			},
		},
		{
			name:  "it times out like an attempt",
			steps: []step{does("1 09:00", practice("p1")), refused("1 09:30", quick("p1", "1", "k1", "1 09:30"), AttemptOver), does("1 10:00", Tick{})},
			check: func(t *testing.T, s *stage) {
				if p := s.attempt(t, "p1"); p.State != AutoSubmitted || !p.EndedAt.Equal(at("1 09:30")) || len(s.told(FactTimedOut)) != 1 {
					t.Errorf("run %+v", p)
				}
			},
		},
		{
			name:  "the real start erases it",
			steps: []step{whole, does("1 09:05", start("a1"))},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Practice) != 0 || len(s.told(FactPracticeErased)) != 1 || len(s.order.Attempts) != 1 {
					t.Errorf("runs %+v, facts %v", s.order.Practice, s.kinds())
				}
			},
		},
		{
			name:  "a refused start leaves it",
			steps: []step{whole, refused("1 09:05", startBesideAnother("a1"), OtherOrderRunning)},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Practice) != 1 {
					t.Errorf("runs %+v", s.order.Practice)
				}
			},
		},
		{
			name:  "its time is not cut by the window, and extra time works",
			steps: []step{does("3 21:50", practice("p1"), extra("p1", 5*time.Minute))},
			check: func(t *testing.T, s *stage) { ends(t, s, "p1", "3 22:25", 5*time.Minute) },
		},
	})
}

func TestR26_NothingOfAPracticeRunIsKeptAfterADay(t *testing.T) {
	run := does("1 09:00", practice("p1"), quick("p1", "1", "k1", "1 09:00"), submit("p1"))
	tell(t, []story{
		{name: "a millisecond before a day is over it is there", steps: []step{run, does("2 08:59:59.999", Tick{})}, check: func(t *testing.T, s *stage) {
			if len(s.order.Practice) != 1 {
				t.Error("erased")
			}
		}},
		{name: "a clock that a person set lately erases nothing", steps: []step{run, does("2 09:00", Tick{KeepPractice: true})}, check: func(t *testing.T, s *stage) {
			if len(s.order.Practice) != 1 {
				t.Error("erased")
			}
		}},
		{name: "then it is gone, its clips by facts, that there was one stays", steps: []step{run, does("2 09:00", Tick{}, Tick{})}, check: func(t *testing.T, s *stage) {
			if len(s.order.Practice) != 0 || len(s.told(FactPracticeErased)) != 1 || len(s.told(FactClipRemoved)) != 1 || s.order.PracticedAt.IsZero() {
				t.Errorf("runs %+v, facts %v", s.order.Practice, s.kinds())
			}
		}},
	})
}

func TestR26_ACentreCanRequireAPracticeRun(t *testing.T) {
	required := rules(func(r *Rules) { r.PracticeFirst = true })
	tell(t, []story{
		{name: "without one refused", rules: required, steps: []step{refused("1 09:00", start("a1"), PracticeFirst)}},
		{name: "begun is not done", rules: required, steps: []step{
			does("1 09:00", practice("p1")), refused("1 09:01", start("a1"), PracticeFirst),
		}},
		{name: "nor is one that timed out without a clip", rules: required, steps: []step{
			does("1 09:00", practice("p1")), refused("1 09:30", start("a1"), PracticeFirst),
			does("1 09:40", practice("p2"), broken("p2", "1", "k2", "1 09:40")), refused("1 10:10", start("a1"), PracticeFirst),
		}},
		{name: "with a clip the timeout submits it", rules: required, steps: []step{
			does("1 09:00", practice("p1"), quick("p1", "1", "k1", "1 09:00")), does("1 09:30", start("a1")),
		}},
		{name: "once is enough for every attempt, also when the run is erased", rules: required, steps: []step{
			does("1 09:00", practice("p1"), quick("p1", "1", "k1", "1 09:00"), submit("p1")),
			does("2 09:00", Tick{}, start("a1"), reset("a1"), start("a2")),
		}},
	})
}
