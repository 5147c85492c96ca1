package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
)

type asideCommand struct {
	Batch  string `arg:"" help:"The batch: <centre>/<install>/<sequence>, or its folder at the drop."`
	Reason string `placeholder:"TEXT" help:"Why; the page shows it."`
	Undo   bool   `help:"Let it show and count again."`
}

// Run sets the batch aside, or lets it count again. Nothing is deleted.
func (a *asideCommand) Run(ctx context.Context, common *common) error {
	ref, err := parseRef(a.Batch)
	if err != nil {
		return err
	}
	return common.with(ctx, func(s *store.Store) error {
		b, err := s.SetAside(ctx, store.Ref(ref), !a.Undo, a.Reason)
		if err != nil {
			return err
		}
		text := fmt.Sprintf("%s is set aside: its %d orders and %d clips neither show nor count; later batches of %s go on. To take this back: kaodian-province set-aside %s --undo",
			ref, b.Orders, b.Clips, ref.Centre, ref)
		if a.Undo {
			text = fmt.Sprintf("%s shows and counts again: %d orders, %d clips", ref, b.Orders, b.Clips)
		}
		return common.print(map[string]any{"batch": ref.Folder(), "set_aside": !a.Undo, "reason": b.SetAsideReason, "orders": b.Orders, "clips": b.Clips}, text)
	})
}

// parseRef reads a batch's name as people write it: with or without the zeros
// of its sequence, and what stands before it.
func parseRef(name string) (batch.Ref, error) {
	parts := strings.Split(strings.Trim(filepath.ToSlash(name), "/"), "/")
	parts = parts[max(0, len(parts)-3):]
	if sequence, err := strconv.ParseInt(parts[len(parts)-1], 10, 64); err == nil {
		parts[len(parts)-1] = batch.SequenceName(sequence)
	}
	ref, err := batch.ParseFolder(strings.Join(parts, "/"))
	if err != nil {
		return ref, usage("%q names no batch; write <centre>/<install>/<sequence>, as the page and «kaodian-province receive» show it", name)
	}
	return ref, nil
}
