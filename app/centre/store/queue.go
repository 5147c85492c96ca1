package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store/internal/query"
)

// Queue implements jobs.Queue: each job is one row, whose state, tries and
// lease change in one transaction.
//
// It owns when a try is charged: a job that ran when the machine itself went
// down is not charged; when only the program ended, it is, because the job may
// have ended it.
type Queue struct {
	store *Store
	boot  string
}

// Queue is the queue for the machine's present run (clock.BootID); without a
// name of it every try is charged.
func (s *Store) Queue(boot string) *Queue { return &Queue{store: s, boot: boot} }

// write is one transaction. On a full disk it fails: the room in reserve is for
// records, side work waits.
func (q *Queue) write(ctx context.Context, do func(*change) error) error {
	return q.store.writeOnce(ctx, do)
}

// ReceiveJob hands out the next job that is due and notes that it runs.
func (q *Queue) ReceiveJob(ctx context.Context, kind jobs.Kind, lease time.Duration) (job *jobs.Job, err error) {
	err = q.write(ctx, func(c *change) error {
		next, err := c.NextJob(ctx, query.NextJobParams{Kind: string(kind), Now: c.now.UnixMilli(), MaxTries: jobs.MaxTries})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		next.Tries++
		job = new(jobOf(next))
		return c.TakeJob(ctx, query.TakeJobParams{Boot: q.boot, DueAt: c.now.Add(lease).UnixMilli(), ID: next.ID})
	})
	if err != nil {
		return nil, err
	}
	return job, nil
}

func jobOf(row query.Lane) jobs.Job {
	return jobs.Job{
		ID: row.ID, Kind: jobs.Kind(row.Kind), ClipID: row.ClipID, Tries: int(row.Tries),
		Urgency: jobs.Urgency(row.Urgency), Bytes: row.Bytes,
	}
}

// Overtaken says that a more urgent job is due.
func (q *Queue) Overtaken(ctx context.Context, job jobs.Job) (overtaken bool, err error) {
	err = q.store.read(ctx, func(r *query.Queries) error {
		overtaken, err = r.IsOvertaken(ctx, query.IsOvertakenParams{
			Kind: string(job.Kind), Now: q.store.Now().UnixMilli(), MaxTries: jobs.MaxTries, ID: job.ID,
		})
		return err
	})
	return overtaken, err
}

// ListInOrder lists the jobs of the kind in the order in which they are done.
func (q *Queue) ListInOrder(ctx context.Context, kind jobs.Kind) (list []jobs.Job, err error) {
	err = q.store.read(ctx, func(r *query.Queries) error {
		rows, err := r.ListLane(ctx, string(kind))
		for _, row := range rows {
			list = append(list, jobOf(row))
		}
		return err
	})
	return list, err
}

// ExtendJob lets the lease end that much later than now.
func (q *Queue) ExtendJob(ctx context.Context, id string, lease time.Duration) error {
	return q.write(ctx, func(c *change) error {
		return c.ExtendJob(ctx, query.ExtendJobParams{DueAt: c.now.Add(lease).UnixMilli(), ID: id})
	})
}

// ReturnJob puts a job back whose try our own stop ended.
func (q *Queue) ReturnJob(ctx context.Context, id string) error {
	return q.write(ctx, func(c *change) error { return c.ReturnJob(ctx, id) })
}

// FailJob charges the try: the job waits for the delay or, after its last
// try, is parked.
func (q *Queue) FailJob(ctx context.Context, id, why string, delay time.Duration) error {
	return q.write(ctx, func(c *change) error { return c.failJob(id, why, delay) })
}

func (c *change) failJob(id, why string, delay time.Duration) error {
	return c.FailJob(c.ctx, query.FailJobParams{
		MaxTries: jobs.MaxTries, DueAt: c.now.Add(delay).UnixMilli(), LastError: new(shorten(why)), FailedAt: new(c.now.UnixMilli()), ID: id,
	})
}

// RemoveJob takes away a job that is done.
func (q *Queue) RemoveJob(ctx context.Context, id string) error {
	return q.write(ctx, func(c *change) error { return c.DeleteJob(ctx, id) })
}

// endedWithUs is the reason noted for a job during which the program ended.
const endedWithUs = "the program ended while this job ran"

// RecoverJobs brings order after a start: what ran is due or parked, and no
// delay goes on, for it was set by the clock of another start.
func (q *Queue) RecoverJobs(ctx context.Context) error {
	return q.write(ctx, func(c *change) error {
		running, err := c.ListRunningJobs(ctx)
		if err != nil {
			return err
		}
		for _, job := range running {
			if job.Boot != q.boot {
				err = c.ReturnJob(ctx, job.ID) // the machine went down, no fault of the job
			} else {
				err = c.failJob(job.ID, endedWithUs, 0)
			}
			if err != nil {
				return err
			}
		}
		return c.EndDelays(ctx)
	})
}

// ListJobs returns the jobs that failed before, parked or waiting, oldest first.
func (q *Queue) ListJobs(ctx context.Context) (list []jobs.Failed, err error) {
	err = q.store.read(ctx, func(r *query.Queries) error {
		rows, err := r.ListFailedJobs(ctx)
		for _, row := range rows {
			list = append(list, jobs.Failed{
				Job:       jobs.Job{ID: row.ID, Kind: jobs.Kind(row.Kind), ClipID: row.ClipID, Tries: int(row.Tries)},
				Parked:    row.State == "parked",
				LastError: sqlkit.OrEmpty(row.LastError),
				At:        maybeAt(row.FailedAt, q.store.Rules().Location),
			})
		}
		return err
	})
	return list, err
}

// RetryJob makes a parked job wait again with no try charged.
func (q *Queue) RetryJob(ctx context.Context, id string) error {
	return q.write(ctx, func(c *change) error {
		rows, err := c.RetryJob(ctx, id)
		if err == nil && rows == 0 {
			return refusal.New(refusal.NotFound)
		}
		return err
	})
}

// shorten keeps a stranger's text within bounds; the pages show it.
func shorten(text string) string {
	const limit = 1000
	runes := []rune(strings.ToValidUTF8(text, "?"))
	return string(runes[:min(len(runes), limit)])
}
