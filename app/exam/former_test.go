package exam

import (
	"slices"
	"testing"
)

// stands says which clip an item has, and what stands behind it.
func stands(item, clip string, former ...string) func(*testing.T, *stage) {
	return func(t *testing.T, s *stage) {
		t.Helper()
		a := s.attempt(t, "a1")
		var behind []string
		for _, c := range a.FindItem(item).Former {
			behind = append(behind, c.ID)
		}
		if clipOf(a, item) != clip || !slices.Equal(behind, former) {
			t.Errorf("item %s holds %q before %v, want %q before %v; facts %v", item, clipOf(a, item), behind, clip, former, s.kinds())
		}
	}
}

func all(checks ...func(*testing.T, *stage)) func(*testing.T, *stage) {
	return func(t *testing.T, s *stage) {
		t.Helper()
		for _, check := range checks {
			check(t, s)
		}
	}
}

func gone(ids ...string) func(*testing.T, *stage) {
	return func(t *testing.T, s *stage) {
		t.Helper()
		var told []string
		for _, f := range s.told(FactClipRemoved) {
			told = append(told, f.ClipID)
		}
		if !slices.Equal(told, ids) {
			t.Errorf("removed %v, want %v", told, ids)
		}
	}
}

func restored(want bool) func(*testing.T, *stage) {
	return func(t *testing.T, s *stage) {
		t.Helper()
		if got := s.attempt(t, "a1").Items[0].Clip.Restored; got != want {
			t.Errorf("restored %v", got)
		}
	}
}

// R12, R14: a file that nobody can open takes no video away.
func TestR12_AFormerClipStandsAgainWhenTheNewOneCannotBeOpened(t *testing.T) {
	begun := does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"), opened("c1"))
	replaced := does("1 09:02", quick("a1", "1", "c2", "1 09:02"))
	tell(t, []story{
		{name: "until the new one was looked at the former stands behind it", steps: []step{begun, replaced}, check: all(stands("1", "c2", "c1"), gone())},
		{name: "a new one that can be opened lets it go", steps: []step{begun, replaced, does("1 09:03", opened("c2"), opened("c2"))},
			check: all(stands("1", "c2"), gone("c1"), restored(false))},
		{name: "a new one that cannot goes itself", steps: []step{begun, replaced, does("1 09:03", unopened("c2"), unopened("c2"))},
			check: all(stands("1", "c1"), gone("c2"), restored(true))},
		{name: "one that the machine could not look at decides nothing", steps: []step{begun, replaced, does("1 09:03", Looked{ClipID: "c2"})},
			check: stands("1", "c2", "c1")},
		{name: "two in a row that cannot be opened, looked at in between", steps: []step{begun, replaced,
			does("1 09:03", unopened("c2"), quick("a1", "1", "c3", "1 09:03"), unopened("c3")),
		}, check: all(stands("1", "c1"), gone("c2", "c3"), restored(true))},
		{name: "two in a row that cannot be opened, looked at afterwards", steps: []step{begun, replaced,
			does("1 09:03", quick("a1", "1", "c3", "1 09:03"), unopened("c3"), unopened("c2")),
		}, check: all(stands("1", "c1"), gone("c3", "c2"))},
		{name: "two in a row, the older is looked at first", steps: []step{begun, replaced,
			does("1 09:03", quick("a1", "1", "c3", "1 09:03"), unopened("c2")),
			does("1 09:04", unopened("c3")),
		}, check: all(stands("1", "c1"), gone("c2", "c3"))},
		{name: "the second of two can be opened: both before it go", steps: []step{begun, replaced,
			does("1 09:03", quick("a1", "1", "c3", "1 09:03"), opened("c3")),
		}, check: all(stands("1", "c3"), gone("c1", "c2"))},
		{name: "the one before was not looked at either, and cannot be opened", steps: []step{
			does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00")), replaced, does("1 09:03", unopened("c2"), unopened("c1")),
		}, check: func(t *testing.T, s *stage) {
			stands("1", "c1")(t, s)
			if s.attempt(t, "a1").Videos() != 0 {
				t.Error("counts as a video")
			}
		}},
		{name: "a broken one is not kept behind another", steps: []step{
			does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"), unopened("c1")), replaced,
		}, check: all(stands("1", "c2"), gone("c1"))},
		{name: "told again after a crash one that was replaced is held once", steps: []step{begun, replaced, does("1 09:03", quick("a1", "1", "c1", "1 09:00"))},
			check: stands("1", "c2", "c1")},
		{name: "the note goes with the next replacement", steps: []step{begun, replaced,
			does("1 09:03", unopened("c2"), quick("a1", "1", "c3", "1 09:03"), DeleteClip{"c3", phone}),
		}, check: all(stands("1", "c1"), restored(false))},
	})
}

