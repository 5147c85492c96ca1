// Package upkeep does what time asks for: timeouts are written down (R16),
// practice runs erased after a day (R26), the clock's time kept for the next
// start, late uploads removed, videos let go that the province has had for the
// retention time (I5), and files deleted that no row needs any more.
//
// It owns no state: what is due follows from the rows, so after a crash the
// next round does it. Nothing depends on it for being true; a deadline holds
// whether or not it was noted.
package upkeep

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

const (
	round = time.Second
	// seldom is for what may wait: expired uploads and the clock's time.
	seldom = time.Minute
)

// Store is what upkeep needs of the centre's store.
type Store interface {
	Tick(ctx context.Context) (orders []string, err error)
	RecordTime(ctx context.Context) error
	Checkpoint(ctx context.Context) error
	ListTrash(ctx context.Context) (paths []string, err error)
	EmptyTrash(ctx context.Context, paths []string) error
	Now() time.Time
	FreeDelivered(ctx context.Context, before time.Time, by exam.Actor, reason string) (store.Freeing, error)
}

// Uploads is what upkeep needs of the upload engine.
type Uploads interface {
	Expire(ctx context.Context) (removed int, err error)
	// Remove deletes a file at which no request works.
	Remove(ctx context.Context, path string) error
}

// Keeper does the rounds.
type Keeper struct {
	Store   Store
	Uploads Uploads
	Folder  string // the data folder, for the trash
	// Retention is how long a video stays after the province's receipt.
	Retention time.Duration
	// Room keeps room for records on a disk that fills up, nil for none.
	Room   interface{ Keep() error }
	Failed func(error) // told of a round that failed; the next one tries again
}

// Run does a round each second until the context ends.
func (k *Keeper) Run(ctx context.Context) error {
	often, rarely := time.NewTicker(round), time.NewTicker(seldom)
	defer often.Stop()
	defer rarely.Stop()
	k.try(ctx, k.Rarely)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-often.C:
			k.try(ctx, k.Often)
		case <-rarely.C:
			k.try(ctx, k.Rarely)
		}
	}
}

func (k *Keeper) try(ctx context.Context, do func(context.Context) error) {
	if err := do(ctx); err != nil && ctx.Err() == nil {
		k.Failed(err)
	}
}

// Often writes down what came due and empties the trash.
func (k *Keeper) Often(ctx context.Context) error {
	_, err := k.Store.Tick(ctx)
	if err != nil {
		err = fmt.Errorf("write timeouts down: %w", err)
	}
	return errors.Join(err, k.sweep(ctx))
}

// Rarely does what may wait a minute.
func (k *Keeper) Rarely(ctx context.Context) error {
	if err := k.Store.RecordTime(ctx); err != nil {
		return fmt.Errorf("write the time down: %w", err)
	}
	if err := k.Store.Checkpoint(ctx); err != nil && refusal.CodeOf(err) != refusal.DiskFull {
		return fmt.Errorf("bring the database's log into its file: %w", err)
	}
	if k.Room != nil {
		if err := k.Room.Keep(); err != nil {
			return err
		}
	}
	if _, err := k.Uploads.Expire(ctx); err != nil {
		return fmt.Errorf("remove expired uploads: %w", err)
	}
	return k.free(ctx)
}

// free lets go of what the province has had for long enough.
func (k *Keeper) free(ctx context.Context) error {
	_, err := k.Store.FreeDelivered(ctx, k.Store.Now().Add(-k.Retention), exam.Actor{Role: exam.BySystem}, "")
	if err != nil && refusal.CodeOf(err) != store.DateNotConfirmed {
		return fmt.Errorf("let go of videos that the province has: %w", err)
	}
	return nil
}

// sweep deletes the files first, then forgets them: a crash between deletes
// them once more, which is no error. What cannot be deleted waits for the next
// round and holds nothing else up.
func (k *Keeper) sweep(ctx context.Context) error {
	paths, err := k.Store.ListTrash(ctx)
	if err != nil || len(paths) == 0 {
		return err
	}
	var gone []string
	var failed []error
	for _, path := range paths {
		if err := k.Uploads.Remove(ctx, filepath.Join(k.Folder, filepath.FromSlash(path))); err != nil {
			failed = append(failed, fmt.Errorf("delete %s, which nobody needs any more: %w", path, err))
			continue
		}
		gone = append(gone, path)
	}
	return errors.Join(k.Store.EmptyTrash(ctx, gone), errors.Join(failed...))
}
