package store

import (
	"context"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ShutDownDisturbs refuses to end the program under people whom nobody was shown.
// Its arguments are running and preparing.
const ShutDownDisturbs refusal.Code = "shut_down_disturbs"

// Disturbed are the people whom the end of the program would disturb.
type Disturbed struct {
	Running   int // attempts that count and run
	Preparing int // who answered the consent in the last minutes and has not started yet
}

// preparing is how long somebody may be between consent and start: the rules'
// video and the practice lie there.
const preparing = 15 * time.Minute

// FindDisturbed counts them.
func (s *Store) FindDisturbed(ctx context.Context) (d Disturbed, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		d, err = disturbed(ctx, q, s.Now())
		return err
	})
	return d, err
}

func disturbed(ctx context.Context, q *query.Queries, now time.Time) (d Disturbed, err error) {
	running, err := q.CountRunningAttempts(ctx, now.UnixMilli())
	if err != nil {
		return d, err
	}
	waiting, err := q.CountPreparing(ctx, now.Add(-preparing).UnixMilli())
	return Disturbed{int(running), int(waiting)}, err
}

// ShutDown notes that somebody ends the program for that reason. It refuses where
// more people would be disturbed than whoever asks was shown.
func (s *Store) ShutDown(ctx context.Context, reason string, shown Disturbed, by exam.Actor) error {
	if err := exam.CheckReason(reason); err != nil {
		return err
	}
	return s.write(ctx, func(c *change) error {
		d, err := disturbed(ctx, c.Queries, c.now)
		if err != nil {
			return err
		}
		if d.Running > shown.Running || d.Preparing > shown.Preparing {
			return refusal.New(ShutDownDisturbs, "running", d.Running, "preparing", d.Preparing)
		}
		return c.audit(Entry{Action: ActionShutDown, By: by, Reason: reason, Args: map[string]any{"running": d.Running, "preparing": d.Preparing}})
	})
}