// R12: the candidate's own acts while nobody has looked yet.
func TestR12_DeletingOrMovingTheNewClipBringsTheFormerBack(t *testing.T) {
	begun := does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"), opened("c1"))
	replaced := does("1 09:02", quick("a1", "1", "c2", "1 09:02"))
	tell(t, []story{
		{name: "deleted, the former stands; deleted again nothing does", steps: []step{begun, replaced,
			does("1 09:03", DeleteClip{"c2", phone}), does("1 09:04", DeleteClip{"c1", phone}),
		}, check: all(stands("1", ""), gone("c2", "c1"))},
		{name: "the one behind cannot be deleted, moved or played: it is not seen", steps: []step{begun, replaced,
			refused("1 09:03", DeleteClip{"c1", phone}, "not_found"), refused("1 09:03", MoveClip{"c1", "2", phone}, "not_found"), refused("1 09:03", Previewed{"c1"}, "not_found"),
		}, check: stands("1", "c2", "c1")},
		{name: "moved to the item it was meant for, the former stands at its own", steps: []step{begun, replaced,
			does("1 09:03", MoveClip{"c2", "2", phone}), does("1 09:04", unopened("c2")),
		}, check: all(stands("1", "c1"), stands("2", "c2"), restored(false))},
		{name: "changed for one that can be opened, the former goes", steps: []step{begun, replaced,
			does("1 09:03", quick("a1", "2", "c3", "1 09:03"), opened("c3"), MoveClip{"c2", "2", phone}),
		}, check: all(stands("1", "c3"), stands("2", "c2"), gone("c1"))},
		{name: "changed for one that cannot, the former stands and that one goes", steps: []step{begun, replaced,
			does("1 09:03", quick("a1", "2", "c3", "1 09:03"), unopened("c3"), MoveClip{"c2", "2", phone}),
		}, check: all(stands("1", "c1"), stands("2", "c2"), gone("c3"))},
	})
}

// R14, R15, R16, R17: the attempt ends while nobody has looked yet.
func TestR14_AFormerClipStandsAgainAfterTheAttemptsEnd(t *testing.T) {
	begun := does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"), opened("c1"), quick("a1", "1", "c2", "1 09:02"))
	mark := func(item string) GiveMark {
		m := Mark{ItemID: item, Level: LevelGood, By: staff}
		if item != "" {
			m.Technique, m.Tempo, m.Interpretation = LevelGood, LevelGood, LevelGood
		}
		return GiveMark{m}
	}
	tell(t, []story{
		{name: "submitted", steps: []step{begun, does("1 09:05", submit("a1")), does("1 09:06", unopened("c2"))},
			check: all(stands("1", "c1"), func(t *testing.T, s *stage) {
				if a := s.attempt(t, "a1"); a.Videos() != 1 || a.State != Submitted {
					t.Errorf("attempt %+v", a)
				}
			})},
		{name: "timed out, and looked at when the window had closed", steps: []step{begun,
			sees("3 22:00", view{Status: StatusAutoSubmitted, FinalAt: "2 00:00"}),
			does("4 09:00", unopened("c2")),
			sees("4 09:00", view{Status: StatusAutoSubmitted, FinalAt: "2 00:00"}),
		}, check: stands("1", "c1")},
		{name: "reset takes both", steps: []step{begun, does("1 09:05", reset("a1")), does("1 09:06", unopened("c2"))},
			check: all(stands("1", ""), gone("c1", "c2"))},
		{name: "in a batch it stays as it was sent, and what was behind goes", steps: []step{begun, does("1 09:05", submit("a1")), does("1 09:06", Seal{}), does("1 09:07", unopened("c2"))},
			check: all(stands("1", "c2"), gone("c1"))},
		{name: "marks of what stood there go, those of other items stay", steps: []step{begun, does("1 09:05", quick("a1", "2", "c3", "1 09:05"), submit("a1")),
			does("1 09:06", mark("1"), mark("2"), mark(""), unopened("c2")),
		}, check: func(t *testing.T, s *stage) {
			if m := s.order.Marks; len(m) != 1 || m[0].ItemID != "2" {
				t.Errorf("marks %+v", m)
			}
		}},
		{name: "a practice run's is erased with it", steps: []step{does("1 09:00", practice("p1"), quick("p1", "1", "c1", "1 09:00"), quick("p1", "1", "c2", "1 09:01"), reset("p1"))},
			check: gone("c1", "c2")},
	})
}
