package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Batch is what is known of a sealed batch.
type Batch struct {
	Install        string
	Sequence       int64
	State          BatchState
	ManifestSHA256 string
	Orders         []string    // only given when it is recorded
	Later          []string    // orders of earlier batches of which it tells later facts; only given when it is recorded
	Parcels        []ParcelRef // whose answers it tells; only given when it is recorded
	Media          []Media     // which sealed file is what; only given when it is recorded
	Seen           int64       // the audit log's last line before the orders were read; only given when it is recorded
	SeenAt         time.Time   // when that was; what is examined since is not in it; only given when it is recorded
	OrderCount     int64
	Files          int64
	Bytes          int64
	SealedAt       time.Time
	SentAt         time.Time // zero before
	ReceiptAt      time.Time // zero before
	ClearedAt      time.Time // when it was removed from the drop, or the drop refused; zero before
	Reasons        []string  // why the province refused it
}

// BatchState is how far a batch is on its way.
type BatchState string

// The states.
const (
	BatchSealed   BatchState = "sealed"
	BatchSent     BatchState = "sent"
	BatchAccepted BatchState = "accepted"
	BatchRefused  BatchState = "refused"
)

// Media is a file of a batch and what it is.
type Media struct {
	SHA256 string // of the plain bytes
	Sealed string // SHA-256 of the sealed file
	Size   int64  // of the plain bytes
	Type   string
	Role   MediaRole
	Owner  string // clip or order id
}

// MediaRole is what a media file is.
type MediaRole string

// The roles.
const (
	RoleOriginal  MediaRole = "original"
	RoleRendition MediaRole = "rendition"
	RolePhoto     MediaRole = "photo"
	RoleEvidence  MediaRole = "evidence"
)

// Waiting are the orders that wait for a batch.
type Waiting struct {
	Ready    []exam.Order // they go with the next one, oldest window first
	Unmarked []exam.Order // done with, and waiting for ticks and marks (R21, R33)
	Until    time.Time    // when the last of Unmarked is ready in any case, zero without one
	Busy     int          // final, with a clip that is landing or being examined
	Open     int          // ended, but not final: they can still be reset (R15, R16)
	FinalAt  time.Time    // when the first of Open is final, zero without one
}

// ListWaiting returns the orders that wait for a batch of the install ("" for
// a centre that has none): those that are final (R16) and in no batch yet; and
// those whose batches were of former installs and never accepted, so that
// joining again loses nothing. For marks nothing waits where nobody marks.
func (s *Store) ListWaiting(ctx context.Context, install string) (w Waiting, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		now := s.Now()
		ids, err := q.ListWaitingOrderIDs(ctx, query.ListWaitingOrderIDsParams{Now: now.UnixMilli(), Install: install})
		if err != nil {
			return err
		}
		examiners, err := q.CountUsersOfRole(ctx, string(Examiner))
		if err != nil {
			return err
		}
		for _, id := range ids {
			order, err := s.loader(q).order(ctx, id)
			if err != nil {
				return err
			}
			if err := s.sort(ctx, q, order, now, examiners > 0, &w); err != nil {
				return err
			}
		}
		return nil
	})
	return w, err
}

// Later is an order to which something happened after the batches that hold it (R31).
type Later struct {
	OrderID  string
	Install  string // with Sequence: the batch in which the order travels itself
	Sequence int64
	Seen     int64     // the last line of the audit log that a batch holds of it
	Since    time.Time // when the last of those batches was sealed
	Examined bool      // one of its clips was examined since
}

// ListLater returns the orders of which a batch of the install has later facts
// to tell, those that wait longest first.
func (s *Store) ListLater(ctx context.Context, install string) (list []Later, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListLaterOrders(ctx, install)
		for _, row := range rows {
			later := Later{OrderID: row.OrderID, Install: row.Install, Sequence: row.Sequence, Seen: row.Seen, Since: s.at(row.SealedAt), Examined: row.Examined}
			if n := len(list); n > 0 && list[n-1].OrderID == later.OrderID {
				list[n-1] = later
				continue
			}
			list = append(list, later)
		}
		return err
	})
	return list, err
}

