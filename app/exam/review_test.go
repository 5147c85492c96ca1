package exam

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
)

var judge = Actor{Role: ByStaff, Name: "考官甲"}

func hear(clip string, part Part, heard Heard) HearAnnouncement {
	return HearAnnouncement{ClipID: clip, Part: part, Heard: heard, By: staff}
}

func depart(id, clip, category string, moment *time.Duration) MarkDeparture {
	return MarkDeparture{ID: id, ClipID: clip, Category: category, Moment: moment, Remark: "右侧有人", By: staff}
}

func mark(item string, level Level) GiveMark {
	m := Mark{ItemID: item, Level: level, Remarks: "稳", By: judge}
	if item != "" {
		m.Technique, m.Tempo, m.Interpretation = LevelGood, LevelPass, LevelGood
	}
	return GiveMark{m}
}

// both is an attempt with a clip for each of its two items, submitted.
func both() step {
	return does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"), quick("a1", "2", "c2", "1 09:00"), submit("a1"))
}

func TestR33_TheAnnouncementIsTicked(t *testing.T) {
	tell(t, []story{
		{
			name: "part by part, a later tick in place of the earlier, each a fact",
			steps: []step{both(), does("1 10:00", hear("c1", PartCode, HeardWrong), hear("c1", PartName, HeardWell)),
				does("1 10:05", hear("c1", PartCode, HeardWell), hear("c1", PartCode, HeardWell))},
			check: func(t *testing.T, s *stage) {
				want := []Hearing{
					{Part: PartName, Heard: HeardWell, By: staff, At: at("1 10:00")},
					{Part: PartCode, Heard: HeardWell, By: staff, At: at("1 10:05")},
				}
				_, item := s.order.FindClip("c1")
				if diff := cmp.Diff(want, item.Clip.Hearings); diff != "" {
					t.Error(diff)
				}
				facts := s.told(FactHeard)
				if len(facts) != 3 || facts[2].By != staff || facts[2].ClipID != "c1" || facts[2].Args["before"] != HeardWrong {
					t.Errorf("facts %+v", facts)
				}
			},
		},
		{
			name:  "taken back it is open again, and all five make the clip ticked",
			steps: []step{both(), does("1 10:00", hear("c1", PartName, HeardWell), hear("c1", PartName, ""))},
			check: func(t *testing.T, s *stage) {
				_, item := s.order.FindClip("c1")
				if len(item.Clip.Hearings) != 0 || item.Clip.Ticked() {
					t.Errorf("%+v", item.Clip.Hearings)
				}
				for _, part := range Parts {
					does("1 10:01", hear("c1", part, NotHeard))(t, s)
				}
				if _, item = s.order.FindClip("c1"); !item.Clip.Ticked() {
					t.Error("five ticks are not all")
				}
			},
		},
		{
			name:  "the rest at once, and what is ticked stays",
			steps: []step{both(), does("1 10:00", hear("c1", PartCode, HeardWrong), hear("c1", PartGrade, NotHeard), HearRest{"c1", HeardWell, staff})},
			check: func(t *testing.T, s *stage) {
				_, item := s.order.FindClip("c1")
				clip := item.Clip
				if !clip.Ticked() || clip.HeardOf(PartCode) != HeardWrong || clip.HeardOf(PartGrade) != NotHeard || clip.HeardOf(PartPiece) != HeardWell {
					t.Errorf("%+v", clip.Hearings)
				}
			},
		},
		{name: "the rest of a clip that may still be replaced refused", steps: []step{one(), refused("1 09:10", HearRest{"c1", HeardWell, staff}, OrderNotFinal)}},
		{name: "what is no part or no answer refused", steps: []step{both(),
			refused("1 10:00", hear("c1", "age", HeardWell), refusal.NotFound), refused("1 10:00", hear("c1", PartName, "maybe"), refusal.NotFound)}},
		{name: "a clip that is not there", steps: []step{both(), refused("1 10:00", hear("c9", PartName, HeardWell), refusal.NotFound)}},
		{name: "a practice run's clip", steps: []step{does("1 09:00", practice("p1"), quick("p1", "1", "c1", "1 09:00")),
			refused("1 09:01", hear("c1", PartName, HeardWell), refusal.NotFound)}},
		{name: "of a running attempt refused: the clip may still be replaced", steps: []step{one(), refused("1 09:10", hear("c1", PartName, HeardWell), OrderNotFinal)}},
		{name: "of a timed-out attempt only when it is final", steps: []step{one(),
			refused("1 09:45", hear("c1", PartName, HeardWell), OrderNotFinal), does("2 00:00", hear("c1", PartName, HeardWell))}},
		{
			name:  "R31: in a batch it is a later fact",
			steps: []step{both(), does("1 10:00", Seal{}), does("1 10:01", hear("c1", PartName, HeardWell))},
			check: func(t *testing.T, s *stage) {
				if facts := s.told(FactHeard); len(facts) != 1 || !facts[0].At.After(s.order.SealedAt) || facts[0].By == (Actor{}) {
					t.Errorf("%+v", facts)
				}
			},
		},
	})
}

