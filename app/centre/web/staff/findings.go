package staff

import (
	"context"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// sheetBody says where on the contact sheet the picture of which moment is.
type sheetBody struct {
	Columns int     `json:"columns" doc:"Pictures in a row"`
	Width   int     `json:"width" doc:"Of a picture's place, in pixels"`
	Height  int     `json:"height"`
	TimesMs []int64 `json:"times_ms" doc:"Of the pictures, row by row"`
}

func sheetOf(times []time.Duration) *sheetBody {
	if len(times) == 0 {
		return nil
	}
	body := &sheetBody{Columns: store.SheetColumns, Width: store.SheetWidth, Height: store.SheetHeight}
	for _, at := range times {
		body.TimesMs = append(body.TimesMs, at.Milliseconds())
	}
	return body
}

type findingBody struct {
	Kind     exam.Kind      `json:"kind"`
	Verdict  exam.Verdict   `json:"verdict" enum:"pass,warn,fail,cannot_tell"`
	Value    *float64       `json:"value,omitempty"`
	Limit    *float64       `json:"limit,omitempty"`
	Unit     exam.Unit      `json:"unit,omitempty"`
	Note     exam.Note      `json:"note,omitempty"`
	Engine   string         `json:"engine,omitempty"`
	Detail   string         `json:"detail,omitempty" doc:"a name as the file has it, shown as it is"`
	Evidence []evidenceBody `json:"evidence"`
}

type evidenceBody struct {
	FromMs int64          `json:"from_ms"`
	ToMs   int64          `json:"to_ms"`
	Frame  string         `json:"frame,omitempty"`
	Other  *otherClipBody `json:"other,omitempty" doc:"the other clip that it is about; examiners are not told"`
}

// otherClipBody names a clip of another attempt or order by its ids only; of
// one that was erased only the clip's is left.
type otherClipBody struct {
	ClipID    string `json:"clip_id"`
	OrderID   string `json:"order_id,omitempty"`
	AttemptID string `json:"attempt_id,omitempty"`
	Attempt   int    `json:"attempt,omitempty" doc:"its number within the order"`
}

func findingOf(f exam.Finding) findingBody {
	body := findingBody{Kind: f.Kind, Verdict: f.Verdict, Value: f.Value, Limit: f.Limit, Unit: f.Unit, Note: f.Note, Engine: f.Engine, Detail: f.Detail, Evidence: []evidenceBody{}}
	for _, e := range f.Evidence {
		body.Evidence = append(body.Evidence, evidenceBody{FromMs: e.From.Milliseconds(), ToMs: e.To.Milliseconds(), Frame: e.Frame})
	}
	return body
}

// tellOthers adds which clips the findings point to, for those who may know
// of other orders (R21).
func (s *Server) tellOthers(ctx context.Context, bodies []findingBody, findings []exam.Finding) error {
	for i, f := range findings {
		for n, e := range f.Evidence {
			if e.OtherID == "" {
				continue
			}
			place, err := s.Store.FindPlaceOfClip(ctx, e.OtherID)
			if err != nil && refusal.CodeOf(err) != refusal.NotFound {
				return err
			}
			bodies[i].Evidence[n].Other = &otherClipBody{
				ClipID: e.OtherID, OrderID: place.OrderID, AttemptID: place.AttemptID, Attempt: place.Attempt,
			}
		}
	}
	return nil
}
