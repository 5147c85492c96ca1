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
	notices, err := s.Store.ListNotices(ctx, store.KeptNotices)
	out := &noticesOutput{Body: []noticeBody{}}
	for _, n := range notices {
		if len(out.Body) == shownNotices {
			break
		}
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

// isOf says whether a place at the drop is of one of the centres. Their folders
// have their names, at the top and in those of what goes to them; deeper ones are
// named by whoever sends.
func isOf(centres login.Centres, place string) bool {
	top, rest, _ := strings.Cut(place, "/")
	if slices.Contains([]string{"enrol", "receipts", "down"}, top) {
		top, _, _ = strings.Cut(rest, "/")
	}
	return centres == "" || centres.Has(top)
}
