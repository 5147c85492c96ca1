package outbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
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
	pieces []piece
	bytes  int64      // of the pieces
	seen   audit.Line // the audit log's last line before they were read
}

// choose takes orders, oldest first and at most limit, until the batch is full.
// Orders that wait for marks are chosen only in a run that includes them.
func (r *run) choose(ctx context.Context, limit int) (choice, error) {
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
	chosen := choice{seen: seen}
	for _, order := range orders {
		if r.back[order.ID] != nil {
			continue
		}
		pieces, err := r.piecesOf(ctx, order)
		if err != nil {
			return choice{}, err
		}
		if err := measure(ctx, pieces); err != nil {
			r.back[order.ID] = err
			continue
		}
		size := chosen.bytes
		for _, p := range pieces {
			size += p.Size
		}
		full := size > maxMediaBytes || len(chosen.orders) == limit
		if full && len(chosen.orders) > 0 {
			break
		}
		chosen.bytes = size
		chosen.orders = append(chosen.orders, order.ID)
		chosen.pieces = append(chosen.pieces, pieces...)
	}
	return chosen, nil
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
	if order.Consent.Answer != exam.ConsentGiven {
		return pieces
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
