// Package bodies has the JSON bodies in which both webs tell what the machine saw
// in a clip, so that one page reads both.
//
// It owns nothing and a crash leaves nothing. It must import nothing of either
// side.
package bodies

import (
	"github.com/danielgtaylor/huma/v2"

	"kaodian/app/exam"
)

// FindingBody is a finding (exam.Finding).
type FindingBody struct {
	Kind     exam.Kind      `json:"kind"`
	Verdict  exam.Verdict   `json:"verdict"`
	Value    *float64       `json:"value,omitempty" doc:"What was measured"`
	Limit    *float64       `json:"limit,omitempty" doc:"What it was held against"`
	Side     exam.Side      `json:"side,omitempty" doc:"On which side of the limit a value passes"`
	Unit     exam.Unit      `json:"unit,omitempty" doc:"Of value and limit; none for counts, ratios and the luma (0 to 255)"`
	Note     exam.Note      `json:"note,omitempty" doc:"What it says besides the verdict"`
	Engine   string         `json:"engine,omitempty"`
	Detail   string         `json:"detail,omitempty" doc:"a name as the file has it, shown as it is"`
	Evidence []EvidenceBody `json:"evidence"`
}

// EvidenceBody says where in the clip a finding is seen.
type EvidenceBody struct {
	FromMs int64          `json:"from_ms"`
	ToMs   int64          `json:"to_ms"`
	Frame  string         `json:"frame,omitempty"`
	Other  *OtherClipBody `json:"other,omitempty" doc:"the other clip that it is about; examiners are not told"`
}

// OtherClipBody names a clip of another attempt or order by its ids only; of
// one that is not here, or no longer, there is only the clip's.
type OtherClipBody struct {
	ClipID    string `json:"clip_id"`
	OrderID   string `json:"order_id,omitempty"`
	AttemptID string `json:"attempt_id,omitempty"`
	Attempt   int    `json:"attempt,omitempty" doc:"its number within the order"`
}

// TransformSchema names the words that this version knows; a page may meet
// others where a newer centre sent them.
func (FindingBody) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["kind"].Enum = words(exam.Kinds)
	s.Properties["verdict"].Enum = words(exam.Verdicts)
	s.Properties["side"].Enum = words(exam.Sides)
	s.Properties["unit"].Enum = words(exam.Units)
	s.Properties["note"].Enum = words(exam.Notes)
	return s
}

func words[T ~string](list []T) []any {
	all := make([]any, len(list))
	for i, word := range list {
		all[i] = string(word)
	}
	return all
}

// Findings are the findings as JSON; of other clips it has no more than the id.
func Findings(list []exam.Finding) []FindingBody {
	bodies := []FindingBody{}
	for _, f := range list {
		bodies = append(bodies, FindingBody{
			Kind: f.Kind, Verdict: f.Verdict, Value: f.Value, Limit: f.Limit, Side: f.Side, Unit: f.Unit, Note: f.Note,
			Engine: f.Engine, Detail: f.Detail, Evidence: evidence(f.Evidence),
		})
	}
	return bodies
}

func evidence(list []exam.Evidence) []EvidenceBody {
	bodies := []EvidenceBody{}
	for _, e := range list {
		body := EvidenceBody{FromMs: e.From.Milliseconds(), ToMs: e.To.Milliseconds(), Frame: e.Frame}
		if e.OtherID != "" {
			body.Other = &OtherClipBody{ClipID: e.OtherID}
		}
		bodies = append(bodies, body)
	}
	return bodies
}
