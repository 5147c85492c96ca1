package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"kaodian/app/centre/room"
)

// slowDisk is what fifty phones send, at 5 Mbit/s each, in bytes a second.
const slowDisk = 50 * 5_000_000 / 8

// disk writes to it, and says how many clips have room (R27).
func (p *Machine) disk(ctx context.Context) Check {
	if p.opened == nil {
		return unseen()
	}
	space, err := room.Of(p.folder).Ask()
	if err != nil {
		return isWrong(err, "see whether the disk is there").as(DiskGone)
	}
	promised, err := p.opened.Reserved(ctx)
	if err != nil {
		return isWrong(err, "see above").as(DiskGone)
	}
	clips := max(0, space.Left(promised)) / p.opened.Rules().MaxClipBytes
	if clips == 0 {
		return isWrong(fmt.Errorf("%d MB of %d MB are free, which running attempts may need; no other can upload a clip", space.Free/mega, space.Total/mega),
			"send what is final to the province, so that it can be freed, or put in a larger disk").as(DiskFull)
	}
	if failed := p.Failure(p.folder); failed != nil {
		return isWrong(fmt.Errorf("on %s the disk failed and the server ended: %s", failed.At.Format(time.RFC3339), failed.Error),
			"look at the disk (journalctl -k, smartctl); when it is well, press «seen» on the staff's page").as(DiskFailed).on(failed.At)
	}
	speed, err := writeSpeed(p.folder)
	if err != nil {
		return isWrong(fmt.Errorf("the disk cannot be written to: %w", err), "see whether it is full, read-only or broken").as(DiskUnwritable)
	}
	found := fmt.Sprintf("%d MB of %d MB free, room for %d more clips of the largest size; it writes %d MB a second", space.Free/mega, space.Total/mega, clips, speed/mega)
	if speed < slowDisk {
		return needsAttention(found, fmt.Sprintf("fifty phones send up to %d MB a second; let fewer begin at once, or put in a faster disk", slowDisk/mega)).as(DiskSlow).counting(speed / mega)
	}
	return isGood("%s", found).as(DiskGood).counting(clips)
}

// writeSpeed writes 32 MB that are on the disk at the end, and takes them away.
func writeSpeed(folder string) (bytesPerSecond int64, err error) {
	f, err := os.CreateTemp(folder, ".doctor-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	const blocks = 32
	block := bytes.Repeat([]byte("kaodian "), 1<<17)
	began := time.Now()
	for range blocks {
		if _, err := f.Write(block); err != nil {
			return 0, errors.Join(err, f.Close())
		}
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	return int64(blocks * len(block) * int(time.Second) / int(max(1, time.Since(began)))), nil
}
