package erase

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kaodian/app/base/blot"
	"kaodian/app/base/ctxio"
	"kaodian/app/centre/store"
)

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

// search looks for the person's words in every text of the database, and in every
// byte that is not sealed. A word that stands in the database's bytes and in none of
// its texts is what is left of a deleted one.
func (a act) search(ctx context.Context) error {
	held, err := a.Store.WalkTexts(ctx, a.whom)
	if err != nil {
		return err
	}
	found, files, err := a.hits(ctx, a.whom)
	words := searched(a.whom)
	a.proof.Looks, a.proof.MoreLooks = some(held.Looks)
	a.proof.Search.Files, a.proof.Search.Words, a.proof.Search.Short = files, len(words), len(a.whom.Words())-len(words)
	for _, hit := range found {
		a.proof.Search.note(hit, held, a.whom)
	}
	return err
}

// maxLooks bounds what is listed: a name that is a word stands everywhere.
const maxLooks = 500

// some are as many as are listed, and how many more there are.
func some(looks []store.Look) (list []store.Look, more int) {
	if len(looks) > maxLooks {
		return looks[:maxLooks], len(looks) - maxLooks
	}
	return looks, 0
}

// note sorts a hit: what is nobody else's and stands there is left of the person.
func (s *Search) note(h hit, held store.FoundWords, whom store.Whom) {
	left := func(word blot.Word) bool { return slices.Contains(whom.Sure, word) }
	if isDatabase(h.name) {
		left = func(word blot.Word) bool { return held.Pieces[word] == 0 }
	}
	if slices.ContainsFunc(h.words, left) {
		s.Left = append(s.Left, h.name)
	} else if !isDatabase(h.name) {
		s.Names = append(s.Names, h.name)
	}
}

func isDatabase(name string) bool { return strings.HasPrefix(name, "kaodian.db") }

// searched are the words that tell anything where they are found, and that nobody
// else has.
func searched(whom store.Whom) (words []blot.Word) {
	for _, word := range slices.Concat(whom.Sure, whom.Names) {
		if len(word) >= 6 && store.Telling(word) { // a shorter one stands in any bytes
			words = append(words, word)
		}
	}
	return words
}

// hit is a file with words of the person.
type hit struct {
	name  string
	words []blot.Word
}

func (e *Eraser) hits(ctx context.Context, whom store.Whom) (found []hit, files int, err error) {
	words := searched(whom)
	err = e.walk(func(path, name string) error {
		files++
		which, err := holds(ctx, path, words, isDatabase(name))
		if err == nil && len(which) > 0 {
			found = append(found, hit{name, which})
		}
		return err
	})
	return found, files, err
}

// holds says which of the words stand in the file: in bytes that are no text also as
// a piece of others, as the columns of a row lie side by side.
func holds(ctx context.Context, path string, words []blot.Word, pieces bool) (found []blot.Word, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	const overlap = 1 << 10 // a word may lie across two pieces
	in := ctxio.Reader(ctx, file)
	buffer, kept := make([]byte, 1<<20+overlap), 0
	for {
		n, err := io.ReadFull(in, buffer[kept:])
		found = append(found, stand(string(buffer[:kept+n]), words, pieces)...)
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			slices.Sort(found)
			return slices.Compact(found), nil
		}
		if err != nil {
			return nil, err
		}
		kept = copy(buffer, buffer[len(buffer)-overlap:])
	}
}

func stand(text string, words []blot.Word, pieces bool) (found []blot.Word) {
	folded := blot.Fold(text)
	for _, word := range words {
		if word.Within(folded) && (pieces || word.In(text)) {
			found = append(found, word)
		}
	}
	return found
}

// Sighting is what Find tells of a person.
type Sighting struct {
	Places []store.Found `json:"places"`
	Looks  []store.Look  `json:"looks"` // what an erasure leaves for a person to judge
	More   int           `json:"more_looks"`
}

// Find says how much of a person lies where, and changes nothing.
func (e *Eraser) Find(ctx context.Context, whom store.Whom) (seen Sighting, err error) {
	found, err := e.Store.FindErasable(ctx, whom)
	if err != nil {
		return seen, err
	}
	seen.Looks, seen.More = some(found.Looks)
	seen.Places = append(found.Places, e.onDisk(found.Files)...)
	hits, _, err := e.hits(ctx, whom)
	for _, hit := range hits {
		seen.Places = append(seen.Places, store.Found{Place: "bytes of " + hit.name, Count: 1, Done: doneToFile(hit.name)})
	}
	sealed, told := e.sealed(ctx, whom.Orders)
	seen.Places = append(seen.Places, sealed...)
	return seen, errors.Join(err, told)
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
		counts[file.Place] += 0
		if _, err := os.Lstat(e.local(file.Path)); err == nil {
			counts[file.Place]++
		}
	}
	for _, place := range slices.Sorted(maps.Keys(counts)) {
		found = append(found, store.Found{Place: place, Count: counts[place], Done: store.DoneRemoved})
	}
	return found
}
