package staff

import (
	"context"

	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
)

// Jobs is what the pages need of the queue.
type Jobs interface {
	ListJobs(ctx context.Context) ([]jobs.Failed, error)
	// RetryJob makes a parked job wait again; refusal.NotFound for any other.
	RetryJob(ctx context.Context, id string) error
}

// jobBody is a job that failed before: it waits, or is parked for staff.
type jobBody struct {
	ID        string    `json:"id"`
	Kind      jobs.Kind `json:"kind"`
	ClipID    string    `json:"clip_id"`
	Parked    bool      `json:"parked"`
	Tries     int       `json:"tries"`
	LastError string    `json:"last_error"`
}

type jobsOutput struct{ Body []jobBody }

func (s *Server) listJobs(ctx context.Context, _ *struct{}) (*jobsOutput, error) {
	list, err := s.Jobs.ListJobs(ctx)
	out := &jobsOutput{Body: []jobBody{}}
	for _, job := range list {
		out.Body = append(out.Body, jobBody{ID: job.ID, Kind: job.Kind, ClipID: job.ClipID, Parked: job.Parked, Tries: job.Tries, LastError: job.LastError})
	}
	return out, err
}

func (s *Server) retryJob(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	if err := s.Jobs.RetryJob(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, s.Store.Audit(ctx, store.Entry{
		Action: store.ActionJobRetried,
		By:     access.Of(ctx).Staff(),
		Args:   map[string]any{"job": in.ID},
	})
}
