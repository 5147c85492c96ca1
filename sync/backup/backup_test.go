package backup

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kaodian/sync/seal"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// piece is small, so that files have several.
const piece = 100_000

// box is a centre's data folder with a key, and the disk for its backups.
type box struct {
	*testing.T
	Maker
	disk  string
	paper *seal.Identity
}

// content is a data folder: all kinds of sizes, and what no backup takes.
var content = map[string]int{
	Database: 250_001, "vault/clips/c1": 3 * piece, "vault/clips/c2": 3*piece + 1, "vault/clips/c3": piece - 1, "vault/photos/p1": 1,
	"vault/consents/empty": 0, "keys/authority.pem": 700, "models/faces.onnx": 70_000, "unknown/to/this/version": 5,
}

var notTaken = []string{
	"kaodian.db-wal", "kaodian.db.before-9-from-8", "keys/member.json", "keys/0011223344556677-install.minisign",
	"keys/0011223344556677-install.age", "keys/audit.key", "audit.head", "uploads/u.part", "spool/1/x", "down/x/y", "rehearsal/x",
	"reserve/1", "intake/x", "serve.lock", "vault/clips/.new-x.tmp", "sync.progress",
}

func newBox(t *testing.T) *box {
	b := &box{T: t, disk: filepath.Join(t.TempDir(), "stick")}
	must(t, os.Mkdir(b.disk, 0o700))
	b.Maker = Maker{Folder: filepath.Join(t.TempDir(), "data"), Program: "kaodian test", Now: time.Now, piece: piece, Copy: func(_ context.Context, to string) error {
		text, err := os.ReadFile(filepath.Join(b.Folder, Database))
		return errors.Join(err, os.WriteFile(to, text, 0o600))
	}}
	for name, size := range content {
		b.write(name, bytes.Repeat([]byte(name), size/len(name)+1)[:size])
	}
	for _, name := range notTaken {
		b.write(name, []byte("not taken"))
	}
	b.newKey()
	return b
}

func (b *box) newKey() {
	b.Helper()
	var err error
	b.paper, err = seal.GenerateIdentity()
	must(b.T, err)
	must(b.T, Save(b.Folder, b.paper, time.Now()))
}

func (b *box) write(name string, text []byte) {
	b.Helper()
	path := filepath.Join(b.Folder, filepath.FromSlash(name))
	must(b.T, os.MkdirAll(filepath.Dir(path), 0o700))
	must(b.T, os.WriteFile(path, text, 0o600))
}

func (b *box) make() Made {
	b.Helper()
	made, err := b.Make(b.Context(), b.disk)
	must(b.T, err)
	return made
}

func (b *box) opener() Opener {
	b.Helper()
	with, err := Paper(b.paper)
	must(b.T, err)
	return with
}

// restore brings the newest backup, or the one of that name, back with the paper.
func (b *box) restore(to, name string) error {
	stored, err := Find(b.Context(), b.disk, name, b.opener())
	if err != nil {
		return err
	}
	defer stored.Close()
	return stored.Restore(b.Context(), to, func(string) error { return nil })
}

// check opens the newest backup with the box's own key.
func (b *box) check() error {
	keys, err := LoadKeys(b.Folder)
	must(b.T, err)
	stored, err := Find(b.Context(), b.disk, "", keys)
	if err != nil {
		return err
	}
	defer stored.Close()
	return stored.Check(b.Context(), b.TempDir())
}

// files are those of a folder with their content.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	must(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		relative, _ := filepath.Rel(folder, path)
		all[filepath.ToSlash(relative)] = string(text)
		return err
	}))
	return all
}

// want says what is to be in a restored folder.
func (b *box) want() map[string]string {
	all := files(b.T, b.Folder)
	maps.DeleteFunc(all, func(name, _ string) bool {
		return slices.Contains(notTaken, name) || strings.HasSuffix(name, ".lock") || name == ownFile
	})
	return all
}

