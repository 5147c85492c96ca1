package exam

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
)

func TestR7_CountdownFollowsTheGrade(t *testing.T) {
	want := map[int]time.Duration{
		1: 30 * time.Minute, 4: 30 * time.Minute, 5: 45 * time.Minute,
		7: 45 * time.Minute, 8: time.Hour, 10: time.Hour,
	}
	for n, limit := range want {
		t.Run(fmt.Sprintf("grade %d has %s", n, limit), func(t *testing.T) {
			s := play(t, rules(), newOrder(grade(n)), does("1 09:00", start("a1")))
			got := s.attempt(t, "a1")
			if want := at("1 09:00").Add(limit); !got.Deadline.Equal(want) || got.Limit != limit {
				t.Errorf("deadline %s, limit %s; want %s, %s", got.Deadline, got.Limit, want, limit)
			}
		})
	}
}

func TestR7_OnlyInsideTheWindow(t *testing.T) {
	tell(t, []story{
		{name: "a millisecond before it opens is too early", steps: []step{
			refused("1 07:59:59.999", start("a1"), WindowNotOpen),
		}},
		{name: "the moment it opens is in time", steps: []step{does("1 08:00", start("a1"))}},
		{name: "a millisecond before it closes is in time", steps: []step{does("3 21:59:59.999", start("a1"))}},
		{name: "the moment it closes is too late", steps: []step{refused("3 22:00", start("a1"), WindowClosed)}},
	})
}

func TestR7_AnAttemptEndsWhenTheWindowCloses(t *testing.T) {
	tell(t, []story{
		{
			name: "a start ten minutes before the close has ten minutes, and the page warns before",
			steps: []step{
				does("3 21:50", start("a1")),
				sees("3 21:59:59.999", view{Status: StatusRunning, ResetsLeft: 2, ResetUntil: "3 22:00"}),
				refused("3 22:00", quick("a1", "1", "c1", "3 22:00"), AttemptOver),
			},
			check: func(t *testing.T, s *stage) {
				if got := s.attempt(t, "a1").Deadline; !got.Equal(at("3 22:00")) {
					t.Errorf("deadline %s", got)
				}
				if !newOrder().ShortWindow(s.rules, at("3 21:50")) {
					t.Error("no warning")
				}
			},
		},
		{
			name:  "a start exactly the full time before the close has all of it, without a warning",
			steps: []step{does("3 21:30", start("a1"))},
			check: func(t *testing.T, s *stage) {
				if got := s.attempt(t, "a1").Deadline; !got.Equal(at("3 22:00")) {
					t.Errorf("deadline %s", got)
				}
				for when, want := range map[string]bool{
					"1 07:59": false, "3 21:30": false, "3 21:30:00.001": true, "3 21:59:59.999": true, "3 22:00": false,
				} {
					if got := s.order.ShortWindow(s.rules, at(when)); got != want {
						t.Errorf("warning at %s is %v", when, got)
					}
				}
			},
		},
	})
}

func TestR7_ThreeAttemptsThatCount(t *testing.T) {
	tell(t, []story{
		{name: "the third can be started, a fourth never", steps: []step{
			does("1 09:00", start("a1"), reset("a1"), start("a2"), reset("a2"), start("a3")),
			refused("1 09:00", reset("a3"), NoResetsLeft),
			refused("2 09:00", start("a4"), AttemptNotReset),
		}},
		{name: "one that timed out has to be reset first", steps: []step{
			does("1 09:00", start("a1")),
			refused("1 09:30", start("a2"), AttemptNotReset),
			does("1 09:31", reset("a1"), start("a2")),
		}},
		{name: "after a submit none starts", steps: []step{
			does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"), submit("a1")),
			refused("1 09:01", start("a2"), OrderSubmitted),
		}},
		{name: "fewer where the centre says so", rules: rules(func(r *Rules) { r.MaxAttempts = 1 }), steps: []step{
			does("1 09:00", start("a1")),
			refused("1 09:01", reset("a1"), NoResetsLeft),
		}},
		{name: "a limit that was lowered meanwhile counts what there was", steps: []step{
			does("1 09:00", start("a1"), reset("a1"), start("a2"), reset("a2")),
			func(_ *testing.T, s *stage) { s.rules.MaxAttempts = 2 },
			refused("1 09:01", start("a3"), AttemptsUsedUp),
		}},
		{name: "none while another order of the person has one running", steps: []step{
			refused("1 09:00", startBesideAnother("a1"), OtherOrderRunning),
		}},
		{name: "none while disqualified", steps: []step{
			does("1 09:00", disqualify("d1")),
			refused("1 09:01", start("a1"), Disqualified),
		}},
	})
}

