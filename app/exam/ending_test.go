package exam

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
)

// one is an attempt started at 09:00 of 1 July with one clip.
func one() step { return does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00")) }

func TestR14_Submit(t *testing.T) {
	tell(t, []story{
		{name: "without any clip refused", steps: []step{
			does("1 09:00", start("a1")),
			refused("1 09:01", submit("a1"), NothingToSubmit),
		}},
		{name: "with nothing but files that hold no video refused like none", steps: []step{
			does("1 09:00", start("a1"), broken("a1", "1", "c1", "1 09:00"), broken("a1", "2", "c2", "1 09:00")),
			refused("1 09:01", submit("a1"), NothingToSubmit),
		}},
		{name: "with one file that holds none beside a video, or in place of one that went, allowed", steps: []step{
			does("1 09:00", start("a1"), broken("a1", "1", "c1", "1 09:00"), quick("a1", "1", "c2", "1 09:00"), broken("a1", "2", "c3", "1 09:00")),
			does("1 09:01", submit("a1")),
		}},
		{
			name:  "with an item missing allowed, and the fact says how many",
			steps: []step{one(), does("1 09:01", submit("a1"))},
			check: func(t *testing.T, s *stage) {
				want := []Fact{{
					Kind: FactSubmitted, At: at("1 09:01"), By: Actor{Role: ByCandidate}, AttemptID: "a1",
					Args: map[string]any{"clips": 1, "items": 2},
				}}
				if diff := cmp.Diff(want, s.told(FactSubmitted)); diff != "" {
					t.Error(diff)
				}
			},
		},
		{
			name:  "told again it is submitted once, from any device and however late",
			steps: []step{one(), does("1 09:01", submit("a1"), submit("a1")), does("9 09:00", Submit{"a1", tablet})},
			check: func(t *testing.T, s *stage) {
				if got := s.attempt(t, "a1"); !got.EndedAt.Equal(at("1 09:01")) || len(s.told(FactSubmitted)) != 1 {
					t.Errorf("ended at %s, facts %v", got.EndedAt, s.kinds())
				}
			},
		},
		{name: "afterwards nothing can be uploaded, deleted, moved or reset", steps: []step{
			one(), does("1 09:01", submit("a1")),
			refused("1 09:02", quick("a1", "2", "c2", "1 09:00:30"), AttemptOver),
			refused("1 09:02", quick("a1", "1", "c2", "1 09:00:30"), AttemptOver),
			refused("1 09:02", DeleteClip{"c1", phone}, AttemptOver),
			refused("1 09:02", MoveClip{"c1", "2", phone}, AttemptOver),
			refused("1 09:02", reset("a1"), OrderSubmitted),
			refused("1 09:02", start("a2"), OrderSubmitted),
		}},
		{name: "a millisecond before the deadline in time", steps: []step{one(), does("1 09:29:59.999", submit("a1"))}},
		{
			name:  "exactly at the deadline the system did it already",
			steps: []step{one(), refused("1 09:30", submit("a1"), AttemptOver), does("1 09:30", Tick{})},
			check: func(t *testing.T, s *stage) {
				if got := s.attempt(t, "a1").State; got != AutoSubmitted {
					t.Errorf("state %s", got)
				}
			},
		},
		{name: "a reset attempt cannot be submitted", steps: []step{
			one(), does("1 09:01", reset("a1")),
			refused("1 09:02", submit("a1"), AttemptOver),
		}},
		{name: "an attempt that is not there", steps: []step{refused("1 09:00", submit("a1"), refusal.NotFound)}},
	})
}

func TestR15_Reset(t *testing.T) {
	tell(t, []story{
		{
			name:  "spends the attempt, takes its clips and leads back to the order list",
			steps: []step{one(), does("1 09:10", reset("a1")), sees("1 09:10", view{Status: StatusOpen, ResetsLeft: 1, FinalAt: "3 22:00"})},
			check: func(t *testing.T, s *stage) {
				a := s.attempt(t, "a1")
				if a.State != Reset || a.Clips() != 0 || !a.EndedAt.Equal(at("1 09:10")) || s.order.AttemptsUsed() != 1 {
					t.Errorf("attempt %+v", a)
				}
				want := []FactKind{FactAttemptStarted, FactClipReceived, FactClipRemoved, FactReset}
				if diff := cmp.Diff(want, s.kinds()); diff != "" {
					t.Error(diff)
				}
				if f := s.told(FactReset); len(f) != 1 || f[0].Args["resets_left"] != 1 {
					t.Errorf("facts %+v", f)
				}
			},
		},
		{
			name:  "told again it is spent once",
			steps: []step{one(), does("1 09:10", reset("a1"), reset("a1")), does("9 09:00", reset("a1"))},
			check: func(t *testing.T, s *stage) {
				if len(s.told(FactReset)) != 1 || s.order.ResetsUsed() != 1 {
					t.Errorf("facts %v", s.kinds())
				}
			},
		},
		{
			name:  "the next attempt has a full countdown, a new code and nothing of the old",
			steps: []step{one(), does("1 09:10", reset("a1"), start("a2"))},
			check: func(t *testing.T, s *stage) {
				a := s.attempt(t, "a2")
				if !a.Deadline.Equal(at("1 09:40")) || a.Code == s.attempt(t, "a1").Code || a.Clips() != 0 || a.Number != 2 {
					t.Errorf("attempt %+v", a)
				}
			},
		},
		{name: "at most twice, so never the third attempt", steps: []step{
			does("1 09:00", start("a1"), reset("a1"), start("a2"), reset("a2")),
			sees("1 09:00", view{Status: StatusOpen, FinalAt: "3 22:00"}),
			does("1 09:01", start("a3")),
			refused("1 09:02", reset("a3"), NoResetsLeft),
			refused("1 10:00", reset("a3"), NoResetsLeft),
		}},
		{name: "a running attempt in the window's last millisecond", steps: []step{
			does("3 21:50", start("a1")), does("3 21:59:59.999", reset("a1")),
		}},
		{name: "not when the window has closed", steps: []step{
			does("3 21:50", start("a1")), refused("3 22:00", reset("a1"), ResetTooLate),
		}},
		{name: "an attempt that is not there", steps: []step{refused("1 09:00", reset("a1"), refusal.NotFound)}},
	})
}

func TestR15_ATimedOutAttemptUntilTheEndOfItsDay(t *testing.T) {
	tell(t, []story{
		{
			name:  "a millisecond before midnight in Shanghai it can still be reset",
			steps: []step{one(), does("1 23:59:59.999", reset("a1"))},
			check: func(t *testing.T, s *stage) {
				if a := s.attempt(t, "a1"); !a.EndedAt.Equal(at("1 09:30")) || a.State != Reset || a.Clips() != 0 {
					t.Errorf("attempt %+v", a)
				}
				want := []FactKind{FactAttemptStarted, FactClipReceived, FactTimedOut, FactClipRemoved, FactReset}
				if diff := cmp.Diff(want, s.kinds()); diff != "" {
					t.Error(diff)
				}
			},
		},
		{name: "at midnight in Shanghai no more", steps: []step{one(), refused("2 00:00", reset("a1"), ResetTooLate)}},
		{name: "the day is Shanghai's, whatever the server's zone: 07:59 is still yesterday in UTC", steps: []step{
			does("1 23:00", start("a1")), refused("2 07:59", reset("a1"), ResetTooLate),
		}},
		{name: "a deadline just after midnight has the whole new day", steps: []step{
			does("1 23:45", start("a1")),
			sees("2 00:15", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "3 00:00", FinalAt: "3 00:00"}),
			does("2 23:59:59.999", reset("a1")),
		}},
		{name: "a deadline exactly at midnight falls on the new day", steps: []step{
			does("1 23:30", start("a1")),
			does("2 23:59:59.999", reset("a1")),
		}},
		{name: "the window's close comes before the day's end", order: newOrder(window(during("1 08:00", "1 12:00"))), steps: []step{
			one(),
			sees("1 11:59:59.999", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "1 12:00", FinalAt: "1 12:00"}),
			refused("1 12:00", reset("a1"), ResetTooLate),
			sees("1 12:00", view{Status: StatusAutoSubmitted, FinalAt: "1 12:00"}),
		}},
		{name: "the whole window where the centre says so", rules: rules(resetSpan(ResetWithinWindow)), steps: []step{
			one(),
			sees("2 12:00", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "3 22:00", FinalAt: "3 22:00"}),
			refused("3 22:00", reset("a1"), ResetTooLate),
			does("3 21:59:59.999", reset("a1")),
		}},
		{name: "never the third", steps: []step{
			does("1 09:00", start("a1"), reset("a1"), start("a2"), reset("a2"), start("a3")),
			refused("1 09:31", reset("a3"), NoResetsLeft),
			sees("1 09:31", view{Status: StatusAutoSubmitted, FinalAt: "2 00:00"}),
		}},
	})
}

