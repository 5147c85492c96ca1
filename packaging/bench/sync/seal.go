package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"

	"kaodian/packaging/bench/row"
	"kaodian/sync/seal"
)

const sealedBytes = 512 * mebibyte

// sealing compares by the processor time of one core: the disk, to which ours
// syncs and the peer does not, is another's business.
func (b *bench) sealing() error {
	name := "sync/seal/age and SHA-256, MB by a second of one core"
	memory := "sync/seal/memory, MiB"
	if !b.wanted(name) && !b.wanted(memory) {
		return nil
	}
	b.say("sealing %d MiB", sealedBytes/mebibyte)
	plain, err := filled(filepath.Join(scratch, "plain"), sealedBytes)
	if err != nil {
		return err
	}
	identity, err := seal.GenerateIdentity()
	if err != nil {
		return err
	}
	one := []string{"GOMAXPROCS=1"}
	speed := func(u used, err error) ([]float64, error) {
		return []float64{sealedBytes / 1e6 / u.processor.Seconds()}, err
	}
	out := filepath.Join(scratch, "sealed")
	medians, err := b.inTurn(
		func() ([]float64, error) { return speed(b.ours(memory, one, "seal", plain, out, identity.Recipient())) },
		func() ([]float64, error) {
			return speed(b.task(one, "seal-peer", plain, out+".peer", identity.Recipient()))
		},
	)
	if err != nil {
		return err
	}
	return b.print(row.AtLeast(name, medians[0][0], medians[1][0], 0.95), row.Within(memory, b.peak[memory], nil, maxMemory))
}

// filled makes a file of so many bytes that do not repeat.
func filled(path string, size int) (string, error) {
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	source := rand.NewChaCha8([32]byte{})
	block := make([]byte, mebibyte)
	for range size / mebibyte {
		_, _ = source.Read(block) // never fails
		if _, err := file.Write(block); err != nil {
			return "", err
		}
	}
	return path, file.Sync()
}
