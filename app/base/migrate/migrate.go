// Package migrate brings a store's SQLite file up to the schema of its
// program. It promises that a file is copied before it is changed, that a
// schema comes whole or not at all, and that an older program never touches a
// newer one's file. It knows no table and must not import anything of the
// house but app/base/durable.
package migrate

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"

	"kaodian/app/base/durable"
)

// Up applies the migrations (goose's, files migrations/NNNNN_name.sql) that the
// database at path lacks. A file that has a schema already is first copied to
// path.before-N-from-M, where N is the schema that it is brought to and M the
// one that it has: an upgrade that stopped half-way must not overwrite the copy
// of what was before. Errors say what to do next.
func Up(ctx context.Context, db *sql.DB, migrations fs.FS, path string) error {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, folder, goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return err
	}
	at, newest, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	switch {
	case at > newest:
		return fmt.Errorf("%s was written by a newer program (schema %d, this one knows %d); install that version again or restore a backup", path, at, newest)
	case at == newest:
		return nil
	case at == 0:
		_, err := provider.Up(ctx)
		return err
	}
	before := fmt.Sprintf("%s.before-%d-from-%d", path, newest, at)
	if err := copyTo(ctx, db, before); err != nil {
		return fmt.Errorf("copy the database to %s before the upgrade: %w; free some disk", before, err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("bring %s up to date: %w; the file as it was stands beside it as %s", path, err, filepath.Base(before))
	}
	return nil
}

// copyTo writes the whole database into one file that survives a power cut.
// A copy of that name is one that an upgrade left which did not come to its
// end; the database is still as it was then.
func copyTo(ctx context.Context, db *sql.DB, to string) error {
	part := to + ".part"
	if err := durable.Remove(part); err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return err
	}
	if err := os.Chmod(part, 0o600); err != nil {
		return err
	}
	file, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := file.Sync(); err != nil {
		_ = file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return durable.Rename(part, to)
}
