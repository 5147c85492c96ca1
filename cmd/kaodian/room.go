package main

import (
	"context"
	"fmt"
	"syscall"

	"kaodian/app/centre/room"
)

// spare refuses what would take room that was promised to running attempts
// (R27). While none runs, sending may take what is left: only what was sent
// makes room.
func (c *centre) spare(ctx context.Context, need int64) error {
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

// mega is in bytes, for people to read.
const mega = 1_000_000
