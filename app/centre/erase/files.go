package erase

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"kaodian/app/base/blot"
	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
)

// removeFiles removes the person's files that nothing needs any more: each is asked
// for again when it would go, as somebody else may have got the same photo since. No
// import may be going on, whose rows come after its files.
func (a act) removeFiles(ctx context.Context) error {
	release, err := hold(a.local("import.lock"), ErrImport)
	if err != nil {
		return err
	}
	defer release()
	counts := map[string]int{}
	for _, file := range a.noted.Files {
		named, err := a.Store.FileIsNamed(ctx, file.Path)
		if err != nil {
			return err
		}
		if named {
			counts[file.Place]++
			continue
		}
		if err := removeFile(a.local(file.Path)); err != nil {
			return err
		}
	}
	for _, place := range slices.Sorted(maps.Keys(counts)) {
		a.proof.Kept = append(a.proof.Kept, fmt.Sprintf("%s: %d, which another order has too", place, counts[place]))
	}
	return nil
}

// hold takes a lock of the data folder, or says what is in the way.
func hold(path string, busy error) (release func(), err error) {
	lock := flock.New(path, flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if err == nil && !taken {
		err = busy
	}
	return func() { _ = lock.Close() }, err
}

// removeFile removes a file, unless it is gone already.
func removeFile(path string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return durable.Remove(path)
}

// sweep removes what acts before this one let go of, which may be the person's.
// Uploads are the server's own to remove.
func (a act) sweep(ctx context.Context) error {
	paths, err := a.Store.ListTrash(ctx)
	if err != nil {
		return err
	}
	var gone []string
	for _, path := range paths {
		if strings.HasPrefix(path, "uploads/") {
			continue
		}
		if err := removeFile(a.local(path)); err != nil {
			return err
		}
		gone = append(gone, path)
	}
	return a.Store.EmptyTrash(ctx, gone)
}

// removeLists removes the files of previews: lists and photos that were sent to the
// desk and not taken in yet. They are packed, so nobody can search them.
func (a act) removeLists(context.Context) error {
	release, err := hold(a.local("import.lock"), ErrImport)
	if err != nil {
		return err
	}
	defer release()
	entries, err := os.ReadDir(a.local("intake"))
	if errors.Is(err, fs.ErrNotExist) || len(entries) == 0 && err == nil {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(a.local("intake"), entry.Name())); err != nil {
			return err
		}
	}
	a.proof.note("previews of imports", len(entries), store.DoneRemoved)
	return durable.SyncDir(a.local("intake"))
}

// removeCopies removes the copies of the database from before an update, and what a
// check of a backup left open: they hold the person as it was, and nobody can take one
// person out of them.
func (a act) removeCopies(context.Context) error {
	release, err := hold(a.local("backup.lock"), ErrBackup)
	if err != nil {
		return err
	}
	defer release()
	names, err := namesIn(a.Folder, func(name string) bool { return strings.Contains(name, ".before-") })
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := removeFile(name); err != nil {
			return err
		}
	}
	a.proof.note("copies of the database from before an update", len(names), store.DoneRemoved)
	return os.RemoveAll(a.local("backup"))
}

// blotTexts takes the person out of a demonstration's lists and log-ins. Names go from
// the lines that a number of the person's stands in: the others are other people's.
func (a act) blotTexts(context.Context) error {
	count := 0
	err := a.walk(func(path, name string) error {
		if !isDemo(name) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		blotted := blotLines(string(text), a.whom)
		if blotted == string(text) {
			return nil
		}
		count++
		return durable.WriteFile(path, []byte(blotted), 0o600)
	})
	a.proof.note("texts of a demonstration", count, store.DoneEmptied)
	return err
}

func isDemo(name string) bool {
	switch filepath.Ext(name) {
	case ".csv", ".json", ".txt":
		return strings.HasPrefix(name, "demo/") || strings.HasPrefix(name, "demo-logins.")
	}
	return false
}

func blotLines(text string, whom store.Whom) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		words := whom.Sure
		if slices.ContainsFunc(whom.Sure, func(w blot.Word) bool { return w.In(line) }) {
			words = whom.Words()
		}
		lines[i] = blot.Text(line, words)
	}
	return strings.Join(lines, "")
}
