package intake

import (
	"archive/zip"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/roster"
)

// disk is one of so many bytes, whose room is that beside its files.
type disk struct {
	t      *testing.T
	folder string
	bytes  int64
	least  int64 // that were ever left
}

func (d *disk) left() (int64, error) {
	left := d.bytes
	err := filepath.Walk(d.folder, func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			left -= info.Size()
		}
		return err
	})
	d.least = min(d.least, left)
	return left, err
}

func (d *disk) keeper(account *account, name string) *keeper {
	folder := filepath.Join(d.folder, name)
	if err := os.Mkdir(folder, 0o700); err != nil {
		d.t.Fatal(err)
	}
	return &keeper{
		folder: folder, room: &share{account: account, left: d.left}, twice: EntryTwice,
		limit:  func(string) (int64, roster.Code) { return 1 << 20, roster.PhotoTooLarge },
		kept:   func(string) {},
		refuse: func(name string, code roster.Code, _ ...any) { d.t.Errorf("%s: %s", name, code) },
	}
}

// archiveOf is a ZIP of so many files of 100,000 bytes.
func archiveOf(t *testing.T, files int) *os.File {
	t.Helper()
	file, err := os.Create(filepath.Join(t.TempDir(), "x.zip"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	archive := zip.NewWriter(file)
	for n := range files {
		w, err := archive.Create(strconv.Itoa(n) + ".jpg")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, 100_000)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

// R27: each of two archives fits alone, and both together do not. The one that
// comes while the other is unpacked is refused, and the other is kept whole.
func TestR27TwoArchivesUnpackedAtOnceTakeOfOneRoom(t *testing.T) {
	d := &disk{t: t, folder: t.TempDir(), bytes: 1_000_000}
	var all account
	first, second := d.keeper(&all, "first"), d.keeper(&all, "second")
	kept := 0
	var refused error
	first.kept = func(string) {
		if kept++; kept == 1 {
			refused = unpack(archiveOf(t, 6), second)
			second.room.end()
		}
	}
	if err := unpack(archiveOf(t, 6), first); err != nil || kept != 6 {
		t.Errorf("of the first %d files are kept: %v", kept, err)
	}
	first.room.end()
	if refusal.CodeOf(refused) != NoRoom {
		t.Errorf("the second: %v", refused)
	}
	if left, err := d.left(); err != nil || left != 400_000 || d.least < 0 || all.claimed != 0 {
		t.Errorf("%d bytes are left, %d at the least, %d claimed: %v", left, d.least, all.claimed, err)
	}
	if err := unpack(archiveOf(t, 4), second); err != nil {
		t.Errorf("what fits is refused once the first has ended: %v", err)
	}
}
