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

// takeNext charges a try to the job that comes next and leases it: the most
// urgent (jobs.Urgency, which each statement here works out alike), and of
// those whoever came first.
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
		order by
			case
				when clips.wanted_at is not null then 0
				when attempts.id is null then 3
				else 1 + attempts.practice
			end,
			goqite.created, goqite.rowid
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
		if job, err = read(ctx, tx, id); err != nil || job == nil {
			return err
		}
		job.Urgency, job.Bytes, err = weigh(ctx, tx, id)
		return err
	})
	return job, err
}

// weigh tells how urgent a job is now, and how large its clip.
func weigh(ctx context.Context, tx *sql.Tx, id string) (how jobs.Urgency, bytes int64, err error) {
	err = tx.QueryRowContext(ctx, `
		select
			case
				when clips.wanted_at is not null then 0
				when attempts.id is null then 3
				else 1 + attempts.practice
			end,
			coalesce(clips.size, 0)
		from goqite
		left join clips on clips.id = goqite.clip_id
		left join attempts on attempts.id = clips.attempt_id and attempts.state = 'running'
		where goqite.id = ?`, id).Scan(&how, &bytes)
	if errors.Is(err, sql.ErrNoRows) {
		return jobs.Rest, 0, nil // its clip went away, and the job with it
	}
	return how, bytes, err
}

// Overtaken says that a more urgent job is due.
func (q *Queue) Overtaken(ctx context.Context, job jobs.Job) (overtaken bool, err error) {
	err = q.write(ctx, func(tx *sql.Tx) error {
		own, _, err := weigh(ctx, tx, job.ID)
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `
			select exists (
				select 1
				from goqite
				left join clips on clips.id = goqite.clip_id
				left join attempts on attempts.id = clips.attempt_id and attempts.state = 'running'
				where goqite.queue = ?
				  and goqite.timeout <= ?
				  and goqite.received < ?
				  and case
				      when clips.wanted_at is not null then 0
				      when attempts.id is null then 3
				      else 1 + attempts.practice
				    end < ?
			)`, string(job.Kind), stamp(time.Now()), jobs.MaxTries, own).Scan(&overtaken)
	})
	return overtaken, err
}

// ListInOrder lists the jobs of the kind in the order in which they are done.
func (q *Queue) ListInOrder(ctx context.Context, kind jobs.Kind) (list []jobs.Job, err error) {
	err = q.write(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			select goqite.id, coalesce(goqite.clip_id, ''), goqite.received, coalesce(clips.size, 0),
				case
					when clips.wanted_at is not null then 0
					when attempts.id is null then 3
					else 1 + attempts.practice
				end as urgency
			from goqite
			left join clips on clips.id = goqite.clip_id
			left join attempts on attempts.id = clips.attempt_id and attempts.state = 'running'
			left join running_jobs on running_jobs.id = goqite.id
			where goqite.queue = ?
			order by running_jobs.id is null, urgency, goqite.created, goqite.rowid`, string(kind))
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			job := jobs.Job{Kind: kind}
			if err := rows.Scan(&job.ID, &job.ClipID, &job.Tries, &job.Bytes, &job.Urgency); err != nil {
				return err
			}
			list = append(list, job)
		}
		return rows.Err()
	})
	return list, err
}

// heal makes rows due that a clock set back left in the far future.
func heal(ctx context.Context, tx *sql.Tx, kind jobs.Kind, now time.Time) error {
	_, err := tx.ExecContext(ctx, `update goqite set timeout = ? where queue = ? and timeout > ?`,
		stamp(now), string(kind), stamp(now.Add(longestWait)))
	return err
}
