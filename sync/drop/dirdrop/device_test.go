//go:build unix

package dirdrop

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kaodian/sync/drop"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func opened(t *testing.T) (dir, string) {
	t.Helper()
	root := filepath.Join(t.TempDir(), "stick")
	must(t, os.Mkdir(root, 0o755))
	d, err := Open(root)
	must(t, err)
	return d.(dir), root
}

func put(t *testing.T, d dir, name string) error {
	t.Helper()
	content := bytes.Repeat([]byte("0123456789abcdef"), 10_000)
	return d.Put(t.Context(), name, int64(len(content)), func(int64) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content)), nil
	})
}

// A stick of fake capacity takes every byte and gives others back.
func TestAFileIsNotDoneBeforeItWasReadBack(t *testing.T) {
	for name, damage := range map[string]func(path string) error{
		"one bit differs": func(path string) error {
			content, err := os.ReadFile(path)
			content[100_000] ^= 1
			return errors.Join(err, os.WriteFile(path, content, 0o600))
		},
		"the end is missing":  func(path string) error { return os.Truncate(path, 150_000) },
		"the rest is zeros":   func(path string) error { return errors.Join(os.Truncate(path, 80_000), os.Truncate(path, 160_000)) },
		"the file is gone":    os.Remove,
		"reading is an error": func(string) error { return syscall.EIO },
	} {
		t.Run(name, func(t *testing.T) {
			d, root := opened(t)
			bad := d
			bad.written = damage
			if err := put(t, bad, "a/file"); err == nil {
				t.Error("it was called done")
			}
			if found, err := os.ReadDir(filepath.Join(root, "a")); err != nil || len(found) != 0 {
				t.Errorf("it stands there: %v, %v", found, err)
			}
			must(t, put(t, d, "a/file"))
		})
	}
}

func TestAStickThatWasPulledIsNotMadeUpOnOurOwnDisk(t *testing.T) {
	d, root := opened(t)
	must(t, put(t, d, "one"))
	must(t, os.Rename(root, root+"-pulled"))
	for _, left := range []string{"nothing", "an empty mount point"} {
		if err := put(t, d, "a/two"); !drop.IsTemporary(err) {
			t.Errorf("%s was left, and put says %v", left, err)
		}
		if _, err := d.List(t.Context(), ""); !drop.IsTemporary(err) {
			t.Errorf("%s was left, and list says %v", left, err)
		}
		if _, err := os.Stat(filepath.Join(root, "a")); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("it was written to our own disk: %v", err)
		}
		if left == "nothing" {
			must(t, os.Mkdir(root, 0o755))
		}
	}
	must(t, os.Remove(root))
	must(t, os.Rename(root+"-pulled", root))
	must(t, put(t, d, "a/two"))
}

func TestLinksAndPipesAreNeverFollowed(t *testing.T) {
	d, root := opened(t)
	outside := t.TempDir()
	must(t, os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o600))
	must(t, os.Symlink(outside, filepath.Join(root, "folder")))
	must(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(root, "file")))
	must(t, os.Symlink(filepath.Join(outside, "new"), filepath.Join(root, "fresh")))
	must(t, syscall.Mkfifo(filepath.Join(root, "pipe"), 0o600))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for _, name := range []string{"folder/secret", "folder/new", "file", "fresh", "pipe"} {
		if _, err := d.Get(ctx, name, 100); err == nil {
			t.Errorf("%s was read", name)
		}
		if err := put(t, d, name); err == nil {
			t.Errorf("%s was written", name)
		}
		if err := d.Remove(ctx, name); err == nil {
			t.Errorf("%s was removed", name)
		}
	}
	// The name while it is written is no way round either.
	must(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(root, "two.part")))
	if err := put(t, d, "two"); err == nil {
		t.Error("a link under the .part name was written through")
	}
	if content, err := os.ReadFile(filepath.Join(outside, "secret")); err != nil || string(content) != "secret" {
		t.Errorf("outside the stick lies %q, %v", content, err)
	}
	if found, err := os.ReadDir(outside); err != nil || len(found) != 1 {
		t.Errorf("outside the stick lies %v, %v", found, err)
	}
}

func TestAFullDeviceSaysWhatToDo(t *testing.T) {
	for _, test := range []struct {
		err   error
		cause drop.Cause
		says  string
	}{
		{syscall.ENOSPC, drop.Full, "full"},
		{syscall.EDQUOT, drop.Full, "full"},
		{syscall.EROFS, drop.NotAllowed, "unlock"},
		{syscall.EIO, drop.Faulty, "broken"},
		{syscall.EFBIG, drop.Unsuitable, "exFAT"},
	} {
		got := failed("a", &os.PathError{Op: "write", Err: test.err})
		if drop.CauseOf(got) != test.cause || !drop.IsTemporary(got) || !strings.Contains(got.Error(), test.says) {
			t.Errorf("%v: %q, %v", test.err, drop.CauseOf(got), got)
		}
	}
	if ours := failed("a", drop.SourceError{Err: syscall.EIO}); drop.CauseOf(ours) != "" {
		t.Errorf("our own disk's fault is called the device's: %v", ours)
	}
}

func TestAStickThatMayNotBeWrittenIsTold(t *testing.T) {
	for err, cause := range map[error]drop.Cause{syscall.EROFS: drop.NotAllowed, syscall.EACCES: drop.NotAllowed, syscall.EIO: drop.Unreachable} {
		if got := removed("a", &os.PathError{Op: "remove", Err: err}); drop.CauseOf(got) != cause || !drop.IsTemporary(got) {
			t.Errorf("%v: %q, %v", err, drop.CauseOf(got), got)
		}
	}
}
