package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"kaodian/app/base/durable"
	"kaodian/media/vision"
)

// tarball is a package of the npm registry, pinned by its content.
type tarball struct {
	name      string // with its version
	integrity string // as npm says it
	licence   string // its place in the tarball, "" where it has none
}

// packages have the networks. Of each the tarball alone is taken: none of its
// dependencies, and nothing of it is run.
var packages = []tarball{
	{
		name:      "faceplugin-face-recognition-js@0.0.1",
		integrity: "sha512-shriXjd4zJHEwhK1jHK+bWo8Vv6Vu9B/w6RRsd4AFtNM/jaI2vhuOamOSMl9qQmLd8WlQ7dgqN+3C2iOi5pXWw==",
		licence:   "package/LICENSE",
	},
	{
		name:      "@ricky0123/vad-web@0.0.31",
		integrity: "sha512-ePVq8TvB21sdHSxVMZOEIf9JVa7MAYpaIaNXeGgsPOiMCN8xbPCdF2LS5aYj7VRR3ZxzutedgV9ZplV65IA1Fg==",
	},
}

// How long the registry may keep an installation waiting.
const (
	answerWithin   = 5 * time.Second // for the first answer
	downloadWithin = 5 * time.Minute // for the tarball
)

// unpack takes the networks of these cards out of the package. What cannot be
// had is said and is no error.
func (f *fetcher) unpack(ctx context.Context, source tarball, cards []vision.Card) error {
	work, err := os.MkdirTemp("", "kaodian-models-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	file, err := source.fetch(ctx, work)
	if err != nil {
		fmt.Fprintf(f.say, "%s could not be fetched: %v\n", source.name, err)
		return nil
	}
	opened, err := os.Open(file)
	if err != nil {
		return err
	}
	defer opened.Close()
	return f.takeOut(opened, source, cards)
}

// fetch asks npm for the tarball, into a folder of its own so that no project's
// settings but the machine's count, and checks it.
func (t tarball) fetch(ctx context.Context, folder string) (string, error) {
	// What the registry says of it is small: one that is silent, or has
	// something else under this name, costs seconds and no download.
	said, err := npm(ctx, folder, answerWithin, "view", t.name, "dist.integrity", "--prefer-offline")
	if err != nil {
		return "", err
	}
	if said = strings.TrimSpace(said); said != t.integrity {
		return "", fmt.Errorf("the registry has another package under this name (%s)", said)
	}
	if _, err := npm(ctx, folder, downloadWithin, "pack", t.name, "--pack-destination", folder, "--prefer-offline"); err != nil {
		return "", err
	}
	found, err := filepath.Glob(filepath.Join(folder, "*.tgz"))
	if err != nil || len(found) != 1 {
		return "", errors.Join(err, errors.New("npm said that it fetched it, and it is not there"))
	}
	return found[0], t.check(found[0])
}

// check holds a file against the pinned hash.
func (t tarball) check(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha512.New()
	if _, err := io.Copy(sum, file); err != nil {
		return err
	}
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum.Sum(nil)); got != t.integrity {
		return fmt.Errorf("its hash is %s and not %s", got, t.integrity)
	}
	return nil
}

// npm runs a command of the machine's npm, as it is set up, without scripts.
func npm(ctx context.Context, folder string, within time.Duration, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, within+answerWithin)
	defer cancel()
	args = append(args, "--ignore-scripts", "--loglevel=error", "--fetch-retries=0", fmt.Sprintf("--fetch-timeout=%d", within.Milliseconds()))
	cmd := exec.CommandContext(ctx, "npm", args...)
	cmd.Dir = folder
	cmd.WaitDelay = time.Second // a grandchild may hold the pipe
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return "", errors.New("npm is not installed; install Node")
	case ctx.Err() != nil:
		return "", errors.New("the registry does not answer")
	case err != nil:
		return "", fmt.Errorf("npm %s: %s", args[0], reason(complaint.String()))
	}
	return string(out), nil
}

// reason is what npm complains of: a code, and a line that says what it means.
func reason(complaint string) string {
	plain := strings.NewReplacer("npm error ", "", "npm ERR! ", "").Replace(complaint)
	lines := strings.Split(strings.TrimSpace(plain), "\n")
	return strings.Join(lines[:min(2, len(lines))], ": ")
}

// takeOut keeps the files of these cards, each only if it is the card's.
func (f *fetcher) takeOut(from io.Reader, source tarball, cards []vision.Card) error {
	compressed, err := gzip.NewReader(from)
	if err != nil {
		return err
	}
	entries := tar.NewReader(compressed)
	for {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f.takeEntry(entry, entries, source, cards); err != nil {
			return err
		}
	}
}

func (f *fetcher) takeEntry(entry *tar.Header, body io.Reader, source tarball, cards []vision.Card) error {
	const maxLicence = 64 << 10
	if entry.Name == source.licence {
		text, err := io.ReadAll(io.LimitReader(body, maxLicence))
		if err != nil {
			return err
		}
		return durable.WriteFile(filepath.Join(f.to, licenceFile(source.name)), text, 0o644)
	}
	for _, card := range cards {
		if entry.Name != card.Path {
			continue
		}
		data, err := io.ReadAll(io.LimitReader(body, card.Size+1))
		if err != nil {
			return err
		}
		if err := card.Holds(data); err != nil {
			fmt.Fprintf(f.say, "%s of %s is left alone: %v\n", card.File, source.name, err)
			continue
		}
		return f.keep(card, data, source.name)
	}
	return nil
}
