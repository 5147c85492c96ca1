package main

import (
	"context"
	"fmt"

	"kaodian/app/base/refusal"
	"kaodian/app/province/store"
	"kaodian/cmd/internal/command"
)

type revokeCommand struct {
	Centre string `arg:"" help:"The centre's name."`
	Reason string `placeholder:"TEXT" help:"Why, for the audit log."`
}

// Run ends the centre's installs and its open enrolment file.
func (r *revokeCommand) Run(ctx context.Context, common *common) error {
	return common.with(ctx, func(s *store.Store) error {
		ended, err := s.Revoke(ctx, r.Centre, "", r.Reason)
		if refusal.Is(err, store.CentreUnknown) {
			return fmt.Errorf("no centre is called %q; look it up on the centres page%w", r.Centre, command.Hidden{Err: err})
		}
		if err != nil {
			return err
		}
		return common.print(map[string]any{"centre": r.Centre, "installs": ended.Installs, "file": ended.File}, revokedText(r.Centre, ended))
	})
}

// revokedText says what was ended; a centre that has not joined yet has only
// its enrolment file.
func revokedText(centre string, ended store.Revoked) string {
	var text string
	switch {
	case ended.Installs == 0 && ended.File:
		return centre + " has not joined yet; its enrolment file is void from now on"
	case ended.Installs == 0:
		return centre + " had nothing to revoke: no install of it may send and no enrolment file is open"
	case ended.Installs == 1:
		text = centre + ": 1 install may send no more; what it sent before stays"
	default:
		text = fmt.Sprintf("%s: %d installs may send no more; what they sent before stays", centre, ended.Installs)
	}
	if ended.File {
		text += "; its enrolment file is void too"
	}
	return text
}