// sort puts an order where it belongs.
func (s *Store) sort(ctx context.Context, q *query.Queries, order exam.Order, now time.Time, marked bool, w *Waiting) error {
	if order.SealedAt.IsZero() && !order.IsFinal(s.Rules(), now) {
		w.addOpen(order, s.Rules(), now)
		return nil
	}
	done, err := s.isDoneWith(ctx, q, order, now)
	switch {
	case err != nil:
		return err
	case !done:
		w.Busy++
	case marked && order.WaitsForReview(s.Rules(), now):
		w.Unmarked = append(w.Unmarked, order)
		if final, _ := order.FinalAt(s.Rules(), now); final.Add(s.Rules().ReviewTime).After(w.Until) {
			w.Until = final.Add(s.Rules().ReviewTime)
		}
	default:
		w.Ready = append(w.Ready, order)
	}
	return nil
}

// addOpen counts an order that ended and is not final.
func (w *Waiting) addOpen(order exam.Order, r exam.Rules, now time.Time) {
	if at, known := order.FinalAt(r, now); known && order.Status(r, now) == exam.StatusAutoSubmitted {
		w.Open++
		if w.FinalAt.IsZero() || at.Before(w.FinalAt) {
			w.FinalAt = at
		}
	}
}

// landing is how long after the last moment for bytes an upload may take to
// become a clip: they came in time and are on their way to the disk.
const landing = time.Minute

// isDoneWith says that nothing about a final order is still to be written
// down: every timeout is (Tick), no clip that came in time is still landing
// (R13), and the queue has examined all of them.
func (s *Store) isDoneWith(ctx context.Context, q *query.Queries, order exam.Order, now time.Time) (bool, error) {
	if slices.ContainsFunc(order.Attempts, func(a exam.Attempt) bool { return a.State == exam.Running }) {
		return false, nil
	}
	uploads, err := q.CountLandingUploads(ctx, query.CountLandingUploadsParams{
		OrderID: order.ID, Since: now.Add(-s.Rules().UploadGrace - landing).UnixMilli(),
	})
	if err != nil || uploads > 0 {
		return false, err
	}
	busy, err := q.CountUnfinishedClips(ctx, order.ID)
	return busy == 0, err
}

// LastBatch returns the newest batch of the install; false if there is none.
func (s *Store) LastBatch(ctx context.Context, install string) (b Batch, found bool, err error) {
	return s.findBatch(ctx, func(q *query.Queries) (query.Batch, error) { return q.LastBatch(ctx, install) })
}

// FindRefusedBatch returns the first batch of the install that the province
// refused; false if there is none.
func (s *Store) FindRefusedBatch(ctx context.Context, install string) (b Batch, found bool, err error) {
	return s.findBatch(ctx, func(q *query.Queries) (query.Batch, error) { return q.FindRefusedBatch(ctx, install) })
}

func (s *Store) findBatch(ctx context.Context, find func(*query.Queries) (query.Batch, error)) (b Batch, found bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := find(q)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		b, err = s.batch(row)
		return err
	})
	return b, found, err
}

// CountRefusedOrders counts the orders in the install's batches that the
// province refused.
func (s *Store) CountRefusedOrders(ctx context.Context, install string) (count int64, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		count, err = q.CountRefusedOrders(ctx, install)
		return err
	})
	return count, err
}

// ListBatches returns the newest batches of the install, newest first.
func (s *Store) ListBatches(ctx context.Context, install string, limit int) ([]Batch, error) {
	return s.listBatches(ctx, func(q *query.Queries) ([]query.Batch, error) {
		return q.ListBatches(ctx, query.ListBatchesParams{Install: install, Limit: int64(limit)})
	})
}

// ListOpenBatches returns the install's batches without a receipt, oldest first.
func (s *Store) ListOpenBatches(ctx context.Context, install string) ([]Batch, error) {
	return s.listBatches(ctx, func(q *query.Queries) ([]query.Batch, error) { return q.ListOpenBatches(ctx, install) })
}

