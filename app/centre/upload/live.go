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

// settle makes what has arrived of a live upload all of it. The room goes back
// first: after a crash between the two it is settled once more.
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

// over says that the time of a live upload (R13) was over that long ago, so
// that nothing more can come of it.
func (e *Engine) over(u Upload, since time.Duration) bool {
	return u.Live && !u.Cutoff.IsZero() && !e.Clock.Now().Before(u.Cutoff.Add(since))
}

// tornOff says that one broke off and is to become a clip as far as it is
// there. It takes no whole clip's place: that one was finished by a person.
func (e *Engine) tornOff(u Upload, since time.Duration) bool {
	return e.over(u, since) && u.Offset > 0 && !u.Replaces
}

// hopeless says that nothing will become of it: its room is wanted back.
func (e *Engine) hopeless(u Upload, since time.Duration) bool {
	return e.over(u, since) && !e.tornOff(u, since)
}
