package web

import (
	"context"
	"time"

	"kaodian/app/province/store"
)

// noticeBody is something that the intake met at the drop.
type noticeBody struct {
	Name    string           `json:"name" doc:"Of a folder or file at the drop"`
	Kind    store.NoticeKind `json:"kind" enum:"unknown_sender,enrolment_refused,fork,junk,trouble"`
	Reasons []string         `json:"reasons"`
	FirstAt time.Time        `json:"first_at"`
	LastAt  time.Time        `json:"last_at" doc:"To the hour, while it is met again and again"`
}

type noticesOutput struct{ Body []noticeBody }

// shownNotices is how many notices the list holds, the latest.
const shownNotices = 200

func (s *Server) listNotices(ctx context.Context, _ *struct{}) (*noticesOutput, error) {
	notices, err := s.Store.ListNotices(ctx, shownNotices)
	out := &noticesOutput{Body: []noticeBody{}}
	for _, n := range notices {
		out.Body = append(out.Body, noticeBody{
			Name:    n.Name,
			Kind:    n.Kind,
			Reasons: append([]string{}, n.Reasons...),
			FirstAt: n.FirstAt,
			LastAt:  n.LastAt,
		})
	}
	return out, err
}
