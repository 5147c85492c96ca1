package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kaodian/cmd/kaodian/doctor"
	"kaodian/sync/backup"
)

// backupState is what the centre remembers of its backups.
type backupState struct {
	MadeAt    time.Time `json:"made_at"`
	Backup    string    `json:"backup"`
	To        string    `json:"to"`
	CheckedAt time.Time `json:"checked_at"`        // the last drill that was good
	CheckedOf time.Time `json:"checked_of"`        // when the newest backup that came back was made
	TriedAt   time.Time `json:"tried_at"`          // the last drill
	Problem   string    `json:"problem,omitempty"` // of the last drill
}

func (s *backupState) made(m backup.Made, to string) {
	s.MadeAt, s.Backup, s.To = m.MadeAt, m.Name(), to
}

func (s *backupState) drilled(now time.Time, l backup.List, err error) {
	s.TriedAt, s.Problem = now, ""
	if err != nil {
		s.Problem = err.Error()
		return
	}
	s.CheckedAt = now
	if l.MadeAt.After(s.CheckedOf) {
		s.CheckedOf = l.MadeAt
	}
}

// backupSetting is the setting in which it is kept.
const backupSetting = "backup_state"

func (c *centre) backupState(ctx context.Context) (s backupState, err error) {
	text, err := c.FindSetting(ctx, backupSetting)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &s)
	}
	return s, err
}

func (c *centre) noteBackup(ctx context.Context, change func(*backupState)) error {
	s, err := c.backupState(ctx)
	if err != nil {
		return err
	}
	change(&s)
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return c.SetSetting(ctx, backupSetting, string(text))
}

// backups is what the doctor asks.
func (c *centre) backups(ctx context.Context) (found doctor.Backups, err error) {
	_, err = backup.LoadKeys(c.folder)
	if errors.Is(err, backup.ErrNoKey) {
		return found, nil
	}
	if err != nil {
		return found, err
	}
	s, err := c.backupState(ctx)
	return doctor.Backups{HasKey: true, MadeAt: s.MadeAt, To: s.To, CheckedAt: s.CheckedAt, CheckedOf: s.CheckedOf, Problem: s.Problem}, err
}
