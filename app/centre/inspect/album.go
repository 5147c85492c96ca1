package inspect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"

	"kaodian/app/base/durable"
)

// album holds the evidence frames of one examination until it is whole: one
// that is broken off keeps no picture of anybody.
type album map[string][]byte // JPEG, by SHA-256

// add returns the frame's name.
func (a album) add(jpeg []byte) string {
	sum := sha256.Sum256(jpeg)
	name := hex.EncodeToString(sum[:])
	a[name] = jpeg
	return name
}

// keepFrames stores the frames under their hashes.
func (i *Inspector) keepFrames(a album) error {
	if len(a) == 0 {
		return nil
	}
	if err := durable.MkdirAll(i.Evidence, 0o700); err != nil {
		return err
	}
	for name, jpeg := range a {
		if err := durable.WriteFile(i.framePath(name), jpeg, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// dropFrames removes those that no finding shows.
func (i *Inspector) dropFrames(ctx context.Context, a album) error {
	for name := range a {
		used, err := i.Store.EvidenceInUse(ctx, name)
		if err != nil {
			return err
		}
		if used {
			continue
		}
		if err := durable.Remove(i.framePath(name)); err != nil {
			return err
		}
	}
	return nil
}

const frameSuffix = ".jpg"

func (i *Inspector) framePath(sum string) string {
	return filepath.Join(i.Evidence, sum+frameSuffix)
}
