package store

import (
	"context"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store/internal/query"
)

// Lanes do the side work; jobs.Runner does. They are told after the commit, and
// find a job also when they are not: nothing that must happen hangs on it.
type Lanes interface {
	// Wake says that a job of the kind waits.
	Wake(kind jobs.Kind)

	// Drop says that the clip is gone, and its jobs with it: one under way is
	// work for nobody.
	Drop(clipID string)
}

// TellLanes says who is told of jobs. It is called before the store is used by
// several goroutines.
func (s *Store) TellLanes(lanes Lanes) { s.lanes = lanes }

func (s *Store) tellLanes(c *change) {
	if s.lanes == nil {
		return
	}
	for _, clipID := range c.dropped {
		s.lanes.Drop(clipID)
	}
	for _, kind := range c.waiting {
		s.lanes.Wake(kind)
	}
}

// WantClip notes that somebody waits for something of the clip to play: its
// jobs come before all others. A clip that is gone is no error.
func (s *Store) WantClip(ctx context.Context, clipID string) error {
	return s.write(ctx, func(c *change) error {
		fresh, err := c.Queries.WantClip(ctx, query.WantClipParams{WantedAt: sqlkit.MsOrNull(c.now), ID: clipID})
		if fresh > 0 {
			c.waiting = append(c.waiting, jobs.Preview, jobs.Inspect, jobs.Rendition)
		}
		return err
	})
}

// sendJob puts a job into the queue in the act's own transaction.
func (c *change) sendJob(kind jobs.Kind, clipID string) error {
	c.waiting = append(c.waiting, kind)
	return c.InsertJob(c.ctx, query.InsertJobParams{ID: NewID(), Kind: string(kind), ClipID: clipID})
}

// dropJobs takes the jobs of a clip that goes out of the queue, parked ones too.
func (c *change) dropJobs(clipID string) error {
	c.dropped = append(c.dropped, clipID)
	return c.DeleteJobsOfClip(c.ctx, clipID)
}
