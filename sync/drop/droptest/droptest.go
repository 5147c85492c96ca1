// Package droptest is the one set of tests that every drop passes, and the
// real FTP server to run them against.
package droptest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"

	"kaodian/sync/drop"
)

// Run tests the drops that open makes, each empty.
func Run(t *testing.T, open func(t *testing.T) drop.Drop) {
	for name, test := range map[string]func(*testing.T, drop.Drop){
		"what is put is got":                      putAndGet,
		"a put that broke off goes on":            putAgain,
		"a file that is there is done":            putDone,
		"a short source is no file":               putShort,
		"a folder lists its own files only":       list,
		"an absent file or folder is no error":    absent,
		"a file larger than asked for is not got": getLimit,
		"only an empty folder goes":               removeFolder,
		"odd names are refused":                   names,
		"a stopped put ends at once":              stopped,
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			defer func() {
				if err := d.Close(); err != nil {
					t.Error(err)
				}
			}()
			test(t, d)
		})
	}
}

// Bytes are the same every time, and no two places of them alike.
func Bytes(size int) []byte {
	var seed [32]byte
	content := make([]byte, size)
	_, _ = rand.NewChaCha8(seed).Read(content) // never fails
	return content
}

// Source opens content from an offset.
func Source(content []byte) func(int64) (io.ReadCloser, error) {
	return func(offset int64) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(content[offset:])), nil
	}
}

