package upload

import (
	"context"
	"fmt"
	"time"
)

// A live upload is a recording that is sent while it is recorded (R23), so
// its length comes last. Until it is all there its size is the most that it
// may become, and that much room is taken (R27): a last piece that is cut
// leaves it live, and so a clip at the timeout.

// settle fixes the length of a live upload at what has arrived. The room goes
// back first: after a crash between the two it is settled once more.
func (e *Engine) settle(ctx context.Context, u Upload) (Upload, error) {
	u.Size, u.Live = u.Offset, false
	if err := e.cutBack(u); err != nil {
		return u, e.writeFault(fmt.Errorf("give back the room of part %s: %w", u.ID, err))
	}
	if err := e.Store.SettleUpload(ctx, u.ID, u.Size); err != nil {
		return u, e.storeFault(err)
	}
	return u, nil
}

// pastCutoff says whether a live upload is past its cutoff (R13) by that much, so
// that no more bytes can come.
func (e *Engine) pastCutoff(u Upload, by time.Duration) bool {
	return u.Live && !u.Cutoff.IsZero() && !e.Clock.Now().Before(u.Cutoff.Add(by))
}

// salvageable says whether what arrived of an interrupted recording is to become
// a clip. It never replaces a whole clip: a person finished that one.
func (e *Engine) salvageable(u Upload, by time.Duration) bool {
	return e.pastCutoff(u, by) && u.Offset > 0 && !u.Replaces
}

// discardable says whether nothing can become of it: its room is wanted back.
func (e *Engine) discardable(u Upload, by time.Duration) bool {
	return e.pastCutoff(u, by) && !e.salvageable(u, by)
}
