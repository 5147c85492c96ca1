package outbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/ctxio"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// A batch is closed at these sizes, so that the spool needs little room, a
// broken transfer costs little, and the records stay far below their limit
// of 64 MiB (an order takes about 20 kB).
const (
	maxOrders     = 200 // fewer where their records do not fit
	maxMediaBytes = 2 << 30
)

// piece is one file that goes into a batch.
type piece struct {
	store.Media
	path  string
	order string
}

// withheld are the orders that cannot be sent, and why: a file is missing or
// damaged. The others are sent.
type withheld map[string]error

// choice is what the next batch will hold.
type choice struct {
	orders []string
	later  []store.Later // orders of earlier batches of which there is more to tell (R31)
	// parcels are those from the province whose answers it tells
	parcels []store.Parcel
	pieces  []piece
	bytes   int64      // of the pieces
	seen    audit.Line // the audit log's last line before they were read
	seenAt  time.Time
}

// told are the orders that it tells of.
func (c choice) told() []string {
	all := slices.Clone(c.orders)
	for _, later := range c.later {
		all = append(all, later.OrderID)
	}
	return all
}

// none says that there is nothing to tell.
func (c choice) none() bool { return len(c.orders)+len(c.later)+len(c.parcels) == 0 }

// choose takes orders, oldest first and at most limit, until the batch is full,
// then the later facts of others. Orders that wait for marks are chosen only in
// a run that includes them.
func (r *run) choose(ctx context.Context, limit int) (choice, error) {
	seenAt := r.Clock.Now()
	seen, err := r.Store.AuditEnd(ctx)
	if err != nil {
		return choice{}, err
	}
	waiting, err := r.Store.ListWaiting(ctx, r.member.Install)
	if err != nil {
		return choice{}, err
	}
	orders := waiting.Ready
	if r.unmarked {
		orders = append(orders, waiting.Unmarked...)
	}
	chosen := choice{seen: seen, seenAt: seenAt}
	if chosen.parcels, err = r.Store.ListUntoldParcels(ctx, r.member.Install); err != nil {
		return choice{}, err
	}
	for _, order := range orders {
		pieces, err := r.piecesOf(ctx, order)
		if err != nil {
			return choice{}, err
		}
		if full, err := r.take(ctx, &chosen, order.ID, pieces, limit); err != nil || full {
			return chosen, err
		}
		if r.back[order.ID] == nil {
			chosen.orders = append(chosen.orders, order.ID)
		}
	}
	return chosen, r.chooseLater(ctx, &chosen, limit)
}

func (r *run) chooseLater(ctx context.Context, chosen *choice, limit int) error {
	list, err := r.Store.ListLater(ctx, r.member.Install)
	if err != nil {
		return err
	}
	for _, later := range list {
		pieces, err := r.piecesSince(ctx, later)
		if err != nil {
			return err
		}
		if full, err := r.take(ctx, chosen, later.OrderID, pieces, limit); err != nil || full {
			return err
		}
		if r.back[later.OrderID] == nil {
			chosen.later = append(chosen.later, later)
		}
	}
	return nil
}

// take adds an order's files, unless the batch is full. An order whose files
// cannot be sent is held back.
func (r *run) take(ctx context.Context, chosen *choice, orderID string, pieces []piece, limit int) (full bool, err error) {
	if r.back[orderID] != nil {
		return false, nil
	}
	if err := measure(ctx, pieces); err != nil {
		r.back[orderID] = err
		return false, ctx.Err()
	}
	size := chosen.bytes
	for _, p := range pieces {
		size += p.Size
	}
	count := len(chosen.orders) + len(chosen.later)
	if full = count > 0 && (size > maxMediaBytes || count == limit); full {
		return true, nil
	}
	chosen.bytes = size
	chosen.pieces = append(chosen.pieces, pieces...)
	return false, nil
}

// piecesSince are the files that a batch with later facts needs: the evidence
// of clips that were examined again.
func (o *Outbox) piecesSince(ctx context.Context, later store.Later) ([]piece, error) {
	if !later.Examined {
		return nil, nil
	}
	record, err := o.Store.FindRecord(ctx, later.OrderID)
	if err != nil {
		return nil, err
	}
	var pieces []piece
	for _, clip := range record.Clips {
		if clip.ExaminedAt.After(later.Since) {
			pieces = append(pieces, o.evidenceOf(record.Order, clip)...)
		}
	}
	for i := range pieces {
		pieces[i].order = later.OrderID
	}
	return pieces, nil
}

// piecesOf are the files of one order: the photo, and of attempts that
// travel the originals, their renditions and evidence (R16, R25).
func (o *Outbox) piecesOf(ctx context.Context, order exam.Order) ([]piece, error) {
	var pieces []piece
	if order.Photo != "" {
		pieces = append(pieces, o.piece(store.PhotoFile(order.Photo), order.Photo, "image", store.RolePhoto, order.ID))
	}
	for _, attempt := range order.Attempts {
		if !attempt.Travels(time.Time{}) { // a final order's attempts have their state written down
			continue
		}
		for _, item := range attempt.Items {
			if item.Clip == nil {
				continue
			}
			record, err := o.Store.FindClip(ctx, item.Clip.ID)
			if err != nil {
				return nil, err
			}
			pieces = append(pieces, o.piecesOfClip(order, record)...)
		}
	}
	for i := range pieces {
		pieces[i].order = order.ID
	}
	return pieces, nil
}

func (o *Outbox) piecesOfClip(order exam.Order, r store.ClipRecord) []piece {
	pieces := []piece{o.piece(store.ClipFile(r.ID), r.SHA256, r.MediaType, store.RoleOriginal, r.ID)}
	if r.Rendition {
		pieces = append(pieces, o.piece(store.RenditionFile(r.ID), r.RenditionSHA256, "video/mp4", store.RoleRendition, r.ID))
	}
	return append(pieces, o.evidenceOf(order, r)...)
}

// evidenceOf are the frames that the findings point to; they travel only under
// the consent to face recognition (R25).
func (o *Outbox) evidenceOf(order exam.Order, r store.ClipRecord) (pieces []piece) {
	if order.Consent.Answer != exam.ConsentGiven {
		return nil
	}
	for _, finding := range r.Findings {
		for _, evidence := range finding.Evidence {
			if evidence.Frame != "" {
				pieces = append(pieces, o.piece(store.EvidenceFile(evidence.Frame), evidence.Frame, "image/jpeg", store.RoleEvidence, r.ID))
			}
		}
	}
	return pieces
}

func (o *Outbox) piece(name, sum, mediaType string, role store.MediaRole, owner string) piece {
	return piece{
		Media: store.Media{SHA256: sum, Type: mediaType, Role: role, Owner: owner},
		path:  filepath.Join(o.Folder, filepath.FromSlash(name)),
	}
}

// measure fills in the sizes, and the sums of files that have none recorded.
func measure(ctx context.Context, pieces []piece) error {
	for i, p := range pieces {
		info, err := os.Stat(p.path)
		if err != nil {
			return Damaged.errorf("the %s of %s is missing on this disk: %w; restore it from a backup, then it is sent", p.Role, p.Owner, err)
		}
		pieces[i].Size = info.Size()
		if p.SHA256 == "" {
			if pieces[i].SHA256, err = sumFile(ctx, p.path); err != nil {
				return err
			}
		}
	}
	return nil
}

func sumFile(ctx context.Context, path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, ctxio.Reader(ctx, file))
	return hex.EncodeToString(sum.Sum(nil)), err
}
