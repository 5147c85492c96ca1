package main

import (
	"context"
	"fmt"
	"syscall"

	"kaodian/app/centre/room"
)

// checkRoom refuses a batch that would take room promised to running attempts
// (R27). While none runs, it may take all that is left: only sending makes room.
func (c *centre) checkRoom(ctx context.Context, need int64) error {
	promised, err := c.Reserved(ctx)
	if err != nil || promised == 0 {
		return err
	}
	space, err := room.Of(c.folder).Ask()
	if err != nil {
		return err
	}
	if left := space.Left(promised); left < need {
		return fmt.Errorf("%w: the batch takes %d MB and %d MB are free beside what running attempts may need; wait until they end, or free some disk",
			syscall.ENOSPC, need/mega, max(0, left)/mega)
	}
	return nil
}

// mega is a megabyte in bytes.
const mega = 1_000_000
