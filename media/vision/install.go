package vision

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"kaodian/app/base/durable"
)

// Install puts a network into a folder: one that this program knows, by its
// bytes and whatever its name, or one that NAME.card.json beside it describes.
// Installed again it changes nothing. It returns the network's card.
func Install(file, folder string) (Card, error) {
	data, err := read(file)
	if err != nil {
		return Card{}, fmt.Errorf("%s: %w", file, err)
	}
	card, own, err := cardOf(file, data)
	if err != nil {
		return Card{}, err
	}
	if err := durable.MkdirAll(folder, 0o755); err != nil {
		return Card{}, err
	}
	// The card comes last: a crash before it leaves a file that nobody uses.
	if err := durable.WriteFile(filepath.Join(folder, card.File), data, 0o644); err != nil {
		return Card{}, err
	}
	if own != nil {
		err = durable.WriteFile(filepath.Join(folder, strings.TrimSuffix(card.File, filepath.Ext(card.File))+cardSuffix), own, 0o644)
	}
	return card, err
}

// cardOf finds the card that the bytes fit; own is one that lay beside the file.
func cardOf(file string, data []byte) (card Card, own []byte, err error) {
	cards, err := Cards()
	if err != nil {
		return Card{}, nil, err
	}
	for _, known := range cards {
		if known.Holds(data) == nil {
			return known, nil, nil
		}
	}
	beside := strings.TrimSuffix(file, filepath.Ext(file)) + cardSuffix
	own, err = os.ReadFile(beside)
	if errors.Is(err, os.ErrNotExist) {
		return Card{}, nil, fmt.Errorf("%s is none of the networks that this program knows, or it is damaged; fetch it again, or describe it in %s", file, beside)
	}
	if err != nil {
		return Card{}, nil, err
	}
	card, err = readCard(os.DirFS(filepath.Dir(beside)), filepath.Base(beside))
	if err == nil {
		err = card.Holds(data)
	}
	if err != nil {
		return Card{}, nil, fmt.Errorf("%s: %w", beside, err)
	}
	return card, own, nil
}
