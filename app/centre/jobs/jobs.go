// Package jobs runs side work that waits as rows: one lane per kind, one job
// at a time in each.
//
// It decides when a job is tried again and when it is parked for staff: after
// three failed tries. A try that our own stop or a power cut ended does not
// count; one during which only the process died does, because the job may have
// killed it. After a crash every job that was running is due again.
//
// It must not import SQL: the rows belong to the store, which implements
// Queue (store.Queue).
package jobs

import (
	"context"
	"time"
)

// Kind is the kind of work; each kind has its own lane.
type Kind string

// The kinds of the examination.
const (
	Preview   Kind = "preview"
	Inspect   Kind = "inspect"
	Rendition Kind = "rendition"
)

// Urgency is a job's priority; the lower value comes first.
type Urgency int

// A job that an open page waits for comes first, then one whose result a running
// attempt's candidate sees (R12, R19), a practice run's after a real one's.
const (
	Wanted Urgency = iota
	Running
	Practice
	Rest
)

// MaxTries is after how many failed tries a job is parked.
const MaxTries = 3

// Job is one piece of side work.
type Job struct {
	ID     string // the queue's, "" before it is added
	Kind   Kind
	ClipID string
	Tries  int // this one included, once received

	// Of a job that was received or listed.
	Urgency Urgency
	Bytes   int64 // of its clip
}

// Failed is a job that failed before: it waits, or is parked for staff.
type Failed struct {
	Job
	Parked    bool
	LastError string
	At        time.Time // of the failure
}

// Queue keeps the jobs. Every method is one transaction.
type Queue interface {
	// RecoverJobs is called once at start, before any lane runs: what was
	// running when the program ended is due now, or parked if that was its
	// last try. A try that ended because the machine did is not charged.
	RecoverJobs(ctx context.Context) error

	// ReceiveJob hands out the next job of the kind that is due and charges
	// it a try; nobody else gets it until the lease ends. Nil when none is.
	ReceiveJob(ctx context.Context, kind Kind, lease time.Duration) (*Job, error)

	// Overtaken says whether a due job of the kind is more urgent than this
	// one, which was received.
	Overtaken(ctx context.Context, job Job) (bool, error)

	// ListInOrder lists the jobs of the kind in the order in which they are
	// done, the running one first. It reads the whole lane.
	ListInOrder(ctx context.Context, kind Kind) ([]Job, error)

	// ExtendJob lets the lease end that much later than now.
	ExtendJob(ctx context.Context, id string, lease time.Duration) error

	// ReturnJob puts a job back that our own stop ended: due now, and the
	// try is not charged.
	ReturnJob(ctx context.Context, id string) error

	// FailJob records why a try failed. The job is due again after the delay, or
	// parked if this was the last try.
	FailJob(ctx context.Context, id string, why string, delay time.Duration) error

	// RemoveJob takes away a job that is done or whose clip is gone. An
	// absent one is no error: recording the result may have removed it.
	RemoveJob(ctx context.Context, id string) error

	// ListJobs returns the jobs that are parked or failed before, oldest first.
	ListJobs(ctx context.Context) ([]Failed, error)

	// RetryJob makes a parked job wait again with no try charged; an unknown
	// one is refusal.NotFound.
	RetryJob(ctx context.Context, id string) error
}
