package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
)

// keep writes a file of the vault.
func (c *centre) keep(name string, content []byte) error {
	return keep(durable.OS(), filepath.Join(c.folder, filepath.FromSlash(name)), content)
}

// keep writes a file whose name is its SHA-256, if it is not there. The folder is
// synced also if it is: a process may have been killed before it did that.
func keep(disk durable.Disk, file string, content []byte) error {
	dir := filepath.Dir(file)
	if _, err := disk.FS.Stat(file); err == nil {
		return disk.SyncDir(dir)
	}
	if err := disk.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return disk.WriteFile(file, content, 0o600)
}

// sweepPhotos removes the photos that no order names: those of refused rows,
// those that a list replaced, and those that a killed process left. No other
// import may be running.
func (c *centre) sweepPhotos(ctx context.Context) error {
	dir := filepath.Join(c.folder, filepath.FromSlash(path.Dir(store.PhotoFile("x"))))
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	used, err := c.ListPhotos(ctx)
	if err != nil {
		return err
	}
	slices.Sort(used)
	var failed []error
	for _, entry := range entries {
		if _, inUse := slices.BinarySearch(used, entry.Name()); !inUse {
			failed = append(failed, durable.Remove(filepath.Join(dir, entry.Name())))
		}
	}
	return errors.Join(failed...)
}
