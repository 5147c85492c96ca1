package main

import (
	"fmt"

	"github.com/robfig/cron/v3"

	"kaodian/sync/drop/open"
	"kaodian/sync/outbox"
)

// outbox is the data folder's way to the province.
func (c *centre) outbox(failed func(error)) (*outbox.Outbox, error) {
	schedule, err := cron.ParseStandard("CRON_TZ=" + c.settings.Exam.Timezone + " " + c.settings.Sync.Schedule)
	if err != nil {
		return nil, fmt.Errorf("sync.schedule %q is no cron schedule: %w; write for example 0 20 * * *", c.settings.Sync.Schedule, err)
	}
	return &outbox.Outbox{
		Store:    c.Store,
		Folder:   c.folder,
		Program:  version,
		Clock:    c.clock,
		Schedule: schedule,
		OpenDrop: open.Open,
		Redact:   open.Redacted,
		Failed:   failed,
		Room:     c.spare,
	}, nil
}
