package backup

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kaodian/sync/seal"
)

// damages are what may become of a file on a stick.
var damages = map[string]func(path string) error{
	"a flipped bit at the beginning": func(path string) error { return flip(path, 0) },
	"a flipped bit in the middle":    func(path string) error { return flip(path, 0.5) },
	"a flipped bit at the end":       func(path string) error { return flip(path, 0.9999999) },
	"cut short": func(path string) error {
		info, err := os.Stat(path)
		return errors.Join(err, os.Truncate(path, info.Size()-1))
	},
	"empty":   func(path string) error { return os.Truncate(path, 0) },
	"missing": os.Remove,
	"more": func(path string) error {
		file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = file.WriteString("more")
		return errors.Join(err, file.Close())
	},
	"a link": func(path string) error {
		text, err := os.ReadFile(path)
		to := filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(filepath.Dir(path)))), "elsewhere")
		return errors.Join(err, os.WriteFile(to, text, 0o600), os.Remove(path), os.Symlink(to, path))
	},
}

func flip(path string, at float64) error {
	text, err := os.ReadFile(path)
	if err == nil {
		text[int(at*float64(len(text)))] ^= 4
		err = os.WriteFile(path, text, 0o600)
	}
	return err
}

func TestEveryDamageOfEveryFileIsFound(t *testing.T) {
	b := newBox(t)
	b.make()
	good := files(t, b.disk)
	for _, name := range slices.Sorted(maps.Keys(good)) {
		path := filepath.Join(b.disk, name)
		for what, damage := range damages {
			must(t, damage(path))
			to := filepath.Join(t.TempDir(), "data")
			checked, restored := b.check(), b.restore(to, "")
			if checked == nil || restored == nil {
				t.Errorf("%s, %s: check %v, restore %v", name, what, checked, restored)
			}
			if exists(filepath.Join(to, Database)) || exists(filepath.Join(to, "vault")) {
				t.Errorf("%s, %s: something was restored", name, what)
			}
			_ = os.Remove(path) // it may be gone
			must(t, os.WriteFile(path, []byte(good[name]), 0o600))
		}
	}
	must(t, errors.Join(b.check(), b.restore(t.TempDir(), "")))
}

// What else lies on a stick is nobody's business.
func TestFilesOfOthersAreLeftAlone(t *testing.T) {
	b := newBox(t)
	b.make()
	for _, name := range []string{"photo.jpg", top + "/x", top + "/0011223344556677/y", top + "/0011223344556677/0/z"} {
		path := filepath.Join(b.disk, name)
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(t, os.WriteFile(path, []byte("theirs"), 0o600))
	}
	b.Keep = 1
	b.make()
	must(t, b.Prune(t.Context(), b.disk))
	must(t, errors.Join(b.check(), b.restore(t.TempDir(), "")))
	if there := files(t, b.disk); there["photo.jpg"] != "theirs" || there[top+"/x"] != "theirs" {
		t.Error("a file of others is gone")
	}
}

// The newest that is damaged is never passed over in silence.
func TestAnOlderBackupIsRestoredOnlyWhenAskedFor(t *testing.T) {
	b := newBox(t)
	first := b.make()
	b.write("vault/clips/late", []byte("late"))
	second := b.make()
	must(t, flip(filepath.Join(b.disk, top, second.Box, second.Name()), 0.5))
	err := b.restore(t.TempDir(), "")
	if err == nil || !strings.Contains(err.Error(), "--backup "+first.Name()) {
		t.Errorf("error %v", err)
	}
	must(t, b.restore(t.TempDir(), first.Name()))
}

// forge puts a list of ours, made with the right key, as the newest.
func (b *box) forge(change func(*List)) {
	b.Helper()
	keys, err := LoadKeys(b.Folder)
	must(b.T, err)
	stored, err := Find(b.Context(), b.disk, "", keys)
	must(b.T, err)
	l := stored.List
	l.Files = slices.Clone(l.Files)
	name := l.Name()
	change(&l)
	own, err := seal.ParseRecipient(keys.own.Recipient())
	must(b.T, err)
	text, err := sealList(l, keys, []*seal.Recipient{keys.paper, own})
	must(b.T, err)
	must(b.T, os.WriteFile(filepath.Join(b.disk, top, stored.Box, name), text, 0o600))
}

