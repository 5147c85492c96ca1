package exam

import (
	"testing"
	"time"

	"kaodian/app/base/refusal"
)

func submitFor(attempt string, seen AttemptState) SubmitFor {
	return SubmitFor{AttemptID: attempt, By: staff, Reason: "手机没电了", Seen: seen}
}
func resetFor(attempt string, seen AttemptState) ResetFor {
	return ResetFor{AttemptID: attempt, By: staff, Reason: "手机没电了", Seen: seen}
}
func undoVoid(attempt string) UndoVoid {
	return UndoVoid{AttemptID: attempt, By: staff, Reason: "点错了"}
}

func TestR14_StaffSubmitInTheCandidatesPlace(t *testing.T) {
	tell(t, []story{
		{
			name: "from no device, with the reason and the name",
			steps: []step{
				one(), does("1 09:10", submitFor("a1", Running)), sees("1 09:10", view{Status: StatusSubmitted, FinalAt: "1 09:10"}),
				refused("1 09:11", quick("a1", "2", "c2", "1 09:11"), AttemptOver),
			},
			check: func(t *testing.T, s *stage) {
				if f := s.told(FactSubmitted); len(f) != 1 || f[0].By != staff || f[0].Reason != "手机没电了" || f[0].Args["clips"] != 1 {
					t.Errorf("facts %+v", f)
				}
			},
		},
		{name: "with a reason", steps: []step{one(), refused("1 09:10", SubmitFor{AttemptID: "a1", By: staff}, ReasonMissing)}},
		{name: "not without a clip", steps: []step{does("1 09:00", start("a1")), refused("1 09:10", submitFor("a1", ""), NothingToSubmit)}},
		{name: "not after the deadline", steps: []step{one(), refused("1 09:30", submitFor("a1", ""), AttemptOver)}},
		{name: "not of a disqualified order", steps: []step{one(), does("1 09:05", disqualify("d1")), refused("1 09:10", submitFor("a1", ""), Disqualified)}},
		{name: "what is not there", steps: []step{one(), refused("1 09:10", submitFor("a9", ""), refusal.NotFound)}},
	})
}

func TestR15_StaffResetInTheCandidatesName(t *testing.T) {
	tell(t, []story{
		{
			name: "counted, and its clips go",
			steps: []step{
				one(), does("1 09:10", resetFor("a1", Running)), sees("1 09:10", view{Status: StatusOpen, ResetsLeft: 1, FinalAt: "3 22:00"}),
				does("1 09:11", start("a2")),
			},
			check: func(t *testing.T, s *stage) {
				if clipOf(s.attempt(t, "a1"), "1") != "" {
					t.Error("the clip is there")
				}
				if f := s.told(FactReset); len(f) != 1 || f[0].By != staff || f[0].Args["resets_left"] != 1 {
					t.Errorf("facts %+v", f)
				}
			},
		},
		{name: "at most twice, and not on the third attempt", steps: []step{
			does("1 09:00", start("a1"), resetFor("a1", ""), start("a2"), resetFor("a2", ""), start("a3")),
			refused("1 09:10", resetFor("a3", ""), NoResetsLeft),
		}},
		{name: "a timed-out one until the end of its day", steps: []step{
			one(), does("1 09:40", Tick{}), refused("2 00:00", resetFor("a1", AutoSubmitted), ResetTooLate),
			does("1 23:59", resetFor("a1", AutoSubmitted)),
		}},
		{name: "never after a submission", steps: []step{one(), does("1 09:10", submit("a1")), refused("1 09:11", resetFor("a1", ""), OrderSubmitted)}},
		{name: "no practice run", steps: []step{does("1 09:00", practice("p1")), refused("1 09:10", resetFor("p1", ""), refusal.NotFound)}},
		{name: "with a reason", steps: []step{one(), refused("1 09:10", ResetFor{AttemptID: "a1", By: staff}, ReasonMissing)}},
	})
}

func TestR22_AVoidIsTakenBack(t *testing.T) {
	tell(t, []story{
		{
			name: "and the attempt runs on with its clips",
			steps: []step{
				one(), does("1 09:10", void("a1")), does("1 09:12", undoVoid("a1")), sees("1 09:12", view{Status: StatusRunning, ResetsLeft: 2, ResetUntil: "2 00:00"}),
				does("1 09:13", quick("a1", "2", "c2", "1 09:13")),
			},
			check: func(t *testing.T, s *stage) {
				if a := s.attempt(t, "a1"); !a.EndedAt.IsZero() || clipOf(a, "1") != "c1" || s.order.AttemptsUsed() != 1 {
					t.Errorf("attempt %+v", a)
				}
				if f := s.told(FactVoidUndone); len(f) != 1 || f[0].Reason != "点错了" || f[0].By != staff {
					t.Errorf("facts %+v", f)
				}
			},
		},
		{
			name:  "whose deadline came meanwhile has timed out then",
			steps: []step{one(), does("1 09:10", void("a1")), does("1 09:45", undoVoid("a1"))},
			check: func(t *testing.T, s *stage) {
				if a := s.attempt(t, "a1"); a.State != AutoSubmitted || !a.EndedAt.Equal(at("1 09:30")) || len(s.told(FactTimedOut)) != 1 {
					t.Errorf("attempt %+v", a)
				}
			},
		},
		{name: "a submitted one is submitted again", steps: []step{
			one(), does("1 09:10", submit("a1")), does("1 09:20", void("a1")), does("1 09:21", undoVoid("a1")),
			sees("1 09:21", view{Status: StatusSubmitted, FinalAt: "1 09:10"}),
		}},
		{name: "not once a later attempt was started", steps: []step{
			one(), does("1 09:10", void("a1"), start("a2")), refused("1 09:11", undoVoid("a1"), LaterAttempt),
		}},
		{name: "not beside another order that runs", steps: []step{
			one(), does("1 09:10", void("a1")), refused("1 09:11", UndoVoid{AttemptID: "a1", By: staff, Reason: "点错了", OtherRunning: true}, OtherOrderRunning),
		}},
		{name: "once", steps: []step{one(), does("1 09:10", void("a1"), undoVoid("a1")), refused("1 09:11", undoVoid("a1"), NotVoided)}},
		{name: "with a reason", steps: []step{one(), does("1 09:10", void("a1")), refused("1 09:11", UndoVoid{AttemptID: "a1", By: staff}, ReasonMissing)}},
	})
}

