package exam

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
)

var province = Actor{Role: ByProvince, Name: "省考级办"}

func invalid(id, clip string) Decide {
	return Decide{ID: id, Kind: ClipInvalid, ClipID: clip, Reason: "看谱演奏", By: staff}
}

func confirm(id string) ConfirmDecision { return ConfirmDecision{id, province, "属实"} }

// provinceDecides are rules under which a centre only reports.
func provinceDecides() Rules { return rules(func(r *Rules) { r.ProvinceDecides = true }) }

func TestR20_AnInvalidClipIsNotTheCandidate(t *testing.T) {
	tell(t, []story{
		{
			name:  "the clip stays, the order's status too",
			steps: []step{one(), does("1 09:10", submit("a1"), invalid("d1", "c1")), sees("1 09:10", view{Status: StatusSubmitted, FinalAt: "1 09:10"})},
			check: func(t *testing.T, s *stage) {
				if d := s.order.InvalidClip("c1"); d == nil || d.Reason != "看谱演奏" || s.order.InvalidClip("c2") != nil {
					t.Errorf("decisions %+v", s.order.Decisions)
				}
				if clipOf(s.attempt(t, "a1"), "1") != "c1" || s.order.DisqualifiedFor() != "" {
					t.Error("more than the clip was decided")
				}
			},
		},
		{
			name:  "undone it is a clip like any other",
			steps: []step{one(), does("1 09:10", submit("a1"), invalid("d1", "c1"), undo("d1"))},
			check: func(t *testing.T, s *stage) {
				if s.order.InvalidClip("c1") != nil {
					t.Errorf("decisions %+v", s.order.Decisions)
				}
			},
		},
		{name: "a clip that is not there", steps: []step{one(), refused("1 09:10", invalid("d1", "c9"), refusal.NotFound)}},
		{name: "a clip that was reset", steps: []step{one(), does("1 09:10", reset("a1")), refused("1 09:10", invalid("d1", "c1"), refusal.NotFound)}},
	})
}

