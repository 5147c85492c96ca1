// Package room is the only place that reckons with disk space (R27): what stays
// free for records, what is left for clips, and for how many attempts that is
// enough.
//
// It asks the disk and keeps nothing. The answer is a value, so a transaction's
// caller asks before it begins. It must not import a store.
package room

import (
	"fmt"

	"golang.org/x/sys/unix"

	"kaodian/app/base/refusal"
)

// Free returns a disk's free bytes and its size.
type Free func() (free, total int64, err error)

// Of is Free of the disk that holds path.
func Of(path string) Free {
	return func() (free, total int64, err error) {
		var st unix.Statfs_t
		if err := unix.Statfs(path, &st); err != nil {
			return 0, 0, err
		}
		return int64(st.Bavail) * int64(st.Bsize), int64(st.Blocks) * int64(st.Bsize), nil
	}
}

// Reserve is what stays free of a disk of that size, so that attempts can
// still be submitted when uploads are refused: 2 GiB or 5 %, the smaller.
func Reserve(total int64) int64 { return min(2<<30, total/20) }

// Space is a disk's space at one moment, in bytes.
type Space struct{ Free, Total int64 }

// Ask asks the disk.
func (f Free) Ask() (Space, error) {
	free, total, err := f()
	if err != nil {
		return Space{}, fmt.Errorf("ask the disk for its free space: %w", err)
	}
	return Space{Free: free, Total: total}, nil
}

// Left is what clips may still take: free, less the reserve and the promises. It
// may be negative.
func (s Space) Left(promised int64) int64 { return s.Free - Reserve(s.Total) - promised }

// Check refuses with refusal.DiskFull when need bytes do not fit.
func (s Space) Check(need int64) error {
	if s.Left(need) < 0 {
		return refusal.New(refusal.DiskFull)
	}
	return nil
}
