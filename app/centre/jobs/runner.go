package jobs

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Handler does one job. It returns nil when the job is done or has become
// pointless, and the context's error when it was stopped by it.
type Handler func(ctx context.Context, job Job) error

// Runner runs the lanes. Zero durations mean the defaults.
type Runner struct {
	Queue    Queue
	Handlers map[Kind]Handler
	Poll     time.Duration // how often an empty lane looks, woken or not
	Lease    time.Duration // how long a silent job keeps its row
	// Report receives every failed try and every fault of the queue; job is
	// zero for the latter. It may be nil.
	Report func(job Job, err error)

	once sync.Once
	wake map[Kind]chan struct{}

	mu    sync.Mutex
	under map[Kind]running

	paces  paces
	orders orders
}

// running is the job of a lane.
type running struct {
	job   Job
	began time.Time
	end   context.CancelCauseFunc
}

// errOvertaken ends a try in favour of a more urgent job; the try is not charged.
var errOvertaken = errors.New("somebody waits for another clip")

const (
	defaultPoll  = time.Second
	defaultLease = 2 * time.Minute
)

// delays before the second and the third try.
var delays = []time.Duration{5 * time.Second, time.Minute}

func (r *Runner) prepare() {
	r.once.Do(func() {
		if r.Poll == 0 {
			r.Poll = defaultPoll
		}
		if r.Lease == 0 {
			r.Lease = defaultLease
		}
		r.wake, r.under = map[Kind]chan struct{}{}, map[Kind]running{}
		for kind := range r.Handlers {
			r.wake[kind] = make(chan struct{}, 1)
		}
	})
}

// Wake makes a lane poll at once. It is only a hint: a job is found without it.
func (r *Runner) Wake(kind Kind) {
	r.prepare()
	r.orders.forget(kind)
	select {
	case r.wake[kind] <- struct{}{}:
	default:
	}
}

// Drop cancels the running jobs of a clip that was deleted, so that the lane
// comes to the next; the handler finds the clip gone and ends its job. So does a
// job that begins at this moment.
func (r *Runner) Drop(clipID string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, job := range r.under {
		if job.job.ClipID == clipID {
			job.end(nil)
		}
	}
}

// begin makes the context of a job, which Drop cancels.
func (r *Runner) begin(ctx context.Context, job Job) (own context.Context, done func()) {
	own, end := context.WithCancelCause(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.under[job.Kind] = running{job, time.Now(), end}
	return own, func() {
		end(nil)
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.under, job.Kind)
	}
}

// Run brings the queue into order and runs the lanes until ctx ends; it
// returns when the jobs under way have ended too.
func (r *Runner) Run(ctx context.Context) error {
	r.prepare()
	if err := r.Queue.RecoverJobs(ctx); err != nil {
		return fmt.Errorf("bring the jobs into order: %w", err)
	}
	var lanes sync.WaitGroup
	for kind, handle := range r.Handlers {
		lanes.Go(func() { r.lane(ctx, kind, handle) })
	}
	lanes.Wait()
	return nil
}

func (r *Runner) lane(ctx context.Context, kind Kind, handle Handler) {
	for ctx.Err() == nil {
		job, err := r.Queue.ReceiveJob(ctx, kind, r.Lease)
		if err != nil {
			r.fault(ctx, Job{}, err)
		}
		if job != nil {
			r.run(ctx, *job, handle)
			continue
		}
		select {
		case <-ctx.Done():
		case <-r.wake[kind]:
		case <-time.After(r.Poll):
		}
	}
}

// run does one job and records how it ended, even while the program stops, so
// that the try is charged correctly.
func (r *Runner) run(ctx context.Context, job Job, handle Handler) {
	err := r.keepLease(ctx, job, handle)
	after := context.WithoutCancel(ctx)
	switch {
	case err == nil:
		err = r.Queue.RemoveJob(after, job.ID)
	case ctx.Err() != nil && errors.Is(err, ctx.Err()), errors.Is(err, errOvertaken):
		err = r.Queue.ReturnJob(after, job.ID)
	default:
		r.fault(ctx, job, err)
		delay := delays[min(max(job.Tries, 1), len(delays))-1]
		err = r.Queue.FailJob(after, job.ID, err.Error(), delay)
	}
	if err != nil {
		r.fault(ctx, job, err)
	}
}

// keepLease extends the lease while the handler works, and cancels the handler
// with errOvertaken when a more urgent job is due.
func (r *Runner) keepLease(ctx context.Context, job Job, handle Handler) error {
	working, end := r.begin(ctx, job)
	began := time.Now()
	var keeper sync.WaitGroup
	keeper.Go(func() {
		tick := time.NewTicker(r.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-working.Done():
				return
			case <-r.wake[job.Kind]:
				r.preempt(working, job)
			case <-tick.C:
				r.preempt(working, job)
				if err := r.Queue.ExtendJob(working, job.ID, r.Lease); err != nil {
					r.fault(working, job, err)
				}
			}
		}
	})
	err := guarded(working, job, handle)
	if err != nil && errors.Is(context.Cause(working), errOvertaken) && ctx.Err() == nil {
		err = errOvertaken
	}
	end()
	keeper.Wait()
	if err == nil {
		r.paces.learn(job, time.Since(began))
	}
	return err
}

// preempt cancels the job if another is more urgent now.
func (r *Runner) preempt(ctx context.Context, job Job) {
	overtaken, err := r.Queue.Overtaken(ctx, job)
	if err != nil {
		r.fault(ctx, job, err)
	}
	if !overtaken {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if under, ok := r.under[job.Kind]; ok && under.job.ID == job.ID {
		under.end(errOvertaken)
	}
}

// guarded turns a panic into one failed try of one job.
func guarded(ctx context.Context, job Job, handle Handler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return handle(ctx, job)
}

func (r *Runner) fault(ctx context.Context, job Job, err error) {
	if r.Report != nil && ctx.Err() == nil {
		r.Report(job, err)
	}
}
