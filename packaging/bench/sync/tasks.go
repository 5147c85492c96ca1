package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"

	"kaodian/app/base/durable"
	"kaodian/sync/drop"
	"kaodian/sync/drop/open"
	"kaodian/sync/seal"
)

// asTask is the first argument of a process that does one task.
const asTask = "-task"

var tasks = map[string]func(context.Context, []string) error{
	"seal":      sealTask,
	"seal-peer": sealPeer,
	"send":      sendTask,
	"open-peer": openPeer,
}

// sealTask seals a file as the outbox does: FILE SEALED RECIPIENT.
func sealTask(_ context.Context, words []string) error {
	to, err := seal.ParseRecipient(words[2])
	if err != nil {
		return err
	}
	in, err := os.Open(words[0])
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := durable.Create(words[1], 0o600)
	if err != nil {
		return err
	}
	defer out.Discard()
	if _, err := seal.Encrypt(out, to, in); err != nil {
		return err
	}
	return out.Commit()
}

// sealPeer is one pass of age's library with the SHA-256 of both sides, into a
// file that nobody syncs: FILE SEALED RECIPIENT.
func sealPeer(_ context.Context, words []string) (err error) {
	to, err := age.ParseX25519Recipient(words[2])
	if err != nil {
		return err
	}
	in, err := os.Open(words[0])
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.Create(words[1])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	plain, sealed := sha256.New(), sha256.New()
	encrypted, err := age.Encrypt(io.MultiWriter(out, sealed), to)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.MultiWriter(encrypted, plain), in); err != nil {
		return err
	}
	_, _ = plain.Sum(nil), sealed.Sum(nil)
	return encrypted.Close()
}

// sendTask puts a file at a drop: FILE NAME URL PIN.
func sendTask(ctx context.Context, words []string) error {
	at, err := open.Open(drop.Place{URL: words[2], Trust: drop.Trust{Pin: words[3]}}, nil)
	if err != nil {
		return err
	}
	info, err := os.Stat(words[0])
	if err != nil {
		return err
	}
	err = at.Put(ctx, words[1], info.Size(), func(offset int64) (io.ReadCloser, error) {
		file, err := os.Open(words[0])
		if err == nil && offset > 0 {
			_, err = file.Seek(offset, io.SeekStart)
		}
		return file, err
	})
	return errors.Join(err, at.Close())
}

// openPeer decrypts every file of a batch and hashes both sides, and keeps
// nothing: FOLDER IDENTITY.
func openPeer(_ context.Context, words []string) error {
	key, err := os.ReadFile(words[1])
	if err != nil {
		return err
	}
	identity, err := age.ParseX25519Identity(string(key))
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(words[0], "media", "*.age"))
	if err != nil {
		return err
	}
	for _, name := range append(files, filepath.Join(words[0], "records.sqlite.age")) {
		if err := openOne(name, identity); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func openOne(name string, identity *age.X25519Identity) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	sealed, plain := sha256.New(), sha256.New()
	opened, err := age.Decrypt(io.TeeReader(file, sealed), identity)
	if err != nil {
		return err
	}
	if _, err := io.Copy(plain, opened); err != nil {
		return err
	}
	want := filepath.Base(name)
	if got := hex.EncodeToString(sealed.Sum(nil)) + ".age"; want != "records.sqlite.age" && got != want {
		return errors.New("it is another file than its name says")
	}
	_ = plain.Sum(nil)
	return nil
}
