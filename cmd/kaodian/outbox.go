package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/robfig/cron/v3"

	"kaodian/sync/drop"
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
		OpenDrop: c.openDrop,
		Redact:   open.Redacted,
		Failed:   failed,
		Room:     c.spare,
	}, nil
}

// name is the centre's as tickets and receipts show it: the settings' name, or
// the code under which it joined its province, or none.
func (c *centre) name() string {
	member, _ := outbox.LoadMember(c.folder) // a name is no reason to keep the exam from being served
	return cmp.Or(c.settings.Exam.CentreName, member.Centre)
}

// openDrop opens a drop; by what its server is known the settings say before
// the enrolment file does. They are read when they are needed: a mistake in
// them must not keep the exam from being served.
func (c *centre) openDrop(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
	s := c.settings.Sync
	if s.DropCA != "" || s.DropPin != "" {
		trust, err := s.trust()
		if err != nil {
			return nil, drop.Because(drop.CertificateUnknown, fmt.Errorf("sync.drop_ca or sync.drop_pin in the settings: %w", err))
		}
		place.Trust = trust
	}
	return open.Open(place, noted)
}

func (s syncSettings) trust() (drop.Trust, error) {
	if s.DropCA == "" {
		return drop.ParseTrust("", s.DropPin)
	}
	text, err := os.ReadFile(s.DropCA)
	if err != nil {
		return drop.Trust{}, err
	}
	return drop.ParseTrust(string(text), s.DropPin)
}
