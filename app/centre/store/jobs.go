package store

import (
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store/queue"
)

// sendJob puts a job into the queue in the act's own transaction.
func (c *change) sendJob(kind jobs.Kind, clipID string) error {
	return queue.Add(c.ctx, c.db, c.tx, kind, clipID)
}
