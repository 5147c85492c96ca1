package exam

import (
	"time"

	"kaodian/app/base/refusal"
)

// CheckUpload says whether an upload may begin now: the attempt runs, this
// device holds it, the item is its own, and the size is allowed (R10, R11, R13).
func CheckUpload(r Rules, o Order, attemptID, itemID, device string, size int64, now time.Time) error {
	a := &act{rules: r, order: new(o.Clone()), now: now}
	a.expire()
	attempt, err := a.findRunning(attemptID)
	if err != nil {
		return err
	}
	if err := requireDevice(attempt, device); err != nil {
		return err
	}
	return attempt.takes(r, itemID, size)
}

// CheckTakeIn says whether the desk may begin to take in a file for the item
// now: as CheckUpload, without the device, which may be dead.
func CheckTakeIn(r Rules, o Order, attemptID, itemID string, size int64, now time.Time) error {
	a := &act{rules: r, order: new(o.Clone()), now: now}
	a.expire()
	attempt, err := a.findRunning(attemptID)
	if err != nil {
		return err
	}
	return attempt.takes(r, itemID, size)
}

func (a *Attempt) takes(r Rules, itemID string, size int64) error {
	if a.FindItem(itemID) == nil {
		return refusal.New(refusal.NotFound)
	}
	return checkSize(r, size)
}

func checkSize(r Rules, size int64) error {
	switch {
	case size <= 0:
		return refusal.New(UploadEmpty)
	case size > r.MaxClipBytes:
		return refusal.New(UploadTooLarge, "max_clip_bytes", r.MaxClipBytes, "size", size)
	}
	return nil
}

// Receive is the Event of a clip whose last byte arrived: it becomes the
// item's one clip and replaces what was there (R11, R12, R13), which stays
// behind it until it was looked at.
type Receive struct {
	AttemptID string
	ItemID    string
	Clip      Clip      // ReceivedAt is when the last byte arrived
	BegunAt   time.Time // when the upload was created
}

func (e Receive) apply(a *act) error {
	attempt, err := a.find(e.AttemptID)
	if err != nil {
		return err
	}
	item := attempt.FindItem(e.ItemID)
	if item == nil {
		return refusal.New(refusal.NotFound)
	}
	if _, _, held := a.order.FindHeld(e.Clip.ID); held != nil {
		return nil // told again after a crash, perhaps moved or replaced meanwhile
	}
	if !a.order.SealedAt.IsZero() {
		return refusal.New(OrderSealed) // what is in a batch stays as it was sent
	}
	if err := a.inTime(attempt, e); err != nil {
		return err
	}
	if err := checkSize(a.rules, e.Clip.Size); err != nil {
		return err
	}
	by := e.by()
	a.setAside(attempt, item, by)
	clip := e.Clip
	item.Clip = &clip
	a.happened(FactClipReceived, by, attempt, func(f *Fact) {
		f.ClipID = clip.ID
		f.Args = map[string]any{"item": item.ID, "size": clip.Size, "received_at": clip.ReceivedAt}
		if clip.TakenIn != "" {
			f.Args["at_desk"] = true
		}
	})
	return nil
}

// by is who brought the file: the desk took it in from a cable or a card, or
// the candidate's phone sent it.
func (e Receive) by() Actor {
	if e.Clip.TakenIn != "" {
		return Actor{Role: ByStaff, Name: e.Clip.TakenIn}
	}
	return candidate()
}

// inTime refuses a last byte that came at or after the cutoff (R13).
func (a *act) inTime(attempt *Attempt, e Receive) error {
	cutoff, open := attempt.UploadCutoff(a.rules, e.BegunAt)
	if !open {
		return refusal.New(AttemptOver, "state", attempt.State)
	}
	if !e.Clip.ReceivedAt.Before(cutoff) {
		return refusal.New(UploadLate, "deadline", attempt.Deadline)
	}
	return nil
}

func (a *act) removeClip(attempt *Attempt, item *Item, by Actor) {
	removed := item.Clip.ID
	item.Clip = nil
	a.clipHappened(FactClipRemoved, by, attempt, item, removed)
}

func (a *act) clipHappened(kind FactKind, by Actor, attempt *Attempt, item *Item, clipID string) {
	a.happened(kind, by, attempt, func(f *Fact) {
		f.ClipID = clipID
		f.Args = map[string]any{"item": item.ID}
	})
}

// DeleteClip is the Event of a candidate deleting a clip (R12). One that it had
// replaced and that is still behind it stands again.
type DeleteClip struct{ ClipID, Device string }

func (e DeleteClip) apply(a *act) error {
	attempt, item, err := a.findOwnClip(e.ClipID, e.Device)
	if err != nil {
		return err
	}
	a.removeClip(attempt, item, candidate())
	a.settle(attempt, item)
	return nil
}

// MoveClip is the Event of a clip moved to another item; a clip that is
// there goes the other way (R12). What a clip had replaced stays at its item.
type MoveClip struct{ ClipID, ItemID, Device string }

func (e MoveClip) apply(a *act) error {
	attempt, from, err := a.findOwnClip(e.ClipID, e.Device)
	if err != nil {
		return err
	}
	to := attempt.FindItem(e.ItemID)
	if to == nil {
		return refusal.New(refusal.NotFound)
	}
	if to == from {
		return nil
	}
	from.Clip, to.Clip = to.Clip, from.Clip
	to.Clip.Previewed = false // it has to be checked against its new item
	if from.Clip != nil {
		from.Clip.Previewed = false
	}
	a.happened(FactClipMoved, candidate(), attempt, func(f *Fact) {
		f.ClipID = e.ClipID
		f.Args = map[string]any{"from": from.ID, "item": to.ID}
	})
	a.settle(attempt, from)
	a.settle(attempt, to)
	return nil
}

// Previewed is the Event of a clip played by the candidate (R14 names those
// that were not).
type Previewed struct{ ClipID string }

func (e Previewed) apply(a *act) error {
	attempt, item := a.order.FindClip(e.ClipID)
	if item == nil {
		return refusal.New(refusal.NotFound)
	}
	if item.Clip.Previewed || attempt.State != Running {
		return nil // afterwards it is only a look
	}
	item.Clip.Previewed = true
	a.happened(FactClipPreviewed, candidate(), attempt, func(f *Fact) { f.ClipID = e.ClipID })
	return nil
}

func (a *act) findOwnClip(clipID, device string) (*Attempt, *Item, error) {
	attempt, item := a.order.FindClip(clipID)
	if item == nil {
		return nil, nil, refusal.New(refusal.NotFound)
	}
	if _, err := a.findRunning(attempt.ID); err != nil {
		return nil, nil, err
	}
	return attempt, item, requireDevice(attempt, device)
}
