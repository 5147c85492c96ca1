package store

import (
	"context"
	"fmt"
	"os"
)

// CopyTo writes the whole database, as it is at one moment, into a new file.
// Whoever writes meanwhile goes on: SQLite's own backup never ends beside a writer,
// this reads in one transaction. The file is for the service user only, and is not
// synced.
func (s *Store) CopyTo(ctx context.Context, path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	db := open(s.path, looking, nil)
	defer db.Close()
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return storageError(err)
}

// CheckFile reads a whole database file that nobody has open, and says what is
// wrong with it.
func CheckFile(ctx context.Context, path string) error {
	if _, err := Find(ctx, path); err != nil {
		return err
	}
	db := open(path, looking, nil)
	defer db.Close()
	var found string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&found); err != nil {
		return fmt.Errorf("the database cannot be read whole: %w", storageError(err))
	}
	if found != "ok" {
		return fmt.Errorf("the database is damaged: %s", found)
	}
	return nil
}
