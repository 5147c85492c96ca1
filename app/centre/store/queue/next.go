package queue

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/centre/jobs"
)

// longestWait is longer than any lease or delay. A row that is due later than
// that was written before the machine's clock was set back, and would
// otherwise wait until the clock has come there again.
const longestWait = 5 * time.Minute

// takeNext charges a try to the job that comes next and leases it. First come
// those of running attempts, whose candidates wait for hints and previews (R12,
// R19), practice runs after real ones; then all others, such as those of
// attempts that have ended; within each, whoever came first.
//
// That is read from the attempts when a job is taken, not written into the
// queue: an attempt may run out while the server is down, or run again by extra
// time (R22), and its jobs stand right all the same. Which is why goqite's own
// Receive, which knows its rows only, does not do.
const takeNext = `
	update goqite
	set timeout = ?, received = received + 1
	where id = (
		select goqite.id
		from goqite
		left join clips on clips.id = goqite.clip_id
		left join attempts on attempts.id = clips.attempt_id and attempts.state = 'running'
		where goqite.queue = ?
		  and goqite.timeout <= ?
		  and goqite.received < ?
		order by attempts.id is null, attempts.practice, goqite.created, goqite.rowid
		limit 1
	)
	returning id`

// ReceiveJob hands out the next job that is due and notes that it runs.
func (q *Queue) ReceiveJob(ctx context.Context, kind jobs.Kind, lease time.Duration) (*jobs.Job, error) {
	var job *jobs.Job
	err := q.write(ctx, func(tx *sql.Tx) error {
		now := time.Now()
		if err := heal(ctx, tx, kind, now); err != nil {
			return err
		}
		var id string
		err := tx.QueryRowContext(ctx, takeNext, stamp(now.Add(lease)), string(kind), stamp(now), jobs.MaxTries).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
			insert into running_jobs (id, boot, started_at) values (?, ?, ?)
			on conflict (id) do update set boot = excluded.boot, started_at = excluded.started_at`,
			id, q.boot, now.UnixMilli())
		if err != nil {
			return err
		}
		job, err = read(ctx, tx, id)
		return err
	})
	return job, err
}

// heal makes rows due that a clock set back left in the far future.
func heal(ctx context.Context, tx *sql.Tx, kind jobs.Kind, now time.Time) error {
	_, err := tx.ExecContext(ctx, `update goqite set timeout = ? where queue = ? and timeout > ?`,
		stamp(now), string(kind), stamp(now.Add(longestWait)))
	return err
}
