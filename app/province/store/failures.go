package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"kaodian/app/province/store/internal/query"
)

// failureMemory is how long wrong log-ins count.
const failureMemory = 24 * time.Hour

// FindFailures returns how often the account or device was wrong, and when last.
func (s *Store) FindFailures(ctx context.Context, key string) (count int, last time.Time, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindFailures(ctx, key)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		count, last = int(row.Failures), at(row.LastAt)
		return err
	})
	return count, last, err
}

// CountFailure notes a wrong log-in at the account, for it and for each key.
func (s *Store) CountFailure(ctx context.Context, account string, keys ...string) error {
	return s.write(ctx, func(c *change) error {
		if err := c.ForgetOldFailures(ctx, c.now.Add(-failureMemory).UnixMilli()); err != nil {
			return err
		}
		for _, key := range append([]string{account}, keys...) {
			if err := c.CountFailure(ctx, query.CountFailureParams{Key: key, LastAt: c.now.UnixMilli(), Account: account}); err != nil {
				return err
			}
		}
		return nil
	})
}

// ForgetFailures clears an account after a right log-in.
func (s *Store) ForgetFailures(ctx context.Context, key string) error {
	return s.write(ctx, func(c *change) error { return c.ForgetFailures(ctx, key) })
}

// UserAccount is where wrong log-ins with the name are counted.
func UserAccount(name string) string { return "user:" + name }

// deviceKey is the setting that signs devices.
const deviceKey = "device_key"

// DeviceKey is the secret that signs devices, made when it is first asked for.
func (s *Store) DeviceKey(ctx context.Context) (key []byte, err error) {
	err = s.write(ctx, func(c *change) error {
		text, err := c.FindSetting(ctx, deviceKey)
		if errors.Is(err, sql.ErrNoRows) {
			fresh := make([]byte, 32)
			rand.Read(fresh) // never fails
			text = hex.EncodeToString(fresh)
			err = c.SetSetting(ctx, query.SetSettingParams{Name: deviceKey, Value: text})
		}
		if err != nil {
			return err
		}
		key, err = hex.DecodeString(text)
		return err
	})
	return key, err
}