func startBesideAnother(id string) Start {
	e := start(id)
	e.OtherRunning = true
	return e
}

// R6, R25: what a start needs besides time and number.
func TestR7_StartNeedsAgreementAndAnAnswerAboutFaces(t *testing.T) {
	silent, stale, unread := start("a1"), start("a1"), start("a1")
	silent.Agreed = false
	stale.RulesVersion = "v0"
	unread.RulesVersion = ""
	tell(t, []story{
		{name: "without agreement refused", steps: []step{refused("1 09:00", silent, RulesNotAgreed)}},
		{name: "an agreement to an older version refused", steps: []step{refused("1 09:00", stale, RulesChanged)}},
		{name: "an agreement to no version refused", steps: []step{refused("1 09:00", unread, RulesChanged)}},
		{
			name:  "without an answer about faces refused, with a no it starts",
			order: newOrder(func(o *Order) { o.Consent = Consent{} }),
			steps: []step{
				refused("1 09:00", start("a1"), ConsentMissing),
				refused("1 09:00", Consented{Face: true, By: candidate()}, GuardianMissing),
				does("1 09:00", Consented{By: candidate()}, start("a1")),
			},
			check: func(t *testing.T, s *stage) {
				if s.order.Consent.Answer != ConsentDeclined {
					t.Errorf("answer %q", s.order.Consent.Answer)
				}
			},
		},
		{name: "an order without items refused", order: newOrder(func(o *Order) { o.Items = nil }), steps: []step{
			refused("1 09:00", start("a1"), NoItems),
		}},
	})
}

func TestR7_StartIsAFactWithAllThatMatters(t *testing.T) {
	s := play(t, rules(), newOrder(), does("1 09:00", start("a1")))
	want := []Fact{{
		Kind: FactAttemptStarted, At: at("1 09:00"), By: Actor{Role: ByCandidate}, AttemptID: "a1",
		Args: map[string]any{"number": 1, "deadline": at("1 09:30"), "rules_version": "v1", "questions": []string{}},
	}}
	if diff := cmp.Diff(want, s.facts); diff != "" {
		t.Error(diff)
	}
}

func TestR8_TheCodeIsRevealedOnce(t *testing.T) {
	tell(t, []story{
		{
			name:  "the first time counts, told again changes nothing",
			steps: []step{does("1 09:00", start("a1")), does("1 09:01", Acknowledge{"a1"}), does("1 09:05", Acknowledge{"a1"})},
			check: func(t *testing.T, s *stage) {
				if got := s.attempt(t, "a1").AcknowledgedAt; !got.Equal(at("1 09:01")) || len(s.told(FactCodeRevealed)) != 1 {
					t.Errorf("revealed at %s, facts %v", got, s.kinds())
				}
			},
		},
		{name: "not after the end", steps: []step{
			does("1 09:00", start("a1")),
			refused("1 09:30", Acknowledge{"a1"}, AttemptOver),
		}},
		{name: "not of an attempt that is not there", steps: []step{refused("1 09:00", Acknowledge{"a1"}, refusal.NotFound)}},
	})
}

func TestR10_DevicesStartingAtOnceStartOneAttempt(t *testing.T) {
	second := start("a2")
	second.Device = tablet
	s := play(t, rules(), newOrder(), does("1 09:00", start("a1")), does("1 09:00:00.001", second))
	if len(s.order.Attempts) != 1 || s.attempt(t, "a1").Device != phone || len(s.facts) != 1 {
		t.Errorf("attempts %+v, facts %v", s.order.Attempts, s.kinds())
	}
}

// A start that a phone repeats because it never saw the answer.
func TestR10_AStartToldAgainAfterItsAttemptEndedStartsNothing(t *testing.T) {
	s := play(t, rules(), newOrder(), does("1 09:00", start("a1"), reset("a1"), start("a1")))
	if len(s.order.Attempts) != 1 {
		t.Errorf("attempts %+v", s.order.Attempts)
	}
}

