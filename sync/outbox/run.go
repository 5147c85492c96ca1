package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"

	"kaodian/sync/drop"
)

// run is one run: who sends, and to which drop. It holds the spool's lock.
type run struct {
	*Outbox
	member   Member
	at       drop.Drop
	own      bool     // it is the member's own drop, no stick
	unmarked bool     // it includes the orders that wait for marks (R21)
	back     withheld // orders that stay behind, and why
}

// exchange sends what is final, reads the receipts, removes what they accept, and
// fetches what the province sent down. It reads the receipts also if a batch could
// not be built, and those of batches that are due to be sent again before that is
// done: what was answered is not sent again.
func (r *run) exchange(ctx context.Context) error {
	if err := r.enrolled(ctx); err != nil {
		return err
	}
	err := r.readReceipts(ctx, r.due)
	if ctx.Err() == nil && answers(err) {
		err = errors.Join(err, r.sendAll(ctx))
	}
	if ctx.Err() == nil && answers(err) {
		err = errors.Join(err, r.settle(ctx))
	}
	if ctx.Err() == nil && answers(err) {
		err = errors.Join(err, r.fetchParcels(ctx))
	}
	if ctx.Err() == nil && answers(err) {
		err = errors.Join(err, r.ping(ctx))
	}
	return err
}

// answers says whether the drop can still be used after that error: a full one
// still has receipts, and so has one where something lies in a batch's place. A wrong password is not tried again and again.
func answers(err error) bool {
	switch drop.CauseOf(err) {
	case drop.Full, drop.NotAllowed, drop.InTheWay:
		return true
	case "":
		return !drop.IsTemporary(err)
	}
	return false
}

// ping lists a folder of the drop: with nothing to send and no receipt to wait
// for, nobody would notice for days that the drop is gone.
func (r *run) ping(ctx context.Context) error {
	if _, err := r.at.List(ctx, path.Join("receipts", r.member.Centre)); err != nil {
		return fmt.Errorf("see whether the drop answers: %w", err)
	}
	return nil
}

// sendAll sends each batch before the next is built, so that the spool needs
// room for one. Timeouts are written down first: the server may be off (R16).
func (r *run) sendAll(ctx context.Context) error {
	_, overdue := r.Store.Tick(ctx)
	for {
		if err := r.send(ctx, false); err != nil {
			return err
		}
		more, err := r.seal(ctx)
		if err != nil {
			return err
		}
		if !more {
			return errors.Join(append(slices.Collect(maps.Values(r.back)), overdue)...)
		}
	}
}

func (r *run) fetch(ctx context.Context) error {
	if err := r.enrolled(ctx); err != nil {
		return err
	}
	return errors.Join(r.settle(ctx), r.fetchParcels(ctx))
}

// settle reads the receipts and removes what they accept from the drop.
func (r *run) settle(ctx context.Context) error {
	err := r.readReceipts(ctx, every)
	if ctx.Err() == nil && answers(err) {
		err = errors.Join(err, r.clear(ctx))
	}
	return err
}
