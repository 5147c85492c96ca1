package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"kaodian/app/base/durable"
	"kaodian/app/province/store"
	"kaodian/sync/seal"
)

type initCommand struct{}

// Run makes keys and store. Run again it finishes what a crash left and
// changes nothing else.
func (initCommand) Run(ctx context.Context, common *common) error {
	ownFilesOnly()
	if common.Store == "" {
		return usage("--store names no folder")
	}
	s, err := store.Create(ctx, common.Store)
	if err != nil {
		return err
	}
	return errors.Join(common.initialise(ctx, s), s.Close())
}

// initialise makes the keys of a store that has none, and writes down which
// they are.
func (c *common) initialise(ctx context.Context, s *store.Store) error {
	known, err := s.FindSetting(ctx, signerSetting)
	if err != nil {
		return err
	}
	if known == "" {
		if err := c.makeKeys(ctx, s); err != nil {
			return err
		}
	}
	identity, signer, err := c.keys(ctx, s)
	if err != nil {
		return err
	}
	public := struct {
		Store       string `json:"store"`
		Recipient   string `json:"recipient"`
		MinisignKey string `json:"minisign_key"`
	}{c.Store, identity.Recipient(), signer.PublicKey()}
	return c.print(public, fmt.Sprintf("store      %s\nage        %s\nminisign   %s\nKeep a copy of %s where nobody else reads it: without its keys no batch can be opened.",
		public.Store, public.Recipient, public.MinisignKey, filepath.Join(c.Store, "keys")))
}

func (c *common) makeKeys(ctx context.Context, s *store.Store) error {
	if err := durable.MkdirAll(filepath.Join(c.Store, "keys"), 0o700); err != nil {
		return err
	}
	identity, err := keyOr(c.keyFile(identityFile), seal.LoadIdentity, seal.GenerateIdentity)
	if err != nil {
		return err
	}
	signer, err := keyOr(c.keyFile(signerFile), seal.LoadSigner, seal.GenerateSigner)
	if err != nil {
		return err
	}
	if err := s.SetSetting(ctx, recipientSetting, identity.Recipient()); err != nil {
		return err
	}
	return s.SetSetting(ctx, signerSetting, signer.PublicKey())
}

// keyOr loads a key file, or makes it if there is none.
func keyOr[Key interface{ Save(string) error }](path string, load func(string) (Key, error), generate func() (Key, error)) (Key, error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return load(path)
	}
	key, err := generate()
	if err != nil {
		return key, err
	}
	return key, key.Save(path)
}