func TestR20_OnlyTheProvinceConfirms(t *testing.T) {
	play(t, provinceDecides(), newOrder(),
		does("1 09:00", disqualify("d1")),
		refused("1 09:10", ConfirmDecision{"d1", staff, "属实"}, RoleNotAllowed),
		sees("1 09:10", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"}),
	)
}

// Two windows report the same: taking one back would leave the other.
func TestR20_AnEqualReportIsToldOnce(t *testing.T) {
	play(t, provinceDecides(), newOrder(),
		does("1 09:00", disqualify("d1")),
		refused("1 09:01", disqualify("d2"), AlreadyDecided),
		does("1 09:02", undo("d1"), disqualify("d3")),
	)
}

func TestR20_EveryDecisionNeedsAReasonAndIsAFact(t *testing.T) {
	silent, odd := disqualify("d1"), disqualify("d1")
	silent.Reason, odd.Kind = "", "expelled"
	tell(t, []story{
		{name: "without a reason refused", steps: []step{refused("1 09:00", silent, ReasonMissing)}},
		{name: "of an unknown kind refused", steps: []step{refused("1 09:00", odd, DecisionInvalid)}},
		{
			name:  "who, when, why",
			steps: []step{does("1 09:00", disqualify("d1")), does("1 10:00", undo("d1"))},
			check: func(t *testing.T, s *stage) {
				args := map[string]any{"decision": "d1", "kind": Disqualify, "pending": false}
				want := []Fact{
					{Kind: FactDecided, At: at("1 09:00"), By: staff, Reason: "替考", Args: args},
					{Kind: FactDecisionUndone, At: at("1 10:00"), By: staff, Reason: "误判", Args: args},
				}
				if diff := cmp.Diff(want, s.facts); diff != "" {
					t.Error(diff)
				}
			},
		},
		{
			name:  "told again it is decided once, and one undo takes it back",
			steps: []step{does("1 09:00", disqualify("d1"), disqualify("d1"), undo("d1")), sees("1 09:00", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"})},
			check: func(t *testing.T, s *stage) {
				if len(s.order.Decisions) != 1 || len(s.told(FactDecided)) != 1 {
					t.Errorf("decisions %+v", s.order.Decisions)
				}
			},
		},
	})
}

func TestR20_DisqualifiedAndUndone(t *testing.T) {
	tell(t, []story{
		{name: "the candidate sees the reason", steps: []step{does("1 09:00", disqualify("d1"))}, check: func(t *testing.T, s *stage) {
			if got := s.order.DisqualifiedFor(); got != "替考" {
				t.Errorf("reason %q", got)
			}
		}},
		{name: "nothing can be done at the order any more", steps: []step{
			one(), does("1 09:10", disqualify("d1")),
			sees("1 09:10", view{Status: StatusDisqualified}),
			refused("1 09:11", quick("a1", "2", "c2", "1 09:11"), Disqualified),
			refused("1 09:11", DeleteClip{"c1", phone}, Disqualified),
			refused("1 09:11", MoveClip{"c1", "2", phone}, Disqualified),
			refused("1 09:11", Acknowledge{"a1"}, Disqualified),
			refused("1 09:11", TakeOver{"a1", tablet}, Disqualified),
			refused("1 09:11", submit("a1"), Disqualified),
			refused("1 09:11", reset("a1"), Disqualified),
			refused("1 09:11", practice("p1"), Disqualified),
		}},
		{name: "its attempt times out all the same", steps: []step{
			one(), does("1 09:10", disqualify("d1")), does("1 09:30", Tick{}),
			sees("1 09:30", view{Status: StatusDisqualified, FinalAt: "2 00:00"}),
		}, check: func(t *testing.T, s *stage) {
			if got := s.attempt(t, "a1").State; got != AutoSubmitted {
				t.Errorf("state %s", got)
			}
		}},
		{name: "undone in time the attempt runs on", steps: []step{
			one(), does("1 09:10", disqualify("d1")), does("1 09:20", undo("d1")),
			sees("1 09:20", view{Status: StatusRunning, ResetsLeft: 2, ResetUntil: "2 00:00"}),
			does("1 09:21", submit("a1")),
		}},
		{name: "undone a submitted order is submitted as it was", steps: []step{
			one(), does("1 09:10", submit("a1"), disqualify("d1")),
			sees("1 09:10", view{Status: StatusDisqualified, FinalAt: "1 09:10"}),
			does("2 09:00", undo("d1")),
			sees("2 09:00", view{Status: StatusSubmitted, FinalAt: "1 09:10"}),
		}},
		{name: "an equal decision is refused while one is in force, so that one undo is enough", steps: []step{
			does("1 09:00", disqualify("d1")),
			refused("1 09:00", disqualify("d2"), AlreadyDecided),
			does("1 09:00", undo("d1"), disqualify("d2")),
			sees("1 09:00", view{Status: StatusDisqualified, FinalAt: "3 22:00"}),
			does("1 09:01", undo("d2")),
			sees("1 09:01", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"}),
		}},
		{name: "undone once, with a reason, and only what there is", steps: []step{
			does("1 09:00", disqualify("d1")),
			refused("1 09:01", UndoDecision{"d1", staff, ""}, ReasonMissing),
			refused("1 09:01", undo("d9"), refusal.NotFound),
			does("1 09:01", undo("d1")),
			refused("1 09:02", undo("d1"), AlreadyUndone),
			refused("1 09:02", confirm("d1"), AlreadyUndone),
		}},
		{name: "also after the order went into a batch", steps: []step{
			one(), does("1 09:10", submit("a1")), does("1 09:11", Seal{}), does("1 09:12", disqualify("d1"), undo("d1")),
			sees("1 09:12", view{Status: StatusSubmitted, FinalAt: "1 09:10"}),
		}},
	})
}

func TestR20_WhereTheProvinceConfirms(t *testing.T) {
	byProvince := disqualify("d1")
	byProvince.By = province
	tell(t, []story{
		{name: "a centre's report changes nothing until it is confirmed", rules: provinceDecides(), steps: []step{
			one(), does("1 09:10", disqualify("d1")),
			sees("1 09:10", view{Status: StatusRunning, ResetsLeft: 2, ResetUntil: "2 00:00"}),
			does("1 09:11", submit("a1")),
			does("2 09:00", confirm("d1")),
			sees("2 09:00", view{Status: StatusDisqualified, FinalAt: "1 09:11"}),
			refused("2 09:01", confirm("d1"), AlreadyConfirmed),
		}, check: func(t *testing.T, s *stage) {
			d := s.order.Decisions[0]
			if d.Pending || !d.ConfirmedAt.Equal(at("2 09:00")) || len(s.told(FactDecisionConfirm)) != 1 {
				t.Errorf("decision %+v, facts %v", d, s.kinds())
			}
		}},
		{name: "a report taken back cannot be confirmed", rules: provinceDecides(), steps: []step{
			does("1 09:10", disqualify("d1"), undo("d1")),
			refused("1 09:11", confirm("d1"), AlreadyUndone),
			sees("1 09:11", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"}),
		}},
		{name: "a confirmed one can be undone", rules: provinceDecides(), steps: []step{
			does("1 09:10", disqualify("d1"), confirm("d1"), undo("d1")),
			sees("1 09:11", view{Status: StatusOpen, ResetsLeft: 2, FinalAt: "3 22:00"}),
		}},
		{name: "the province's own holds at once", rules: provinceDecides(), steps: []step{
			does("1 09:10", byProvince),
			sees("1 09:10", view{Status: StatusDisqualified, FinalAt: "3 22:00"}),
			refused("1 09:11", confirm("d1"), AlreadyConfirmed),
		}},
		{name: "an invalid clip waits too", rules: provinceDecides(), steps: []step{one(), does("1 09:10", invalid("d1", "c1"))}, check: func(t *testing.T, s *stage) {
			if s.order.InvalidClip("c1") != nil {
				t.Error("in force unconfirmed")
			}
		}},
		{name: "where the centre decides alone it holds at once", steps: []step{
			does("1 09:10", disqualify("d1")),
			sees("1 09:10", view{Status: StatusDisqualified, FinalAt: "3 22:00"}),
		}},
		{name: "one that is not there", steps: []step{refused("1 09:00", confirm("d1"), refusal.NotFound)}},
	})
}
