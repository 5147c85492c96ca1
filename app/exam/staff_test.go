package exam

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
)

// ends checks the deadline and extra time of an attempt.
func ends(t *testing.T, s *stage, id, deadline string, extra time.Duration) {
	t.Helper()
	if a := s.attempt(t, id); !a.Deadline.Equal(at(deadline)) || a.Extra != extra {
		t.Errorf("deadline %s with %s extra, want %s with %s", momentOf(a.Deadline), a.Extra, deadline, extra)
	}
}

func TestR22_ExtraTimeForARunningAttempt(t *testing.T) {
	silent := extra("a1", time.Minute)
	silent.Reason = ""
	tell(t, []story{
		{
			name:  "moves the deadline, and the fact says who, why and how much",
			steps: []step{one(), does("1 09:10", extra("a1", 10*time.Minute))},
			check: func(t *testing.T, s *stage) {
				ends(t, s, "a1", "1 09:40", 10*time.Minute)
				want := []Fact{{
					Kind: FactExtraTime, At: at("1 09:10"), By: staff, Reason: "停电", AttemptID: "a1",
					Args: map[string]any{"seconds": 600, "deadline": at("1 09:40")},
				}}
				if diff := cmp.Diff(want, s.told(FactExtraTime)); diff != "" {
					t.Error(diff)
				}
			},
		},
		{
			name:  "twice adds up, and the old deadline means nothing any more",
			steps: []step{one(), does("1 09:10", extra("a1", 10*time.Minute)), does("1 09:39:59.999", extra("a1", 5*time.Minute)), does("1 09:44:59.999", quick("a1", "2", "c2", "1 09:44:59.999"))},
			check: func(t *testing.T, s *stage) {
				ends(t, s, "a1", "1 09:45", 15*time.Minute)
				if len(s.told(FactTimedOut)) != 0 {
					t.Errorf("facts %v", s.kinds())
				}
			},
		},
		{
			name:  "over the window's close it ends with the window",
			steps: []step{does("3 21:20", start("a1")), does("3 21:30", extra("a1", time.Hour))},
			check: func(t *testing.T, s *stage) { ends(t, s, "a1", "3 22:00", time.Hour) },
		},
		{name: "where the window ends it already refused", steps: []step{
			does("3 21:40", start("a1")),
			refused("3 21:45", extra("a1", time.Hour), WindowClosesFirst),
		}},
		{name: "none, less than none or more than four hours refused", steps: []step{one(),
			refused("1 09:10", extra("a1", 0), ExtraTimeInvalid),
			refused("1 09:10", extra("a1", -time.Minute), ExtraTimeInvalid),
			refused("1 09:10", extra("a1", 4*time.Hour+1), ExtraTimeInvalid),
			does("1 09:10", extra("a1", 4*time.Hour)),
		}},
		{name: "without a reason refused", steps: []step{one(), refused("1 09:10", silent, ReasonMissing)}},
		{name: "an attempt that is not there", steps: []step{refused("1 09:10", extra("a1", time.Minute), refusal.NotFound)}},
		{name: "another attempt of the person running does not matter to one that runs", steps: []step{one(),
			does("1 09:10", GiveExtraTime{ID: "g1", AttemptID: "a1", By: staff, Duration: time.Minute, Reason: "停电", OtherRunning: true}),
		}},
	})
}