func get(t *testing.T, d drop.Drop, name string) []byte {
	t.Helper()
	reader, err := d.Get(t.Context(), name, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(reader)
	if err := errors.Join(err, reader.Close()); err != nil {
		t.Fatal(err)
	}
	return content
}

func putAndGet(t *testing.T, d drop.Drop) {
	for _, size := range []int{1, 1000, 3 << 20} {
		content := Bytes(size)
		if err := d.Put(t.Context(), "a/b/file-1.json", int64(size), Source(content)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(get(t, d, "a/b/file-1.json"), content) {
			t.Errorf("%d bytes came back changed", size)
		}
	}
	if entries, err := d.List(t.Context(), "a/b"); err != nil || len(entries) != 1 {
		t.Errorf("beside the file lies %v, %v", entries, err)
	}
}

// errBroken is a source that breaks off.
var errBroken = errors.New("the source broke off")

func putAgain(t *testing.T, d drop.Drop) {
	content := Bytes(2 << 20)
	for _, cut := range []int{1, 70_000, 1 << 20} {
		broken := func(offset int64) (io.ReadCloser, error) {
			end := min(int64(len(content)), offset+int64(cut))
			return io.NopCloser(io.MultiReader(bytes.NewReader(content[offset:end]), failing{})), nil
		}
		if err := d.Put(t.Context(), "a/file", int64(len(content)), broken); err == nil {
			t.Fatal("a broken source made a file")
		}
		if entries, err := d.List(t.Context(), "a"); err != nil || len(entries) == 1 && entries[0].Name == "file" {
			t.Errorf("half a file stands under its name: %v, %v", entries, err)
		}
	}
	if err := d.Put(t.Context(), "a/file", int64(len(content)), Source(content)); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(get(t, d, "a/file"), content) {
		t.Error("the file that was gone on with is not the same")
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errBroken }

func putDone(t *testing.T, d drop.Drop) {
	content := Bytes(5000)
	if err := d.Put(t.Context(), "file", 5000, Source(content)); err != nil {
		t.Fatal(err)
	}
	never := func(int64) (io.ReadCloser, error) { return nil, errBroken }
	if err := d.Put(t.Context(), "file", 5000, never); err != nil {
		t.Errorf("it was sent again: %v", err)
	}
}

func putShort(t *testing.T, d drop.Drop) {
	if err := d.Put(t.Context(), "file", 5001, Source(Bytes(5000))); err == nil {
		t.Error("5000 bytes were taken for 5001")
	}
	if _, err := d.Get(t.Context(), "file", 1<<20); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the short file stands there: %v", err)
	}
}

func list(t *testing.T, d drop.Drop) {
	for _, name := range []string{"a/one", "a/two", "a/b/three"} {
		if err := d.Put(t.Context(), name, 3, Source([]byte("abc"))); err != nil {
			t.Fatal(err)
		}
	}
	entries, err := d.List(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]drop.Entry{}
	for _, entry := range entries {
		found[entry.Name] = entry
	}
	if len(found) != 3 || found["one"].Size != 3 || found["one"].Dir || !found["b"].Dir {
		t.Errorf("found %v", entries)
	}
}

func absent(t *testing.T, d drop.Drop) {
	if entries, err := d.List(t.Context(), "nowhere"); err != nil || len(entries) != 0 {
		t.Errorf("an absent folder: %v, %v", entries, err)
	}
	if _, err := d.Get(t.Context(), "nowhere/file", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an absent file: %v", err)
	}
	if err := d.Remove(t.Context(), "nowhere/file"); err != nil {
		t.Errorf("removing an absent file: %v", err)
	}
	if err := d.Put(t.Context(), "file", 3, Source([]byte("abc"))); err != nil {
		t.Fatal(err)
	}
	if err := d.Remove(t.Context(), "file"); err != nil {
		t.Error(err)
	}
	if _, err := d.Get(t.Context(), "file", 10); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a removed file: %v", err)
	}
}

func removeFolder(t *testing.T, d drop.Drop) {
	remove := func(name string) {
		t.Helper()
		if err := d.RemoveFolder(t.Context(), name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	holds := func(name string) int {
		t.Helper()
		entries, err := d.List(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	put := func() {
		t.Helper()
		if err := d.Put(t.Context(), "a/b/file", 3, Source([]byte("abc"))); err != nil {
			t.Fatal(err)
		}
	}
	put()
	remove("a/nowhere")
	remove("nowhere/at/all")
	remove("a/b")
	remove("a")
	if holds("a/b") != 1 {
		t.Fatal("a folder that holds a file is gone")
	}
	if err := d.Remove(t.Context(), "a/b/file"); err != nil {
		t.Fatal(err)
	}
	remove("a/b")
	if holds("a") != 0 {
		t.Error("the empty folder stays")
	}
	remove("a/b")
	put() // it is made again
	if holds("a/b") != 1 {
		t.Error("nothing can be put there any more")
	}
}

func getLimit(t *testing.T, d drop.Drop) {
	if err := d.Put(t.Context(), "file", 1000, Source(Bytes(1000))); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Get(t.Context(), "file", 999); !errors.Is(err, drop.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}

func names(t *testing.T, d drop.Drop) {
	for _, name := range []string{"../file", "a/../../file", "/etc/file", "a//file", "a/.hidden", "a\r\nDELE b", "A", "", "a b", "-la", "a/-la", "a.", "a\x00b", "a\\b", "c:", strings.Repeat("a", 101)} {
		if err := d.Put(t.Context(), name, 3, Source([]byte("abc"))); err == nil {
			t.Errorf("%q was put", name)
		}
		if _, err := d.Get(t.Context(), name, 10); err == nil {
			t.Errorf("%q was got", name)
		}
		if err := d.Remove(t.Context(), name); err == nil {
			t.Errorf("%q was removed", name)
		}
		if err := d.RemoveFolder(t.Context(), name); err == nil {
			t.Errorf("the folder %q was removed", name)
		}
	}
}

func stopped(t *testing.T, d drop.Drop) {
	ctx, cancel := context.WithCancel(t.Context())
	content := Bytes(1 << 20)
	source := func(offset int64) (io.ReadCloser, error) {
		cancel()
		return io.NopCloser(bytes.NewReader(content[offset:])), nil
	}
	if err := d.Put(ctx, "file", 1<<20, source); !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped put returned %v", err)
	}
	if err := d.Put(t.Context(), "file", 1<<20, Source(content)); err != nil {
		t.Errorf("after it: %v", err)
	}
	if !bytes.Equal(get(t, d, "file"), content) {
		t.Error("the file is not the same")
	}
}
