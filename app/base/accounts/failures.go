package accounts

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"
)

// failureMemory is how long wrong log-ins count.
const failureMemory = 24 * time.Hour

// FindFailures returns the number of wrong log-ins of the account or device, and
// the time of the last.
func (a Accounts) FindFailures(ctx context.Context, key string) (count int, last time.Time, err error) {
	err = a.read(ctx, func(rows Rows) error {
		count, last, err = rows.FindWrong(ctx, key)
		if errors.Is(err, sql.ErrNoRows) {
			count, last, err = 0, time.Time{}, nil
		}
		return err
	})
	return count, last, err
}

// CountFailure counts a wrong log-in with the account, for it and for each key.
func (a Accounts) CountFailure(ctx context.Context, account string, keys ...string) error {
	return a.write(ctx, func(rows Rows) error {
		if err := rows.ForgetOldFailures(ctx, rows.Now().Add(-failureMemory).UnixMilli()); err != nil {
			return err
		}
		for _, key := range append([]string{account}, keys...) {
			if err := rows.CountWrong(ctx, key, account); err != nil {
				return err
			}
		}
		return nil
	})
}

// ForgetFailures clears an account after a right log-in.
func (a Accounts) ForgetFailures(ctx context.Context, key string) error {
	return a.write(ctx, func(rows Rows) error { return rows.ForgetFailures(ctx, key) })
}

// deviceKey is the setting that signs devices.
const deviceKey = "device_key"

// DeviceKey is the secret that signs devices, made at the first call.
func (a Accounts) DeviceKey(ctx context.Context) (key []byte, err error) {
	err = a.write(ctx, func(rows Rows) error {
		text, err := rows.FindSetting(ctx, deviceKey)
		if errors.Is(err, sql.ErrNoRows) {
			fresh := make([]byte, 32)
			rand.Read(fresh) // never fails
			text = hex.EncodeToString(fresh)
			err = rows.PutSetting(ctx, deviceKey, text)
		}
		if err != nil {
			return err
		}
		key, err = hex.DecodeString(text)
		return err
	})
	return key, err
}
