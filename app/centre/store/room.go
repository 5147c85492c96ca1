package store

import (
	"context"
	"errors"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Freeing is what could be let go, because the province has it.
type Freeing struct {
	Orders   int
	Clips    int
	Bytes    int64     // of the originals; what was made of them comes on top
	Unmarked int       // orders among them that nobody marked as a whole here
	Earliest time.Time // the first receipt's time, zero without one
	// Clips that no receipt names: they stay.
	WaitingClips int
	WaitingBytes int64
}

// FindFreeing tells what could be let go now.
func (s *Store) FindFreeing(ctx context.Context) (f Freeing, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		sum, err := q.SumFreeable(ctx)
		if err != nil {
			return err
		}
		unmarked, err := q.CountUnmarkedFreeable(ctx)
		if err != nil {
			return err
		}
		waiting, err := q.SumUndelivered(ctx)
		f = Freeing{
			Orders: int(sum.Orders), Clips: int(sum.Clips), Bytes: sum.Bytes, Unmarked: int(unmarked),
			WaitingClips: int(waiting.Clips), WaitingBytes: waiting.Bytes,
		}
		if sum.Clips > 0 {
			f.Earliest = s.at(sum.Earliest)
		}
		return err
	})
	return f, err
}

// FreeDelivered lets go of the files of clips whose originals an accepted
// receipt of that time or before names (I5): original, rendition, preview,
// contact sheet, and evidence frames that no other clip needs. Records and
// hashes stay. One transaction an order; a crash leaves the files of what was
// committed to the next sweep of the trash, and the rest to the next call.
// While the date is in doubt nothing goes.
func (s *Store) FreeDelivered(ctx context.Context, before time.Time, by exam.Actor, reason string) (freed Freeing, err error) {
	if err := s.checkDate(); err != nil {
		return freed, err
	}
	byOrder, ids, err := s.freeable(ctx, before)
	if err != nil {
		return freed, err
	}
	for _, id := range ids {
		var one Freeing
		err := s.write(ctx, func(c *change) error {
			var err error
			one, err = c.freeOrder(id, byOrder[id], by, reason)
			return err
		})
		if err != nil {
			return freed, err
		}
		freed.Orders += one.Orders
		freed.Clips += one.Clips
		freed.Bytes += one.Bytes
	}
	return freed, nil
}

func (s *Store) freeable(ctx context.Context, before time.Time) (byOrder map[string][]query.ListFreeableClipsRow, ids []string, err error) {
	byOrder = map[string][]query.ListFreeableClipsRow{}
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListFreeableClips(ctx, new(before.UnixMilli()))
		for _, row := range rows {
			if byOrder[row.OrderID] == nil {
				ids = append(ids, row.OrderID)
			}
			byOrder[row.OrderID] = append(byOrder[row.OrderID], row)
		}
		return err
	})
	return byOrder, ids, err
}

func (c *change) freeOrder(orderID string, clips []query.ListFreeableClipsRow, by exam.Actor, reason string) (freed Freeing, err error) {
	for _, clip := range clips {
		rows, err := c.FreeClip(c.ctx, query.FreeClipParams{At: new(c.now.UnixMilli()), ID: clip.ID})
		if err != nil {
			return freed, err
		}
		if rows == 0 {
			continue // somebody else was faster
		}
		evidence, err := c.ListEvidence(c.ctx, clip.ID)
		if err != nil {
			return freed, err
		}
		if err := errors.Join(c.trashClip(clip.ID, evidence), c.dropJobs(clip.ID)); err != nil {
			return freed, err
		}
		freed.Clips++
		freed.Bytes += clip.Size
	}
	if freed.Clips == 0 {
		return freed, nil
	}
	freed.Orders = 1
	return freed, c.audit(Entry{
		Action: audit.Action(exam.FactFreed), By: by, OrderID: orderID, Reason: reason,
		Args: map[string]any{"clips": freed.Clips, "bytes": freed.Bytes},
	})
}

// Need is what an order may still record.
type Need struct {
	Opens time.Time // its window
	Items int
}

// ListNeeds returns the orders for which an attempt may still start, by their
// windows (R27).
func (s *Store) ListNeeds(ctx context.Context) (needs []Need, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListComingNeeds(ctx, s.Now().UnixMilli())
		for _, row := range rows {
			needs = append(needs, Need{Opens: s.at(row.WindowOpens), Items: int(row.Items)})
		}
		return err
	})
	return needs, err
}
