package erase

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kaodian/app/base/ctxio"
	"kaodian/app/centre/store"
)

// minBytes is how long a word is at least that is searched for in bytes: two
// Chinese letters. A shorter one stands in any hash.
const minBytes = 6

// apart are the folders that are not read: media, which go by the rows that name
// them; what is sealed; what belongs to nobody.
var apart = []string{"vault", "uploads", "spool", "down", "reserve", "models", "rehearsal", "keys"}

// walk hands every file that may hold a person to do: its path, and its name in the
// data folder with forward slashes.
func (e *Eraser) walk(do func(path, name string) error) error {
	return filepath.WalkDir(e.Folder, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // gone while it was looked at
			return nil
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(e.Folder, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if entry.IsDir() && slices.Contains(apart, name) {
			return fs.SkipDir
		}
		if !entry.Type().IsRegular() || strings.HasSuffix(name, pending) {
			return nil
		}
		if err := do(path, name); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	})
}

// search looks for the person's words in every byte that is not sealed.
func (e *Eraser) search(ctx context.Context, whom store.Whom, _ store.PersonErasure, proof *Proof) error {
	found, files, err := e.hits(ctx, whom)
	proof.Search = Search{Files: files, Words: len(long(whom.Words())), Short: len(whom.Words()) - len(long(whom.Words()))}
	for _, hit := range found {
		if hit.sure {
			proof.Search.Left = append(proof.Search.Left, hit.name)
		} else {
			proof.Search.Names = append(proof.Search.Names, hit.name)
		}
	}
	return err
}

func long(words []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool { return len(word) < minBytes })
}

type hit struct {
	name string // of the file
	sure bool   // of a word that is nobody else's
}

func (e *Eraser) hits(ctx context.Context, whom store.Whom) (found []hit, files int, err error) {
	sure, names := long(whom.Sure), long(whom.Names)
	err = e.walk(func(path, name string) error {
		files++
		which, err := holds(ctx, path, append(slices.Clone(sure), names...))
		if err != nil || len(which) == 0 {
			return err
		}
		found = append(found, hit{name: name, sure: slices.ContainsFunc(sure, func(word string) bool { return which[word] })})
		return nil
	})
	return found, files, err
}

// holds says which of the words stand in the file's bytes.
func holds(ctx context.Context, path string, words []string) (map[string]bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	longest := 0
	for _, word := range words {
		longest = max(longest, len(word))
	}
	in, found := ctxio.Reader(ctx, file), map[string]bool{}
	buffer, kept := make([]byte, 1<<20+longest), 0
	for {
		n, err := io.ReadFull(in, buffer[kept:])
		seen := lowered(buffer[:kept+n])
		for _, word := range words {
			if bytes.Contains(seen, []byte(word)) {
				found[word] = true
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		kept = copy(buffer, buffer[len(buffer)-longest:]) // a word may lie across two pieces
	}
}

// lowered is the bytes with Latin capitals small, byte for byte.
func lowered(text []byte) []byte {
	small := bytes.Clone(text)
	for i, c := range small {
		if 'A' <= c && c <= 'Z' {
			small[i] = c + 'a' - 'A'
		}
	}
	return small
}

// Find says how much of a person lies where, and changes nothing.
func (e *Eraser) Find(ctx context.Context, whom store.Whom) ([]store.Found, error) {
	found, files, err := e.Store.FindErasable(ctx, whom)
	if err != nil {
		return nil, err
	}
	found = append(found, e.onDisk(files)...)
	hits, _, err := e.hits(ctx, whom)
	for _, hit := range hits {
		found = append(found, store.Found{Place: "bytes of " + hit.name, Count: 1, Done: doneToFile(hit.name)})
	}
	sealed, told := e.sealed(ctx, whom.Orders)
	return append(found, sealed...), errors.Join(err, told)
}

func doneToFile(name string) string {
	if strings.Contains(name, ".before-") || strings.HasPrefix(name, "intake/") {
		return store.DoneRemoved
	}
	return store.DoneEmptied
}

// onDisk counts the files that are there, by their place.
func (e *Eraser) onDisk(files []store.EraseFile) (found []store.Found) {
	counts := map[string]int{}
	for _, file := range files {
		if _, err := os.Lstat(e.local(file.Path)); err == nil {
			counts[file.Place]++
		} else {
			counts[file.Place] += 0
		}
	}
	for place, count := range counts {
		found = append(found, store.Found{Place: place, Count: count, Done: store.DoneRemoved})
	}
	slices.SortFunc(found, func(a, b store.Found) int { return strings.Compare(a.Place, b.Place) })
	return found
}
