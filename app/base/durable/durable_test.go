package durable_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"kaodian/app/base/durable"
	"kaodian/app/base/durable/durabletest"
)

// act is one durable step: what the disk held before, what is done, and what
// must be true after the power was cut once it was reported as done.
type act struct {
	name    string
	prepare func(t *testing.T, d durable.Disk)
	do      func(d durable.Disk) error
	holds   func(d durable.Disk) bool
	spare   int // the first sync calls that matter only after a killed run, which another act shows
}

var acts = []act{
	{
		name: "a written file is there whole",
		do:   func(d durable.Disk) error { return d.WriteFile("/data/file", []byte("new"), 0o600) },
		holds: func(d durable.Disk) bool {
			return content(d, "/data/file") == "new"
		},
	},
	{
		name:    "a replaced file has the new content",
		prepare: func(t *testing.T, d durable.Disk) { write(t, d, "/data/file", "old") },
		do:      func(d durable.Disk) error { return d.WriteFile("/data/file", []byte("new"), 0o600) },
		holds: func(d durable.Disk) bool {
			return content(d, "/data/file") == "new"
		},
	},
	{
		name:    "a renamed file is at its new place and nowhere else",
		prepare: func(t *testing.T, d durable.Disk) { write(t, d, "/data/file", "old") },
		do:      func(d durable.Disk) error { return d.Rename("/data/file", "/vault/file") },
		holds: func(d durable.Disk) bool {
			return content(d, "/vault/file") == "old" && content(d, "/data/file") == absent
		},
	},
	{
		name:    "a file renamed within its folder has the new name",
		prepare: func(t *testing.T, d durable.Disk) { write(t, d, "/data/file", "old") },
		do:      func(d durable.Disk) error { return d.Rename("/data/file", "/data/other") },
		holds: func(d durable.Disk) bool {
			return content(d, "/data/other") == "old"
		},
	},
	{
		name:    "a removed file stays away",
		prepare: func(t *testing.T, d durable.Disk) { write(t, d, "/data/file", "old") },
		do:      func(d durable.Disk) error { return d.Remove("/data/file") },
		holds:   func(d durable.Disk) bool { return content(d, "/data/file") == absent },
	},
	{
		name:  "a folder made with those above it is there",
		spare: 1, // of the folder above the first one that was there
		do:    func(d durable.Disk) error { return d.MkdirAll("/data/a/b", 0o700) },
		holds: func(d durable.Disk) bool {
			info, err := d.FS.Stat("/data/a/b")
			return err == nil && info.IsDir()
		},
	},
	{
		name: "a folder that a killed run made but did not sync is there",
		prepare: func(t *testing.T, d durable.Disk) {
			if err := d.FS.Mkdir("/data/a", 0o700); err != nil {
				t.Fatal(err)
			}
		},
		do: func(d durable.Disk) error { return d.MkdirAll("/data/a/b", 0o700) },
		holds: func(d durable.Disk) bool {
			info, err := d.FS.Stat("/data/a/b")
			return err == nil && info.IsDir()
		},
	},
	{
		name: "a file that a killed run removed but did not sync stays away",
		prepare: func(t *testing.T, d durable.Disk) {
			write(t, d, "/data/file", "old")
			if err := d.FS.Remove("/data/file"); err != nil {
				t.Fatal(err)
			}
		},
		do:    func(d durable.Disk) error { return d.Remove("/data/file") },
		holds: func(d durable.Disk) bool { return content(d, "/data/file") == absent },
	},
	{
		name: "a swept temporary file stays away",
		prepare: func(t *testing.T, d durable.Disk) {
			write(t, d, "/data/.new-abc.tmp", "half")
		},
		do:    func(d durable.Disk) error { return d.Sweep("/data") },
		holds: func(d durable.Disk) bool { return content(d, "/data/.new-abc.tmp") == absent },
	},
}

func TestWhatWasReportedAsDoneSurvivesAPowerCut(t *testing.T) {
	for _, a := range acts {
		t.Run(a.name, func(t *testing.T) {
			for _, loss := range []durabletest.Loss{durabletest.LoseAll, durabletest.LoseBytes} {
				if !survives(t, a, 0, loss) {
					t.Errorf("lost after a power cut (kind %d)", loss)
				}
			}
		})
	}
}

