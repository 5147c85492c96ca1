package main

import (
	"slices"
	"strings"

	"github.com/moby/sys/mountinfo"
	"golang.org/x/sys/unix"

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

// isWritable asks the kernel; a read-only disk is not, also for root.
func isWritable(folder string) bool { return unix.Access(folder, unix.W_OK|unix.X_OK) == nil }
