package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/rehearsal"
	"kaodian/sync/outbox"
)

// hall is the data folder's hall of rehearsals. What a rehearsal left that was
// cut off is removed here.
func (c *centre) hall(ctx context.Context, runner *jobs.Runner, out *outbox.Outbox, log *slog.Logger) (*rehearsal.Hall, error) {
	return rehearsal.Open(ctx, rehearsal.Config{
		Disk:   durable.OS(),
		Folder: filepath.Join(c.folder, "rehearsal"),
		Store:  c.Store,
		Clock:  c.clock,
		Check:  func(bytes int64) time.Duration { return runner.Takes(jobs.Inspect, bytes) },
		UntilSync: func(ctx context.Context) time.Duration {
			status, err := out.Status(ctx)
			if err != nil || status.NextDue.IsZero() {
				return 0
			}
			return max(0, status.NextDue.Sub(c.clock.Now()))
		},
		Failed: func(err error) { log.Warn("rehearsal", "error", err) },
	})
}
