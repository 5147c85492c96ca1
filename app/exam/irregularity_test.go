package exam

import (
	"fmt"
	"testing"

	"kaodian/app/base/refusal"
)

func note(id, attempt, category, remark string) NoteIrregularity {
	return NoteIrregularity{ID: id, AttemptID: attempt, Category: category, Remark: remark, By: staff}
}

func TestR31_AnIrregularityIsADatedFact(t *testing.T) {
	tell(t, []story{
		{
			name: "before, in and after an attempt, also once the order is sealed",
			steps: []step{
				does("1 08:30", note("i1", "", "late", "")), one(), does("1 09:10", note("i2", "a1", "power_cut", "停电两分钟")),
				does("1 09:20", submit("a1"), Seal{}), does("5 10:00", note("i3", "a1", "edited", "像是剪接的")),
			},
			check: func(t *testing.T, s *stage) {
				f := s.told(FactNoted)
				if len(f) != 3 || f[1].Reason != "停电两分钟" || f[1].By != staff || f[1].AttemptID != "a1" || f[1].Args["category"] != "power_cut" || !f[2].At.Equal(at("5 10:00")) {
					t.Errorf("facts %+v", f)
				}
			},
		},
		{
			name:  "told again it counts once, and is taken back once, with a reason",
			steps: []step{one(), does("1 09:10", note("i1", "a1", "noise", ""), note("i1", "a1", "noise", "")), refused("1 09:11", UndoIrregularity{ID: "i1", By: staff}, ReasonMissing), does("1 09:12", UndoIrregularity{ID: "i1", By: staff, Reason: "记错人"}), refused("1 09:13", UndoIrregularity{ID: "i1", By: staff, Reason: "记错人"}, AlreadyUndone)},
			check: func(t *testing.T, s *stage) {
				if f := s.told(FactNoteUndone); len(f) != 1 || f[0].Reason != "记错人" || len(s.order.Irregularities) != 1 || s.order.Irregularities[0].UndoneAt.IsZero() {
					t.Errorf("facts %+v, order %+v", f, s.order.Irregularities)
				}
			},
		},
		{name: "of a kind that is known", steps: []step{refused("1 09:00", note("i1", "", "ghost", ""), IrregularityUnknown)}},
		{name: "«other» says what", steps: []step{refused("1 09:00", note("i1", "", "other", ""), ReasonMissing), does("1 09:00", note("i1", "", "other", "琴凳断了"))}},
		{name: "of an attempt that is there, no practice run", steps: []step{
			refused("1 09:00", note("i1", "a1", "noise", ""), refusal.NotFound), does("1 09:00", practice("p1")), refused("1 09:01", note("i1", "p1", "noise", ""), refusal.NotFound),
		}},
		{name: "as many as a batch holds", steps: []step{func(t *testing.T, s *stage) {
			for i := range maxIrregularities {
				does("1 09:00", note(fmt.Sprint("i", i), "", "noise", ""))(t, s)
			}
			refused("1 09:00", note("more", "", "noise", ""), TooManyNotes)(t, s)
		}}},
	})
}

// A suspicion is not said to a child in the middle of an exam.
func TestR20_ASuspicionIsToldByADecisionOnly(t *testing.T) {
	for category, want := range map[string]bool{"power_cut": false, "unwell": false, "not_candidate": true, "cheating": true, "other": true, "unknown": true} {
		if Suspicious(category) != want {
			t.Errorf("%s: %v", category, !want)
		}
	}
}
