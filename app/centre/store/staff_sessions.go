package store

import (
	"context"
	"time"

	"kaodian/app/base/login"
)

// Sessions lists where staff are logged in, the newest first.
func (t tables) Sessions(ctx context.Context, now time.Time) (list []login.Session, err error) {
	rows, err := t.ListStaffSessions(ctx, now.UnixMilli())
	for _, row := range rows {
		list = append(list, login.Session{ID: row.ID, Name: row.Subject, DeviceKind: row.DeviceKind, Address: row.Address, Since: at(row.CreatedAt, t.zone)})
	}
	return list, err
}
