package main

import (
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/process"
)

// warmed is memory that was touched just now and is let go piece by piece
// while a run fills the page cache. A virtual machine may have given free
// memory back to its host, and the first who touches it again pays for that:
// with fresh memory the first server to run measures the host, not itself; and
// memory that is let go all at once is given back while the run still lasts.
type warmed struct {
	pages  []byte
	floor  int64 // bytes that were free when all was held
	ended  chan struct{}
	closed chan error
}

const (
	warmAhead = 512 * mebibyte // let go and not yet filled
	warmPiece = 64 * mebibyte
	warmEvery = 5 * time.Millisecond
)

// warm touches half as much again as the run is about to fill, so that a page
// is always in reach, but never the last three tenths of the memory.
func warm(bytes int64) (*warmed, error) {
	free, err := process.Available()
	if err != nil {
		return nil, err
	}
	const share = 10 // of the available memory, of which three stay untouched
	size := min(bytes/2*3+warmAhead, free/share*7) / warmPiece * warmPiece
	w := &warmed{ended: make(chan struct{}), closed: make(chan error, 1)}
	if w.pages, err = unix.Mmap(-1, 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE); err != nil {
		return nil, err
	}
	for i := 0; i < len(w.pages); i += unix.Getpagesize() {
		w.pages[i] = 1
	}
	if w.floor, err = freeMemory(); err != nil {
		return nil, errors.Join(err, unix.Munmap(w.pages))
	}
	go func() { w.closed <- errors.Join(w.letGo(), unix.Munmap(w.pages)) }()
	return w, nil
}

// letGo keeps a little more free than was at the start, until Close.
func (w *warmed) letGo() error {
	ticker := time.NewTicker(warmEvery)
	defer ticker.Stop()
	for rest := w.pages; len(rest) >= warmPiece; {
		free, err := freeMemory()
		if err != nil {
			return err
		}
		if free < w.floor+warmAhead {
			if err := unix.Madvise(rest[:warmPiece], unix.MADV_DONTNEED); err != nil {
				return err
			}
			rest = rest[warmPiece:]
			continue
		}
		select {
		case <-w.ended:
			return nil
		case <-ticker.C:
		}
	}
	<-w.ended
	return nil
}

// Close lets go of the rest.
func (w *warmed) Close() error {
	close(w.ended)
	return <-w.closed
}

// giveBack waits until a virtual machine has given its free memory back to its
// host, if it does so at all: the kernel reports free blocks every two seconds.
func giveBack() {
	const reported = 5 * time.Second
	time.Sleep(reported)
}

// freeMemory is MemFree in bytes, without reading /proc.
func freeMemory() (int64, error) {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return 0, err
	}
	return int64(info.Freeram) * int64(info.Unit), nil
}
