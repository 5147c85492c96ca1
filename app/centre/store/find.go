package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"kaodian/app/base/refusal"
)

// ErrNoCentre says that a file is no centre's database, or none yet.
var ErrNoCentre = errors.New("no exam centre")

// Find says whether the file is a centre's database, and changes nothing:
// ErrNoCentre where there is none, or one whose making was only begun (begun).
// What another program made is an error of its own.
func Find(ctx context.Context, path string) (begun bool, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, ErrNoCentre
	}
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, fmt.Errorf("%s is no file", path)
	}
	db := open(path, looking, nil)
	defer db.Close()
	var ours, others int
	err = db.QueryRowContext(ctx, `
		SELECT count(*) FILTER (WHERE name IN ('orders', 'audit', 'attempts')), count(*) FILTER (WHERE name <> 'goose_db_version')
		FROM sqlite_schema
		WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`).Scan(&ours, &others)
	switch {
	case refusal.CodeOf(storageError(err)) != "": // the disk's fault says nothing of the file
		return false, fmt.Errorf("open %s: %w", path, storageError(err))
	case err != nil:
		return false, fmt.Errorf("%s is no centre's database: %w", path, storageError(err))
	case others == 0:
		return true, ErrNoCentre
	case ours < 3:
		return false, fmt.Errorf("%s was made by another program", path)
	}
	return false, nil
}
