package candidate

import (
	"context"
	"time"

	"kaodian/app/exam"
)

// publishedResultBody is what a committee confirmed and published: before that nothing of
// marks is told to a candidate.
type publishedResultBody struct {
	Outcome     exam.Outcome        `json:"outcome" enum:"excellent,good,pass,fail,absent,forfeited,disqualified"`
	Reason      string              `json:"reason,omitempty" doc:"Why the order is disqualified (R20)"`
	Items       []publishedItemBody `json:"items"`
	MetOn       string              `json:"met_on" format:"date" doc:"The day on which the committee confirmed it"`
	PublishedAt time.Time           `json:"published_at"`
}

type publishedItemBody struct {
	Name  string         `json:"name"`
	Piece string         `json:"piece,omitempty"`
	State exam.ItemState `json:"state" enum:"marked,unmarked,missing,unreadable,invalid"`
	Level exam.Level     `json:"level,omitempty" enum:"fail,pass,good,excellent"`
}

// addResult adds what is published, or that it was taken back: neither while the order
// can be sat again, when it is of an attempt that counts no more.
func (s *Server) addResult(ctx context.Context, body *orderBody) (err error) {
	if body.Status == exam.StatusWaiting || body.Status == exam.StatusOpen || body.Status == exam.StatusRunning {
		return nil
	}
	if body.Result, err = s.resultOf(ctx, body.ID); err != nil || body.Result != nil {
		return err
	}
	body.ResultWithdrawn, err = s.Store.IsResultWithdrawn(ctx, body.ID)
	return err
}

// resultOf is nil while nothing is published.
func (s *Server) resultOf(ctx context.Context, orderID string) (*publishedResultBody, error) {
	published, err := s.Store.FindPublishedResult(ctx, orderID)
	if err != nil || published == nil {
		return nil, err
	}
	body := &publishedResultBody{Outcome: published.Outcome, Reason: published.Reason, Items: []publishedItemBody{}, MetOn: published.MetOn, PublishedAt: published.At}
	if !published.Outcome.IsLevel() {
		return body, nil
	}
	for _, item := range published.Items {
		body.Items = append(body.Items, publishedItemBody{item.Name, item.Piece, item.State, item.Level})
	}
	return body, nil
}
