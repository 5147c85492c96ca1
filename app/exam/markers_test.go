package exam

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kaodian/app/base/refusal"
)

func several(markers, tolerance int) func(*Rules) {
	return func(r *Rules) { r.Markers, r.MarkTolerance = markers, tolerance }
}

func examiner(n int) Actor { return Actor{Role: ByStaff, Name: fmt.Sprint("考官", n)} }

// marksBy are all marks of an order of two items, as one examiner gives them.
func marksBy(n int, item, whole Level) []Event {
	var events []Event
	for _, id := range []string{"1", "2", ""} {
		m := mark(id, item)
		m.By = examiner(n)
		if id == "" {
			m.Level = whole
		}
		events = append(events, m)
	}
	return events
}

// Levels within the tolerance come to the one in their middle, half a level up;
// else one more examiner marks, and then the chair decides (R21).
func TestR21_SeveralExaminersComeToALevel(t *testing.T) {
	for _, c := range []struct {
		markers, tolerance int
		given              []Level
		outcome            Outcome
		gap                Gap
	}{
		{2, 1, []Level{LevelGood}, "", GapVoice},
		{2, 1, []Level{LevelGood, LevelGood}, "good", ""},
		{2, 1, []Level{LevelPass, LevelGood}, "good", ""},
		{2, 1, []Level{LevelGood, LevelPass}, "good", ""},
		{2, 1, []Level{LevelFail, LevelPass}, "pass", ""},
		{2, 1, []Level{LevelFail, LevelGood}, "", GapThird},
		{2, 1, []Level{LevelFail, LevelGood, LevelPass}, "pass", ""},
		{2, 1, []Level{LevelFail, LevelGood, LevelExcellent}, "good", ""},
		{2, 1, []Level{LevelExcellent, LevelFail, LevelFail}, "fail", ""},
		{2, 0, []Level{LevelPass, LevelPass}, "pass", ""},
		{2, 0, []Level{LevelPass, LevelGood}, "", GapThird},
		{2, 0, []Level{LevelPass, LevelGood, LevelPass}, "pass", ""},
		{2, 0, []Level{LevelPass, LevelGood, LevelExcellent}, "", GapChair},
		{3, 1, []Level{LevelPass, LevelGood}, "", GapVoice},
		{3, 1, []Level{LevelPass, LevelGood, LevelGood}, "good", ""},
		{3, 1, []Level{LevelPass, LevelGood, LevelExcellent}, "", GapThird},
		{3, 1, []Level{LevelPass, LevelGood, LevelExcellent, LevelExcellent}, "excellent", ""},
		{3, 1, []Level{LevelFail, LevelFail, LevelExcellent, LevelExcellent}, "", GapChair},
		{3, 0, []Level{LevelPass, LevelPass, LevelGood, LevelGood}, "", GapChair},
		{3, 0, []Level{LevelFail, LevelGood, LevelGood, LevelExcellent}, "good", ""},
	} {
		t.Run(fmt.Sprint(c.markers, c.tolerance, c.given), func(t *testing.T) {
			steps := []step{both()}
			for i, level := range c.given {
				steps = append(steps, does("1 10:00", marksBy(i+1, LevelGood, level)...))
			}
			s := play(t, rules(several(c.markers, c.tolerance)), newOrder(), steps...)
			result := s.order.Result(s.rules, at("1 12:00"))
			var gaps []Gap
			if c.gap != "" {
				gaps = []Gap{c.gap}
			}
			if result.Outcome != c.outcome || !slices.Equal(result.Gaps, gaps) || s.order.Marked() != (c.gap == "") {
				t.Errorf("%q, gaps %q", result.Outcome, result.Gaps)
			}
			full := refusal.CodeOf(s.order.CheckVoice("考官9", s.rules)) == MarkTaken
			if wants := c.gap == GapVoice || c.gap == GapThird; full == wants {
				t.Errorf("another examiner is refused: %v, with the gap %q", full, c.gap)
			}
		})
	}
}

