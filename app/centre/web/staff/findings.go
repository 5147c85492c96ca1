package staff

import (
	"context"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/bodies"
	"kaodian/app/centre/store"
)

// sheetBody says where on the contact sheet the picture of which moment is.
type sheetBody struct {
	Columns int     `json:"columns" doc:"Pictures in a row"`
	Width   int     `json:"width" doc:"Of a picture's place, in pixels"`
	Height  int     `json:"height"`
	TimesMs []int64 `json:"times_ms" doc:"Of the pictures, row by row"`
}

func contactSheetOf(times []time.Duration) *sheetBody {
	if len(times) == 0 {
		return nil
	}
	body := &sheetBody{Columns: store.ContactSheetColumns, Width: store.ContactSheetWidth, Height: store.ContactSheetHeight}
	for _, at := range times {
		body.TimesMs = append(body.TimesMs, at.Milliseconds())
	}
	return body
}

// placeOthers says where the clips are that the findings point to.
func (s *Server) placeOthers(ctx context.Context, findings []bodies.FindingBody) error {
	for _, f := range findings {
		for _, e := range f.Evidence {
			if e.Other == nil {
				continue
			}
			place, err := s.Store.FindPlaceOfClip(ctx, e.Other.ClipID)
			if err != nil && refusal.CodeOf(err) != refusal.NotFound {
				return err
			}
			e.Other.OrderID, e.Other.AttemptID, e.Other.Attempt = place.OrderID, place.AttemptID, place.Attempt
		}
	}
	return nil
}
