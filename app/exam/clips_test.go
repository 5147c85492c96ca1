package exam

import (
	"testing"
	"time"

	"kaodian/app/base/refusal"
)

func TestR11_OneClipPerItemOfAllowedSize(t *testing.T) {
	sized := func(n int64) Receive {
		e := quick("a1", "1", "c1", "1 09:01")
		e.Clip.Size = n
		return e
	}
	begun := does("1 09:00", start("a1"))
	tell(t, []story{
		{name: "500 MB are allowed", steps: []step{begun, does("1 09:01", sized(500<<20))}},
		{name: "a byte more is refused by the server too", steps: []step{begun, refused("1 09:01", sized(500<<20+1), UploadTooLarge)}},
		{name: "an empty file is refused", steps: []step{begun, refused("1 09:01", sized(0), UploadEmpty)}},
		{name: "an unknown item is not there", steps: []step{begun, refused("1 09:01", quick("a1", "3", "c1", "1 09:01"), refusal.NotFound)}},
		{name: "an unknown attempt is not there", steps: []step{begun, refused("1 09:01", quick("a9", "1", "c1", "1 09:01"), refusal.NotFound)}},
	})
}

func TestR12_AClipCanBeReplacedDeletedAndMoved(t *testing.T) {
	begun := does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"))
	both := does("1 09:01", quick("a1", "2", "c2", "1 09:01"), Previewed{"c1"}, Previewed{"c2"})
	holds := func(first, second string) func(*testing.T, *stage) {
		return func(t *testing.T, s *stage) {
			t.Helper()
			a := s.attempt(t, "a1")
			if clipOf(a, "1") != first || clipOf(a, "2") != second {
				t.Errorf("items hold %q and %q, want %q and %q", clipOf(a, "1"), clipOf(a, "2"), first, second)
			}
		}
	}
	tell(t, []story{
		{
			name:  "a second clip replaces the first, which goes when the second was opened; all are facts",
			steps: []step{begun, does("1 09:02", quick("a1", "1", "c2", "1 09:02"), opened("c2"))},
			check: func(t *testing.T, s *stage) {
				holds("c2", "")(t, s)
				if gone := s.told(FactClipRemoved); len(gone) != 1 || gone[0].ClipID != "c1" || len(s.told(FactClipReceived)) != 2 {
					t.Errorf("facts %v", s.kinds())
				}
			},
		},
		{name: "told again it is held once", steps: []step{begun, does("1 09:02", quick("a1", "1", "c1", "1 09:00"))}, check: func(t *testing.T, s *stage) {
			holds("c1", "")(t, s)
			if len(s.told(FactClipReceived)) != 1 {
				t.Errorf("facts %v", s.kinds())
			}
		}},
		{
			name:  "told again after it was moved it stays where it is",
			steps: []step{begun, does("1 09:02", MoveClip{"c1", "2", phone}, quick("a1", "1", "c1", "1 09:00"))},
			check: holds("", "c1"),
		},
		{
			name:  "deleted it is gone",
			steps: []step{begun, does("1 09:02", DeleteClip{"c1", phone}), refused("1 09:02", DeleteClip{"c1", phone}, refusal.NotFound)},
			check: holds("", ""),
		},
		{name: "moved it lies in the other item", steps: []step{begun, does("1 09:02", MoveClip{"c1", "2", phone})}, check: holds("", "c1")},
		{
			name:  "moved onto another they change places and have to be looked at again",
			steps: []step{begun, both, does("1 09:02", MoveClip{"c1", "2", phone})},
			check: func(t *testing.T, s *stage) {
				holds("c2", "c1")(t, s)
				for _, item := range s.attempt(t, "a1").Items {
					if item.Clip.Previewed {
						t.Errorf("%s counts as looked at", item.Clip.ID)
					}
				}
			},
		},
		{name: "moved to its own item nothing happens", steps: []step{begun, both, does("1 09:02", MoveClip{"c1", "1", phone})}, check: func(t *testing.T, s *stage) {
			holds("c1", "c2")(t, s)
			if len(s.told(FactClipMoved)) != 0 {
				t.Errorf("facts %v", s.kinds())
			}
		}},
		{name: "moved to an item that is not there refused", steps: []step{begun, refused("1 09:02", MoveClip{"c1", "3", phone}, refusal.NotFound)}},
		{name: "an unknown clip is not there", steps: []step{begun,
			refused("1 09:02", MoveClip{"c9", "1", phone}, refusal.NotFound),
			refused("1 09:02", DeleteClip{"c9", phone}, refusal.NotFound),
			refused("1 09:02", Previewed{"c9"}, refusal.NotFound),
		}},
		{name: "a millisecond before the deadline it can", steps: []step{begun, does("1 09:29:59.999", DeleteClip{"c1", phone})}},
		{name: "at the deadline neither deleted nor moved", steps: []step{begun,
			refused("1 09:30", DeleteClip{"c1", phone}, AttemptOver),
			refused("1 09:30", MoveClip{"c1", "2", phone}, AttemptOver),
		}, check: holds("c1", "")},
	})
}

func TestR12_APreviewIsNotedOnceAndOnlyWhileTheAttemptRuns(t *testing.T) {
	begun := does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"))
	previewed := func(want bool, facts int) func(*testing.T, *stage) {
		return func(t *testing.T, s *stage) {
			t.Helper()
			if got := s.attempt(t, "a1").Items[0].Clip.Previewed; got != want || len(s.told(FactClipPreviewed)) != facts {
				t.Errorf("previewed %v, facts %v", got, s.kinds())
			}
		}
	}
	tell(t, []story{
		{name: "twice is once", steps: []step{begun, does("1 09:02", Previewed{"c1"}, Previewed{"c1"})}, check: previewed(true, 1)},
		{name: "after the submit it is only a look", steps: []step{begun, does("1 09:02", submit("a1"), Previewed{"c1"})}, check: previewed(false, 0)},
		{name: "after the timeout it is only a look", steps: []step{begun, does("1 09:30", Previewed{"c1"})}, check: previewed(false, 0)},
	})
}