func TestR32_DeparturesAreMarkedWithATime(t *testing.T) {
	moment := 83 * time.Second
	tell(t, []story{
		{
			name:  "with its category, its moment, its remark, and taken back",
			steps: []step{both(), does("1 10:00", depart("d1", "c1", "other_person", &moment), depart("d1", "c1", "other_person", &moment), depart("d2", "c1", "hat", nil))},
			check: func(t *testing.T, s *stage) {
				_, item := s.order.FindClip("c1")
				want := Departure{ID: "d1", Category: "other_person", Moment: &moment, Remark: "右侧有人", By: staff, At: at("1 10:00")}
				if diff := cmp.Diff(want, item.Clip.Departures[0]); diff != "" || len(item.Clip.Departures) != 2 {
					t.Error(diff, len(item.Clip.Departures))
				}
				if fact := s.told(FactDeparture)[0]; fact.Args["clip_ms"] != int64(83000) || fact.Reason != "右侧有人" {
					t.Errorf("%+v", fact)
				}
				does("1 10:01", WithdrawDeparture{"d1", "c1", staff}, WithdrawDeparture{"d1", "c1", staff})(t, s)
				if _, item = s.order.FindClip("c1"); len(item.Clip.Departures) != 1 || len(s.told(FactDepartureUndone)) != 1 {
					t.Errorf("%+v", item.Clip.Departures)
				}
			},
		},
		{name: "a category of another subject refused", steps: []step{both(),
			refused("1 10:00", depart("d1", "c1", "not_front_view", nil), CategoryUnknown), does("1 10:00", depart("d1", "c1", "not_side_view", nil))}},
		{name: "not final refused; in a batch marked and taken back", steps: []step{one(), refused("1 09:10", depart("d1", "c1", "hat", nil), OrderNotFinal),
			does("1 09:20", submit("a1"), Seal{}), does("1 09:21", depart("d1", "c1", "hat", nil)),
			does("1 09:22", WithdrawDeparture{"d1", "c1", staff})}},
		{
			name:  "decides nothing",
			steps: []step{both(), does("1 10:00", depart("d1", "c1", "hat", nil)), sees("1 10:00", view{Status: StatusSubmitted, FinalAt: "1 09:00"})},
		},
	})
	for subject, side := range map[string]bool{"钢琴": true, "电子琴": true, "Piano": true, "小提琴": false} {
		if got := slices.Contains(Categories(subject), "not_side_view"); got != side || slices.Contains(Categories(subject), "not_front_view") == side {
			t.Errorf("%s is filmed from the side: %v", subject, got)
		}
	}
}

