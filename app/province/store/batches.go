package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/province/store/internal/query"
)

// BatchStatus is what became of a batch.
type BatchStatus string

// The states.
const (
	Accepted    BatchStatus = "accepted"    // taken in; there is one of a place in the chain
	Refused     BatchStatus = "refused"     // its own content is wrong, and will be
	Quarantined BatchStatus = "quarantined" // a fork: another batch has its place
	Waiting     BatchStatus = "waiting"     // whole, or on its way, but not its turn
	Damaged     BatchStatus = "damaged"     // hurt on the road; it is asked for again
)

// open says that the batch has no answer yet.
func (s BatchStatus) open() bool { return s == Waiting || s == Damaged }

// OfNewer says that the batch waits for a newer program: this one cannot read
// its manifest, and so knows none of its files.
func (b Batch) OfNewer() bool { return b.Status == Waiting && len(b.Sums) == 0 }

// Ref names one batch.
type Ref struct {
	Centre   string
	Install  string
	Sequence int64
}

// Folder is the batch's name as people see it, in pages, logs and at the drop.
func (r Ref) Folder() string { return fmt.Sprintf("%s/%s/%08d", r.Centre, r.Install, r.Sequence) }

// Batch is what came of one batch.
type Batch struct {
	Ref            Ref
	ManifestSHA256 string // "" while no signature over it holds
	Status         BatchStatus
	Reasons        []string
	Sums           []string // SHA-256 as sent of every file
	Orders, Clips  int64
	Files, Bytes   int64
	AuditEnd       audit.Line // of the centre when it sealed the batch, zero where it is not told
	ReceivedAt     time.Time
	SetAsideAt     time.Time // zero while it counts
	SetAsideReason string
	// Erased are files that no order has any more, as this batch told of erasures;
	// only TakeIn says it.
	Erased []string
}

// ErrChainMoved says that the install's chain is not where the caller saw it.
var ErrChainMoved = errors.New("another program took in a batch of this centre meanwhile; receive again")

// FindBatch returns what came of that manifest at that place; false if it is new.
func (s *Store) FindBatch(ctx context.Context, ref Ref, manifestSHA256 string) (b Batch, found bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindBatch(ctx, query.FindBatchParams{
			Centre: ref.Centre, Install: ref.Install, Sequence: ref.Sequence, ManifestSha256: manifestSHA256,
		})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		found = true
		b, err = batchOf(row)
		return err
	})
	return b, found, err
}

// ListBatches returns the newest batches of a centre, with "" of all.
func (s *Store) ListBatches(ctx context.Context, centre string, limit int) ([]Batch, error) {
	return s.ListBatchesWithin(ctx, "", centre, limit)
}

// ListBatchesWithin is ListBatches of an account that is limited to centres.
func (s *Store) ListBatchesWithin(ctx context.Context, within login.Centres, centre string, limit int) (batches []Batch, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListBatches(ctx, query.ListBatchesParams{Centre: centre, Centres: string(within), MaxRows: int64(limit)})
		for _, row := range rows {
			b, err := batchOf(row)
			if err != nil {
				return err
			}
			batches = append(batches, b)
		}
		return err
	})
	return batches, err
}

func batchOf(row query.Batch) (Batch, error) {
	b := Batch{
		Ref:            Ref{Centre: row.Centre, Install: row.Install, Sequence: row.Sequence},
		ManifestSHA256: row.ManifestSha256,
		Status:         BatchStatus(row.Status),
		Orders:         row.Orders,
		Clips:          row.Clips,
		Files:          row.Files,
		Bytes:          row.Bytes,
		AuditEnd:       audit.Line{Seq: row.AuditSeq, Hash: row.AuditHash},
		ReceivedAt:     at(row.ReceivedAt),
		SetAsideAt:     maybeAt(row.SetAsideAt),
		SetAsideReason: row.SetAsideReason,
	}
	err := errors.Join(json.Unmarshal([]byte(row.Reasons), &b.Reasons), json.Unmarshal([]byte(row.Sums), &b.Sums))
	return b, err
}

// RecordOutcome writes down a batch that was not taken in, and returns it with
// its time. Told again with the same outcome it keeps the first time; an
// answer once given (accepted, refused, quarantined) stays, and where a batch
// was taken in already, nobody waits any more.
func (s *Store) RecordOutcome(ctx context.Context, b Batch) (Batch, error) {
	before, found, err := s.FindBatch(ctx, b.Ref, b.ManifestSHA256)
	if err != nil {
		return Batch{}, err
	}
	if found && (before.Status == b.Status && slices.Equal(before.Reasons, b.Reasons) || !before.Status.open()) {
		return before, nil
	}
	install, _, err := s.FindInstall(ctx, b.Ref.Centre, b.Ref.Install)
	if err != nil || b.Status.open() && b.Ref.Sequence <= install.LastSequence {
		return b, err
	}
	err = s.write(ctx, func(c *change) error {
		b.ReceivedAt = c.now
		_, err := c.insertBatch(b)
		return err
	})
	return b, err
}