func TestAHostileListLeadsNowhere(t *testing.T) {
	for _, name := range []string{"../x", "..", "/etc/x", "a/../../x", "a//b", "./a", "", "a/", "a\x00b", `..\x`, "keys/member.json", "audit.head", "spool/1/x", "uploads/x", ".restoring/x", "kaodian.db-wal", "vault/clips", strings.Repeat("x", 2000)} {
		t.Run(fmt.Sprintf("%.20q", name), func(t *testing.T) {
			b := newBox(t)
			b.make()
			b.forge(func(l *List) { l.Files = append(l.Files, File{Name: name, Pieces: []string{}}) })
			refused(t, b)
		})
	}
	for what, change := range map[string]func(*List){
		"twice the same":        func(l *List) { l.Files = append(l.Files, l.Files[0]) },
		"a huge file":           func(l *List) { l.Files[0].Size = 1 << 62 },
		"a negative size":       func(l *List) { l.Files[0].Size = -1 },
		"pieces of no size":     func(l *List) { l.PieceBytes = 0 },
		"pieces of a huge size": func(l *List) { l.PieceBytes = 1<<63 - 1 },
		"no database": func(l *List) {
			l.Files = slices.DeleteFunc(l.Files, func(f File) bool { return f.Name == Database })
		},
		"a hash that is a path": func(l *List) {
			for n, f := range l.Files {
				if f.Size > 0 {
					l.Files[n].Pieces = slices.Repeat([]string{"../../x"}, len(f.Pieces))
				}
			}
		},
		"another box's": func(l *List) { l.Box = "0011223344556677" },
		"a newer list":  func(l *List) { l.Version = 2 },
	} {
		t.Run(what, func(t *testing.T) {
			b := newBox(t)
			b.make()
			b.forge(change)
			refused(t, b)
		})
	}
}

func refused(t *testing.T, b *box) {
	t.Helper()
	to := filepath.Join(t.TempDir(), "data")
	if err := b.restore(to, ""); err == nil || exists(to) {
		t.Errorf("error %v; a folder was made: %v", err, exists(to))
	}
}

func TestANewerBackupSaysThatItIsNewer(t *testing.T) {
	b := newBox(t)
	made := b.make()
	path := filepath.Join(b.disk, top, made.Box, made.Name())
	text, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, bytes.Replace(text, []byte(magic+" 1 "), []byte(magic+" 2 "), 1), 0o600))
	if err := b.restore(filepath.Join(t.TempDir(), "data"), ""); !errors.Is(err, errNewer) {
		t.Errorf("error %v", err)
	}
}

func TestOnlyAnEmptyFolderIsRestoredInto(t *testing.T) {
	b := newBox(t)
	b.make()
	taken := t.TempDir()
	must(t, os.WriteFile(filepath.Join(taken, "mine"), []byte("mine"), 0o600))
	for what, folder := range map[string]string{"a folder with a file": taken, "the centre itself": b.Folder, "a file": filepath.Join(taken, "mine")} {
		before := files(t, filepath.Dir(folder))
		if err := b.restore(folder, ""); err == nil || !maps.Equal(files(t, filepath.Dir(folder)), before) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A restore that was killed between any two of its renames is done again.
func TestARestoreThatWasKilledIsNoCentreAndIsDoneAgain(t *testing.T) {
	b := newBox(t)
	b.make()
	for moved := range 6 {
		to := filepath.Join(t.TempDir(), "data")
		must(t, os.MkdirAll(filepath.Join(to, restoring, "data", "vault"), 0o700))
		for _, name := range []string{"keys", "models", "unknown", "vault"}[:min(moved, 4)] {
			must(t, os.MkdirAll(filepath.Join(to, name, "half"), 0o700))
		}
		if !IsHalf(to) {
			t.Error("it is not seen that it is half")
		}
		must(t, b.restore(to, ""))
		if got := files(t, to); !maps.Equal(got, b.want()) || IsHalf(to) || exists(filepath.Join(to, "vault", "half")) {
			t.Errorf("%d moved: %v", moved, slices.Sorted(maps.Keys(got)))
		}
	}
}

// What somebody put beside a half restore is nobody's to remove.
func TestAHalfRestoreLeavesWhatIsOfOthers(t *testing.T) {
	b := newBox(t)
	b.make()
	to := filepath.Join(t.TempDir(), "data")
	must(t, os.MkdirAll(filepath.Join(to, restoring, "data"), 0o700))
	must(t, os.WriteFile(filepath.Join(to, "kaodian.toml"), []byte("theirs"), 0o600))
	if err := b.restore(to, ""); err == nil || !strings.Contains(err.Error(), "kaodian.toml is in it") {
		t.Errorf("error %v", err)
	}
	if files(t, to)["kaodian.toml"] != "theirs" {
		t.Error("it is gone")
	}
}

func TestAFailureAtTheEndLeavesNoCentre(t *testing.T) {
	b := newBox(t)
	b.make()
	stored, err := Find(t.Context(), b.disk, "", b.opener())
	must(t, err)
	to := filepath.Join(t.TempDir(), "data")
	wrong := errors.New("the database is damaged")
	if err := stored.Restore(t.Context(), to, func(string) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("error %v", err)
	}
	if got := files(t, to); len(got) > 0 {
		t.Errorf("left: %v", got)
	}
	must(t, b.restore(to, ""))
}
