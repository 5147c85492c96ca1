package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"kaodian/sync/drop"
	"kaodian/sync/drop/open"
	"kaodian/sync/outbox"
)

// outbox is the data folder's outbox.
func (c *centre) outbox(log *slog.Logger) (*outbox.Outbox, error) {
	if _, err := c.settings().schedule(c.clock.Now()); err != nil {
		return nil, err
	}
	return &outbox.Outbox{
		Store:    c.Store,
		Folder:   c.folder,
		Program:  version,
		Clock:    c.clock,
		Schedule: c.live,
		Host:     sender{c, log},
	}, nil
}

// sender is the outbox's host: it has the settings, the disk and the log.
type sender struct {
	centre *centre
	log    *slog.Logger
}

func (s sender) Room(ctx context.Context, bytes int64) error { return s.centre.checkRoom(ctx, bytes) }

func (s sender) Failed(err error) { s.log.Warn("sending to the province", "error", err) }

func (s sender) Noted(note drop.Note) { s.log.Warn("sending to the province", "note", note.Text) }

// name is the centre's name on tickets and receipts: that of the settings, else
// the code under which it joined its province, else none.
func (c *centre) name() string {
	member, _ := outbox.LoadMember(c.folder) // the exam is served without a name
	return cmp.Or(c.settings().Exam.CentreName, member.Centre)
}

// OpenDrop opens a drop. Its server is authenticated by the settings, else by the
// enrolment file. The settings are read only here: a mistake in them must not
// keep the exam from being served.
func (s sender) OpenDrop(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
	own := s.centre.settings().Sync
	if own.DropCA != "" || own.DropPin != "" {
		trust, err := own.trust()
		if err != nil {
			return nil, drop.Because(drop.CertificateUnknown, fmt.Errorf("sync.drop_ca or sync.drop_pin in the settings: %w", err))
		}
		place.Trust = trust
	}
	at, err := open.Open(place, noted)
	if err != nil || strings.HasPrefix(place.URL, "dir:") {
		return at, err
	}
	return drop.Slow(at, s.centre.bandwidth), nil
}

// bandwidth is what sending may take of the line, in bytes a second; 0 is all.
func (c *centre) bandwidth() int { return c.settings().Sync.Bandwidth * 1000 }

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