// ListUnclearedBatches returns the install's batches that the province accepted
// and that were not removed from its drop yet, oldest first.
func (s *Store) ListUnclearedBatches(ctx context.Context, install string) ([]Batch, error) {
	return s.listBatches(ctx, func(q *query.Queries) ([]query.Batch, error) { return q.ListUnclearedBatches(ctx, install) })
}

// ListAcceptedAmong returns those of these batches of the install that the
// province accepted, oldest first.
func (s *Store) ListAcceptedAmong(ctx context.Context, install string, sequences []int64) ([]Batch, error) {
	wanted, err := json.Marshal(sequences)
	if err != nil {
		return nil, err
	}
	return s.listBatches(ctx, func(q *query.Queries) ([]query.Batch, error) {
		return q.ListAcceptedAmong(ctx, query.ListAcceptedAmongParams{Install: install, Sequences: string(wanted)})
	})
}

func (s *Store) listBatches(ctx context.Context, list func(*query.Queries) ([]query.Batch, error)) (batches []Batch, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := list(q)
		if err != nil {
			return err
		}
		batches, err = s.batches(rows)
		return err
	})
	return batches, err
}

func (s *Store) batches(rows []query.Batch) ([]Batch, error) {
	var batches []Batch
	for _, row := range rows {
		b, err := s.batch(row)
		if err != nil {
			return nil, err
		}
		batches = append(batches, b)
	}
	return batches, nil
}

func (s *Store) batch(row query.Batch) (Batch, error) {
	b := Batch{
		Install:        row.Install,
		Sequence:       row.Sequence,
		State:          BatchState(row.State),
		ManifestSHA256: row.ManifestSha256,
		OrderCount:     row.Orders,
		Files:          row.Files,
		Bytes:          row.Bytes,
		SealedAt:       s.at(row.SealedAt),
		SentAt:         maybeAt(row.SentAt, s.Rules().Location),
		ReceiptAt:      maybeAt(row.ReceiptAt, s.Rules().Location),
		ClearedAt:      maybeAt(row.ClearedAt, s.Rules().Location),
	}
	return b, json.Unmarshal([]byte(row.Reasons), &b.Reasons)
}

// OrderChangedError says that something happened to an order while its batch
// was built; the batch is built again.
type OrderChangedError struct{ OrderID string }

func (e *OrderChangedError) Error() string {
	return "something happened to order " + e.OrderID + " each time that its batch was built; it goes with the next run"
}

// RecordSealed writes down a batch whose files are in the spool, and seals
// its orders; an OrderChangedError if one of them is not as it was read.
func (s *Store) RecordSealed(ctx context.Context, b Batch) error {
	return s.write(ctx, func(c *change) error {
		if err := s.checkDate(); err != nil {
			return err
		}
		err := c.InsertBatch(ctx, query.InsertBatchParams{
			Install:        b.Install,
			Sequence:       b.Sequence,
			ManifestSha256: b.ManifestSHA256,
			Orders:         int64(len(b.Orders) + len(b.Later)),
			Files:          b.Files,
			Bytes:          b.Bytes,
			SealedAt:       c.now.UnixMilli(),
		})
		if err != nil {
			return err
		}
		for _, id := range b.Orders {
			if err := c.sealOrder(b, id); err != nil {
				return err
			}
		}
		for _, id := range b.Later {
			if err := c.holdOrder(b, id, true); err != nil {
				return err
			}
		}
		if err := c.tellParcels(b); err != nil {
			return err
		}
		for _, m := range b.Media {
			err := c.InsertBatchMedia(ctx, query.InsertBatchMediaParams{
				Install: b.Install, Sequence: b.Sequence, Role: string(m.Role), Owner: m.Owner, Sha256: m.SHA256, Sealed: m.Sealed,
			})
			if err != nil {
				return err
			}
		}
		return c.audit(Entry{Action: ActionBatchSealed, By: exam.Actor{Role: exam.BySystem}, Args: map[string]any{
			"sequence": b.Sequence, "install": b.Install, "orders": len(b.Orders), "manifest": b.ManifestSHA256,
		}})
	})
}

