package candidate_test

import (
	"testing"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/candidate"
	"kaodian/app/exam"
)

// A video that cannot be marked waits for the centre until another takes its place (R21).
func TestR21_AReplacedVideoWaitsForNobody(t *testing.T) {
	attempt := exam.Attempt{ID: "a", Items: []exam.Item{{ID: "1", Clip: &exam.Clip{ID: "c1"}}, {ID: "2"}}}
	facts := []store.Entry{{
		Action: audit.Action(exam.FactNoted), By: exam.Actor{Role: exam.ByStaff, Name: "考官"}, AttemptID: "a", ClipID: "c1", Reason: "没有琴声",
		Args: map[string]any{"irregularity": "u1", "category": exam.Unmarkable},
	}}
	if told := candidate.DeskOf(attempt, facts); len(told) != 1 || told[0].Reason != "没有琴声" {
		t.Errorf("the candidate is told %+v", told)
	}
	attempt.Items[0].Clip = &exam.Clip{ID: "c2"}
	if told := candidate.DeskOf(attempt, facts); len(told) != 0 {
		t.Errorf("of a video that is no more the candidate is told %+v", told)
	}
}
