package main

import (
	"context"
	"fmt"

	"kaodian/app/province/store"
)

type revokeCommand struct {
	Centre string `arg:"" help:"The centre's name."`
}

// Run ends the centre's installs and its open enrolment file.
func (r *revokeCommand) Run(ctx context.Context, common *common) error {
	return common.with(ctx, func(s *store.Store) error {
		ended, err := s.Revoke(ctx, r.Centre)
		if err != nil {
			return err
		}
		return common.print(map[string]any{"centre": r.Centre, "installs": ended},
			fmt.Sprintf("%s: %d installs may send no more; what they sent before stays", r.Centre, ended))
	})
}