func TestTwoHelpersAtOneAttempt(t *testing.T) {
	seen := func(a Attempt) GiveExtraTime {
		e := extra("a1", 10*time.Minute)
		e.Seen, e.SeenDeadline = a.State, a.Deadline
		return e
	}
	tell(t, []story{
		{name: "one voids what the other resets", steps: []step{
			one(), does("1 09:10", Void{AttemptID: "a1", By: staff, Reason: "停电", Seen: Running}),
			refused("1 09:10", resetFor("a1", Running), AttemptChanged),
		}},
		{name: "one submits what the other voids", steps: []step{
			one(), does("1 09:10", submitFor("a1", Running)), refused("1 09:10", Void{AttemptID: "a1", By: staff, Reason: "停电", Seen: Running}, AttemptChanged),
		}},
		{name: "both submit", steps: []step{one(), does("1 09:10", submitFor("a1", Running)), refused("1 09:10", submitFor("a1", Running), AttemptChanged)}},
		{name: "both give extra time", steps: []step{one(), func(t *testing.T, s *stage) {
			first, second := seen(s.attempt(t, "a1")), seen(s.attempt(t, "a1"))
			does("1 09:10", first)(t, s)
			does("1 09:10", first)(t, s) // told again
			refused("1 09:10", second, AttemptChanged)(t, s)
		}}},
		{name: "both reopen", steps: []step{one(), does("1 09:40", Tick{}), func(t *testing.T, s *stage) {
			first, second := seen(s.attempt(t, "a1")), seen(s.attempt(t, "a1"))
			does("1 09:41", first)(t, s)
			refused("1 09:41", second, AttemptChanged)(t, s)
		}}},
	})
}

func TestR13_TheDeskTakesAFileInWithinTheTime(t *testing.T) {
	taken := quick("a1", "2", "c2", "1 09:10")
	taken.Clip.TakenIn = staff.Name
	tell(t, []story{{
		name: "in staff's name, in place of what was there",
		steps: []step{one(), does("1 09:10", taken), func(t *testing.T, s *stage) {
			again := quick("a1", "1", "c3", "1 09:11")
			again.Clip.TakenIn = staff.Name
			does("1 09:11", again)(t, s)
		}},
		check: func(t *testing.T, s *stage) {
			f := s.told(FactClipReceived)
			if f[0].By != candidate() || f[1].By != staff || f[1].Args["at_desk"] != true || s.told(FactClipSetAside)[0].By != staff {
				t.Errorf("facts %+v", f)
			}
		},
	}})
	s := play(t, rules(), newOrder(), one())
	for _, c := range []struct {
		when, item string
		size       int64
		want       refusal.Code
	}{
		{"1 09:29:59", "2", 1, ""},
		{"1 09:30", "2", 1, AttemptOver},
		{"1 09:10", "9", 1, refusal.NotFound},
		{"1 09:10", "2", 0, UploadEmpty},
		{"1 09:10", "2", s.rules.MaxClipBytes + 1, UploadTooLarge},
	} {
		if err := CheckTakeIn(s.rules, s.order, "a1", c.item, c.size, at(c.when)); refusal.CodeOf(err) != c.want {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestTheDeskIsOfferedWhatWouldBeTaken(t *testing.T) {
	s := play(t, rules(), newOrder(), one())
	if got, want := s.order.DeskActs(s.rules, "a1", at("1 09:10")), (DeskActs{Submit: true, Reset: true, Void: true, ExtraTime: true, TakeIn: true, Disqualify: true}); got != want {
		t.Errorf("running: %+v", got)
	}
	if got, want := s.order.DeskActs(s.rules, "a1", at("1 09:40")), (DeskActs{Reset: true, Void: true, Reopen: true, Disqualify: true}); got != want {
		t.Errorf("timed out: %+v", got)
	}
	does("1 09:50", void("a1"))(t, s)
	if got, want := s.order.DeskActs(s.rules, "a1", at("1 09:51")), (DeskActs{UndoVoid: true, Disqualify: true}); got != want {
		t.Errorf("voided: %+v", got)
	}
}
