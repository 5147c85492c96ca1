package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/province/store/internal/query"
)

// Centre is what a province knows of a centre, for its pages.
type Centre struct {
	Name         string
	Title        string // what people call it, "" until somebody says it
	InvitedAt    time.Time
	Install      string    // the newest, "" before the first
	EnrolledAt   time.Time // of it, zero before
	RevokedAt    time.Time // of it, zero while it may send
	LastReceived time.Time // zero before the first batch
	Batches      int64
	Orders       int64
	Refused      int64 // of it: refused, damaged or a fork, and not taken in since
	Damaged      int64 // of these, damaged: they are sent again
	OfNewer      int64 // of it: waiting for a newer program
	Gap          int64 // the sequence that is missed while later ones wait, 0 without
}

// Install is a box of a centre: its keys and the end of its chain.
type Install struct {
	Centre       string
	Install      string
	MinisignKey  string
	AgeRecipient string
	EnrolledAt   time.Time
	RevokedAt    time.Time // zero while it may send
	LastSequence int64     // 0 before the first batch
	LastManifest string    // SHA-256, "" before the first batch
}

// Invite writes down the enrolment file that a centre is given; the token of
// an older one is worth nothing from then on.
func (s *Store) Invite(ctx context.Context, centre, dropURL, token string) error {
	return s.write(ctx, func(c *change) error {
		err := c.UpsertCentre(ctx, query.UpsertCentreParams{Name: centre, DropUrl: dropURL, Token: token, InvitedAt: c.now.UnixMilli()})
		if err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionCentreInvited, Subject: centre})
	})
}

// FindToken returns the token that a request of the centre must know, ""
// if there is none that is still good, and whether the centre was ever invited.
func (s *Store) FindToken(ctx context.Context, centre string) (token string, invited bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindCentre(ctx, centre)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		token, invited = row.Token, err == nil
		return err
	})
	return token, invited, err
}

// ErrTokenSpent says that the token was used or replaced meanwhile.
var ErrTokenSpent = errors.New("this enrolment file was used already or replaced by a newer one; make a new one with «kaodian-province enrol»")

// ErrTokenRevoked says that the province revoked the centre meanwhile.
var ErrTokenRevoked = errors.New("the province revoked this enrolment file; make a new one with «kaodian-province enrol»")

// WhyNoToken says why a centre's enrolment file is good for nothing any more.
func (s *Store) WhyNoToken(ctx context.Context, centre string) (why error, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		last, err := q.LastOfInvitation(ctx, centre)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if last == string(ActionCentreRevoked) {
			why = ErrTokenRevoked
		}
		return err
	})
	return cmp.Or(why, ErrTokenSpent), err
}

// Enrol takes an install in, of which its centre, its id and its keys are
// given, and spends the token with it.
func (s *Store) Enrol(ctx context.Context, install Install, token string) (Install, error) {
	err := s.write(ctx, func(c *change) error {
		rows, err := c.SpendToken(ctx, query.SpendTokenParams{Name: install.Centre, Spent: token})
		if err != nil {
			return err
		}
		if rows != 1 {
			return ErrTokenSpent
		}
		install.EnrolledAt = c.now
		err = c.InsertInstall(ctx, query.InsertInstallParams{
			Centre: install.Centre, Install: install.Install, MinisignKey: install.MinisignKey, AgeRecipient: install.AgeRecipient, EnrolledAt: c.now.UnixMilli(),
		})
		if err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionInstallEnrolled, Subject: install.Centre + "/" + install.Install, Args: map[string]any{"minisign_key": install.MinisignKey}})
	})
	return install, err
}

// FindInstall returns a known install; false if it never enrolled.
func (s *Store) FindInstall(ctx context.Context, centre, install string) (found Install, known bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindInstall(ctx, query.FindInstallParams{Centre: centre, Install: install})
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		known, found = err == nil, installOf(row)
		return err
	})
	return found, known, err
}

func installOf(row query.Install) Install {
	return Install{
		Centre:       row.Centre,
		Install:      row.Install,
		MinisignKey:  row.MinisignKey,
		AgeRecipient: row.AgeRecipient,
		EnrolledAt:   at(row.EnrolledAt),
		RevokedAt:    maybeAt(row.RevokedAt),
		LastSequence: row.LastSequence,
		LastManifest: row.LastManifest,
	}
}

// ListInstalls returns every box that ever enrolled, and the names of all
// centres that were invited.
func (s *Store) ListInstalls(ctx context.Context) (installs []Install, centres []string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListInstalls(ctx)
		for _, row := range rows {
			installs = append(installs, installOf(row))
		}
		if err != nil {
			return err
		}
		centres, err = q.ListCentreNames(ctx)
		return err
	})
	return installs, centres, err
}

// ListCentres returns every centre that was ever invited, by name.
func (s *Store) ListCentres(ctx context.Context) (centres []Centre, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListCentres(ctx)
		for _, row := range rows {
			centre := Centre{
				Name:       row.Name,
				Title:      row.Title,
				InvitedAt:  at(row.InvitedAt),
				Install:    row.Install,
				EnrolledAt: maybeAt(row.EnrolledAt),
				RevokedAt:  maybeAt(row.RevokedAt),
				Batches:    row.Batches,
				Orders:     row.Orders,
				Refused:    row.Refused,
				Damaged:    row.Damaged,
				OfNewer:    row.OfNewer,
			}
			if row.LastReceivedAt > 0 {
				centre.LastReceived = at(row.LastReceivedAt)
			}
			if row.LastWaiting > row.LastSequence+1 {
				centre.Gap = row.LastSequence + 1
			}
			centres = append(centres, centre)
		}
		return err
	})
	return centres, err
}
