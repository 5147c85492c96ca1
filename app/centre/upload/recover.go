package upload

import (
	"context"
	"errors"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/exam"
)

// Recovery tells what Recover found, for the log.
type Recovery struct {
	Unfinished int      // uploads that phones can go on with
	Finished   []string // whole files that became clips now
	Rejected   []string // whole files that came too late
	Damaged    []string // parts with less than was promised: the disk lost them
	Expired    int
	Orphans    int // parts without a row
}

// Recover brings files and rows together after a stop of any kind. It runs
// before anything is served, and may itself be killed at any point.
func (e *Engine) Recover(ctx context.Context) (Recovery, error) {
	var found Recovery
	if err := e.Disk.Sweep(e.Parts); err != nil {
		return found, err
	}
	var err error
	if found.Orphans, err = e.removeOrphans(ctx); err != nil {
		return found, err
	}
	uploads, err := e.Store.ListUploads(ctx, "")
	if err != nil {
		return found, err
	}
	for _, u := range uploads {
		if err := e.recover(ctx, u, &found); err != nil {
			return found, err
		}
	}
	return found, nil
}

func (e *Engine) recover(ctx context.Context, u Upload, found *Recovery) error {
	part, err := e.sizeOf(e.part(u.ID))
	if err != nil {
		return err
	}
	clip, err := e.sizeOf(e.clip(u.ID))
	if err != nil {
		return err
	}
	if e.salvageable(u, 0) && part >= u.Offset {
		if u, err = e.settle(ctx, u); err != nil {
			return err
		}
		part = u.Size
	}
	over, err := e.isOver(ctx, u, 0)
	switch {
	case err != nil:
		return err
	case u.Offset == u.Size && max(part, clip) >= u.Size:
		return e.finishAgain(ctx, u, found)
	case max(part, 0) < u.Offset:
		found.Damaged = append(found.Damaged, u.ID)
		return e.remove(ctx, u.ID)
	case over:
		found.Expired++
		return e.remove(ctx, u.ID)
	}
	found.Unfinished++
	if part > u.Offset {
		return e.cutBack(u)
	}
	return nil
}

// finishAgain makes the clip of a file whose last byte was safe already. A
// power cut between the syncs of two folders can leave it both names.
func (e *Engine) finishAgain(ctx context.Context, u Upload, found *Recovery) error {
	err := e.finish(ctx, u)
	switch code := refusal.CodeOf(err); {
	case err == nil:
		found.Finished = append(found.Finished, u.ID)
		return e.Disk.Remove(e.part(u.ID))
	case code == refusal.DiskFull, code == Failed:
		found.Unfinished++ // the next HEAD tries again
		return nil
	case code != "" && e.Failure() == nil:
		found.Rejected = append(found.Rejected, u.ID)
		return nil
	}
	return err
}

// cutBack drops the bytes that were not promised: after a power cut they may
// be anything. Room is kept for what is still to come, and no more.
func (e *Engine) cutBack(u Upload) error {
	part, err := e.openPart(u)
	if err != nil {
		return err
	}
	return errors.Join(part.Truncate(u.Offset), part.Allocate(u.Size), part.Datasync(), part.Close())
}

// isOver says whether an unfinished upload's time is over, and nothing keeps what
// is old from being erased.
func (e *Engine) isOver(ctx context.Context, u Upload, grace time.Duration) (bool, error) {
	if e.Clock.Now().Before(u.ExpiresAt) && !e.discardable(u, grace) {
		return false, nil
	}
	return e.Store.Erases(ctx)
}

// finishGrace is how long a whole upload is left to the request that sent it.
const finishGrace = time.Minute

// Expire makes the clips of whole uploads whose own request could not, being
// stopped by a full or busy disk: no phone has to come back for them, and they
// never expire (R13). It removes the uploads whose time is over and the parts
// that have no row any more. It is due now and then while the server runs.
//
// A recording whose phone never came back (lost, empty, broken) is a clip as
// far as it was safe when its time was over (R16, R28).
func (e *Engine) Expire(ctx context.Context) (int, error) {
	if e.Failure() != nil {
		return 0, nil // only a new process knows what is on the disk
	}
	uploads, err := e.Store.ListUploads(ctx, "")
	if err != nil {
		return 0, err
	}
	removed := 0
	var late []error
	for _, u := range uploads {
		now := e.Clock.Now()
		if u.Offset == u.Size || e.salvageable(u, finishGrace) {
			if !now.Before(u.ArrivedAt.Add(finishGrace)) {
				late = append(late, e.finishLate(ctx, u))
			}
			continue
		}
		over, err := e.isOver(ctx, u, finishGrace)
		if err != nil {
			return removed, err
		}
		if !over {
			continue
		}
		if err := e.remove(ctx, u.ID); err != nil {
			return removed, err
		}
		removed++
	}
	_, err = e.removeOrphans(ctx)
	return removed, errors.Join(append(late, err)...)
}

// finishLate is finish for an upload at which no request works. A refusal that
// the exam makes (it came too late, the attempt was reset) ends the upload; a
// disk that is still full is tried again with the next round.
func (e *Engine) finishLate(ctx context.Context, u Upload) error {
	h := &hold{id: u.ID}
	if err := e.acquire(ctx, h); err != nil {
		return nil // a phone is at it
	}
	defer e.locks.release(h)
	u, err := e.Store.FindUpload(ctx, u.ID)
	if refusal.CodeOf(err) == exam.UploadNotFound || u.Finished {
		return nil
	}
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	if e.salvageable(u, finishGrace) {
		if u, err = e.settle(ctx, u); err != nil {
			return err
		}
	}
	if u.Offset < u.Size {
		return nil // extra time was given meanwhile
	}
	if err = e.finish(ctx, u); refusal.CodeOf(err) != "" && e.Failure() == nil {
		return nil
	}
	return err
}

// removeOrphans deletes parts without a row. A part younger than its row
// cannot be: the row comes first.
func (e *Engine) removeOrphans(ctx context.Context) (int, error) {
	entries, err := e.Disk.FS.ReadDir(e.Parts)
	if err != nil {
		return 0, err
	}
	removed := 0
	for _, entry := range entries {
		id, isPart := strings.CutSuffix(entry.Name(), partSuffix)
		if !isPart {
			continue
		}
		u, err := e.Store.FindUpload(ctx, id)
		if err == nil && !u.Finished {
			continue
		}
		if err != nil && refusal.CodeOf(err) != exam.UploadNotFound {
			return removed, err
		}
		if err := e.Remove(ctx, e.part(id)); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
