package store

import (
	"context"
	"strconv"
	"time"

	"kaodian/app/centre/store/internal/query"
)

// lastTime is the setting that keeps the clock from running backwards over a
// restart.
const lastTime = "last_time"

// RecordTime writes the present time down, for LastTime after a restart.
func (s *Store) RecordTime(ctx context.Context) error {
	return s.SetSetting(ctx, lastTime, strconv.FormatInt(s.Now().UnixMilli(), 10))
}

// LastTime is the last time that was written down, zero on a new database.
func (s *Store) LastTime(ctx context.Context) (time.Time, error) {
	text, err := s.FindSetting(ctx, lastTime)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return s.at(n), err
}

// ListTrash names files, relative to the data folder, that nobody needs any more.
func (s *Store) ListTrash(ctx context.Context) (paths []string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		paths, err = q.ListTrash(ctx)
		return err
	})
	return paths, err
}

// EmptyTrash forgets files that were removed.
func (s *Store) EmptyTrash(ctx context.Context, paths []string) error {
	return s.write(ctx, func(c *change) error {
		for _, path := range paths {
			if err := c.DeleteTrash(ctx, path); err != nil {
				return err
			}
		}
		return nil
	})
}