// Every sync call is needed: with any one left out, some power cut loses the act.
func TestNoSyncCallCanBeLeftOut(t *testing.T) {
	for _, a := range acts {
		t.Run(a.name, func(t *testing.T) {
			for n := 1 + a.spare; n <= syncsOf(t, a); n++ {
				if survives(t, a, n, durabletest.LoseAll) && survives(t, a, n, durabletest.LoseBytes) {
					t.Errorf("sync call %d makes no difference", n)
				}
			}
		})
	}
}

func survives(t *testing.T, a act, dropped int, loss durabletest.Loss) bool {
	t.Helper()
	disk := prepared(t, a)
	if dropped > 0 {
		disk.DropSync(dropped)
	}
	if err := a.do(disk.Disk()); err != nil {
		t.Fatal(err)
	}
	disk.PowerCut(loss)
	return a.holds(disk.Disk())
}

func syncsOf(t *testing.T, a act) int {
	t.Helper()
	disk := prepared(t, a)
	before := disk.Syncs()
	if err := a.do(disk.Disk()); err != nil {
		t.Fatal(err)
	}
	return disk.Syncs() - before
}

func prepared(t *testing.T, a act) *durabletest.Disk {
	t.Helper()
	disk := durabletest.New("/data", "/vault")
	if a.prepare != nil {
		a.prepare(t, disk.Disk())
	}
	return disk
}

func TestAFailedSyncIsReportedAndLeavesTheOldFile(t *testing.T) {
	disk := durabletest.New("/data")
	d := disk.Disk()
	write(t, d, "/data/file", "old")
	disk.FailSyncs(1)
	if err := d.WriteFile("/data/file", []byte("new"), 0o600); !errors.Is(err, syscall.EIO) {
		t.Fatalf("error %v, want EIO", err)
	}
	disk.PowerCut(durabletest.LoseAll)
	if got := content(d, "/data/file"); got != "old" {
		t.Errorf("content %q, want the old one", got)
	}
}

func TestOnTheRealDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	if err := durable.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "file")
	if err := durable.WriteFile(path, []byte("one"), 0o640); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, error %v, want 0640", info.Mode(), err)
	}
	if err := durable.Rename(path, path+"2"); err != nil {
		t.Fatal(err)
	}
	if got := content(durable.OS(), path+"2"); got != "one" {
		t.Errorf("content %q", got)
	}
	for range 2 {
		if err := durable.Remove(path + "2"); err != nil {
			t.Errorf("removing, also a second time: %v", err)
		}
	}
	if err := durable.Remove(filepath.Join(dir, "no", "such")); err != nil {
		t.Errorf("removing where there is no folder: %v", err)
	}
}

func TestADiscardedFileLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	f, err := durable.Create(filepath.Join(dir, "file"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("half")); err != nil {
		t.Fatal(err)
	}
	f.Discard()
	f.Discard()
	if err := f.Commit(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("Commit after Discard: %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("left over: %v", entries)
	}
}

func TestSweepTakesOnlyTemporaryFiles(t *testing.T) {
	dir := t.TempDir()
	if _, err := durable.Create(filepath.Join(dir, "file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := durable.WriteFile(filepath.Join(dir, "kept.tmp"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := durable.Sweep(dir); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 || entries[0].Name() != "kept.tmp" {
		t.Errorf("left: %v, error %v", entries, err)
	}
}

func TestMkdirAllSaysThatAFileIsInTheWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := durable.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := durable.MkdirAll(path, 0o700); err == nil || !strings.Contains(err.Error(), "in the way") {
		t.Errorf("error %v", err)
	}
}

const absent = "(absent)"

func content(d durable.Disk, path string) string {
	f, err := d.FS.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return absent
	}
	defer f.Close()
	data := make([]byte, 100)
	n, _ := f.Read(data)
	return string(data[:n])
}

func write(t *testing.T, d durable.Disk, path, data string) {
	t.Helper()
	if err := d.WriteFile(path, []byte(data), 0o600); err != nil {
		t.Fatal(err)
	}
}
