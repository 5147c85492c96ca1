package batchtest

import (
	"time"

	"kaodian/app/exam"
)

// Specimen is a finding of which everything is told, with a frame ("" for none)
// and another clip. What a centre seals of it and what a province shows of it
// are held against it here and there: no binary links both their drivers.
func Specimen(frame, other string) exam.Finding {
	value, limit := 0.4, 0.5
	return exam.Finding{
		Kind: exam.KindFaceMatch, Verdict: exam.Warn, Value: &value, Limit: &limit, Side: exam.AtLeast, Unit: "cosine",
		Note: exam.NoteBetweenThresholds, Engine: "yunet sface", Detail: "王大明的手机",
		Evidence: []exam.Evidence{{From: time.Second, To: 2 * time.Second, Frame: frame, OtherID: other}},
	}
}

// SpecimenFinding is the specimen's row in findings, as the only one of an
// examination.
func SpecimenFinding(examination string) []any {
	return []any{examination, int64(0), "face_match", "warn", 0.4, 0.5, "at_least", "cosine", "between_thresholds", "yunet sface", "王大明的手机"}
}

// SpecimenEvidence is the row of its evidence; nil is nothing.
func SpecimenEvidence(examination string, frame, other any) []any {
	return []any{examination, int64(0), int64(0), int64(1000), int64(2000), frame, other}
}
