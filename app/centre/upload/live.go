package upload

import (
	"context"
	"fmt"
	"time"
)

// A live upload is a recording that is sent while it is recorded (R23), so
// its length comes last. Until then its size is the most that it may become,
// and that much room is taken (R27).

// settle gives a live upload the length that it was told, if it was told one.
// The room goes back first: after a crash between the two the length is told
// once more.
func (e *Engine) settle(ctx context.Context, u Upload, total int64) (Upload, error) {
	if !u.Live || total <= 0 {
		return u, nil
	}
	u.Size, u.Live = total, false
	if err := e.cutBack(u); err != nil {
		return u, e.writeFault(fmt.Errorf("give back the room of part %s: %w", u.ID, err))
	}
	if err := e.Store.SettleUpload(ctx, u.ID, total); err != nil {
		return u, e.storeFault(err)
	}
	return u, nil
}

// tornOff says that nothing more can come of a live upload, since its time
// (R13) was over that long ago, but something came. It takes no whole clip's
// place: that one was finished by a person.
func (e *Engine) tornOff(u Upload, since time.Duration) bool {
	return u.Live && !u.Replaces && u.Offset > 0 && !u.Cutoff.IsZero() && !e.Clock.Now().Before(u.Cutoff.Add(since))
}