// An item's levels are those in the middle too, aspect by aspect, and none counts
// before the order has one.
func TestR21_ItemsOfSeveralExaminers(t *testing.T) {
	s := play(t, rules(several(2, 1)), newOrder(), both(), does("1 10:00", marksBy(1, LevelFail, LevelPass)...))
	if item := s.order.Result(s.rules, at("1 12:00")).Items[0]; item.State != ItemMarked || item.Level != "" {
		t.Errorf("one of two gave %+v", item)
	}
	does("1 10:10", marksBy(2, LevelExcellent, LevelPass)...)(t, s)
	item := s.order.Result(s.rules, at("1 12:00")).Items[0]
	if item.Level != LevelGood || item.Technique != LevelGood || item.Tempo != LevelPass {
		t.Errorf("both gave %+v", item)
	}
	if outcome := s.order.Result(s.rules, at("1 12:00")).Outcome; outcome != "pass" {
		t.Errorf("the whole is %q", outcome)
	}
}

// What an examiner marked of an item and not of the whole is no voice, nor is one
// whose invalid item became valid again.
func TestR21_AnUnfinishedVoiceDoesNotCount(t *testing.T) {
	invalid := Decide{ID: "d1", Kind: ClipInvalid, ClipID: "c2", Reason: "不是本人", By: staff}
	s := play(t, rules(several(2, 1)), newOrder(), both(),
		does("1 10:00", invalid),
		does("1 10:05", marksBy(1, LevelGood, LevelGood)[0], marksBy(1, LevelGood, LevelGood)[2]),
		does("1 10:06", marksBy(2, LevelGood, LevelGood)[0], marksBy(2, LevelGood, LevelGood)[2]),
	)
	if outcome := s.order.Result(s.rules, at("1 12:00")).Outcome; outcome != "good" {
		t.Errorf("without the invalid item: %q", outcome)
	}
	does("1 10:30", undo("d1"))(t, s)
	if gaps := s.order.Result(s.rules, at("1 12:00")).Gaps; !slices.Equal(gaps, []Gap{GapVoice}) {
		t.Errorf("an item that nobody marked: gaps %q", gaps)
	}
	does("1 10:40", marksBy(1, LevelGood, LevelGood)[1], marksBy(2, LevelGood, LevelGood)[1])(t, s)
	if outcome := s.order.Result(s.rules, at("1 12:00")).Outcome; outcome != "good" {
		t.Errorf("all marked: %q", outcome)
	}
}

// An order keeps the rule of its first mark; one whose marks are gone begins anew.
func TestR21_AnOrderKeepsTheRuleOfItsFirstMark(t *testing.T) {
	s := play(t, rules(several(2, 1)), newOrder(), both(), does("1 10:00", marksBy(1, LevelGood, LevelGood)...))
	s.rules = rules(several(1, 1))
	if gaps := s.order.Result(s.rules, at("1 12:00")).Gaps; !slices.Equal(gaps, []Gap{GapVoice}) {
		t.Errorf("with one examiner from now on: gaps %q", gaps)
	}
	does("1 11:00", Recuse{"考官1", "学生", staff})(t, s)
	does("1 11:10", marksBy(2, LevelGood, LevelPass)...)(t, s)
	if outcome := s.order.Result(s.rules, at("1 12:00")).Outcome; outcome != "pass" {
		t.Errorf("begun anew: %q", outcome)
	}
	former := newOrder(func(o *Order) { o.Subject = "古筝" })
	own := rules(several(2, 1), func(r *Rules) { r.MarkTolerances = []MarkTolerance{{"古筝", 0}} })
	s = play(t, own, former, both(), does("1 10:00", marksBy(1, LevelGood, LevelGood)...), does("1 10:10", marksBy(2, LevelGood, LevelPass)...))
	if gaps := s.order.Result(s.rules, at("1 12:00")).Gaps; !slices.Equal(gaps, []Gap{GapThird}) {
		t.Errorf("a subject's own tolerance: gaps %q", gaps)
	}
}

