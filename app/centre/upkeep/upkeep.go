// Package upkeep does the periodic work: it records timeouts (R16), erases
// practice runs after a day (R26), goes on with the void of a whole day that a
// crash broke off (R22), and with the erasure of a person, records the clock's time for the next start,
// removes late uploads, frees videos that the province has had for the retention
// time (I5), and deletes files that no row needs any more. Nothing is erased by
// its age within a day after a person set the clock (store.Erases).
//
// It owns no state: what is due follows from the rows, so after a crash the
// next round does it. Correctness does not depend on it: a deadline holds whether
// or not it was recorded.
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
	VoidDays(ctx context.Context, ended func(attemptID string)) error
	RecordTime(ctx context.Context) error
	Checkpoint(ctx context.Context) error
	ListTrash(ctx context.Context) (paths []string, err error)
	EmptyTrash(ctx context.Context, paths []string) error
	Now() time.Time
	// Erases says whether what is old may be erased now.
	Erases(ctx context.Context) (bool, error)
	// ForgetErased forgets the marks of who was erased long ago.
	ForgetErased(ctx context.Context) error
	FreeDelivered(ctx context.Context, before time.Time, by exam.Actor, reason string) (store.Freeing, error)
}

// Uploads is what upkeep needs of the upload engine.
type Uploads interface {
	Expire(ctx context.Context) (removed int, err error)
	// EndAttempt ends what a voided attempt still receives.
	EndAttempt(attempt string)
	// Remove deletes a file that no request is using.
	Remove(ctx context.Context, path string) error
}

// Keeper runs the rounds.
type Keeper struct {
	Store   Store
	Uploads Uploads
	Folder  string // the data folder, for the trash
	// Retention is how long a video stays after the province's receipt.
	Retention func() time.Duration
	// Room keeps room for records on a disk that fills up, nil for none.
	Room interface{ Keep() error }
	// Erasures goes on with erasures of a person that a crash broke off, nil for none.
	Erasures interface {
		GoOn(ctx context.Context) error
	}
	Failed func(error) // receives the error of a round; the next one tries again
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

// Often records what came due and empties the trash.
func (k *Keeper) Often(ctx context.Context) error {
	_, err := k.Store.Tick(ctx)
	if err != nil {
		err = fmt.Errorf("write timeouts down: %w", err)
	}
	if failed := k.Store.VoidDays(ctx, k.Uploads.EndAttempt); failed != nil {
		err = errors.Join(err, fmt.Errorf("go on with the void of a day: %w", failed))
	}
	return errors.Join(err, k.sweep(ctx))
}

// Rarely does what can wait a minute.
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
	return errors.Join(k.free(ctx), k.erase(ctx))
}

// erase comes last: one that cannot end holds nothing else up.
func (k *Keeper) erase(ctx context.Context) error {
	if k.Erasures == nil {
		return nil
	}
	if err := k.Erasures.GoOn(ctx); err != nil {
		return fmt.Errorf("go on with the erasure of a person: %w", err)
	}
	return nil
}

// free frees the videos that the province has had for the retention time; none
// within a day after a person set the clock, so that a wrong date can be taken
// back before anything is gone.
func (k *Keeper) free(ctx context.Context) error {
	if erases, err := k.Store.Erases(ctx); err != nil || !erases {
		return err
	}
	if err := k.Store.ForgetErased(ctx); err != nil {
		return fmt.Errorf("forget the marks of who was erased: %w", err)
	}
	_, err := k.Store.FreeDelivered(ctx, k.Store.Now().Add(-k.Retention()), exam.Actor{Role: exam.BySystem}, "")
	if err != nil && refusal.CodeOf(err) != store.DateNotConfirmed {
		return fmt.Errorf("let go of videos that the province has: %w", err)
	}
	return nil
}

// sweep deletes the files first, then their rows: after a crash in between they
// are deleted once more, which is no error. A file that cannot be deleted waits
// for the next round and does not hold up the others.
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