func TestR13_TheLastByteHasToComeBeforeTheDeadline(t *testing.T) {
	begun := does("1 09:00", start("a1"))
	tell(t, []story{
		{name: "a millisecond before is in time", steps: []step{begun, does("1 09:29:59.999", clip("a1", "1", "c1", "1 09:01", "1 09:29:59.999"))}},
		{name: "exactly at it is late", steps: []step{begun, refused("1 09:30", clip("a1", "1", "c1", "1 09:01", "1 09:30"), UploadLate)}},
		{
			name:  "in time but noticed a week later, after a crash, it belongs to the attempt",
			steps: []step{begun, does("8 09:00", clip("a1", "1", "c1", "1 09:01", "1 09:29:59.999"))},
			check: func(t *testing.T, s *stage) {
				a := s.attempt(t, "a1")
				if clipOf(a, "1") != "c1" || a.State != AutoSubmitted || !a.EndedAt.Equal(at("1 09:30")) {
					t.Errorf("attempt %+v", a)
				}
			},
		},
		{name: "late and noticed a week later it is late still", steps: []step{begun, refused("8 09:00", clip("a1", "1", "c1", "1 09:01", "1 09:30"), UploadLate)}},
		{name: "after a submit none is taken", steps: []step{begun,
			does("1 09:01", quick("a1", "1", "c1", "1 09:01"), submit("a1")),
			refused("1 09:02", clip("a1", "2", "c2", "1 09:00", "1 09:00"), AttemptOver),
		}},
		{name: "after a reset none is taken", steps: []step{begun,
			does("1 09:01", reset("a1")),
			refused("1 09:02", clip("a1", "2", "c2", "1 09:00", "1 09:00"), AttemptOver),
		}},
		{name: "after a void none is taken", steps: []step{begun,
			does("1 09:01", void("a1")),
			refused("1 09:02", clip("a1", "2", "c2", "1 09:00", "1 09:00"), AttemptOver),
		}},
		{name: "none while disqualified", steps: []step{begun,
			does("1 09:01", disqualify("d1")),
			refused("1 09:02", clip("a1", "2", "c2", "1 09:00", "1 09:00"), Disqualified),
		}},
		{name: "what is in a batch takes no clip that turns up afterwards", steps: []step{begun,
			does("1 09:01", quick("a1", "1", "c1", "1 09:01")),
			does("2 00:00", Seal{}),
			refused("2 00:01", clip("a1", "1", "c2", "1 09:01", "1 09:02"), OrderSealed),
		}, check: func(t *testing.T, s *stage) {
			if got := clipOf(s.attempt(t, "a1"), "1"); got != "c1" {
				t.Errorf("holds %q", got)
			}
		}},
	})
}

func TestR13_GraceIsForUploadsBegunInTime(t *testing.T) {
	minute := rules(grace(time.Minute))
	begun := does("1 09:00", start("a1"))
	tell(t, []story{
		{name: "begun before, ended within the grace", rules: minute, steps: []step{begun,
			does("1 09:30:59.999", clip("a1", "1", "c1", "1 09:29:59.999", "1 09:30:59.999")),
		}},
		{name: "exactly at the grace's end is late", rules: minute, steps: []step{begun,
			refused("1 09:31", clip("a1", "1", "c1", "1 09:29", "1 09:31"), UploadLate),
		}},
		{name: "begun at the deadline has none", rules: minute, steps: []step{begun,
			refused("1 09:30:01", clip("a1", "1", "c1", "1 09:30", "1 09:30:01"), AttemptOver),
		}},
		{name: "a timeout written down does not end it", rules: minute, steps: []step{begun,
			does("1 09:30", Tick{}),
			does("1 09:30:30", clip("a1", "1", "c1", "1 09:29", "1 09:30:30")),
		}},
		{name: "a reset ends it", rules: minute, steps: []step{begun,
			does("1 09:30:10", reset("a1")),
			refused("1 09:30:30", clip("a1", "1", "c1", "1 09:29", "1 09:30:30"), AttemptOver),
		}},
		{name: "a submit ends it", rules: minute, steps: []step{begun,
			does("1 09:29", quick("a1", "1", "c1", "1 09:29"), submit("a1")),
			refused("1 09:29:30", clip("a1", "2", "c2", "1 09:28", "1 09:29:30"), AttemptOver),
		}},
		{name: "no new upload begins in it", rules: minute, steps: []step{begun, func(t *testing.T, s *stage) {
			if err := CheckUpload(s.rules, s.order, "a1", "1", phone, 1, at("1 09:30:30")); refusal.CodeOf(err) != AttemptOver {
				t.Errorf("got %v", err)
			}
		}}},
		{name: "nor a submit", rules: minute, steps: []step{begun,
			does("1 09:01", quick("a1", "1", "c1", "1 09:01")),
			refused("1 09:30:30", submit("a1"), AttemptOver),
		}},
		{name: "an order is not final before the grace is over", rules: minute, order: newOrder(window(during("1 08:00", "1 09:30"))), steps: []step{begun,
			sees("1 09:30:30", view{Status: StatusAutoSubmitted, FinalAt: "1 09:31"}),
			refused("1 09:30:59.999", Seal{}, AttemptRunning),
			does("1 09:30:59.999", clip("a1", "1", "c1", "1 09:29", "1 09:30:59.999")),
			does("1 09:31", Seal{}),
		}},
	})
}
