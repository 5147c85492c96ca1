package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/room"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/sync/backup"
)

// mountedUnder is where people put disks, sticks and shares; the service may write
// there (packaging/deb/kaodian.service).
var mountedUnder = []string{"/media", "/mnt"}

// Places is staff.Backups'. What lies on the disk of the data is none.
func (b *backups) Places() ([]staff.BackupPlace, error) {
	mounts, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) {
		return !slices.ContainsFunc(mountedUnder, func(folder string) bool { return isWithin(m.Mountpoint, folder) }), false
	})
	if err != nil {
		return nil, err
	}
	places := []staff.BackupPlace{}
	for _, m := range mounts {
		space, err := room.Of(m.Mountpoint).Ask()
		if err != nil || isPlace(m.Mountpoint) != nil || backup.SameDisk(b.centre.folder, m.Mountpoint) {
			continue // a stick that was pulled out, or a name that no setting holds
		}
		place := staff.BackupPlace{Path: m.Mountpoint, Kind: m.FSType, Free: space.Free, Total: space.Total}
		if !isWritable(m.Mountpoint) {
			place.Wrong = string(store.BackupPlaceClosed)
		}
		places = append(places, place)
	}
	slices.SortFunc(places, func(a, b staff.BackupPlace) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(places, func(a, b staff.BackupPlace) bool { return a.Path == b.Path }), nil
}

func isWithin(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

// seenPlace is how the folder of backups stands.
type seenPlace struct {
	wrong refusal.Code
	free  int64
}

// patience is how long a look may take before the folder counts as gone.
const patience = 2 * time.Second

// look is how the folder stands. It waits for no share that is dead: the kernel
// lets nobody go who asks one, so one look goes on for all who ask.
func (b *backups) look(ctx context.Context, place string) seenPlace {
	found := b.looks.DoChan(place, func() (any, error) { return b.see(place), nil })
	select {
	case one := <-found:
		return one.Val.(seenPlace)
	case <-ctx.Done():
	case <-time.After(patience):
	}
	return seenPlace{wrong: store.BackupPlaceGone}
}

// isWritable asks the kernel; a read-only disk is not, also for root.
func isWritable(folder string) bool { return unix.Access(folder, unix.W_OK|unix.X_OK) == nil }
