package roster

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Folder is a folder of files that came from outside. Only plain files
// directly in it can be read, whatever a name or a link says.
type Folder struct {
	root  *os.Root
	names map[string]string // folded name → name on disk
}

// OpenFolder opens a folder of photos or a syllabus. Close it.
func OpenFolder(dir string) (*Folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder cannot be opened; check its name and that it can be read: %w", err)
	}
	f := &Folder{root: root, names: map[string]string{}}
	if err := f.list(); err != nil {
		root.Close()
		return nil, err
	}
	return f, nil
}

// list reads the folder's names, piece by piece: a folder may hold any number.
func (f *Folder) list() error {
	dir, err := f.root.Open(".")
	if err != nil {
		return fmt.Errorf("the folder cannot be listed; check that it can be read: %w", err)
	}
	defer dir.Close()
	for {
		entries, err := dir.ReadDir(1024)
		for _, entry := range entries {
			f.names[foldName(entry.Name())] = entry.Name()
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("the folder cannot be listed; check that it can be read: %w", err)
		case len(f.names) > maxEntries:
			return fmt.Errorf("the folder holds more than %d files; put those of this import into a folder of their own", maxEntries)
		}
	}
}

// Close lets the folder go.
func (f *Folder) Close() error { return f.root.Close() }

// foldName lets 张三.JPG find 张三.jpg, and names that a Mac took apart.
func foldName(name string) string { return strings.ToLower(norm.NFC.String(name)) }

var (
	errNotPlain = errors.New("it is no plain file")
	errTooLarge = errors.New("it is too large")
)

// Read returns a file's bytes. The error is fs.ErrNotExist for a name that is
// not there, errTooLarge for a file of more than limit bytes (it is not read).
func (f *Folder) Read(name string, limit int64) ([]byte, error) {
	name, err := f.find(name)
	if err != nil {
		return nil, err
	}
	info, err := f.root.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errNotPlain // a pipe would be waited for
	case info.Size() > limit:
		return nil, errTooLarge
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(content)) > limit {
		return nil, errTooLarge
	}
	return content, err
}

// size returns a file's bytes counted, 0 when it cannot be told.
func (f *Folder) size(name string) int64 {
	name, err := f.find(name)
	if err != nil {
		return 0
	}
	info, err := f.root.Stat(name)
	if err != nil {
		return 0
	}
	return info.Size()
}

// find returns the name as it is on disk.
func (f *Folder) find(name string) (string, error) {
	if !safeName(name) {
		return "", errNotPlain
	}
	if _, err := f.root.Lstat(name); err == nil {
		return name, nil
	}
	if found, ok := f.names[foldName(name)]; ok {
		return found, nil
	}
	return "", fs.ErrNotExist
}

// Find returns what a file that a list names is called in the folder; the error
// is fs.ErrNotExist for one that is not there.
func (f *Folder) Find(name string) (string, error) { return f.find(name) }

// Unused names the folder's files that are neither a list nor a question's score.
func (s Syllabus) Unused(folder *Folder) (names []string) {
	used := map[string]bool{syllabusFile: true, bankFile: true}
	for _, question := range s.Questions {
		used[foldName(question.FileName)] = true
	}
	for folded, name := range folder.names {
		if !used[folded] && !strings.HasPrefix(name, ".") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// safeName says that a name from a list is a plain file name: no path on any
// system, nothing hidden.
func safeName(name string) bool {
	return name != "" && len(name) <= 255 && !strings.HasPrefix(name, ".") && !strings.ContainsAny(name, "/\\:\x00")
}

// ReadExactly returns the file whose SHA-256 was told by an earlier check; a
// file that changed since is an error.
func (f *Folder) ReadExactly(name, sum string) ([]byte, error) {
	content, err := f.Read(name, max(maxPhotoBytes, MaxQuestionBytes))
	if err != nil {
		return nil, err
	}
	if found := sha256.Sum256(content); hex.EncodeToString(found[:]) != sum {
		return nil, errors.New("the file changed while it was read in; import again")
	}
	return content, nil
}