func TestABackupBringsBackAllThatWasThereAndNoKeyOfTheInstall(t *testing.T) {
	b := newBox(t)
	made := b.make()
	must(t, b.check())
	to := filepath.Join(t.TempDir(), "new", "data")
	must(t, b.restore(to, ""))
	if got, want := files(t, to), b.want(); !maps.Equal(got, want) {
		t.Errorf("restored %v, want %v", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
	if len(made.Files) != len(content)+1 { // and the key's public part
		t.Errorf("%d files", len(made.Files))
	}
	if entries, _ := os.ReadDir(b.scratch()); len(entries) > 0 {
		t.Errorf("left in the scratch folder: %v", entries)
	}
}

func (b *box) scratch() string { return filepath.Join(b.Folder, scratchFolder) }

func TestNothingReadableLeavesTheBox(t *testing.T) {
	b := newBox(t)
	b.write("vault/clips/李小明", bytes.Repeat([]byte("李小明的录像"), 100))
	b.make()
	for name, text := range files(t, b.disk) {
		for _, secret := range []string{"李小明", "vault", "authority", "kaodian.db"} {
			if strings.Contains(name, secret) || strings.Contains(text, secret) {
				t.Errorf("%s shows %s", name, secret)
			}
		}
	}
}

func TestASecondBackupCopiesOnlyWhatIsNew(t *testing.T) {
	b := newBox(t)
	b.make()
	before := files(t, b.disk)
	b.write("vault/clips/c4", []byte("new here"))
	b.write("vault/clips/c5", []byte("new here")) // twice the same is there once
	made := b.make()
	if made.New != int64(len("new here")) || made.Number != 2 {
		t.Errorf("new %d bytes, number %d", made.New, made.Number)
	}
	after := files(t, b.disk)
	if len(after) != len(before)+2 {
		t.Errorf("%d files there, %d before", len(after), len(before))
	}
	for name, text := range before {
		if after[name] != text {
			t.Errorf("%s was written again", name)
		}
	}
}

func TestTheOldestBackupsGoWithWhatOnlyTheyNeed(t *testing.T) {
	b := newBox(t)
	b.Keep = 2
	b.write("vault/clips/old", []byte("of the first only"))
	first := b.make()
	b.write(Database, []byte("second"))
	must(t, os.Remove(filepath.Join(b.Folder, "vault/clips/old")))
	second := b.make()
	b.write(Database, []byte("third"))
	b.make()
	must(t, b.restore(t.TempDir(), first.Name())) // until the newest is known to come back, all stay
	must(t, b.Prune(t.Context(), b.disk))
	if err := b.restore(t.TempDir(), first.Name()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the first: %v", err)
	}
	for name, want := range map[string]string{second.Name(): "second", "": "third"} {
		to := t.TempDir()
		must(t, b.restore(to, name))
		if got := files(t, to)[Database]; got != want {
			t.Errorf("database %q, want %q", got, want)
		}
	}
	keys, err := LoadKeys(b.Folder)
	must(t, err)
	named := map[string]bool{}
	for _, name := range []string{second.Name(), ""} {
		stored, err := Find(t.Context(), b.disk, name, keys)
		must(t, err)
		stored.name(named, keys.Token)
	}
	if there := len(files(t, b.disk)); there != len(named)+2 {
		t.Errorf("%d files there, %d are needed", there, len(named)+2)
	}
}

// What would be missed only in need is refused at once.
func TestWhatNoBackupCanHoldIsSaid(t *testing.T) {
	for name, make := range map[string]func(string) error{
		"vault/moved":    func(path string) error { return os.Symlink(t.TempDir(), path) },
		"vault/link":     func(path string) error { return os.Symlink("clips/c1", path) },
		"vault/pipe":     func(path string) error { return syscall.Mkfifo(path, 0o600) },
		`vault/a\b`:      func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"vault/\xff\xfe": func(path string) error { return os.WriteFile(path, nil, 0o600) },
	} {
		b := newBox(t)
		must(t, make(filepath.Join(b.Folder, name)))
		if _, err := b.Make(t.Context(), b.disk); err == nil || !strings.Contains(err.Error(), "backup") {
			t.Errorf("%q: %v", name, err)
		}
		if there := files(t, b.disk); len(there) != 0 {
			t.Errorf("%q: %d files were written before it was said", name, len(there))
		}
	}
}

func TestADataFolderMayBeALink(t *testing.T) {
	b := newBox(t)
	link := filepath.Join(t.TempDir(), "data")
	must(t, os.Symlink(b.Folder, link))
	b.Folder = link
	if made := b.make(); len(made.Files) != len(content)+1 {
		t.Errorf("the backup holds %d files, want %d", len(made.Files), len(content)+1)
	}
	must(t, b.check())
}

func TestWithoutAKeyOnPaperThereIsNoBackup(t *testing.T) {
	b := newBox(t)
	must(t, os.Remove(filepath.Join(b.Folder, keysFile)))
	if _, err := b.Make(t.Context(), b.disk); !errors.Is(err, ErrNoKey) {
		t.Errorf("error %v", err)
	}
	if there := files(t, b.disk); len(there) > 0 {
		t.Errorf("written: %v", there)
	}
}

// A new paper opens what is made from then on, and the old one what was before.
func TestANewKeyBeginsAPlaceOfItsOwn(t *testing.T) {
	b := newBox(t)
	b.make()
	old := b.paper
	b.newKey()
	made := b.make()
	if made.Number != 1 || made.New < made.Bytes()/2 {
		t.Errorf("number %d, new %d of %d bytes", made.Number, made.New, made.Bytes())
	}
	must(t, b.restore(t.TempDir(), ""))
	b.paper = old
	must(t, b.restore(t.TempDir(), ""))
	b.paper, _ = seal.GenerateIdentity()
	if err := b.restore(t.TempDir(), ""); !errors.Is(err, errNotOurs) {
		t.Errorf("with another paper: %v", err)
	}
}

func TestWhatIsRemovedOrWrittenMeanwhileStopsNothing(t *testing.T) {
	b := newBox(t)
	take := b.Copy
	b.Copy = func(ctx context.Context, to string) error {
		must(t, os.Remove(filepath.Join(b.Folder, "vault/clips/c1"))) // the database may name it still
		b.write("vault/clips/late", []byte("just received"))
		b.write("keys/authority.pem", []byte("another one"))
		return take(ctx, to)
	}
	b.make()
	to := t.TempDir()
	must(t, b.restore(to, ""))
	got := files(t, to)
	if len(got["vault/clips/c1"]) != 3*piece || got["vault/clips/late"] != "just received" || got["keys/authority.pem"] != "another one" {
		t.Errorf("%d bytes of what was removed; late %q; changed %q", len(got["vault/clips/c1"]), got["vault/clips/late"], got["keys/authority.pem"])
	}
}

func TestWhatACheckFoundDamagedIsWrittenAnew(t *testing.T) {
	b := newBox(t)
	b.make()
	for name := range files(t, b.disk) {
		if !strings.HasSuffix(name, ".backup") {
			must(t, flip(filepath.Join(b.disk, name), 0.5))
		}
	}
	bad, ok := errors.AsType[*DamagedError](b.check())
	if !ok || len(bad.Pieces) < len(content)-2 { // of each file the first; one is empty
		t.Fatalf("%+v", bad)
	}
	for tries := 0; tries < 4 && ok; tries++ {
		b.Distrust = bad.Pieces
		b.make()
		bad, ok = errors.AsType[*DamagedError](b.check())
	}
	must(t, b.check())
	must(t, b.restore(t.TempDir(), ""))
}

func TestAPlaceInTheDataFolderIsRefused(t *testing.T) {
	b := newBox(t)
	link := filepath.Join(t.TempDir(), "link")
	must(t, os.Symlink(filepath.Join(b.Folder, "vault"), link))
	for _, place := range []string{b.Folder, filepath.Join(b.Folder, "vault"), link} {
		if _, err := b.Make(t.Context(), place); err == nil || !strings.Contains(err.Error(), "lies in the data folder") {
			t.Errorf("%s: %v", place, err)
		}
	}
}

// A whole upload is refused before its first byte when it cannot fit.
func TestAPlaceWithoutRoomIsRefusedBeforeAnythingIsWritten(t *testing.T) {
	b := newBox(t)
	huge, err := os.Create(filepath.Join(b.Folder, Database)) // sparse
	must(t, err)
	must(t, huge.Truncate(1<<42))
	must(t, huge.Close())
	if _, err := b.Make(t.Context(), b.disk); err == nil || !strings.Contains(err.Error(), "MB are needed") {
		t.Errorf("error %v", err)
	}
	if there := files(t, b.disk); len(there) > 0 {
		t.Errorf("written: %v", there)
	}
}
