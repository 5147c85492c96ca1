package store

import (
	"context"

	"kaodian/app/base/login"
	"kaodian/app/province/store/internal/query"
)

// MaxTitle is how many characters a centre's title may have.
const MaxTitle = 64

// Rename says what people call a centre, "" for its name alone; by is the account,
// "" for an operator's command. CentreUnknown without such a centre.
func (s *Store) Rename(ctx context.Context, centre, title, by string) error {
	return s.write(ctx, func(c *change) error {
		if err := c.tables().checkCentres(ctx, login.JoinCentres([]string{centre})); err != nil {
			return err
		}
		if err := c.SetTitle(ctx, query.SetTitleParams{Name: centre, Title: title}); err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionCentreNamed, By: by, Subject: centre, Args: map[string]any{"title": title}})
	})
}

// Revoked is what a revocation ended.
type Revoked struct {
	Installs int64
	File     bool // an enrolment file that nobody had used
}

// Revoke ends every install of a centre and its open invitation; by is the
// account, "" for an operator's command. What the installs sent before stays.
// CentreUnknown without such a centre.
func (s *Store) Revoke(ctx context.Context, centre, by, reason string) (ended Revoked, err error) {
	err = s.write(ctx, func(c *change) error {
		if err := c.tables().checkCentres(ctx, login.JoinCentres([]string{centre})); err != nil {
			return err
		}
		files, err := c.ForgetToken(ctx, centre)
		if err != nil {
			return err
		}
		ended.File = files > 0
		if ended.Installs, err = c.RevokeInstalls(ctx, query.RevokeInstallsParams{RevokedAt: new(c.now.UnixMilli()), Centre: centre}); err != nil {
			return err
		}
		args := map[string]any{"installs": ended.Installs}
		if reason != "" {
			args["reason"] = reason
		}
		return c.audit(Entry{Action: ActionCentreRevoked, By: by, Subject: centre, Args: args})
	})
	return ended, err
}
