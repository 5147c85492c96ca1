package sqlkit

import (
	"context"
	"database/sql"
	"errors"
)

// SettingRows are a store's settings within one transaction; sql.ErrNoRows is
// «none».
type SettingRows interface {
	FindSetting(ctx context.Context, name string) (value string, err error)
	PutSetting(ctx context.Context, name, value string) error
}

// Settings are what a store keeps under a name, over a restart.
type Settings[R SettingRows] struct{ read, write Transaction[R] }

// NewSettings returns a store's settings, with its ways to read one snapshot
// and to change.
func NewSettings[R SettingRows](read, write Transaction[R]) Settings[R] {
	return Settings[R]{read, write}
}

// FindSetting returns what was written under the name, "" if nothing was.
func (s Settings[R]) FindSetting(ctx context.Context, name string) (value string, err error) {
	err = s.read(ctx, func(rows R) error {
		value, err = rows.FindSetting(ctx, name)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// SetSetting writes the value down under the name.
func (s Settings[R]) SetSetting(ctx context.Context, name, value string) error {
	return s.write(ctx, func(rows R) error { return rows.PutSetting(ctx, name, value) })
}
