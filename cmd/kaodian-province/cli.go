package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"kaodian/app/base/durable"
	"kaodian/app/province/store"
	"kaodian/cmd/internal/command"
	"kaodian/sync/inbox"
	"kaodian/sync/seal"
)

// cli is the command line of the contract.
type cli struct {
	common

	Init    initCommand           `cmd:"" help:"Make the store and the province's keys."`
	Enrol   enrolCommand          `cmd:"" help:"Write an enrolment file for one centre."`
	Receive receiveCommand        `cmd:"" help:"Take in what centres left at the drop, and answer."`
	Publish publishCommand        `cmd:"" help:"Send orders or a syllabus down to a centre; or show what was sent and what it made of it."`
	Verify  verifyCommand         `cmd:"" help:"Check a batch's folder and say what is wrong with it."`
	Aside   asideCommand          `cmd:"" name:"set-aside" help:"Take what came in an accepted batch out of pages and counts."`
	Audit   command.AuditCommands `cmd:"" help:"The audit log."`
	User    userCommands          `cmd:"" help:"Accounts for the pages."`
	Revoke  revokeCommand         `cmd:"" help:"Take nothing more from a centre."`
	Serve   serveCommand          `cmd:"" help:"Serve the pages until SIGTERM."`
	Version versionCommand        `cmd:"" help:"Print the version."`

	OpenAPI command.OpenAPI `cmd:"" hidden:"" name:"openapi"`
}

// common are the flags of every command.
type common struct {
	Store string `help:"The store's folder." default:"./province" type:"path" placeholder:"DIR"`
	JSON  bool   `help:"Print data as JSON." name:"json"`
}

// open opens the store.
func (c *common) open(ctx context.Context) (*store.Store, error) {
	ownFilesOnly()
	if c.Store == "" {
		return nil, usage("--store names no folder")
	}
	return store.Open(ctx, c.Store)
}

// with runs do on the opened store.
func (c *common) with(ctx context.Context, do func(*store.Store) error) error {
	s, err := c.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func (c *common) keyFile(name string) string { return filepath.Join(c.Store, "keys", name) }

const (
	identityFile = "province.age"
	signerFile   = "province.minisign"
)

// keys are the province's private keys, which must be those the store was
// made with: batches are sealed to one and receipts believed by the other.
func (c *common) keys(ctx context.Context, s *store.Store) (*seal.Identity, *seal.Signer, error) {
	identity, err := seal.LoadIdentity(c.keyFile(identityFile))
	if err != nil {
		return nil, nil, err
	}
	signer, err := seal.LoadSigner(c.keyFile(signerFile))
	if err != nil {
		return nil, nil, err
	}
	for name, got := range map[string]string{recipientSetting: identity.Recipient(), signerSetting: signer.PublicKey()} {
		want, err := s.FindSetting(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		if want != got {
			return nil, nil, fmt.Errorf("the keys in %s are not this store's; restore its own from a backup", filepath.Dir(c.keyFile(signerFile)))
		}
	}
	return identity, signer, nil
}

const (
	recipientSetting = "recipient"
	signerSetting    = "minisign_key"
)

func (c *common) inbox(ctx context.Context, s *store.Store) (*inbox.Inbox, error) {
	identity, signer, err := c.keys(ctx, s)
	if err != nil {
		return nil, err
	}
	return &inbox.Inbox{Store: s, Identity: identity, Signer: signer, Scratch: filepath.Join(c.Store, "intake"), Disk: durable.OS(), SQLite: store.SQLite{}}, nil
}

// print writes data as JSON if that was asked for, else as text.
func (c *common) print(data any, text string) error {
	return command.Say(c.JSON, data, "%s\n", text)
}

// say is print with a sentence to fill in, which ends its line.
func (c *common) say(data any, sentence string, args ...any) error {
	return command.Say(c.JSON, data, sentence, args...)
}
