package web

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// Sync is what the pages need of the outbox.
type Sync interface {
	// Status tells how sending stands, without secrets.
	Status(ctx context.Context) (SyncStatus, error)
	// SendNow asks for a run; it returns at once.
	SendNow()
}

// SyncStatus is how sending to the province stands.
type SyncStatus struct {
	Enrolled      bool        `json:"enrolled"`
	Centre        string      `json:"centre,omitempty"`
	Install       string      `json:"install,omitempty"`
	Drop          string      `json:"drop,omitempty" doc:"Where batches go, without the password"`
	Sending       bool        `json:"sending"`
	LastSuccess   *time.Time  `json:"last_success,omitempty"`
	NextDue       *time.Time  `json:"next_due,omitempty"`
	LastError     string      `json:"last_error,omitempty"`
	WaitingOrders int         `json:"waiting_orders" doc:"Final orders that are in no batch yet"`
	Batches       []BatchBody `json:"batches"`
}

// BatchBody is one batch of this install, newest first.
type BatchBody struct {
	Sequence  int64      `json:"sequence"`
	State     string     `json:"state" enum:"sealed,sent,accepted,refused"`
	Orders    int64      `json:"orders"`
	Files     int64      `json:"files"`
	Bytes     int64      `json:"bytes"`
	SealedAt  time.Time  `json:"sealed_at"`
	SentAt    *time.Time `json:"sent_at,omitempty"`
	ReceiptAt *time.Time `json:"receipt_at,omitempty"`
	Reasons   []string   `json:"reasons"`
}

type syncOutput struct{ Body SyncStatus }

func (s *Server) syncStatus(ctx context.Context, _ *nothing) (*syncOutput, error) {
	status, err := s.Sync.Status(ctx)
	return &syncOutput{Body: status}, err
}

type acceptedOutput struct{ Status int }

func (s *Server) sendNow(ctx context.Context, _ *nothing) (*acceptedOutput, error) {
	err := s.Store.Audit(ctx, store.Entry{Action: "send_now", By: exam.Actor{Role: exam.ByStaff, Name: callerOf(ctx).session.Subject}})
	if err != nil {
		return nil, err
	}
	s.Sync.SendNow()
	return &acceptedOutput{Status: http.StatusAccepted}, nil
}

// Jobs is what the pages need of the queue.
type Jobs interface {
	ListJobs(ctx context.Context) ([]JobBody, error)
}

// JobBody is a job that failed before: it waits, or is parked for staff.
type JobBody struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`
	ClipID    string `json:"clip_id"`
	Parked    bool   `json:"parked"`
	Tries     int    `json:"tries"`
	LastError string `json:"last_error"`
}

type jobsOutput struct{ Body []JobBody }

func (s *Server) listJobs(ctx context.Context, _ *nothing) (*jobsOutput, error) {
	jobs, err := s.Jobs.ListJobs(ctx)
	return &jobsOutput{Body: append([]JobBody{}, jobs...)}, err
}
