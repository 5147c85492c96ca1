package store

import (
	"encoding/json"
	"errors"
	"time"

	"maragu.dev/goqite"
)

// The queues of the examination; a job's body is a Job.
const (
	JobInspect   = "inspect"
	JobRendition = "rendition"
)

// Job is what a queue row carries.
type Job struct {
	Kind   string `json:"kind"`
	ClipID string `json:"clip_id"`
}

// jobLease is how long a worker may be silent before its job runs again.
const jobLease = 2 * time.Minute

// sendJob puts a job into the queue in the act's own transaction.
func (c *change) sendJob(kind, clipID string) error {
	body, err := json.Marshal(Job{Kind: kind, ClipID: clipID})
	if err != nil {
		return err
	}
	queue := goqite.New(goqite.NewOpts{DB: c.db, Name: kind, Timeout: jobLease})
	return queue.SendTx(c.ctx, c.tx, goqite.Message{Body: body})
}

// removeJob ends a job in the transaction that records its result.
func (c *change) removeJob(id string) error {
	return errors.Join(c.DeleteJob(c.ctx, id), c.DeleteRunningJob(c.ctx, id), c.DeleteFailedJob(c.ctx, id))
}
