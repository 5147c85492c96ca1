package main

import (
	"context"
	"errors"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
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

// Places is staff.Backups'. What lies on the disk of the data is none, nor is what
// does not answer.
func (b *backups) Places(ctx context.Context) ([]staff.BackupPlace, error) {
	mounts, err := mountinfo.GetMounts(func(m *mountinfo.Info) (skip, stop bool) {
		return !isPlaceToList(m.Mountpoint), false
	})
	if err != nil {
		return nil, err
	}
	kinds := map[string]string{}
	for _, m := range mounts {
		kinds[m.Mountpoint] = m.FSType // the last one lies on top
	}
	places, looking := make([]*staff.BackupPlace, len(kinds)), sync.WaitGroup{}
	for i, path := range slices.Sorted(maps.Keys(kinds)) {
		looking.Go(func() { places[i] = b.list(ctx, path, kinds[path]) })
	}
	looking.Wait()
	listed := []staff.BackupPlace{}
	for _, place := range places {
		if place != nil {
			listed = append(listed, *place)
		}
	}
	return listed, nil
}

// isPlaceToList takes what is mounted where people put sticks, by a name that a
// setting holds.
func isPlaceToList(path string) bool {
	return isPlace(path) == nil && slices.ContainsFunc(mountedUnder, func(folder string) bool { return isWithin(path, folder) })
}

// list is the place as it is shown; nil for none.
func (b *backups) list(ctx context.Context, path, kind string) *staff.BackupPlace {
	seen := b.look(ctx, path)
	place := &staff.BackupPlace{Path: path, Kind: kind, Free: seen.free, Total: seen.total}
	switch seen.wrong {
	case "":
	case store.BackupPlaceClosed:
		place.Wrong = string(seen.wrong)
	default:
		return nil
	}
	return place
}

func isWithin(path, folder string) bool { return path == folder || strings.HasPrefix(path, folder+"/") }

// seenPlace is how the folder of backups stands.
type seenPlace struct {
	wrong       refusal.Code
	free, total int64
}

// How long a folder may take to answer before it counts as gone: for one who looks,
// and for one who wants it used, because a disk that sleeps has to start first.
const (
	lookPatience = 2 * time.Second
	tryPatience  = 20 * time.Second
)

// look is how the folder stands.
func (b *backups) look(ctx context.Context, place string) seenPlace {
	return b.ask(ctx, place, lookPatience, func() seenPlace { return b.see(place) })
}

// try refuses a folder to which no backup can be made just now.
func (b *backups) try(ctx context.Context, place string) error {
	seen := b.ask(ctx, "write "+place, tryPatience, func() seenPlace {
		seen := b.see(place)
		if seen.wrong == "" {
			seen.wrong = refusal.CodeOf(tryFolder(place))
		}
		return seen
	})
	if seen.wrong != "" {
		return refusal.New(seen.wrong)
	}
	return nil
}

// ask waits for no share that is dead: the kernel lets nobody go who asks one, so
// one question goes on for all who ask it.
func (b *backups) ask(ctx context.Context, question string, patience time.Duration, answer func() seenPlace) seenPlace {
	found := b.looks.DoChan(question, func() (any, error) { return answer(), nil })
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

// seePlace asks the disk how a folder stands.
func (b *backups) seePlace(place string) (seen seenPlace) {
	if seen.wrong = refusal.CodeOf(b.mayUse(place)); seen.wrong == "" {
		if space, err := room.Of(place).Ask(); err == nil {
			seen.free, seen.total = space.Free, space.Total
		}
	}
	return seen
}

// mayUse refuses a folder to which no backup can be made just now.
func (b *backups) mayUse(place string) error {
	info, err := os.Stat(place)
	switch {
	case errors.Is(err, os.ErrPermission):
		return refusal.New(store.BackupPlaceClosed)
	case err != nil || !info.IsDir():
		return refusal.New(store.BackupPlaceGone)
	case backup.SameDisk(b.centre.folder, place):
		return refusal.New(store.BackupPlaceInside)
	case !isWritable(place):
		return refusal.New(store.BackupPlaceClosed)
	}
	return nil
}

// tryFolder writes a file and removes it: not every file system that may be written
// to takes one.
func tryFolder(place string) error {
	file, err := os.CreateTemp(place, ".kaodian-*")
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return nil // a full one is told with what is needed
	}
	if err != nil {
		return refusal.New(store.BackupPlaceClosed)
	}
	if err := errors.Join(file.Close(), os.Remove(file.Name())); err != nil {
		return refusal.New(store.BackupPlaceClosed)
	}
	return nil
}
