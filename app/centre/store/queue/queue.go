// Package queue keeps the side work's rows: goqite's table and ours beside
// it, in the store's database (migration 00002).
//
// It owns which job comes next (next.go) and when a try is charged: a job that
// was running when the machine itself went down is not charged; when only the
// program ended, it is, because the job may have ended it. Every method is one
// transaction; after a crash RecoverJobs makes what was running due again.
//
// It is part of the store: SQL stays here, and it must not import web,
// inspect or media.
package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"time"

	"maragu.dev/goqite"

	"kaodian/app/centre/jobs"
	"kaodian/app/exam"
)

// Queue implements jobs.Queue over the store's writer.
type Queue struct {
	db   *sql.DB
	boot string
}

// New uses the store's writer. boot names the machine's present run (BootID).
func New(db *sql.DB, boot string) *Queue { return &Queue{db: db, boot: boot} }

// BootID is the kernel's name for the machine's present run; "" where it has
// none: then every try is charged.
func BootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

// body is what a row carries.
type body struct {
	Kind   jobs.Kind `json:"kind"`
	ClipID string    `json:"clip_id"`
}

// goqiteTime is how goqite writes times; they compare as text.
const goqiteTime = "2006-01-02T15:04:05.000Z07:00"

func stamp(t time.Time) string { return t.UTC().Format(goqiteTime) }

func (q *Queue) write(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := q.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Add puts a job into the queue in the act's own transaction.
func Add(ctx context.Context, db *sql.DB, tx *sql.Tx, kind jobs.Kind, clipID string) error {
	data, err := json.Marshal(body{Kind: kind, ClipID: clipID})
	if err != nil {
		return err
	}
	lane := goqite.New(goqite.NewOpts{DB: db, Name: string(kind)})
	return lane.SendTx(ctx, tx, goqite.Message{Body: data})
}

// read returns a waiting or running job, nil if there is none of that id. A
// body that is none of ours gives a job without a clip.
func read(ctx context.Context, tx *sql.Tx, id string) (*jobs.Job, error) {
	job := &jobs.Job{ID: id}
	var data []byte
	err := tx.QueryRowContext(ctx, `select queue, body, received from goqite where id = ?`, id).
		Scan(&job.Kind, &data, &job.Tries)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	job.ClipID = clipOf(data)
	return job, err
}

func clipOf(data []byte) string {
	var b body
	if json.Unmarshal(data, &b) != nil {
		return ""
	}
	return b.ClipID
}

// ExtendJob lets the lease end that much later than now.
func (q *Queue) ExtendJob(ctx context.Context, id string, lease time.Duration) error {
	return q.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `update goqite set timeout = ? where id = ?`, stamp(time.Now().Add(lease)), id)
		return err
	})
}

// ReturnJob puts a job back whose try our own stop ended.
func (q *Queue) ReturnJob(ctx context.Context, id string) error {
	return q.write(ctx, func(tx *sql.Tx) error { return giveBack(ctx, tx, id) })
}

// giveBack makes a job due now and takes the try back.
func giveBack(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `update goqite set timeout = ?, received = max(received - 1, 0) where id = ?`,
		stamp(time.Now()), id)
	return errors.Join(err, stopped(ctx, tx, id))
}

func stopped(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `delete from running_jobs where id = ?`, id)
	return err
}

// FailJob charges the try: the job waits for the delay or, after its last
// try, is parked.
func (q *Queue) FailJob(ctx context.Context, id, why string, delay time.Duration) error {
	return q.write(ctx, func(tx *sql.Tx) error { return fail(ctx, tx, id, why, delay) })
}

func fail(ctx context.Context, tx *sql.Tx, id, why string, delay time.Duration) error {
	if err := stopped(ctx, tx, id); err != nil {
		return err
	}
	job, err := read(ctx, tx, id)
	if err != nil || job == nil {
		return err // its clip went away, and the job with it
	}
	now := time.Now()
	if job.Tries >= jobs.MaxTries {
		return park(ctx, tx, id, why, now)
	}
	if _, err := tx.ExecContext(ctx, `update goqite set timeout = ? where id = ?`, stamp(now.Add(delay)), id); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		insert into failed_jobs (id, last_error, failed_at) values (?, ?, ?)
		on conflict (id) do update set last_error = excluded.last_error, failed_at = excluded.failed_at`,
		id, shorten(why), now.UnixMilli())
	return err
}

func park(ctx context.Context, tx *sql.Tx, id, why string, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		insert into parked_jobs (id, kind, body, tries, last_error, parked_at)
		select id, queue, body, received, ?, ? from goqite where id = ?`, shorten(why), now.UnixMilli(), id)
	if err != nil {
		return err
	}
	return Remove(ctx, tx, id)
}