// A tolerance that would be overridden, or is of no subject, is a mistake in writing.
func TestR21_TolerancesOfSubjectsAreSaidOnce(t *testing.T) {
	for want, own := range map[bool][][]MarkTolerance{
		true:  {{{"钢琴", 0}, {"钢 琴", 1}}, {{"Double bass (jazz)", 1}}},
		false: {{{"钢琴", 0}, {"古筝", 1}, {"钢琴", 1}}, {{" 钢琴", 0}}, {{"钢琴\u3000", 0}}, {{" ", 0}}, {{"钢琴", 2}}},
	} {
		for _, tolerances := range own {
			r := rules(several(2, 1), func(r *Rules) { r.MarkTolerances = tolerances })
			if err := r.Check(); (err == nil) != want {
				t.Errorf("%v: %v", tolerances, err)
			}
		}
	}
}

func TestR21_WhoMarksAndWhoNot(t *testing.T) {
	first, second, third := marksBy(1, LevelFail, LevelFail), marksBy(2, LevelGood, LevelGood), marksBy(3, LevelGood, LevelExcellent)
	chair := Settle{Level: LevelPass, Reason: "复听后一致", By: staff}
	tell(t, []story{
		{
			name: "the round is the order in which they began, and a seat that was given up is free again", rules: rules(several(2, 1)),
			steps: []step{both(), does("1 10:00", first[0]), does("1 10:01", second[0]), refused("1 10:02", third[0], MarkTaken),
				does("1 10:03", Recuse{"考官1", "学生", examiner(1)}), refused("1 10:04", first[0], MarkRecused), does("1 10:05", third[0])},
			check: func(t *testing.T, s *stage) {
				voices := s.order.Voices()
				if len(voices) != 2 || voices[0].Examiner != "考官3" || voices[0].Round != 1 || voices[1].Round != 2 {
					t.Errorf("%+v", voices)
				}
			},
		},
		{
			name: "taken back by staff, the examiner marks again", rules: rules(several(2, 1)),
			steps: []step{both(), does("1 10:00", Recuse{"考官1", "学生", staff}), does("1 10:01", Recuse{"考官1", "学生", staff}), refused("1 10:02", first[0], MarkRecused),
				does("1 10:03", Readmit{"考官1", "点错了", staff}), does("1 10:04", first[0])},
			check: func(t *testing.T, s *stage) {
				if len(s.told(FactRecused)) != 1 || len(s.told(FactReadmitted)) != 1 || s.told(FactRecused)[0].Args["examiner"] != "考官1" {
					t.Errorf("%+v", s.told(FactRecused))
				}
			},
		},
		{
			name: "a reason is asked for", rules: rules(several(2, 1)),
			steps: []step{both(), refused("1 10:00", Recuse{"考官1", " ", staff}, ReasonMissing), refused("1 10:00", Settle{LevelGood, "", staff}, ReasonMissing)},
		},
		{
			name: "the chair decides where the voices do not come together, and nobody after", rules: rules(several(2, 0)),
			steps: []step{both(), does("1 10:00", first...), does("1 10:10", second...), refused("1 10:11", chair, NothingToSettle),
				does("1 10:20", third...), refused("1 10:21", marksBy(4, LevelGood, LevelGood)[0], MarkTaken),
				refused("1 10:22", Settle{"best", "复听", staff}, MarkIncomplete), refused("1 10:23", Settle{LevelGood, "复听", examiner(2)}, MarkRecused),
				does("1 10:30", chair, chair), refused("1 10:31", first[0], MarkSettled), does("1 10:40", Settle{LevelGood, "再次复听", staff})},
			check: func(t *testing.T, s *stage) {
				result := s.order.Result(s.rules, at("1 12:00"))
				if result.Outcome != "good" || len(s.told(FactSettled)) != 2 || s.order.Chair().Remarks != "再次复听" || result.Items[0].Level != LevelGood {
					t.Errorf("%+v, facts %+v", result, s.told(FactSettled))
				}
			},
		},
		{
			name: "where one examiner marks, the newest counts and nothing is to settle", rules: rules(),
			steps: []step{both(), does("1 10:00", first...), does("1 10:10", second...), refused("1 10:20", chair, NothingToSettle)},
			check: func(t *testing.T, s *stage) {
				if outcome := s.order.Result(s.rules, at("1 12:00")).Outcome; outcome != "good" || s.order.Marks[5].Round != 1 {
					t.Errorf("%q, round %d", outcome, s.order.Marks[5].Round)
				}
			},
		},
		{
			name: "who knows the candidate, or marked an item, is not the chair", rules: rules(several(2, 0)),
			steps: []step{both(), does("1 10:00", Recuse{"考官4", "学生", examiner(4)}), does("1 10:01", first...), does("1 10:10", second...),
				does("1 10:20", third...), refused("1 10:30", Settle{LevelGood, "复听", examiner(4)}, MarkRecused),
				refused("1 10:31", Settle{LevelGood, "复听", examiner(3)}, MarkRecused)},
		},
		{
			name: "after the chair's word nobody is taken off, for nobody could take the seat", rules: rules(several(2, 0)),
			steps: []step{both(), does("1 10:00", first...), does("1 10:10", second...), does("1 10:20", third...), does("1 10:30", chair),
				refused("1 10:31", Recuse{"考官1", "学生", examiner(1)}, MarkSettled), does("1 10:32", Recuse{"考官9", "学生", examiner(9)})},
		},
		{
			name: "in a batch the chair takes the place of who began and does not come back", rules: rules(several(2, 1)),
			steps: []step{both(), does("1 10:00", second...), does("1 10:10", first[0]), refused("1 10:20", chair, NothingToSettle),
				does("10 10:00", Seal{}), refused("10 10:10", Settle{LevelGood, "复听", examiner(1)}, MarkRecused), does("10 10:20", chair)},
			check: func(t *testing.T, s *stage) {
				if outcome := s.order.Result(s.rules, at("10 12:00")).Outcome; outcome != "pass" {
					t.Errorf("%q", outcome)
				}
			},
		},
		{
			name: "in a batch there is nothing to decide before the first mark, nor where the voices came to a level", rules: rules(several(2, 1)),
			steps: []step{both(), does("10 10:00", Seal{}), refused("10 10:10", chair, NothingToSettle), does("10 10:20", second...), does("10 10:30", third...),
				refused("10 10:40", chair, NothingToSettle)},
		},
		{
			name: "what is in a batch is not taken back", rules: rules(several(2, 1)),
			steps: []step{both(), does("1 10:00", first...), does("10 10:00", Seal{}), refused("10 10:10", Recuse{"考官1", "学生", staff}, OrderSealed),
				does("10 10:20", Recuse{"考官2", "学生", staff}), does("10 10:30", third...)},
		},
	})
}

