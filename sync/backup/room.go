package backup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"kaodian/app/centre/room"
)

// What a run is refused for; errors.Is finds them.
var (
	ErrSameDisk = errors.New("on the disk of the data folder")
	ErrNoRoom   = errors.New("no room")
)

// apart refuses a place that the next backup would hold.
func apart(folder, dir string) error {
	inside, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil // opening it gives the error
	}
	outside, err := filepath.EvalSymlinks(folder)
	if err != nil {
		return err
	}
	relative, err := filepath.Rel(outside, inside)
	if err == nil && relative != ".." && !strings.HasPrefix(relative, "../") {
		err = fmt.Errorf("%s lies in the data folder itself; name a folder on another disk, a stick or a share with --to", dir)
	}
	return err
}

// fits refuses before anything is written. The database's copy is as large as the
// database and its log at most.
func (r *run) fits() error {
	info, err := os.Stat(filepath.Join(r.Folder, Database))
	if err != nil {
		return err
	}
	database := info.Size() + sizeOf(filepath.Join(r.Folder, Database+"-wal")) // what is in the log comes with the copy
	need := r.sealedSize(database)
	for _, f := range r.made.Files {
		for n, sum := range f.Pieces {
			if size := r.sealedSize(r.made.pieceSize(f, n)); r.present[pieceName(r.made.Box, r.keys.Token, sum)] != size {
				need += size
			}
		}
	}
	return errors.Join(enough(r.dir, need, "use a larger or an empty one"), beside(r.Folder, database))
}

func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

func enough(folder string, need int64, advice string) error {
	space, err := room.Of(folder).Ask()
	if err == nil && space.Free < need+(1<<20) {
		err = tooSmall(folder, space.Free, need, advice)
	}
	return err
}

// beside refuses a copy of the database on the centre's own disk that would take
// what is kept free for its records (R27).
func beside(folder string, need int64) error {
	space, err := room.Of(folder).Ask()
	if err == nil && space.Left(0) < need {
		err = tooSmall(folder, max(0, space.Left(0)), need, "free some disk for the copy of the database")
	}
	return err
}

func tooSmall(folder string, free, need int64, advice string) error {
	return fmt.Errorf("%s has %d MB free and %d MB are needed; %s%w", folder, free/1_000_000, need/1_000_000+1, advice, hidden{ErrNoRoom})
}

// SameDisk says whether two folders are on one disk, so that one fault takes both:
// also as two partitions of it, or as volumes that lie on it.
func SameDisk(a, b string) bool {
	var x, y unix.Stat_t
	if unix.Stat(a, &x) != nil || unix.Stat(b, &y) != nil {
		return false
	}
	others := disksOf(y.Dev)
	return x.Dev == y.Dev || slices.ContainsFunc(disksOf(x.Dev), func(disk string) bool { return slices.Contains(others, disk) })
}

// disksOf are the disks that a file system's device lies on, as the kernel tells;
// none for a share.
func disksOf(device uint64) []string {
	at, err := filepath.EvalSymlinks(fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(device), unix.Minor(device)))
	if err != nil {
		return nil
	}
	return disksUnder(at)
}

func disksUnder(device string) (disks []string) {
	if exists(filepath.Join(device, "partition")) {
		device = filepath.Dir(device)
	}
	lower, err := filepath.Glob(filepath.Join(device, "slaves", "*"))
	if err != nil || len(lower) == 0 {
		return []string{device}
	}
	for _, link := range lower {
		if at, err := filepath.EvalSymlinks(link); err == nil {
			disks = append(disks, disksUnder(at)...)
		}
	}
	return disks
}
