package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// RehearsalState is how a rehearsal stands or ended.
type RehearsalState string

// The states.
const (
	RehearsalRunning  RehearsalState = "running"
	RehearsalFinished RehearsalState = "finished" // its time was over
	RehearsalStopped  RehearsalState = "stopped"  // by staff
	RehearsalYielded  RehearsalState = "yielded"  // to an attempt that began
	RehearsalCutOff   RehearsalState = "cut_off"  // the server stopped in the middle
)

// The refusals of a rehearsal's start.
const (
	RehearsalRuns     refusal.Code = "rehearsal_runs"
	RehearsalAttempts refusal.Code = "rehearsal_attempts"
)

// Rehearsal is one of a room. It belongs to no order.
type Rehearsal struct {
	ID        string
	StartedAt time.Time
	EndedAt   time.Time // zero while it runs
	By        string
	State     RehearsalState
	Length    time.Duration // of the sending, whole seconds
	Expected  int           // candidates an hour
	Clips     int           // of one candidate
	ClipBytes int64         // expected of one clip
	Verdict   string        // JSON of who judged it; "" where nothing was judged
	Phones    []RehearsalPhone
}

// RehearsalPhone is a phone that took part.
type RehearsalPhone struct {
	Number  int
	Browser string
	Bytes   int64
	Rate    int64 // bytes per second while it sent
	Retries int   // broken requests, as the phone says
	Stalls  int   // seconds in which nothing of it came
}

// keptRehearsals is how many records stay.
const keptRehearsals = 50

// StartRehearsal writes the rehearsal down. Refusals: RehearsalRuns beside
// another one, RehearsalAttempts while attempts that count run.
func (s *Store) StartRehearsal(ctx context.Context, r Rehearsal, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		switch running, err := c.FindRunningRehearsal(ctx); {
		case err == nil:
			return refusal.New(RehearsalRuns, "by", running.ByName)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		attempts, err := c.CountRunningAttempts(ctx, c.now.UnixMilli())
		if err != nil {
			return err
		}
		if attempts > 0 {
			return refusal.New(RehearsalAttempts, "attempts", attempts)
		}
		err = c.InsertRehearsal(ctx, query.InsertRehearsalParams{
			ID: r.ID, StartedAt: c.now.UnixMilli(), ByName: by.Name, Seconds: int64(r.Length / time.Second),
			Expected: int64(r.Expected), Clips: int64(r.Clips), ClipBytes: r.ClipBytes,
		})
		if err != nil {
			return err
		}
		if err := c.DropOldRehearsals(ctx, keptRehearsals); err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionRehearsalStarted, By: by, Args: map[string]any{
			"seconds": int(r.Length / time.Second), "expected": r.Expected, "clips": r.Clips, "clip_bytes": r.ClipBytes,
		}})
	})
}

// EndRehearsal writes down how it ended, and what was measured; one that has
// ended already stays as it is.
func (s *Store) EndRehearsal(ctx context.Context, r Rehearsal, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		ended, err := c.Queries.EndRehearsal(ctx, query.EndRehearsalParams{State: string(r.State), EndedAt: new(c.now.UnixMilli()), Verdict: r.Verdict, ID: r.ID})
		if err != nil || ended == 0 {
			return err
		}
		for _, phone := range r.Phones {
			if err := c.UpsertRehearsalPhone(ctx, phoneRow(r.ID, phone)); err != nil {
				return err
			}
		}
		return c.audit(Entry{Action: ActionRehearsalEnded, By: by, Args: map[string]any{"how": r.State, "phones": len(r.Phones)}})
	})
}

// JoinRehearsal notes a phone of the rehearsal that runs.
func (s *Store) JoinRehearsal(ctx context.Context, id string, phone RehearsalPhone) error {
	return s.write(ctx, func(c *change) error { return c.UpsertRehearsalPhone(ctx, phoneRow(id, phone)) })
}