// SetAside makes that nothing of an accepted batch shows or counts, or with
// aside false that it does again. Its media and its receipt stay, because the
// centre may have freed its disk on it; so does its place in the chain, so
// that the centre's next batches go on. Of one that is aside already another
// reason is written down; none leaves the former one.
func (s *Store) SetAside(ctx context.Context, ref Ref, aside bool, reason string) (b Batch, err error) {
	err = s.write(ctx, func(c *change) error {
		row, err := c.FindAccepted(ctx, query.FindAcceptedParams{Centre: ref.Centre, Install: ref.Install, Sequence: ref.Sequence})
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("no batch %s was taken in; the page lists what came of each", ref.Folder())
		}
		if err != nil {
			return err
		}
		b, err = batchOf(row)
		another := aside && reason != "" && reason != b.SetAsideReason
		if err != nil || aside == !b.SetAsideAt.IsZero() && !another {
			return err
		}
		if b.SetAsideReason = reason; b.SetAsideAt.IsZero() {
			b.SetAsideAt = c.now
		}
		action, when := ActionBatchSetAside, new(b.SetAsideAt.UnixMilli())
		if !aside {
			action, when = ActionBatchCountsAgain, nil
			b.SetAsideAt, b.SetAsideReason = time.Time{}, ""
		}
		if err := c.SetAside(ctx, query.SetAsideParams{SetAsideAt: when, SetAsideReason: b.SetAsideReason, Number: row.Number}); err != nil {
			return err
		}
		return c.audit(Entry{Action: action, Subject: ref.Folder(), Args: map[string]any{"manifest": b.ManifestSHA256, "reason": reason}})
	})
	return b, err
}

// insertBatch writes the row and its audit line.
func (c *change) insertBatch(b Batch) (number int64, err error) {
	reasons, err := json.Marshal(append([]string{}, b.Reasons...))
	if err != nil {
		return 0, err
	}
	sums, err := json.Marshal(append([]string{}, b.Sums...))
	if err != nil {
		return 0, err
	}
	err = c.DeleteUnanswered(c.ctx, query.DeleteUnansweredParams{Centre: b.Ref.Centre, Install: b.Ref.Install, Sequence: b.Ref.Sequence})
	if err != nil {
		return 0, err
	}
	number, err = c.InsertBatch(c.ctx, query.InsertBatchParams{
		Centre: b.Ref.Centre, Install: b.Ref.Install, Sequence: b.Ref.Sequence, ManifestSha256: b.ManifestSHA256,
		Status: string(b.Status), Reasons: string(reasons), Sums: string(sums),
		Files: b.Files, Bytes: b.Bytes, ReceivedAt: c.now.UnixMilli(), AuditSeq: b.AuditEnd.Seq, AuditHash: b.AuditEnd.Hash,
	})
	if err != nil {
		return 0, err
	}
	return number, c.audit(Entry{Action: "batch_" + audit.Action(b.Status), Subject: b.Ref.Folder(), Args: map[string]any{
		"manifest": b.ManifestSHA256, "reasons": b.Reasons,
	}})
}

// TakeIn is the one transaction that makes a batch accepted, after its records
// were judged: its row, its records, and the end of the install's chain (I4).
// previous is the manifest that the batch follows. It returns a RecordsError if
// the records do not fit together, and ErrChainMoved if the chain ends
// elsewhere by now; then nothing is changed.
func (s *Store) TakeIn(ctx context.Context, b Batch, previous string, rows Rows) (Batch, error) {
	b.Status, b.Reasons = Accepted, nil
	err := s.write(ctx, func(c *change) error {
		extended, err := c.ExtendChain(ctx, query.ExtendChainParams{
			Sequence: b.Ref.Sequence, Manifest: b.ManifestSHA256, Centre: b.Ref.Centre, Install: b.Ref.Install, Previous: previous,
		})
		if err != nil {
			return err
		}
		if extended != 1 {
			return ErrChainMoved
		}
		b.ReceivedAt = c.now
		number, err := c.insertBatch(b)
		if err != nil {
			return err
		}
		if err := c.copyRows(number, rows); err != nil {
			return err
		}
		if err := c.finish(number, &b); err != nil {
			return err
		}
		b.Erased, err = c.applyErasures(number)
		return err
	})
	return b, err
}

// finish checks what the tables themselves cannot, and counts.
func (c *change) finish(number int64, b *Batch) error {
	if err := c.checkRows(number, b.Ref.Centre); err != nil {
		return err
	}
	var err error
	if b.Orders, err = c.CountOrders(c.ctx, number); err != nil {
		return err
	}
	if b.Clips, err = c.CountClips(c.ctx, number); err != nil {
		return err
	}
	if err := c.CountBatch(c.ctx, query.CountBatchParams{Orders: b.Orders, Clips: b.Clips, Number: number}); err != nil {
		return fmt.Errorf("count the batch: %w", err)
	}
	return nil
}

// checkRows looks for rows that do not fit to what is here of this centre and
// of others.
func (c *change) checkRows(number int64, centre string) error {
	foreign, err := c.CountForeign(c.ctx, query.CountForeignParams{Batch: number, Centre: centre})
	if err != nil {
		return err
	}
	if foreign > 0 {
		return badRecords("%d of its orders or clips belong to another centre", foreign)
	}
	unknown, err := c.CountUnknown(c.ctx, query.CountUnknownParams{Batch: number, Centre: centre})
	if err != nil {
		return err
	}
	if unknown > 0 {
		return badRecords("%d of the orders that it tells of came in no batch that it names", unknown)
	}
	stray, err := c.CountStray(c.ctx, query.CountStrayParams{Batch: number, Centre: centre})
	if err != nil {
		return err
	}
	if stray > 0 {
		return badRecords("%d of its rows are of clips that did not come with their orders", stray)
	}
	lost, err := c.CountLost(c.ctx, number)
	if err != nil {
		return err
	}
	if lost > 0 {
		return badRecords("the originals of %d clips are not in the batch", lost)
	}
	return nil
}