func TestR22_ExtraTimeReopensATimedOutAttempt(t *testing.T) {
	beside := extra("a1", time.Minute)
	beside.OtherRunning = true
	tell(t, []story{
		{
			name:  "with its clips, from now on, and a second run-out is a second fact",
			steps: []step{one(), does("1 10:00", extra("a1", 10*time.Minute)), does("1 10:05", quick("a1", "2", "c2", "1 10:05")), does("5 00:00", Tick{})},
			check: func(t *testing.T, s *stage) {
				a := s.attempt(t, "a1")
				if clipOf(a, "1") != "c1" || clipOf(a, "2") != "c2" || !a.EndedAt.Equal(at("1 10:10")) {
					t.Errorf("attempt %+v", a)
				}
				outs := s.told(FactTimedOut)
				if len(outs) != 2 || !outs[0].At.Equal(at("1 09:30")) || !outs[1].At.Equal(at("1 10:10")) || len(s.told(FactReopened)) != 1 {
					t.Errorf("facts %+v", s.facts)
				}
			},
		},
		{
			name:  "while it runs it has not ended, and it can be submitted",
			steps: []step{one(), does("1 10:00", extra("a1", 10*time.Minute)), sees("1 10:00", view{Status: StatusRunning, ResetsLeft: 2, ResetUntil: "2 00:00"}), does("1 10:09:59.999", submit("a1"))},
			check: func(t *testing.T, s *stage) {
				if got := s.attempt(t, "a1"); got.State != Submitted || !got.EndedAt.Equal(at("1 10:09:59.999")) {
					t.Errorf("attempt %+v", got)
				}
			},
		},
		{
			name:  "at the very deadline it has run out",
			steps: []step{one(), does("1 09:30", extra("a1", 10*time.Minute))},
			check: func(t *testing.T, s *stage) {
				ends(t, s, "a1", "1 09:40", 10*time.Minute)
				if len(s.told(FactReopened)) != 1 {
					t.Errorf("facts %v", s.kinds())
				}
			},
		},
		{
			name:  "reopened it can get more",
			steps: []step{one(), does("1 10:00", extra("a1", 10*time.Minute)), does("1 10:05", extra("a1", 5*time.Minute))},
			check: func(t *testing.T, s *stage) { ends(t, s, "a1", "1 10:15", 45*time.Minute) },
		},
		{
			name:  "over midnight its day is the new one",
			steps: []step{one(), does("1 23:59", extra("a1", 10*time.Minute)), sees("2 00:09", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "3 00:00", FinalAt: "3 00:00"})},
		},
		{name: "a millisecond before the order is final", steps: []step{one(), does("1 23:59:59.999", extra("a1", time.Minute))}},
		{name: "not when it is final", steps: []step{one(), refused("2 00:00", extra("a1", time.Minute), OrderFinal)}},
		{
			name:  "never past the window's close",
			steps: []step{does("3 21:00", start("a1")), does("3 21:50", extra("a1", time.Hour))},
			check: func(t *testing.T, s *stage) {
				if got := s.attempt(t, "a1").Deadline; !got.Equal(at("3 22:00")) {
					t.Errorf("deadline %s", got)
				}
			},
		},
		{name: "not while another attempt of the person runs", steps: []step{one(), refused("1 10:00", beside, OtherOrderRunning)}},
		{name: "neither a submitted, nor a reset, nor a voided one", steps: []step{
			one(), does("1 09:05", reset("a1")), refused("1 09:06", extra("a1", time.Minute), AttemptOver),
			does("1 09:10", start("a2"), void("a2")), refused("1 09:11", extra("a2", time.Minute), AttemptOver),
			does("1 09:12", start("a3"), quick("a3", "1", "c3", "1 09:12"), submit("a3")),
			refused("1 09:13", extra("a3", time.Minute), AttemptOver),
		}},
		{
			name: "after the window closed upon it, once staff moved the window",
			steps: []step{
				does("3 21:50", start("a1")),
				refused("3 22:30", extra("a1", 5*time.Minute), OrderFinal),
				does("3 22:30", move(during("1 08:00", "4 22:00")), extra("a1", 5*time.Minute)),
				sees("3 22:34", view{Status: StatusRunning, ResetsLeft: 2, ResetUntil: "4 00:00"}),
				sees("3 22:35", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "4 00:00", FinalAt: "4 00:00"}),
			},
		},
		{name: "a clip whose bytes came in between belongs to no run", steps: []step{one(),
			refused("1 09:40", clip("a1", "2", "c2", "1 09:20", "1 09:40"), UploadLate),
			does("1 10:00", extra("a1", 10*time.Minute)),
			does("1 10:01", clip("a1", "2", "c2", "1 09:20", "1 10:01")),
		}},
	})
}