// Who marks is told nothing of the others, nor of the chair.
func TestR21_VoicesAreBlind(t *testing.T) {
	s := play(t, rules(several(2, 0)), newOrder(), both(), does("1 10:00", marksBy(1, LevelFail, LevelFail)...), does("1 10:10", marksBy(2, LevelGood, LevelGood)...),
		does("1 10:20", marksBy(3, LevelGood, LevelExcellent)...), does("1 10:30", Recuse{"考官4", "学生", staff}), does("1 10:40", Settle{LevelPass, "复听", staff}))
	seen := s.order.Anonymous("考官1")
	if len(seen.Marks) != 3 || len(seen.Voices()) != 1 || seen.Chair() != nil || len(seen.Recusals) != 0 {
		t.Errorf("%+v", seen.Marks)
	}
	for _, fact := range s.facts {
		if told, ok := fact.Anonymous("考官1"); ok && (told.Kind == FactSettled || told.Kind == FactRecused || told.Kind == FactMarked && told.By.Name != "考官1") {
			t.Errorf("told of %+v", told)
		}
	}
	if err := s.order.CheckExaminer("c1", "考官4", s.rules, at("1 12:00")); refusal.CodeOf(err) != MarkRecused {
		t.Errorf("who is recused sees the clip: %v", err)
	}
}