// R15 with R22: what a voided attempt does to the count.
func TestR15_AVoidedAttemptCountsNeitherAsAttemptNorAsReset(t *testing.T) {
	tell(t, []story{
		{name: "after two resets and a void the third that counts cannot be reset", steps: []step{
			does("1 09:00", start("a1"), reset("a1"), start("a2"), reset("a2"), start("a3"), void("a3"), start("a4")),
			refused("1 09:01", reset("a4"), NoResetsLeft),
			sees("1 09:01", view{Status: StatusRunning}),
		}},
		{name: "a void of a reset attempt gives the reset back", steps: []step{
			does("1 09:00", start("a1"), reset("a1"), start("a2"), reset("a2"), start("a3"), void("a2")),
			does("1 09:01", reset("a3"), start("a4")),
			refused("1 09:01", reset("a4"), NoResetsLeft),
		}},
		{name: "a voided attempt cannot be reset", steps: []step{
			does("1 09:00", start("a1"), void("a1")),
			refused("1 09:01", reset("a1"), AttemptOver),
		}},
	})
}

func TestR16_TimeoutIsDatedToTheDeadlineHoweverLateItIsNoticed(t *testing.T) {
	for _, noticed := range []string{"1 09:30", "1 09:31", "2 00:00", "8 09:00", "30 09:00"} {
		t.Run("noticed on "+noticed, func(t *testing.T) {
			s := play(t, rules(), newOrder(), one(), does(noticed, Tick{}, Tick{}))
			want := []Fact{{Kind: FactTimedOut, At: at("1 09:30"), By: Actor{Role: BySystem}, AttemptID: "a1"}}
			if diff := cmp.Diff(want, s.told(FactTimedOut)); diff != "" {
				t.Error(diff)
			}
			a := s.attempt(t, "a1")
			if a.State != AutoSubmitted || !a.EndedAt.Equal(a.Deadline) || clipOf(a, "1") != "c1" {
				t.Errorf("attempt %+v", a)
			}
		})
	}
}

