package backup

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// prune removes the box's oldest backups and the pieces that no backup names. It
// leaves all as it is where a list cannot be opened: that one may name them.
func (r *run) prune(ctx context.Context) error {
	all, err := lists(ctx, r.at, r.made.Box)
	if err != nil || r.Keep <= 0 {
		return err
	}
	old := all[:max(0, len(all)-r.Keep)]
	named := map[string]bool{}
	for _, one := range all[len(old):] {
		l, err := r.keys.with().read(ctx, r.at, one)
		if err != nil {
			return ctx.Err()
		}
		l.name(named, r.keys.Token)
	}
	for _, one := range old { // the list first: without its pieces it would be a lie
		if err := r.at.Remove(ctx, top+"/"+one.box+"/"+one.name); err != nil {
			return fmt.Errorf("the backup is whole, but an old one cannot be removed: %w", err)
		}
	}
	if err := r.removeUnnamed(ctx, named); err != nil {
		return fmt.Errorf("the backup is whole, but %w", err)
	}
	return nil
}

// name marks the pieces that the list names.
func (l List) name(named map[string]bool, token string) {
	for _, f := range l.Files {
		for _, sum := range f.Pieces {
			named[pieceName(l.Box, token, sum)] = true
		}
	}
}

func (r *run) removeUnnamed(ctx context.Context, named map[string]bool) error {
	present, err := pieces(ctx, r.at, r.made.Box)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(present)) {
		if named[name] {
			continue
		}
		if err := r.at.Remove(ctx, name); err != nil {
			return fmt.Errorf("what no backup needs cannot be removed: %w", err)
		}
		delete(r.present, name)
	}
	return nil
}

// makeRoom refuses a place without room, once what no backup needs is out of it: a
// run that was cut off leaves a copy of the database each time, and only a good one
// prunes.
func (r *run) makeRoom(ctx context.Context) error {
	tight := r.fits()
	if !errors.Is(tight, ErrNoRoom) {
		return tight
	}
	all, err := lists(ctx, r.at, r.made.Box)
	if err != nil {
		return err
	}
	named := map[string]bool{}
	r.made.name(named, r.keys.Token) // what this run goes on with
	for _, one := range all {
		l, err := r.keys.with().read(ctx, r.at, one)
		if err != nil {
			return errors.Join(ctx.Err(), tight) // it may name anything
		}
		l.name(named, r.keys.Token)
	}
	if err := r.removeUnnamed(ctx, named); err != nil {
		return errors.Join(tight, err)
	}
	return r.fits()
}
