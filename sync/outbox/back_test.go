package outbox_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"kaodian/sync/drop"
)

// A receipt that was last asked for by a clock that was set back since is asked
// for at the next wake.
func TestReceiptsAreAskedForAfterTheClockWasSetBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre(t)
		runs, opened := 0, c.host.open
		c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
			runs++
			return opened(place, noted)
		}
		c.submit("T1", "a video")
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		for _, step := range []struct {
			name string
			jump time.Duration
		}{{"sent", 0}, {"ten hours later", 10 * time.Hour}, {"set back", time.Minute - 10*time.Hour}} {
			runs = 0
			c.clock.Advance(step.jump)
			time.Sleep(6 * time.Second)
			synctest.Wait()
			if runs != 1 {
				t.Errorf("%s: %d runs, want 1", step.name, runs)
			}
		}
		stop()
		c.must(<-ended)
	})
}
