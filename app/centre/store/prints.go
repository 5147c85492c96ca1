package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
)

// Print is by what a clip is known again. What its bytes mean is the
// measurement's business; the keys are some of the sound's numbers.
type Print struct {
	Pictures []byte
	Sound    []byte
	Keys     []uint32
}

// Alike are other clips of the centre, of all attempts and orders, that may
// show the same, among them those of reset attempts until their order is
// final (R15).
type Alike struct {
	SameFile []string // clip ids: the same bytes
	Similar  []StoredPrint
}

// StoredPrint is the print of another clip.
type StoredPrint struct {
	ClipID   string
	Pictures []byte
	Sound    []byte
}

// PrintSlack is how far the lengths of two encodings of one recording differ.
const PrintSlack = time.Second

// FindAlike returns what may show the same as this clip. A practice run's
// clip is like no other (R26).
func (s *Store) FindAlike(ctx context.Context, clipID, sha256 string, duration time.Duration, p Print) (alike Alike, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		practice, err := q.IsOfPractice(ctx, clipID)
		if err != nil || practice == 1 {
			return sqlkit.Absent(err)
		}
		alike.SameFile, err = q.ListSameFiles(ctx, query.ListSameFilesParams{Sha256: sha256, ClipID: clipID})
		if err != nil {
			return err
		}
		alike.Similar, err = similar(ctx, q, clipID, duration, p)
		return err
	})
	return alike, err
}

// similar looks up by the sound, and for clips whose sound was replaced by
// the length.
func similar(ctx context.Context, q *query.Queries, clipID string, duration time.Duration, p Print) ([]StoredPrint, error) {
	var list []StoredPrint
	if len(p.Keys) > 0 {
		keys, err := json.Marshal(p.Keys)
		if err != nil {
			return nil, err
		}
		rows, err := q.ListPrintsByKeys(ctx, query.ListPrintsByKeysParams{Keys: string(keys), ClipID: clipID})
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			list = append(list, StoredPrint(row))
		}
	}
	if len(p.Pictures) == 0 {
		return list, nil
	}
	rows, err := q.ListPrintsByDuration(ctx, query.ListPrintsByDurationParams{
		Shortest: (duration - PrintSlack).Milliseconds(), Longest: (duration + PrintSlack).Milliseconds(), ClipID: clipID,
	})
	known := map[string]bool{}
	for _, found := range list {
		known[found.ClipID] = true
	}
	for _, row := range rows {
		if !known[row.ClipID] {
			list = append(list, StoredPrint(row))
		}
	}
	return list, err
}

func (c *change) savePrint(clipID string, duration time.Duration, p Print) error {
	if err := c.DeletePrint(c.ctx, clipID); err != nil {
		return err
	}
	if len(p.Pictures) == 0 && len(p.Sound) == 0 {
		return nil
	}
	id, err := c.InsertPrint(c.ctx, query.InsertPrintParams{
		ClipID: clipID, DurationMs: duration.Milliseconds(),
		Pictures: append([]byte{}, p.Pictures...), Sound: append([]byte{}, p.Sound...),
	})
	if err != nil {
		return err
	}
	for _, key := range p.Keys {
		if err := c.InsertPrintKey(c.ctx, query.InsertPrintKeyParams{Key: int64(key), PrintID: id}); err != nil {
			return err
		}
	}
	return nil
}

// ClipPlace says whose a clip is, also of one that is gone.
type ClipPlace struct {
	OrderID   string
	AttemptID string
	Attempt   int // its number within the order
}

// FindPlaceOfClip returns where a clip belongs, or refusal.NotFound when nothing
// of it is left.
func (s *Store) FindPlaceOfClip(ctx context.Context, clipID string) (place ClipPlace, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindPlaceOfClip(ctx, clipID)
		place = ClipPlace{OrderID: row.OrderID, AttemptID: row.AttemptID, Attempt: int(row.Number)}
		return sqlkit.Absent(err)
	})
	return place, err
}

// forget erases the hashes of clips that are gone once their order is final
// (R15).
func (s *Store) forget(ctx context.Context) error {
	var ids []string
	err := s.read(ctx, func(q *query.Queries) (err error) {
		ids, err = q.ListOrdersToForget(ctx, s.Now().UnixMilli())
		return err
	})
	failed := []error{err, s.write(ctx, func(c *change) error { return errors.Join(c.ForgetFormer(ctx), c.ForgetFormerSyllabi(ctx)) })}
	for _, id := range ids {
		if err := s.write(ctx, func(c *change) error { return c.forget(id) }); err != nil {
			failed = append(failed, fmt.Errorf("forget what is gone of order %s: %w", id, err))
		}
	}
	return errors.Join(failed...)
}

func (c *change) forget(orderID string) error {
	order, err := c.load(orderID)
	if err != nil || !order.IsFinal(c.rules, c.now) {
		return err
	}
	if err := c.ForgetPrints(c.ctx, orderID); err != nil {
		return err
	}
	return c.ForgetHashes(c.ctx, orderID)
}