// RecordRehearsal writes down how many bytes of each phone are safe: the price
// is that of RecordOffsets, so what a rehearsal measures is what an exam pays.
func (s *Store) RecordRehearsal(ctx context.Context, id string, phones []RehearsalPhone) error {
	return s.write(ctx, func(c *change) error {
		for _, phone := range phones {
			err := c.RecordRehearsalBytes(ctx, query.RecordRehearsalBytesParams{Bytes: phone.Bytes, RehearsalID: id, Number: int64(phone.Number)})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// CutOffRehearsal ends the one that ran when the server stopped, and says
// whether there was one.
func (s *Store) CutOffRehearsal(ctx context.Context) (cut bool, err error) {
	err = s.write(ctx, func(c *change) error {
		cut = false
		running, err := c.FindRunningRehearsal(ctx)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if _, err = c.Queries.EndRehearsal(ctx, query.EndRehearsalParams{State: string(RehearsalCutOff), EndedAt: new(c.now.UnixMilli()), ID: running.ID}); err != nil {
			return err
		}
		cut = true
		return c.audit(Entry{Action: ActionRehearsalEnded, By: exam.Actor{Role: exam.BySystem}, Args: map[string]any{"how": RehearsalCutOff}})
	})
	return cut, err
}

// CountRunningAttempts is how many attempts that count run now.
func (s *Store) CountRunningAttempts(ctx context.Context) (attempts int, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		n, err := q.CountRunningAttempts(ctx, s.Now().UnixMilli())
		attempts = int(n)
		return err
	})
	return attempts, err
}

// ListRehearsals returns the latest that ended, newest first.
func (s *Store) ListRehearsals(ctx context.Context, most int) (list []Rehearsal, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListRehearsals(ctx, int64(most))
		if err != nil {
			return err
		}
		for _, row := range rows {
			r := s.rehearsal(row)
			if r.Phones, err = rehearsalPhones(ctx, q, row.ID); err != nil {
				return err
			}
			list = append(list, r)
		}
		return nil
	})
	return list, err
}

// UsualClip is the mean size of the newest clips, 0 where there are fewer than
// least of them.
func (s *Store) UsualClip(ctx context.Context, least int) (bytes int64, err error) {
	const newest = 200
	err = s.read(ctx, func(q *query.Queries) error {
		sizes, err := q.ListClipSizes(ctx, newest)
		if err != nil || len(sizes) < least {
			return err
		}
		for _, size := range sizes {
			bytes += size
		}
		bytes /= int64(len(sizes))
		return nil
	})
	return bytes, err
}

func (s *Store) rehearsal(row query.Rehearsal) Rehearsal {
	return Rehearsal{
		ID: row.ID, StartedAt: s.at(row.StartedAt), EndedAt: maybeAt(row.EndedAt, s.Rules().Location), By: row.ByName,
		State: RehearsalState(row.State), Length: time.Duration(row.Seconds) * time.Second,
		Expected: int(row.Expected), Clips: int(row.Clips), ClipBytes: row.ClipBytes, Verdict: row.Verdict,
	}
}

func rehearsalPhones(ctx context.Context, q *query.Queries, id string) (phones []RehearsalPhone, err error) {
	rows, err := q.ListRehearsalPhones(ctx, id)
	for _, row := range rows {
		phones = append(phones, RehearsalPhone{
			Number: int(row.Number), Browser: row.Browser, Bytes: row.Bytes, Rate: row.Rate, Retries: int(row.Retries), Stalls: int(row.Stalls),
		})
	}
	return phones, err
}

func phoneRow(id string, p RehearsalPhone) query.UpsertRehearsalPhoneParams {
	return query.UpsertRehearsalPhoneParams{
		RehearsalID: id, Number: int64(p.Number), Browser: p.Browser, Bytes: p.Bytes, Rate: p.Rate, Retries: int64(p.Retries), Stalls: int64(p.Stalls),
	}
}
