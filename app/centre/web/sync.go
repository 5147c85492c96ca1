package web

import (
	"context"
	"net/http"

	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/outbox"
)

// Sync is what the pages need of the outbox.
type Sync interface {
	// Status tells how sending stands, without secrets.
	Status(ctx context.Context) (outbox.Status, error)
	// SendNow asks for a run, with the orders that wait for marks or without
	// them; it returns at once.
	SendNow(unmarked bool)
}

type syncOutput struct{ Body outbox.Status }

func (s *Server) syncStatus(ctx context.Context, _ *nothing) (*syncOutput, error) {
	status, err := s.Sync.Status(ctx)
	return &syncOutput{Body: status}, err
}

type acceptedOutput struct{ Status int }

type sendInput struct {
	Marked bool `query:"marked" doc:"Leave the orders that wait for ticks and marks. Without it they go too: what is said of them later is sent later (R31)"`
}

func (s *Server) sendNow(ctx context.Context, in *sendInput) (*acceptedOutput, error) {
	err := s.Store.Audit(ctx, store.Entry{
		Action: "send_now",
		By:     exam.Actor{Role: exam.ByStaff, Name: callerOf(ctx).session.Subject},
		Args:   map[string]any{"unmarked": !in.Marked},
	})
	if err != nil {
		return nil, err
	}
	s.Sync.SendNow(!in.Marked)
	return &acceptedOutput{Status: http.StatusAccepted}, nil
}

// Jobs is what the pages need of the queue.
type Jobs interface {
	ListJobs(ctx context.Context) ([]jobs.Failed, error)
	// RetryJob makes a parked job wait again; exam.NotFound for any other.
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

func (s *Server) listJobs(ctx context.Context, _ *nothing) (*jobsOutput, error) {
	list, err := s.Jobs.ListJobs(ctx)
	out := &jobsOutput{Body: []jobBody{}}
	for _, job := range list {
		out.Body = append(out.Body, jobBody{ID: job.ID, Kind: job.Kind, ClipID: job.ClipID, Parked: job.Parked, Tries: job.Tries, LastError: job.LastError})
	}
	return out, err
}

func (s *Server) retryJob(ctx context.Context, in *IDInput) (*struct{}, error) {
	if err := s.Jobs.RetryJob(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, s.Store.Audit(ctx, store.Entry{
		Action: "job_retried",
		By:     exam.Actor{Role: exam.ByStaff, Name: callerOf(ctx).session.Subject},
		Args:   map[string]any{"job": in.ID},
	})
}