// A final order waits for all that mark it, as long as it waits at all (R31).
func TestR31_AnOrderWaitsForEveryVoice(t *testing.T) {
	ticks := []Event{HearRest{"c1", HeardWell, staff}, HearRest{"c2", HeardWell, staff}}
	s := play(t, rules(several(2, 1), func(r *Rules) { r.ReviewTime = 48 * time.Hour }), newOrder(), both(), does("1 10:00", append(ticks, marksBy(1, LevelGood, LevelGood)...)...))
	if !s.order.WaitsForReview(s.rules, at("1 12:00")) {
		t.Error("one voice of two, and it is sent")
	}
	does("1 12:10", marksBy(2, LevelGood, LevelGood)...)(t, s)
	if s.order.WaitsForReview(s.rules, at("1 12:20")) {
		t.Error("both voices, and it waits")
	}
}

// A clip that an examiner cannot mark waits for the desk, which decides or takes
// it back; a mark that is given after all counts.
func TestR21_AClipThatCannotBeMarkedWaitsForTheDesk(t *testing.T) {
	cannot := CannotMark{ID: "u1", ClipID: "c1", Reason: "没有声音", By: judge}
	state := func(s *stage) ItemState { return s.order.Result(s.rules, at("1 12:00")).Items[0].State }
	again := cannot
	again.ID = "u2"
	s := play(t, rules(), newOrder(), both(), refused("1 10:00", CannotMark{ID: "u1", ClipID: "c1", By: judge}, ReasonMissing),
		refused("1 10:00", CannotMark{ID: "u1", ClipID: "c9", Reason: "没有声音", By: judge}, refusal.NotFound),
		refused("1 10:00", NoteIrregularity{ID: "u1", Category: Unmarkable, Remark: "没有声音", By: staff}, IrregularityUnknown),
		does("1 10:00", cannot, cannot, again, mark("2", LevelGood)))
	result := s.order.Result(s.rules, at("1 12:00"))
	if len(s.order.Irregularities) != 1 || state(s) != ItemUnmarkable || !slices.Equal(result.Gaps, []Gap{GapUnmarked}) || s.told(FactNoted)[0].ClipID != "c1" {
		t.Errorf("%+v, %+v", result, s.order.Irregularities)
	}
	does("1 10:30", UndoIrregularity{ID: "u1", By: staff, Reason: "音箱没开"})(t, s)
	if state(s) != ItemUnmarked {
		t.Errorf("taken back it is %q", state(s))
	}
	does("1 10:35", mark("1", LevelPass))(t, s)
	later := again
	later.ID = "u3"
	does("1 10:36", later)(t, s)
	if state(s) != ItemUnmarkable {
		t.Errorf("marked before somebody said that it cannot be, it is %q", state(s))
	}
	does("1 10:37", UndoIrregularity{ID: "u3", By: staff, Reason: "音箱没开"})(t, s)
	if state(s) != ItemMarked {
		t.Errorf("taken back, the mark is %q", state(s))
	}
	does("1 10:40", again, mark("1", LevelGood))(t, s)
	if state(s) != ItemMarked {
		t.Errorf("marked after all it is %q", state(s))
	}
	if seen := s.order.Anonymous("考官9"); seen.Irregularities[1].Remark != "" {
		t.Error("another examiner reads the reason")
	}
}
