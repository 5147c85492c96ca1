package exam

import (
	"slices"
	"testing"
	"time"
)

// The whole order's level is the examiner's; what is missing is said until it is
// there (R21).
func TestR21_WhatAnOrderComesTo(t *testing.T) {
	all := func(level Level) []Event { return []Event{mark("1", LevelGood), mark("2", LevelPass), mark("", level)} }
	left := func() step {
		return does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"), submit("a1"))
	}
	invalid := Decide{ID: "d1", Kind: ClipInvalid, ClipID: "c2", Reason: "不是本人", By: staff}
	cheated := Decide{ID: "d2", Kind: Disqualify, Reason: "替考", By: staff}
	for name, one := range map[string]struct {
		steps   []step
		rules   func(*Rules)
		at      string
		outcome Outcome
		gaps    []Gap
		states  []ItemState
	}{
		"nothing marked":          {[]step{both()}, nil, "1 12:00", "", []Gap{GapUnmarked}, []ItemState{ItemUnmarked, ItemUnmarked}},
		"one item marked":         {[]step{both(), does("1 10:00", mark("1", LevelGood))}, nil, "1 12:00", "", []Gap{GapUnmarked}, []ItemState{ItemMarked, ItemUnmarked}},
		"the whole is left":       {[]step{both(), does("1 10:00", mark("1", LevelGood), mark("2", LevelPass))}, nil, "1 12:00", "", []Gap{GapWhole}, []ItemState{ItemMarked, ItemMarked}},
		"all marked":              {[]step{both(), does("1 10:00", all(LevelExcellent)...)}, nil, "1 12:00", "excellent", nil, []ItemState{ItemMarked, ItemMarked}},
		"marked without one":      {[]step{left(), does("1 10:00", mark("1", LevelGood), mark("", LevelGood))}, nil, "1 12:00", "good", nil, []ItemState{ItemMarked, ItemMissing}},
		"a missing item fails":    {[]step{left()}, missingFails, "1 12:00", "fail", nil, []ItemState{ItemUnmarked, ItemMissing}},
		"an invalid one fails":    {[]step{both(), does("1 10:00", all(LevelGood)...), does("1 11:00", invalid)}, missingFails, "1 12:00", "fail", nil, []ItemState{ItemMarked, ItemInvalid}},
		"an invalid one left out": {[]step{both(), does("1 10:00", all(LevelGood)...), does("1 11:00", invalid)}, nil, "1 12:00", "good", nil, []ItemState{ItemMarked, ItemInvalid}},
		"disqualified":            {[]step{both(), does("1 11:00", cheated)}, nil, "1 12:00", "disqualified", nil, []ItemState{ItemUnmarked, ItemUnmarked}},
		"a report waits":          {[]step{both(), does("1 10:00", all(LevelGood)...), does("1 11:00", cheated)}, func(r *Rules) { r.ProvinceDecides = true }, "1 12:00", "", []Gap{GapDecision}, []ItemState{ItemMarked, ItemMarked}},
		"running":                 {[]step{does("1 09:00", start("a1"))}, nil, "1 09:10", "", []Gap{GapNotFinal}, nil},
		"timed out, may be reset": {[]step{does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"))}, nil, "1 12:00", "", []Gap{GapNotFinal, GapUnmarked}, []ItemState{ItemUnmarked, ItemMissing}},
		"not begun yet":           {nil, nil, "1 12:00", "", []Gap{GapNotFinal}, nil},
		"absent":                  {nil, nil, "4 12:00", "absent", nil, nil},
		"forfeited":               {[]step{does("1 09:00", start("a1"))}, nil, "4 12:00", "forfeited", nil, []ItemState{ItemMissing, ItemMissing}},
	} {
		t.Run(name, func(t *testing.T) {
			r := rules()
			if one.rules != nil {
				one.rules(&r)
			}
			s := play(t, r, newOrder(), one.steps...)
			result := s.order.Result(s.rules, at(one.at))
			var states []ItemState
			for _, item := range result.Items {
				states = append(states, item.State)
			}
			if result.Outcome != one.outcome || !slices.Equal(result.Gaps, one.gaps) || !slices.Equal(states, one.states) {
				t.Errorf("%q, gaps %q, items %q", result.Outcome, result.Gaps, states)
			}
		})
	}
}

func missingFails(r *Rules) { r.MissingItem = MissingFails }

// The newest mark of an item counts, whoever gave it.
func TestR21_TheNewestMarkCounts(t *testing.T) {
	s := play(t, rules(), newOrder(), both(), does("1 10:00", mark("1", LevelGood), mark("2", LevelGood), mark("", LevelGood)))
	before := s.order.Result(s.rules, at("1 12:00"))
	second := mark("1", LevelFail)
	second.By = Actor{Role: ByStaff, Name: "考官乙"}
	does("1 11:00", second)(t, s)
	after := s.order.Result(s.rules, at("1 12:00"))
	if before.Items[0].Level != LevelGood || after.Items[0].Level != LevelFail || before.Says(after) || !after.Says(s.order.Result(s.rules, at("1 12:00").Add(time.Hour))) {
		t.Errorf("before %+v, after %+v", before, after)
	}
}