func TestR10_OneDeviceAtATime(t *testing.T) {
	running := []step{does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"))}
	tell(t, []story{
		{name: "another device may look but not act", steps: append(running[:1:1],
			refused("1 09:01", Submit{"a1", tablet}, OtherDevice),
			refused("1 09:01", ResetAttempt{AttemptID: "a1", Device: tablet}, OtherDevice),
			refused("1 09:01", DeleteClip{"c1", tablet}, OtherDevice),
			refused("1 09:01", MoveClip{"c1", "2", tablet}, OtherDevice),
			does("1 09:01", Acknowledge{"a1"}, Previewed{"c1"}),
		)},
		{name: "what was handed over is gone from the first device", steps: append(running[:1:1],
			does("1 09:01", TakeOver{"a1", tablet}),
			refused("1 09:02", submit("a1"), OtherDevice),
			does("1 09:02", Submit{"a1", tablet}),
		), check: func(t *testing.T, s *stage) {
			if len(s.told(FactTakenOver)) != 1 {
				t.Errorf("facts %v", s.kinds())
			}
		}},
		{
			name:  "taking over what one holds changes nothing",
			steps: append(running[:1:1], does("1 09:01", TakeOver{"a1", phone})),
			check: func(t *testing.T, s *stage) {
				if len(s.told(FactTakenOver)) != 0 {
					t.Errorf("facts %v", s.kinds())
				}
			},
		},
		{name: "a submitted attempt cannot be taken over", steps: append(running[:1:1],
			does("1 09:01", submit("a1")),
			refused("1 09:02", TakeOver{"a1", tablet}, AttemptOver),
		)},
		{name: "a reset attempt cannot be taken over", steps: append(running[:1:1],
			does("1 09:01", reset("a1")),
			refused("1 09:02", TakeOver{"a1", tablet}, AttemptOver),
		)},
	})
}

func TestR10_AnUploadBeginsOnlyOnTheHoldingDevice(t *testing.T) {
	s := play(t, rules(), newOrder(), does("1 09:00", start("a1")))
	for _, c := range []struct {
		name, attempt, item, device, when string
		size                              int64
		want                              refusal.Code
	}{
		{"the holder may", "a1", "1", phone, "1 09:01", 1, ""},
		{"the largest file may", "a1", "1", phone, "1 09:01", 500 << 20, ""},
		{"a byte more may not (R11)", "a1", "1", phone, "1 09:01", 500<<20 + 1, UploadTooLarge},
		{"an empty file may not", "a1", "1", phone, "1 09:01", 0, UploadEmpty},
		{"another device may not", "a1", "1", tablet, "1 09:01", 1, OtherDevice},
		{"another item is not there", "a1", "3", phone, "1 09:01", 1, refusal.NotFound},
		{"another attempt is not there", "a2", "1", phone, "1 09:01", 1, refusal.NotFound},
		{"a millisecond before the deadline may", "a1", "1", phone, "1 09:29:59.999", 1, ""},
		{"exactly at the deadline may not", "a1", "1", phone, "1 09:30", 1, AttemptOver},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := s.order.Clone()
			err := CheckUpload(s.rules, s.order, c.attempt, c.item, c.device, c.size, at(c.when))
			if refusal.CodeOf(err) != c.want || c.want == "" && err != nil {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if diff := cmp.Diff(before, s.order); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestR25_AnAnswerIsNotChangedOnceItWasSent(t *testing.T) {
	tell(t, []story{
		{name: "before, any number of times", steps: []step{
			one(), does("1 09:10", Consented{By: candidate()}, submit("a1"), Consented{Face: true, Guardian: "王大明", By: candidate()}),
		}},
		{
			name:  "after, it can be withdrawn, and told again",
			steps: []step{one(), does("1 09:10", submit("a1"), Seal{}), does("1 09:20", Consented{By: candidate()}, Consented{By: candidate()})},
			check: func(t *testing.T, s *stage) {
				if s.order.Consent.Answer != ConsentDeclined || s.order.Consent.Guardian != "" || len(s.told(FactConsented)) != 1 {
					t.Errorf("%+v, facts %v", s.order.Consent, s.told(FactConsented))
				}
			},
		},
		{name: "after, it is not given", steps: []step{
			one(), does("1 09:10", submit("a1"), Seal{}, Consented{By: candidate()}),
			refused("1 09:20", Consented{Face: true, Guardian: "王大明", By: candidate()}, OrderSealed),
		}},
		{name: "a guardian of spaces is none", steps: []step{
			refused("1 09:00", Consented{Face: true, Guardian: " 　", By: candidate()}, GuardianMissing),
		}},
	})
}

func TestR25_AnotherPersonAnswersAnew(t *testing.T) {
	tell(t, []story{
		{
			name:  "the answer and the practice run were not theirs",
			steps: []step{does("1 09:00", practice("p1"), quick("p1", "1", "k1", "1 09:00"), submit("p1"), ChangePerson{}), refused("1 09:10", start("a1"), ConsentMissing)},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Practice) != 0 || !s.order.PracticedAt.IsZero() || s.order.Consent != (Consent{}) || len(s.told(FactPersonChanged)) != 1 {
					t.Errorf("order %+v", s.order)
				}
			},
		},
		{name: "not once there was an attempt", steps: []step{one(), refused("1 09:10", ChangePerson{}, PersonChanged)}},
	})
}
