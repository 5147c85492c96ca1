package store

import (
	"context"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// StaffLogin is a session of a staff account, as a list shows it.
type StaffLogin struct {
	ID         string // names it in a list and opens nothing
	Name       string
	DeviceKind string
	Address    string
	Since      time.Time
}

// sessionName names a session in a list: a piece of its secret's hash.
const sessionName = 16

// SessionName is how lists name the session of that secret.
func SessionName(secret string) string { return login.HashSecret(secret)[:sessionName] }

// ListStaffSessions lists where staff are logged in, the newest first.
func (s *Store) ListStaffSessions(ctx context.Context) (list []StaffLogin, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListStaffSessions(ctx, s.Now().UnixMilli())
		for _, row := range rows {
			list = append(list, StaffLogin{ID: row.ID[:sessionName], Name: row.Subject, DeviceKind: row.DeviceKind, Address: row.Address, Since: s.at(row.CreatedAt)})
		}
		return err
	})
	return list, err
}

// EndStaffSession ends one session of staff, only one of that account if owner
// is not ""; refusal.NotFound where there is none.
func (s *Store) EndStaffSession(ctx context.Context, id, owner string, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		rows, err := c.ListStaffSessions(ctx, c.now.UnixMilli())
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.ID[:sessionName] != id || owner != "" && row.Subject != owner {
				continue
			}
			if err := c.DeleteSession(ctx, row.ID); err != nil {
				return err
			}
			return c.audit(Entry{Action: ActionSessionsEnded, By: by, Args: map[string]any{"user": row.Subject, "sessions": 1}})
		}
		return refusal.New(refusal.NotFound)
	})
}

// EndStaffSessions ends all sessions of the account but the one of that secret;
// refusal.NotFound without such an account.
func (s *Store) EndStaffSessions(ctx context.Context, name, but string, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		if _, err := c.tables().FindUser(ctx, name); err != nil {
			return sqlkit.Absent(err)
		}
		rows, err := c.ListStaffSessions(ctx, c.now.UnixMilli())
		if err != nil {
			return err
		}
		ended := 0
		for _, row := range rows {
			if row.Subject != name || row.ID == login.HashSecret(but) {
				continue
			}
			if err := c.DeleteSession(ctx, row.ID); err != nil {
				return err
			}
			ended++
		}
		return c.audit(Entry{Action: ActionSessionsEnded, By: by, Args: map[string]any{"user": name, "sessions": ended}})
	})
}