func TestR21_AnExaminerMarksAFinalOrder(t *testing.T) {
	fails := rules(func(r *Rules) { r.MissingItem = MissingFails })
	open := mark("1", LevelGood)
	open.Tempo = ""
	tell(t, []story{
		{
			name:  "item by item and then as a whole, each who and when, corrected, also in a batch (R31)",
			steps: []step{both(), does("1 10:00", mark("1", LevelGood), mark("2", LevelPass), mark("", LevelGood)), does("1 10:05", mark("1", LevelExcellent), mark("1", LevelExcellent))},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Marks) != 3 || s.order.Marks[0].Level != LevelExcellent || !s.order.Marks[0].At.Equal(at("1 10:05")) || s.order.Marks[0].By != judge {
					t.Errorf("%+v", s.order.Marks)
				}
				if facts := s.told(FactMarked); len(facts) != 4 || facts[3].By != judge || facts[3].Args["level"] != LevelExcellent {
					t.Errorf("facts %+v", facts)
				}
				later := play(t, s.rules, s.order, does("1 10:06", Seal{}), does("1 10:10", mark("2", LevelFail), mark("", LevelPass)))
				if facts := later.told(FactMarked); len(facts) != 2 || !facts[0].At.After(later.order.SealedAt) || later.order.Marks[1].Level != LevelFail {
					t.Errorf("after sealing %+v, %+v", facts, later.order.Marks)
				}
			},
		},
		{
			name: "two examiners mark beside each other",
			steps: []step{both(), does("1 10:00", mark("1", LevelGood)),
				func(t *testing.T, s *stage) {
					other := mark("1", LevelFail)
					other.By.Name = "考官乙"
					does("1 10:01", other)(t, s)
				}},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Marks) != 2 {
					t.Errorf("%+v", s.order.Marks)
				}
			},
		},
		{name: "before it is final refused", steps: []step{one(), refused("1 09:10", mark("1", LevelGood), OrderNotFinal)}},
		{name: "something left open refused", steps: []step{both(), refused("1 10:00", open, MarkIncomplete), refused("1 10:00", mark("1", "brilliant"), MarkIncomplete)}},
		{name: "an item that is not there", steps: []step{both(), refused("1 10:00", mark("9", LevelGood), refusal.NotFound)}},
		{name: "the whole before its items refused", steps: []step{both(), does("1 10:00", mark("1", LevelGood)), refused("1 10:00", mark("", LevelGood), MarkItemsFirst)}},
		{name: "R20: an invalid clip is not marked, undone it is", steps: []step{both(), does("1 10:00", invalid("d1", "c1")),
			refused("1 10:01", mark("1", LevelGood), MarkClipInvalid), does("1 10:02", undo("d1"), mark("1", LevelGood))}},
		{name: "R20: a disqualified order is not marked", steps: []step{both(), does("1 10:00", disqualify("d1")), refused("1 10:01", mark("1", LevelGood), Disqualified)}},
		{name: "a missing item is left out", steps: []step{one(), does("1 09:10", submit("a1")), refused("1 10:00", mark("2", LevelGood), MarkItemMissing),
			does("1 10:00", mark("1", LevelGood), mark("", LevelGood))}},
		{name: "or fails the whole order, by the setting", rules: fails, steps: []step{one(), does("1 09:10", submit("a1"), mark("1", LevelGood)),
			refused("1 10:00", mark("", LevelGood), MarkMissingFails), does("1 10:00", mark("", LevelFail))}},
		{
			name: "R15: marks go when the order is open again and its attempt reset",
			steps: []step{one(), does("2 10:00", mark("1", LevelGood)), does("2 11:00", move(during("1 08:00", "5 22:00"))),
				refused("2 11:01", mark("1", LevelPass), OrderNotFinal), does("2 12:00", reset("a1"))},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Marks) != 0 {
					t.Errorf("%+v", s.order.Marks)
				}
			},
		},
	})
}

func TestR33_AFinalOrderWaitsForItsReviewForATime(t *testing.T) {
	days := rules(func(r *Rules) { r.ReviewTime = 48 * time.Hour })
	waits := func(when string, want bool) step {
		return func(t *testing.T, s *stage) {
			t.Helper()
			if got := s.order.WaitsForReview(s.rules, at(when)); got != want {
				t.Errorf("%s: it waits: %t", when, got)
			}
		}
	}
	ticked := func(when string) step {
		return func(t *testing.T, s *stage) {
			for _, part := range Parts {
				does(when, hear("c1", part, HeardWell))(t, s)
			}
		}
	}
	tell(t, []story{
		{name: "not at all by default", steps: []step{one(), does("1 09:10", submit("a1")), waits("1 09:10", false)}},
		{name: "until the time is over", rules: days, steps: []step{one(), does("1 09:10", submit("a1")), waits("1 09:10", true), waits("3 09:09:59.999", true), waits("3 09:10", false)}},
		{name: "until it is ticked and marked", rules: days, steps: []step{one(), does("1 09:10", submit("a1")), ticked("1 10:00"), waits("1 10:01", true),
			does("1 10:02", mark("1", LevelGood)), waits("1 10:03", true), does("1 10:04", mark("", LevelGood)), waits("1 10:05", false)}},
		{name: "an invalid clip needs no ticks", rules: days, steps: []step{one(), does("1 09:10", submit("a1"), invalid("d1", "c1"), mark("", LevelFail)), waits("1 09:11", false)}},
		{name: "not where nothing was sent, nor when it is disqualified", rules: days, steps: []step{waits("3 22:00", false), one(),
			does("1 09:10", submit("a1"), disqualify("d1")), waits("1 09:11", false)}},
	})
}