func TestR16_TimeoutIsTrueBeforeItIsWrittenDown(t *testing.T) {
	tell(t, []story{
		{name: "running until a millisecond before the deadline", steps: []step{one(),
			sees("1 09:29:59.999", view{Status: StatusRunning, ResetsLeft: 2, ResetUntil: "2 00:00"}),
		}},
		{name: "submitted by the system from the deadline on", steps: []step{one(),
			sees("1 09:30", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "2 00:00", FinalAt: "2 00:00"}),
			does("1 09:30", Tick{}),
			sees("1 09:30", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "2 00:00", FinalAt: "2 00:00"}),
		}},
		{name: "a tick before the deadline does nothing", steps: []step{one(), does("1 09:29:59.999", Tick{})}, check: func(t *testing.T, s *stage) {
			if len(s.told(FactTimedOut)) != 0 || s.attempt(t, "a1").State != Running {
				t.Errorf("facts %v", s.kinds())
			}
		}},
		{name: "a refused act writes nothing, the next one does, once", steps: []step{one(),
			refused("1 09:31", submit("a1"), AttemptOver),
			does("1 09:32", Tick{}),
		}, check: func(t *testing.T, s *stage) {
			if len(s.told(FactTimedOut)) != 1 {
				t.Errorf("facts %v", s.kinds())
			}
		}},
		{name: "any act writes it down first", steps: []step{one(), does("1 09:31", TakeOver{"a1", tablet})}, check: func(t *testing.T, s *stage) {
			want := []FactKind{FactAttemptStarted, FactClipReceived, FactTimedOut, FactTakenOver}
			if diff := cmp.Diff(want, s.kinds()); diff != "" {
				t.Error(diff)
			}
		}},
	})
}