// RemoveJob takes away a job that is done.
func (q *Queue) RemoveJob(ctx context.Context, id string) error {
	return q.write(ctx, func(tx *sql.Tx) error { return Remove(ctx, tx, id) })
}

// Remove ends a job in the transaction that records its result; an absent one
// is no error.
func Remove(ctx context.Context, tx *sql.Tx, id string) error {
	return execAll(ctx, tx, id,
		`delete from goqite where id = ?`,
		`delete from running_jobs where id = ?`,
		`delete from failed_jobs where id = ?`,
	)
}

// RemoveOfClip ends the jobs of a clip in the transaction that removes the
// clip, so that no lane comes to them; parked ones are nobody's to try again.
func RemoveOfClip(ctx context.Context, tx *sql.Tx, clipID string) error {
	return execAll(ctx, tx, clipID,
		`delete from running_jobs where id in (select id from goqite where clip_id = ?)`,
		`delete from failed_jobs where id in (select id from goqite where clip_id = ?)`,
		`delete from goqite where clip_id = ?`,
		`delete from parked_jobs where clip_id = ?`,
	)
}

func execAll(ctx context.Context, tx *sql.Tx, arg string, statements ...string) error {
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement, arg); err != nil {
			return err
		}
	}
	return nil
}

// endedWithUs is the reason noted for a job during which the program ended.
const endedWithUs = "the program ended while this job ran"

// RecoverJobs brings order after a start.
func (q *Queue) RecoverJobs(ctx context.Context) error {
	return q.write(ctx, func(tx *sql.Tx) error {
		running, err := runningJobs(ctx, tx)
		if err != nil {
			return err
		}
		for id, boot := range running {
			if boot != q.boot {
				err = giveBack(ctx, tx, id) // the machine went down, no fault of the job
			} else {
				err = fail(ctx, tx, id, endedWithUs, 0)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func runningJobs(ctx context.Context, tx *sql.Tx) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, `select id, boot from running_jobs`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	running := map[string]string{}
	for rows.Next() {
		var id, boot string
		if err := rows.Scan(&id, &boot); err != nil {
			return nil, err
		}
		running[id] = boot
	}
	return running, rows.Err()
}

// ListJobs returns the jobs that failed before, parked or waiting, oldest first.
func (q *Queue) ListJobs(ctx context.Context) ([]jobs.Failed, error) {
	var list []jobs.Failed
	err := q.write(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `
			select id, kind, body, tries, 1, last_error, parked_at as at from parked_jobs
			union all
			select g.id, g.queue, g.body, g.received, 0, f.last_error, f.failed_at
			from failed_jobs f join goqite g on g.id = f.id
			order by at`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var f jobs.Failed
			var data []byte
			var at int64
			if err := rows.Scan(&f.ID, &f.Kind, &data, &f.Tries, &f.Parked, &f.LastError, &at); err != nil {
				return err
			}
			f.ClipID, f.At = clipOf(data), time.UnixMilli(at)
			list = append(list, f)
		}
		return rows.Err()
	})
	return list, err
}

// RetryJob makes a parked job wait again with no try charged.
func (q *Queue) RetryJob(ctx context.Context, id string) error {
	return q.write(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			insert into goqite (id, queue, body) select id, kind, body from parked_jobs where id = ?`, id)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, exam.Refuse(exam.NotFound))
		}
		_, err = tx.ExecContext(ctx, `delete from parked_jobs where id = ?`, id)
		return err
	})
}

// shorten keeps a stranger's text within bounds; the pages show it.
func shorten(text string) string {
	const most = 1000
	runes := []rune(strings.ToValidUTF8(text, "?"))
	return string(runes[:min(len(runes), most)])
}
