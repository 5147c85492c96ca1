// Command models brings the face models into a folder: it copies what is at
// hand and downloads what is missing, pinned by SHA-256.
//
// It fails softly and soon: without models the centre compares no faces and
// says so in every finding, which is no reason to stop an installation. A
// file is published by rename, so a crash leaves none that is half there.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"kaodian/app/base/durable"
	"kaodian/media/vision"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: models FOLDER")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	f := fetcher{to: os.Args[1], from: atHand(), client: newClient(answerWithin), say: os.Stdout}
	if err := f.run(ctx); err != nil {
		fmt.Fprintf(os.Stderr, "models: %v\n", err)
		os.Exit(1)
	}
}

// atHand are the folders that may hold models on this machine.
func atHand() []string {
	var folders []string
	if own := os.Getenv("KAODIAN_MODELS"); own != "" {
		folders = append(folders, own)
	}
	if shared := os.Getenv("KAODIAN_SHARED"); shared != "" {
		folders = append(folders, filepath.Join(shared, "models"))
	}
	return folders
}

// How long the network may keep an installation waiting.
const (
	answerWithin   = 4 * time.Second // for the connection and the first byte
	downloadWithin = 5 * time.Minute // for one whole file
)

func newClient(patience time.Duration) *http.Client {
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: patience}).DialContext,
		TLSHandshakeTimeout:   patience,
		ResponseHeaderTimeout: patience,
	}}
}

type fetcher struct {
	to     string
	from   []string
	client *http.Client
	say    io.Writer
}

// run brings a detector and an embedding network. It fails only when the
// folder cannot be written.
func (f *fetcher) run(ctx context.Context) error {
	detector, embeddings, err := vision.Cards()
	if err != nil {
		return err
	}
	if err := durable.MkdirAll(f.to, 0o755); err != nil {
		return err
	}
	for _, role := range []struct {
		name, without string
		cards         []vision.Card
	}{
		{"face detector", "faces are found by OpenCV's cascade, which overlooks many", []vision.Card{detector}},
		{"embedding network", "faces are not compared", embeddings},
	} {
		found, err := f.bring(ctx, role.cards)
		if err != nil {
			return err
		}
		if !found {
			fmt.Fprintf(f.say, "No %s: %s. Put %s into %s, or run `make models` again with a network.\n",
				role.name, role.without, role.cards[0].File, f.to)
		}
	}
	return nil
}

// bring copies every card's file that is at hand; only when that gives none
// for this role, the first that can be had is downloaded.
func (f *fetcher) bring(ctx context.Context, cards []vision.Card) (found bool, err error) {
	for _, card := range cards {
		has, err := f.copy(card)
		if err != nil {
			return false, err
		}
		found = found || has
	}
	for _, card := range cards {
		if found || card.URL == "" {
			continue
		}
		data, err := f.download(ctx, card)
		if err != nil {
			fmt.Fprintf(f.say, "%s could not be fetched: %v\n", card.Name, err)
			continue
		}
		if err := f.keep(card, data, card.URL); err != nil {
			return false, err
		}
		found = true
	}
	return found, nil
}

func (f *fetcher) copy(card vision.Card) (bool, error) {
	if data, err := os.ReadFile(filepath.Join(f.to, card.File)); err == nil && card.Holds(data) == nil {
		return true, nil
	}
	for _, folder := range f.from {
		data, err := os.ReadFile(filepath.Join(folder, card.File))
		if err != nil {
			continue
		}
		if err := card.Holds(data); err != nil {
			fmt.Fprintf(f.say, "%s in %s is left alone: %v\n", card.File, folder, err)
			continue
		}
		return true, f.keep(card, data, folder)
	}
	return false, nil
}

func (f *fetcher) keep(card vision.Card, data []byte, from string) error {
	if err := durable.WriteFile(filepath.Join(f.to, card.File), data, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(f.say, "%s from %s\n", card.Name, from)
	return nil
}

func (f *fetcher) download(ctx context.Context, card vision.Card) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, downloadWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, card.URL, nil)
	if err != nil {
		return nil, err
	}
	answer, err := f.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, errors.New(answer.Status)
	}
	data, err := io.ReadAll(io.LimitReader(answer.Body, card.Size+1))
	if err != nil {
		return nil, err
	}
	return data, card.Holds(data)
}