func TestR16_WhenAnOrderIsFinal(t *testing.T) {
	tell(t, []story{
		{name: "without an attempt at the window's close", steps: []step{
			sees("1 07:00", view{Status: StatusWaiting, ResetsLeft: 2, FinalAt: "3 22:00"}),
			refused("3 21:59:59.999", Seal{}, AttemptRunning),
			does("3 22:00", Seal{}),
		}},
		{name: "with a running attempt never", steps: []step{one(),
			sees("1 09:10", view{Status: StatusRunning, ResetsLeft: 2, ResetUntil: "2 00:00"}),
			refused("1 09:10", Seal{}, AttemptRunning),
		}},
		{name: "submitted at once", steps: []step{one(),
			does("1 09:10", submit("a1")),
			sees("1 09:10", view{Status: StatusSubmitted, FinalAt: "1 09:10"}),
			does("1 09:10", Seal{}),
		}},
		{name: "timed out at the end of its day", steps: []step{one(),
			refused("1 23:59:59.999", Seal{}, AttemptRunning),
			does("2 00:00", Seal{}),
		}},
		{name: "reset at the window's close", steps: []step{one(),
			does("1 09:10", reset("a1")),
			refused("3 21:59:59.999", Seal{}, AttemptRunning),
			does("3 22:00", Seal{}),
		}},
		{name: "voided at the window's close", steps: []step{one(),
			does("1 09:10", void("a1")),
			sees("1 09:10", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"}),
		}},
		{name: "the third timed out, too, at the end of its day, and extra time reopens it until then", steps: []step{
			does("1 09:00", start("a1"), reset("a1"), start("a2"), reset("a2"), start("a3"), quick("a3", "1", "c1", "1 09:00")),
			sees("1 10:00", view{Status: StatusAutoSubmitted, FinalAt: "2 00:00"}),
			does("1 23:00", extra("a3", 10*time.Minute)),
			sees("1 23:05", view{Status: StatusRunning}),
			sees("1 23:10", view{Status: StatusAutoSubmitted, FinalAt: "2 00:00"}),
			refused("2 00:00", extra("a3", 10*time.Minute), OrderFinal),
		}},
	})
}

func TestR16_SealedOnceAndNothingMovesAfterwards(t *testing.T) {
	sealed := []step{one(), does("2 00:00", Seal{})}
	tell(t, []story{
		{name: "told again it is sealed once", steps: append(sealed[:2:2], does("2 01:00", Seal{})), check: func(t *testing.T, s *stage) {
			if !s.order.SealedAt.Equal(at("2 00:00")) || len(s.told(FactSealed)) != 1 {
				t.Errorf("sealed at %s, facts %v", s.order.SealedAt, s.kinds())
			}
		}},
		{name: "no window, no void, no extra time, no reset, no attempt", steps: append(sealed[:2:2],
			refused("2 09:00", move(during("1 08:00", "9 22:00")), OrderSealed),
			refused("2 09:00", void("a1"), OrderSealed),
			refused("2 09:00", extra("a1", time.Minute), OrderFinal),
			refused("2 09:00", reset("a1"), OrderSealed),
			refused("2 09:00", start("a2"), AttemptNotReset),
		)},
		{name: "an absent order in a batch gets no window and no attempt", order: newOrder(window(during("1 08:00", "1 22:00"))), steps: []step{
			does("1 22:00", Seal{}),
			refused("1 23:00", move(during("1 08:00", "9 22:00")), OrderSealed),
			refused("1 23:00", start("a1"), OrderSealed),
		}},
	})
}

func TestR17_AbsentAndForfeited(t *testing.T) {
	tell(t, []story{
		{name: "no attempt ever started is absent from the close on", steps: []step{
			sees("3 21:59:59.999", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"}),
			sees("3 22:00", view{Status: StatusAbsent, FinalAt: "3 22:00"}),
		}},
		{name: "a practice run is no attempt", steps: []step{
			does("1 09:00", practice("p1")),
			sees("3 22:00", view{Status: StatusAbsent, FinalAt: "3 22:00"}),
		}},
		{name: "reset and no new attempt is forfeited, clips or not", steps: []step{
			one(), does("1 09:10", reset("a1")),
			sees("3 21:59:59.999", view{Status: StatusOpen, ResetsLeft: 1, FinalAt: "3 22:00"}),
			sees("3 22:00", view{Status: StatusForfeited, FinalAt: "3 22:00"}),
		}},
		{name: "a last attempt that timed out empty is forfeited", steps: []step{
			does("3 21:00", start("a1")),
			sees("3 21:59", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "3 22:00", FinalAt: "3 22:00"}),
			sees("3 22:00", view{Status: StatusForfeited, FinalAt: "3 22:00"}),
		}},
		{name: "cut by the close without a clip is forfeited", steps: []step{
			does("3 21:50", start("a1")),
			sees("3 22:00", view{Status: StatusForfeited, FinalAt: "3 22:00"}),
		}},
		{name: "a last attempt that timed out with nothing but a file that holds no video is forfeited", steps: []step{
			does("3 21:00", start("a1"), broken("a1", "1", "c1", "3 21:00")),
			sees("3 21:59", view{Status: StatusAutoSubmitted, ResetsLeft: 2, ResetUntil: "3 22:00", FinalAt: "3 22:00"}),
			sees("3 22:00", view{Status: StatusForfeited, FinalAt: "3 22:00"}),
		}},
		{name: "one video beside a file that holds none counts as submitted, and the order names the file", steps: []step{
			does("3 21:00", start("a1"), broken("a1", "1", "c1", "3 21:00"), quick("a1", "2", "c2", "3 21:00")),
			sees("3 22:00", view{Status: StatusAutoSubmitted, FinalAt: "3 22:00"}),
		}, check: func(t *testing.T, s *stage) {
			if got := s.order.Unreadable(); len(got) != 1 || got[0] != s.attempt(t, "a1").Items[0].Name {
				t.Errorf("named %v", got)
			}
		}},
		{name: "submitted and found to hold no video afterwards stays submitted: a person decides (R20)", steps: []step{
			does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"), submit("a1")),
			func(t *testing.T, s *stage) { s.attempt(t, "a1").Items[0].Clip.Broken = true },
			sees("9 00:00", view{Status: StatusSubmitted, FinalAt: "1 09:00"}),
		}},
		{name: "cut by the close with one clip counts as submitted", steps: []step{
			does("3 21:50", start("a1"), quick("a1", "2", "c1", "3 21:50")),
			sees("3 22:00", view{Status: StatusAutoSubmitted, FinalAt: "3 22:00"}),
		}},
		{name: "the third timed out empty is forfeited though the first two had clips", steps: []step{
			one(), does("1 09:01", reset("a1"), start("a2"), quick("a2", "1", "c2", "1 09:01"), reset("a2"), start("a3")),
			sees("3 22:00", view{Status: StatusForfeited, FinalAt: "2 00:00"}),
		}},
		{name: "a clip whose news came late still saves the attempt", steps: []step{
			does("3 21:50", start("a1")),
			sees("3 22:00", view{Status: StatusForfeited, FinalAt: "3 22:00"}),
			does("3 22:10", clip("a1", "1", "c1", "3 21:51", "3 21:55")),
			sees("3 22:10", view{Status: StatusAutoSubmitted, FinalAt: "3 22:00"}),
		}},
		{name: "submitted stays submitted when the window has closed", steps: []step{
			one(), does("1 09:10", submit("a1")),
			sees("9 00:00", view{Status: StatusSubmitted, FinalAt: "1 09:10"}),
		}},
		{name: "a reset voided by staff leaves the order as it was before", steps: []step{
			one(), does("1 09:01", reset("a1"), start("a2"), void("a2")),
			sees("1 09:02", view{Status: StatusOpen, ResetsLeft: 1, FinalAt: "3 22:00"}),
			sees("3 22:00", view{Status: StatusForfeited, FinalAt: "3 22:00"}),
		}},
		{name: "no attempt and no reset after the close", steps: []step{
			one(), does("1 09:01", reset("a1")),
			refused("3 22:00", start("a2"), WindowClosed),
		}},
		{name: "waiting before the window opens", steps: []step{
			sees("1 07:59:59.999", view{Status: StatusWaiting, ResetsLeft: 2, FinalAt: "3 22:00"}),
			sees("1 08:00", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"}),
		}},
		{name: "disqualified over everything", steps: []step{
			does("1 08:00", disqualify("d1")),
			sees("1 09:00", view{Status: StatusDisqualified, FinalAt: "3 22:00"}),
			sees("3 22:00", view{Status: StatusDisqualified, FinalAt: "3 22:00"}),
		}},
	})
}