func TestR22_AVoidedAttemptDoesNotCount(t *testing.T) {
	tell(t, []story{
		{
			name:  "its clips stay, the fact says what it was",
			steps: []step{one(), does("1 09:10", void("a1")), sees("1 09:10", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"})},
			check: func(t *testing.T, s *stage) {
				if a := s.attempt(t, "a1"); a.State != Voided || clipOf(a, "1") != "c1" || !a.EndedAt.Equal(at("1 09:10")) {
					t.Errorf("attempt %+v", a)
				}
				if f := s.told(FactVoided); len(f) != 1 || f[0].Reason != "停电" || f[0].By != staff || f[0].Args["before"] != Running {
					t.Errorf("facts %+v", f)
				}
				if s.order.AttemptsUsed() != 0 {
					t.Error("it counts")
				}
			},
		},
		{
			name:  "three that count may follow, the fourth is numbered on",
			steps: []step{does("1 09:00", start("a1"), void("a1"), start("a2"), reset("a2"), start("a3"), reset("a3"), start("a4"))},
			check: func(t *testing.T, s *stage) {
				if a := s.attempt(t, "a4"); a.Number != 4 || s.order.AttemptsUsed() != 3 {
					t.Errorf("number %d, used %d", a.Number, s.order.AttemptsUsed())
				}
			},
		},
		{
			name:  "a timed-out one keeps its end",
			steps: []step{one(), does("1 10:00", void("a1"), start("a2"))},
			check: func(t *testing.T, s *stage) {
				if a := s.attempt(t, "a1"); !a.EndedAt.Equal(at("1 09:30")) || len(s.told(FactTimedOut)) != 1 {
					t.Errorf("attempt %+v", a)
				}
			},
		},
		{name: "a submitted one too, while it is in no batch", steps: []step{
			one(), does("1 09:10", submit("a1")), does("1 09:20", void("a1")),
			sees("1 09:20", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"}),
		}},
		{name: "once", steps: []step{one(), does("1 09:10", void("a1")), refused("1 09:11", void("a1"), AlreadyVoided)}},
		{name: "with a reason", steps: []step{one(), refused("1 09:10", Void{AttemptID: "a1", By: staff}, ReasonMissing)}},
		{name: "an attempt that is not there", steps: []step{refused("1 09:10", void("a1"), refusal.NotFound)}},
		{name: "a practice run is none", steps: []step{does("1 09:00", practice("p1")), refused("1 09:10", void("p1"), refusal.NotFound)}},
	})
}

func TestR22_AGrantToldAgainCountsOnce(t *testing.T) {
	again := extra("a1", 10*time.Minute)
	tell(t, []story{
		{
			name:  "at a running attempt, later too",
			steps: []step{one(), does("1 09:10", again, again), does("1 09:20", again)},
			check: func(t *testing.T, s *stage) {
				ends(t, s, "a1", "1 09:40", 10*time.Minute)
				if len(s.told(FactExtraTime)) != 1 {
					t.Error(s.kinds())
				}
			},
		},
		{
			name:  "at one that runs again, and timed out again",
			steps: []step{one(), does("1 10:00", again), does("1 10:20", again)},
			check: func(t *testing.T, s *stage) {
				if a := s.attempt(t, "a1"); a.State != AutoSubmitted || len(s.told(FactReopened)) != 1 {
					t.Errorf("attempt %+v", a)
				}
			},
		},
	})
}

func TestR22_ThoseThatRanAtAMoment(t *testing.T) {
	s := play(t, rules(), newOrder(), one(), does("1 09:10", reset("a1"), start("a2")), does("1 10:00", Tick{}))
	for when, want := range map[string][2]bool{
		"1 08:59:59.999": {false, false},
		"1 09:00":        {true, false},
		"1 09:09:59.999": {true, false},
		"1 09:10":        {false, true},
		"1 09:39:59.999": {false, true},
		"1 09:40":        {false, false},
	} {
		if got := [2]bool{s.attempt(t, "a1").RanAt(at(when)), s.attempt(t, "a2").RanAt(at(when))}; got != want {
			t.Errorf("at %s ran %v, want %v", when, got, want)
		}
	}
	running := play(t, rules(), newOrder(), one()).attempt(t, "a1")
	if !running.RanAt(at("1 09:29:59.999")) || running.RanAt(at("1 09:30")) {
		t.Error("a running attempt ran outside its time")
	}
}

func TestR22_TheClockLastShowedATimeOfDay(t *testing.T) {
	now := at("2 09:30")
	for clock, want := range map[string]time.Time{"09:30": now, "09:00": at("2 09:00"), "09:31": at("1 09:31"), "23:59": at("1 23:59"), "": now} {
		if got := LastShown(clock, now); !got.Equal(want) {
			t.Errorf("%q: %v, want %v", clock, got, want)
		}
	}
}

func TestR22_MovingTheWindow(t *testing.T) {
	tell(t, []story{
		{
			name:  "a running attempt that the close had cut gets its full time",
			steps: []step{does("3 21:50", start("a1")), does("3 21:55", move(during("1 08:00", "4 22:00")))},
			check: func(t *testing.T, s *stage) { ends(t, s, "a1", "3 22:20", 0) },
		},
		{
			name:  "only as much of it as the new window has",
			steps: []step{does("3 21:50", start("a1")), does("3 21:55", move(during("1 08:00", "3 22:10")))},
			check: func(t *testing.T, s *stage) { ends(t, s, "a1", "3 22:10", 0) },
		},
		{
			name:  "extra time that the close had cut comes back too",
			steps: []step{does("3 21:20", start("a1"), extra("a1", 20*time.Minute), move(during("1 08:00", "4 22:00")))},
			check: func(t *testing.T, s *stage) { ends(t, s, "a1", "3 22:10", 20*time.Minute) },
		},
		{
			name:  "one that has all its time keeps its deadline",
			steps: []step{one(), does("1 09:10", move(during("1 08:00", "9 22:00")))},
			check: func(t *testing.T, s *stage) { ends(t, s, "a1", "1 09:30", 0) },
		},
		{
			name:  "an earlier close cuts it",
			steps: []step{one(), does("1 09:10", move(during("1 08:00", "1 09:20"))), sees("1 09:20", view{Status: StatusAutoSubmitted, FinalAt: "1 09:20"})},
			check: func(t *testing.T, s *stage) { ends(t, s, "a1", "1 09:20", 0) },
		},
		{
			name: "an absent order is open again, not final any more (R16)",
			steps: []step{
				sees("3 22:00", view{Status: StatusAbsent, FinalAt: "3 22:00"}),
				does("3 23:00", move(during("1 08:00", "5 22:00"))),
				sees("3 23:00", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "5 22:00"}),
				does("3 23:01", start("a1")),
			},
			check: func(t *testing.T, s *stage) {
				want := []Fact{{Kind: FactWindowMoved, At: at("3 23:00"), By: staff, Reason: "停电", Args: map[string]any{
					"opened_at": at("1 08:00"), "closed_at": at("3 22:00"), "opens_at": at("1 08:00"), "closes_at": at("5 22:00"),
				}}}
				if diff := cmp.Diff(want, s.told(FactWindowMoved)); diff != "" {
					t.Error(diff)
				}
			},
		},
		{name: "a forfeited order is open again (R16)", steps: []step{
			one(), does("1 09:10", reset("a1")),
			sees("3 22:00", view{Status: StatusForfeited, FinalAt: "3 22:00"}),
			does("3 23:00", move(during("1 08:00", "5 22:00")), start("a2")),
		}},
		{name: "an attempt timed out days ago can be reset again, while the new window is open (R16)", steps: []step{
			one(), sees("2 00:00", view{Status: StatusAutoSubmitted, FinalAt: "2 00:00"}),
			does("2 10:00", move(during("1 08:00", "6 22:00"))),
			sees("2 10:00", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "6 22:00", FinalAt: "6 22:00"}),
			does("5 10:00", reset("a1"), start("a2")),
		}},
		{name: "before the timeout it is the day that counts", steps: []step{
			one(), does("1 09:29:59.999", move(during("1 08:00", "6 22:00"))),
			sees("1 10:00", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "2 00:00", FinalAt: "2 00:00"}),
		}},
		{name: "to later, the order waits again", steps: []step{
			does("1 09:00", move(during("5 08:00", "6 22:00"))),
			sees("1 09:00", view{Status: StatusWaiting, ResetsLeft: 2, FinalAt: "6 22:00"}),
			refused("1 09:01", start("a1"), WindowNotOpen),
		}},
		{name: "to the past refused, also to one that closes now", steps: []step{
			refused("2 09:00", move(during("1 08:00", "2 09:00")), WindowClosed),
			does("2 09:00", move(during("1 08:00", "2 09:00:00.001"))),
		}},
		{name: "that ends before it opens refused", steps: []step{refused("1 09:00", move(during("5 08:00", "5 08:00")), WindowInvalid)}},
		{name: "without a reason refused", steps: []step{refused("1 09:00", MoveWindow{during("1 08:00", "5 22:00"), staff, ""}, ReasonMissing)}},
		{name: "of a submitted order refused", steps: []step{
			one(), does("1 09:10", submit("a1")),
			refused("1 09:20", move(during("1 08:00", "5 22:00")), OrderSubmitted),
		}},
	})
}
