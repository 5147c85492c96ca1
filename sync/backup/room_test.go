package backup

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"kaodian/app/centre/room"
)

// R27: a copy of the database takes nothing of what is kept free for records.
func TestACopyLeavesWhatIsKeptForRecords(t *testing.T) {
	folder := t.TempDir()
	space, err := room.Of(folder).Ask()
	must(t, err)
	kept := room.Reserve(space.Total)
	if err := beside(folder, space.Free-kept/2); err == nil || !strings.Contains(err.Error(), "free some disk") {
		t.Errorf("half of what is kept was taken: %v", err)
	}
	if err := enough(folder, space.Free-kept/2, ""); err != nil {
		t.Errorf("on another disk nothing is kept: %v", err)
	}
}

// tool runs a program of the system, and skips where there is none or it may not.
func tool(t *testing.T, name string, args ...string) string {
	t.Helper()
	said, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Skipf("SKIPPED: no disk can be divided here (%s: %v %s); run it as root", name, err, said)
	}
	return strings.TrimSpace(string(said))
}

// mounted makes a file system on a device and mounts it.
func mounted(t *testing.T, device string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	tool(t, "mkfs.ext4", "-q", device)
	tool(t, "mount", device, folder)
	t.Cleanup(func() { must(t, unix.Unmount(folder, 0)) })
	return folder
}

// wholeDisk is one of its own, in a file.
func wholeDisk(t *testing.T) (device string) {
	t.Helper()
	image := filepath.Join(t.TempDir(), "disk")
	must(t, os.WriteFile(image, nil, 0o600))
	must(t, os.Truncate(image, 32<<20))
	device = tool(t, "losetup", "--show", "-f", image)
	t.Cleanup(func() { must(t, exec.Command("losetup", "-d", device).Run()) })
	return device
}

// Two parts of one disk break together.
func TestTwoPartitionsAreOneDisk(t *testing.T) {
	disk := wholeDisk(t)
	const half = 15 << 11 // sectors
	tool(t, "addpart", disk, "1", "2048", strconv.Itoa(half))
	tool(t, "addpart", disk, "2", strconv.Itoa(2048+half), strconv.Itoa(half))
	one, two, other := mounted(t, disk+"p1"), mounted(t, disk+"p2"), mounted(t, wholeDisk(t))
	for _, test := range []struct {
		a, b string
		same bool
	}{{one, one, true}, {one, two, true}, {one, other, false}, {two, t.TempDir(), false}, {one, "/proc", false}} {
		if SameDisk(test.a, test.b) != test.same || SameDisk(test.b, test.a) != test.same {
			t.Errorf("%s and %s: one disk is %v, want %v", test.a, test.b, !test.same, test.same)
		}
	}
}

// gone is a stick that is pulled while it is read.
type gone struct{ left int }

func (g *gone) Read(p []byte) (int, error) {
	if g.left == 0 {
		return 0, errors.New("input/output error")
	}
	n := min(len(p), g.left)
	g.left -= n
	return n, nil
}

func TestAFailureToReadIsRemembered(t *testing.T) {
	for reader, want := range map[io.Reader]bool{&gone{5}: true, strings.NewReader("whole"): false} {
		h := &heard{Reader: reader}
		_, _ = io.Copy(io.Discard, h) // what it says is not the question
		if (h.failed != nil) != want {
			t.Errorf("failed: %v", h.failed)
		}
	}
}
