package outbox_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// The ticker wakes by the bubble's time, the schedule goes by the exam's clock:
// what is due is sent within one wake, and what is not yet due is not.
func TestRunWakesByItselfAndSendsWhatIsDue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCentre(t)
		c.submit("T1", "a video")
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(ctx) }()
		for _, step := range []struct {
			name    string
			advance time.Duration
			batches int
		}{
			{"never sent: at once", 0, 1},
			{"sent at 04:00, it is 19:59", 15*time.Hour + 59*time.Minute, 1},
			{"at 20:00", time.Minute, 2},
		} {
			c.clock.Advance(step.advance)
			time.Sleep(6 * time.Second)
			synctest.Wait()
			if got := c.states(); len(got) != step.batches {
				t.Errorf("%s: %v, want %d batches", step.name, got, step.batches)
			}
			if step.batches == 1 && step.advance == 0 {
				c.submit("T2", "another video")
			}
		}
		stop()
		c.must(<-ended)
	})
}
