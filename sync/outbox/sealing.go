package outbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"kaodian/app/centre/store"
	"kaodian/sync/batch"
)

// seal makes the member's next batch of what is final, and of what happened to
// orders of earlier batches; false if there is neither.
// An order that cannot go is held back and named; the others go.
func (r *run) seal(ctx context.Context) (bool, error) {
	if err := r.checkChain(ctx); err != nil {
		return false, err
	}
	t := tries{back: r.back, most: maxOrders, changed: map[string]int{}}
	for {
		chosen, err := r.choose(ctx, t.most)
		if err != nil || chosen.none() {
			return false, err
		}
		if err := r.Host.Room(ctx, chosen.bytes); err != nil {
			return false, err
		}
		err = r.build(ctx, chosen)
		if !t.again(err, chosen.told()) {
			return err == nil, err
		}
	}
}

// maxChanges is how often a batch is built anew for one order to which
// something happened meanwhile; then the order goes with the next run.
const maxChanges = 2

// tries learns from batches that could not be built.
type tries struct {
	back    withheld
	most    int // orders of one batch
	changed map[string]int
}

// again says whether a batch of other orders, or of the same, may be built.
func (t *tries) again(err error, orders []string) bool {
	if damage, ok := errors.AsType[*damageError](err); ok {
		t.back[damage.order] = damage
		return true
	}
	if unfit, ok := errors.AsType[*unfitError](err); ok {
		t.back[unfit.order] = unfit
		return true
	}
	if changed, ok := errors.AsType[*store.OrderChangedError](err); ok {
		t.changed[changed.OrderID]++
		if t.changed[changed.OrderID] > maxChanges {
			t.back[changed.OrderID] = err
		}
		return true
	}
	if !isTooLarge(err) {
		return false
	}
	if len(orders) == 0 {
		return false
	}
	if len(orders) == 1 {
		t.back[orders[0]] = fmt.Errorf("order %s: %w; ask for help with it", orders[0], err)
	} else {
		t.most = len(orders) / 2
	}
	return true
}

// isTooLarge says that fewer orders may fit into a batch.
func isTooLarge(err error) bool {
	_, large := errors.AsType[*largeError](err)
	return large || errors.Is(err, batch.ErrTooManyRows)
}

// largeError says that records do not fit into a batch.
type largeError struct{ bytes int64 }

func (e *largeError) Error() string {
	return fmt.Sprintf("its records take %d bytes, more than a batch may", e.bytes)
}

// checkChain refuses to seal behind a batch that the province refused: what
// comes after it waits there for ever. Under a new install all that was not
// accepted goes out again.
func (r *run) checkChain(ctx context.Context) error {
	b, found, err := r.Store.FindRefusedBatch(ctx, r.member.Install)
	if err == nil && found {
		err = refusedError(b.Sequence, b.Reasons)
	}
	return err
}

func refusedError(sequence int64, reasons []string) error {
	return Refused.errorf("the province refused batch %d (%s); ask it for a new enrolment file and run «kaodian enrol FILE»: "+
		"then all that it did not accept is sent again", sequence, strings.Join(reasons, "; "))
}

func (r *run) build(ctx context.Context, chosen choice) (err error) {
	b := &builder{run: r, dir: r.spool(building), sealed: map[string]store.Media{}}
	defer func() {
		if err != nil { // up to 2 GiB that running attempts may need until the next try
			err = errors.Join(err, os.RemoveAll(b.dir))
		}
	}()
	if err := b.begin(ctx, len(chosen.parcels)); err != nil {
		return err
	}
	r.meter.begin(Sealing, b.manifest.Sequence, chosen.bytes)
	for _, p := range chosen.pieces {
		if err := b.add(ctx, p); err != nil {
			return err
		}
	}
	if err := b.addRecords(ctx, chosen); err != nil {
		return err
	}
	return b.publish(ctx, chosen)
}

// damageError is a file of an order whose bytes are not those it had when it
// was examined.
type damageError struct {
	order string
	piece piece
}

func (e *damageError) Error() string {
	return fmt.Sprintf("the %s of %s (%s) is damaged on this disk; restore it from a backup, then it is sent", e.piece.Role, e.piece.Owner, e.piece.path)
}
