package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/cmd/internal/command"
	"kaodian/sync/backup"
)

// purpose is what a data folder is opened for.
type purpose int

const (
	toUse  purpose = iota // the centre has to exist: a mistyped --data makes none
	toMake                // serve, setup and demo make one in a folder that is absent or empty
)

// ready is the data folder, if it may be opened for that purpose.
func (c *common) ready(ctx context.Context, why purpose) (folder string, err error) {
	if c.Data == "" {
		return "", usage("--data names no folder")
	}
	if folder, err = filepath.Abs(c.Data); err != nil {
		return "", err
	}
	return folder, why.ready(ctx, folder)
}

// ready checks that the folder may be opened for that purpose, and makes it if
// the purpose allows. Errors say what to type instead.
func (why purpose) ready(ctx context.Context, folder string) error {
	if err := checkFolder(folder); err != nil && (why == toUse || !errors.Is(err, fs.ErrNotExist)) {
		return err
	}
	database := filepath.Join(folder, databaseName)
	begun, err := store.Find(ctx, database)
	switch {
	case err == nil, why == toMake && begun:
		return nil
	case why == toUse && errors.Is(err, store.ErrNoCentre):
		return fmt.Errorf("%s holds no exam centre; name the centre's folder with --data DIR, or make one with «kaodian setup»", folder)
	case !errors.Is(err, store.ErrNoCentre):
		if isDiskFailure(err) || refusal.CodeOf(err) != "" {
			return err
		}
		return fmt.Errorf("%w; name the centre's own folder with --data DIR", err)
	}
	if backup.IsHalf(folder) {
		return fmt.Errorf("a restore into %s did not come to its end, so it is no centre yet; run «kaodian restore» again, or empty the folder", folder)
	}
	if other := foreign(folder); other != "" {
		return fmt.Errorf("%s holds other things already (%s) and no exam centre; name an empty or a new folder with --data DIR", folder, other)
	}
	if err := durable.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}

// checkFolder gives plain errors where SQLite's would be cryptic.
func checkFolder(folder string) error {
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s; name the centre's with --data DIR, or make one with «kaodian setup»%w", folder, command.Hidden{Err: err})
	case errors.Is(err, unix.ENOTDIR):
		return fmt.Errorf("%s is no folder; name the centre's with --data DIR", folder)
	case err != nil:
		return fmt.Errorf("look at the data folder: %w; run this as the user that serves", err)
	case !info.IsDir():
		return fmt.Errorf("%s is a file; name the centre's folder with --data DIR", folder)
	}
	if err := unix.Access(folder, unix.R_OK|unix.W_OK|unix.X_OK); errors.Is(err, unix.EACCES) {
		return fmt.Errorf("this user may not write to %s; run this as the user that serves", folder)
	} else if errors.Is(err, unix.EROFS) {
		return fmt.Errorf("%s is on a disk that can only be read; see why with «mount» and «dmesg», or name another folder with --data DIR%w", folder, command.Hidden{Err: unix.EROFS})
	}
	return nil
}

// ownNames may lie in a folder before its first start.
var ownNames = []string{databaseName, lockName, "models", "keys", "rehearsal", "reserve", "uploads", "vault", "spool", "erasures", "lost+found", failureName, serviceLogName, formerServiceLog, demoFolder}

// foreign names a file in a folder that is not a centre's, "" for none.
func foreign(folder string) string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "" // opening it gives the error
	}
	var names []string
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, databaseName) && !slices.Contains(ownNames, name) {
			names = append(names, name)
		}
	}
	if len(names) > 3 {
		names = append(names[:3], "…")
	}
	return strings.Join(names, ", ")
}
