package web

import (
	"context"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/login"
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
		if !isOf(limit(ctx), n.Name) {
			continue
		}
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

// isOf says whether a place at the drop is of one of the centres: their folders
// have their names.
func isOf(centres login.Centres, place string) bool {
	return centres == "" || slices.ContainsFunc(strings.Split(place, "/"), centres.Has)
}
