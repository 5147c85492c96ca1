// Package drop is the place where centre and province leave files for each
// other: an FTP server, a mounted share or a stick.
//
// A file appears under its name only when it is whole; an interrupted transfer
// is resumed; a file that is there with the same size is done. All names follow
// one pattern (Check); other files at the drop are ignored. The package knows
// nothing of batches.
package drop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Drop is one such place. It is for one goroutine.
type Drop interface {
	// Put brings a file of that size under name; open reads it from an
	// offset. It may be repeated after any failure.
	Put(ctx context.Context, name string, size int64, open func(offset int64) (io.ReadCloser, error)) error
	// List returns what lies in a folder; an absent folder is empty.
	List(ctx context.Context, dir string) ([]Entry, error)
	// Get reads a file of at most limit bytes; an absent one is fs.ErrNotExist.
	Get(ctx context.Context, name string, limit int64) (io.ReadCloser, error)
	// Remove deletes a file; an absent one is no error. Where it may not be
	// deleted the cause is NotAllowed.
	Remove(ctx context.Context, name string) error
	// RemoveFolder deletes a folder that is empty; one that is absent or holds
	// something is no error.
	RemoveFolder(ctx context.Context, name string) error
	Close() error
}

// Entry is what List found.
type Entry struct {
	Name string // without its folder
	Size int64  // bytes; 0 for a folder
	Dir  bool
}

// Part is appended to the name of a file that is not whole yet.
const Part = ".part"

// Lower case only, because FAT and Windows do not tell the cases apart; no
// leading «-», which an FTP server takes for options; no «.» at the end,
// which Windows drops.
var segment = regexp.MustCompile(`^[a-z0-9_]([a-z0-9._-]{0,98}[a-z0-9_-])?$`)

// Plain says whether a name within a folder is one of ours.
func Plain(name string) bool { return segment.MatchString(name) && !strings.Contains(name, "..") }

// Check refuses a path that is not made of our names: nothing else is ever
// asked of a drop, and nothing else that it lists is believed.
func Check(name string) error {
	for part := range strings.SplitSeq(name, "/") {
		if !Plain(part) {
			return fmt.Errorf("%q is no name for a drop", name)
		}
	}
	return nil
}

// ErrTooLarge says that a file is larger than the reader allows.
var ErrTooLarge = errors.New("the file is larger than it may be")
