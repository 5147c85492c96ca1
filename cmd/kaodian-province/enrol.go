package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"kaodian/app/base/durable"
	"kaodian/app/base/text"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
)

type enrolCommand struct {
	Centre  string `arg:"" help:"The centre's name: a to z, 0 to 9 and -."`
	Title   string `placeholder:"TEXT" help:"What people call the centre, for the province's pages."`
	Drop    string `required:"" placeholder:"URL" help:"Where the centre leaves its batches: ftp://user:password@host:port/path, ftps://… or dir:/path."`
	DropCA  string `name:"drop-ca" type:"existingfile" placeholder:"FILE" help:"For ftps:// with a certificate of a private authority: its certificate, in PEM."`
	DropPin string `name:"drop-pin" placeholder:"SHA256" help:"For ftps:// with a certificate of its own: its fingerprint, as «openssl x509 -in FILE -noout -fingerprint -sha256» prints it."`
	Out     string `required:"" type:"path" placeholder:"FILE" help:"The file to write; only that centre may see it."`
}

// Run writes the file. The centre's older enrolment file, if it was not used,
// is worth nothing from then on.
func (e *enrolCommand) Run(ctx context.Context, common *common) error {
	trust, err := e.check()
	if err != nil {
		return err
	}
	return common.with(ctx, func(s *store.Store) error {
		identity, signer, err := common.keys(ctx, s)
		if err != nil {
			return err
		}
		invitation := batch.Invitation{
			Version:     batch.MessageVersion,
			Centre:      e.Centre,
			Drop:        e.Drop,
			Recipient:   identity.Recipient(),
			MinisignKey: signer.PublicKey(),
			Token:       rand.Text(),
		}.Knowing(trust.CA, trust.Pin)
		file, err := batch.Canonical(invitation)
		if err != nil {
			return err
		}
		if err := s.Invite(ctx, e.Centre, e.Drop, invitation.Token); err != nil {
			return err
		}
		if e.Title != "" {
			if err := s.Rename(ctx, e.Centre, e.Title, ""); err != nil {
				return err
			}
		}
		if err := durable.WriteFile(e.Out, file, 0o600); err != nil {
			return fmt.Errorf("write the enrolment file: %w; choose another place with --out", err)
		}
		return common.print(map[string]string{"centre": e.Centre, "file": e.Out},
			fmt.Sprintf("%s is for %s only and works once. There: kaodian enrol FILE", e.Out, e.Centre))
	})
}

// check refuses what no centre could use, and reads by what the drop is known.
func (e *enrolCommand) check() (drop.Trust, error) {
	if err := batch.CheckCentre(e.Centre); err != nil {
		return drop.Trust{}, err
	}
	if text.CheckLine(e.Title) != nil || utf8.RuneCountInString(e.Title) > store.MaxTitle {
		return drop.Trust{}, usage("--title is one line of at most %d characters", store.MaxTitle)
	}
	if err := checkDrop(e.Drop); err != nil {
		return drop.Trust{}, err
	}
	return e.trust()
}

// trust reads by what the centre will know the drop's server.
func (e *enrolCommand) trust() (drop.Trust, error) {
	if e.DropCA == "" && e.DropPin == "" {
		return drop.Trust{}, nil
	}
	if !strings.HasPrefix(e.Drop, "ftps://") {
		return drop.Trust{}, usage("--drop-ca and --drop-pin say by what a server's certificate is known; only a drop with ftps:// has one")
	}
	ca := ""
	if e.DropCA != "" {
		pem, err := os.ReadFile(e.DropCA)
		if err != nil {
			return drop.Trust{}, err
		}
		ca = string(pem)
	}
	trust, err := drop.ParseTrust(ca, e.DropPin)
	if err != nil {
		return drop.Trust{}, fmt.Errorf("--drop-ca or --drop-pin: %w", err)
	}
	return trust, nil
}

// checkDrop refuses what no centre could use.
func checkDrop(url string) error {
	for _, kind := range []string{"ftp://", "ftps://", "dir:"} {
		rest, ok := strings.CutPrefix(url, kind)
		if ok && kind == "dir:" && !strings.HasPrefix(rest, "/") {
			return usage("--drop dir:%s says no whole path, and the centre has other folders than this machine; write dir:/path", rest)
		}
		if ok && rest != "" {
			return nil
		}
	}
	return usage("--drop names no drop; write ftp://user:password@host:port/path, ftps://… or dir:/path")
}