func (c *change) sealOrder(b Batch, orderID string) error {
	if err := c.holdOrder(b, orderID, false); err != nil {
		return err
	}
	_, err := c.act(orderID, func(exam.Order) (exam.Event, error) { return exam.Seal{}, nil })
	return err
}

// holdOrder notes that the batch tells of the order what the audit log said up
// to b.Seen.
func (c *change) holdOrder(b Batch, orderID string, later bool) error {
	changes, err := c.CountChangesSince(c.ctx, query.CountChangesSinceParams{OrderID: orderID, Seq: b.Seen})
	if err != nil {
		return err
	}
	examined, err := c.CountExaminedSince(c.ctx, query.CountExaminedSinceParams{OrderID: orderID, Since: new(b.SeenAt.UnixMilli())})
	if err != nil {
		return err
	}
	if changes > 0 || examined > 0 && !b.SeenAt.IsZero() {
		return &OrderChangedError{OrderID: orderID}
	}
	return c.InsertBatchOrder(c.ctx, query.InsertBatchOrderParams{
		Install: b.Install, Sequence: b.Sequence, OrderID: orderID, Seen: b.Seen, Later: sqlkit.Flag(later),
	})
}

// RecordSent writes down that every file of the batch is at the drop.
func (s *Store) RecordSent(ctx context.Context, install string, sequence int64) error {
	return s.write(ctx, func(c *change) error {
		return c.RecordSent(ctx, query.RecordSentParams{SentAt: new(c.now.UnixMilli()), Install: install, Sequence: sequence})
	})
}

// RecordCleared writes down that nothing more is to be removed of an accepted
// batch at the drop.
func (s *Store) RecordCleared(ctx context.Context, install string, sequence int64) error {
	return s.write(ctx, func(c *change) error {
		return c.RecordCleared(ctx, query.RecordClearedParams{ClearedAt: new(c.now.UnixMilli()), Install: install, Sequence: sequence})
	})
}

// RecordReceipt writes down the province's verified answer; an accepted one
// marks the clips delivered whose sealed originals are among its files (I5).
// Told again it changes nothing.
func (s *Store) RecordReceipt(ctx context.Context, install string, sequence int64, accepted bool, reasons, files []string) error {
	return s.write(ctx, func(c *change) error {
		state := BatchRefused
		if accepted {
			state = BatchAccepted
		}
		text, err := json.Marshal(append([]string{}, reasons...))
		if err != nil {
			return err
		}
		rows, err := c.RecordReceipt(ctx, query.RecordReceiptParams{
			State: string(state), ReceiptAt: new(c.now.UnixMilli()), Reasons: string(text), Install: install, Sequence: sequence,
		})
		if err != nil || rows == 0 {
			return err
		}
		if accepted {
			err = c.recordDelivered(install, sequence, files)
		}
		if err != nil {
			return err
		}
		return c.audit(Entry{Action: "receipt_" + audit.Action(state), By: exam.Actor{Role: exam.ByProvince}, Args: map[string]any{
			"sequence": sequence, "install": install, "reasons": reasons,
		}})
	})
}

func (c *change) recordDelivered(install string, sequence int64, files []string) error {
	known, err := c.CountBatchMedia(c.ctx, query.CountBatchMediaParams{Install: install, Sequence: sequence})
	if err != nil {
		return err
	}
	if known == 0 {
		return c.RecordWholeDelivered(c.ctx, query.RecordWholeDeliveredParams{At: new(c.now.UnixMilli()), Install: install, Sequence: sequence})
	}
	for _, sealed := range files {
		err := c.RecordDelivered(c.ctx, query.RecordDeliveredParams{At: new(c.now.UnixMilli()), Install: install, Sequence: sequence, Sealed: sealed})
		if err != nil {
			return err
		}
	}
	return nil
}
