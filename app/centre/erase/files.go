package erase

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
)

// removeFiles removes the files that are the person's alone and syncs their folders.
func (e *Eraser) removeFiles(_ context.Context, _ store.Whom, noted store.PersonErasure, _ *Proof) error {
	for _, file := range noted.Files {
		if err := removeFile(e.local(file.Path)); err != nil {
			return err
		}
	}
	return nil
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
func (e *Eraser) sweep(ctx context.Context, _ store.Whom, _ store.PersonErasure, _ *Proof) error {
	paths, err := e.Store.ListTrash(ctx)
	if err != nil {
		return err
	}
	var gone []string
	for _, path := range paths {
		if strings.HasPrefix(path, "uploads/") {
			continue
		}
		if err := removeFile(e.local(path)); err != nil {
			return err
		}
		gone = append(gone, path)
	}
	return e.Store.EmptyTrash(ctx, gone)
}

// removeLists removes the files of previews: lists and photos that were sent to the
// desk and not taken in yet. They are packed, so nobody can search them.
func (e *Eraser) removeLists(_ context.Context, _ store.Whom, _ store.PersonErasure, proof *Proof) error {
	entries, err := os.ReadDir(e.local("intake"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if err := os.RemoveAll(filepath.Join(e.local("intake"), entry.Name())); err != nil {
			return err
		}
	}
	if len(entries) == 0 {
		return nil
	}
	proof.note("previews of imports", len(entries), store.DoneRemoved)
	return durable.SyncDir(e.local("intake"))
}

// removeCopies removes the copies of the database from before an update: they hold
// the person as it was, and nobody can take one person out of them.
func (e *Eraser) removeCopies(_ context.Context, _ store.Whom, _ store.PersonErasure, proof *Proof) error {
	names, err := filepath.Glob(e.local("*.before-*"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := removeFile(name); err != nil {
			return err
		}
	}
	proof.note("copies of the database from before an update", len(names), store.DoneRemoved)
	return nil
}

// blotTexts writes stars over the person in the plain texts that lie in the data
// folder: a demonstration's lists and log-ins.
func (e *Eraser) blotTexts(_ context.Context, whom store.Whom, _ store.PersonErasure, proof *Proof) error {
	count := 0
	err := e.walk(func(path, name string) error {
		if !isText(name) {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		blotted := blot(text, whom.Words())
		if bytes.Equal(blotted, text) {
			return nil
		}
		count++
		return durable.WriteFile(path, blotted, 0o600)
	})
	proof.note("texts of a demonstration", count, store.DoneEmptied)
	return err
}

func isText(name string) bool {
	switch filepath.Ext(name) {
	case ".csv", ".json", ".txt":
		return !strings.HasPrefix(name, Top)
	}
	return false
}

// blot puts as many stars as a word has bytes where it stands.
func blot(text []byte, words []string) []byte {
	text, lower := bytes.Clone(text), lowered(text)
	for _, word := range words {
		if len(word) < minBytes {
			continue
		}
		for from := 0; ; {
			at := bytes.Index(lower[from:], []byte(word))
			if at < 0 {
				break
			}
			from += at + len(word)
			copy(text[from-len(word):from], strings.Repeat("*", len(word)))
		}
	}
	return text
}
