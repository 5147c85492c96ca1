package rehearsal

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"time"

	"kaodian/app/base/durable"
)

const (
	probeBytes = 32 << 20
	probePiece = 1 << 20
	probeTime  = 2 * time.Second // no more is written after that
)

// probe says how many bytes a second the disk writes and makes safe, by a file
// in the folder that it removes. It runs before the phones send.
func probe(disk durable.Disk, folder string) (rate float64, err error) {
	path := filepath.Join(folder, "probe")
	file, err := disk.FS.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close(), disk.FS.Remove(path)) }()
	piece := make([]byte, probePiece)
	rand.Read(piece) // never fails
	began := time.Now()
	written := int64(0)
	for written < probeBytes && time.Since(began) < probeTime {
		n, err := file.WriteAt(piece, written)
		written += int64(n)
		if err != nil {
			return 0, err
		}
	}
	if err := file.Datasync(); err != nil {
		return 0, err
	}
	return float64(written) / time.Since(began).Seconds(), nil
}
