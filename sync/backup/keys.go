package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"kaodian/app/base/durable"
	"kaodian/sync/seal"
)

const (
	keysFile = "keys/backup.json"
	ownFile  = "keys/backup.age"
	purpose  = "kaodian backup list v1"
)

// ErrNoKey says that there is no key on paper that a backup could be sealed to.
var ErrNoKey = errors.New("there is no key for backups yet; run «kaodian backup key», write down what it prints and keep the paper away from this machine")

// ErrBrokenKey says that what the box keeps of its key cannot be read.
var ErrBrokenKey = errors.New("damaged; make a new key with «kaodian backup key --replace»")

// Keys are what a box keeps to make backups and to check them. What opens them
// elsewhere is on paper only.
type Keys struct {
	Recipient string    `json:"recipient"` // of the paper
	Token     string    `json:"token"`     // of the lists' MAC; derived from the paper
	MadeAt    time.Time `json:"made_at"`

	paper *seal.Recipient
	own   *seal.Identity
}

// LoadKeys reads the box's keys, or ErrNoKey. A restored box has none of its own
// yet, and gets one: it makes backups beside those of the box before it.
func LoadKeys(folder string) (Keys, error) {
	text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(keysFile)))
	if errors.Is(err, fs.ErrNotExist) {
		return Keys{}, ErrNoKey
	}
	if err != nil {
		return Keys{}, err
	}
	var k Keys
	if err = json.Unmarshal(text, &k); err == nil {
		k.paper, err = seal.ParseRecipient(k.Recipient)
	}
	if err != nil || k.Token == "" {
		return Keys{}, fmt.Errorf("%s is %w", keysFile, ErrBrokenKey)
	}
	k.own, err = ownIdentity(folder)
	return k, err
}

func ownIdentity(folder string) (*seal.Identity, error) {
	path := filepath.Join(folder, filepath.FromSlash(ownFile))
	if text, err := os.ReadFile(path); !errors.Is(err, fs.ErrNotExist) {
		return parseOwn(text, err)
	}
	own, err := seal.GenerateIdentity()
	if err != nil {
		return nil, err
	}
	return own, own.Save(path)
}

func parseOwn(text []byte, err error) (*seal.Identity, error) {
	if err != nil {
		return nil, err
	}
	own, err := seal.ParseIdentity(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s is %w", ownFile, ErrBrokenKey)
	}
	return own, nil
}

// Save has backups sealed to this identity from now on, and keeps nothing that
// opens what is sealed to it. The box's own key goes: with a new one it begins a
// place of its own, in which everything is sealed to the new paper.
func Save(folder string, paper *seal.Identity, now time.Time) error {
	token, err := paper.Token(purpose)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(Keys{Recipient: paper.Recipient(), Token: token, MadeAt: now.UTC().Truncate(time.Second)}, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(folder, filepath.FromSlash(keysFile))
	if err := durable.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := durable.Remove(filepath.Join(folder, filepath.FromSlash(ownFile))); err != nil {
		return err
	}
	return durable.WriteFile(path, append(text, '\n'), 0o600)
}

// opener opens backups: with the paper's key, or with the box's own.
type opener struct {
	identity *seal.Identity
	token    string
}

// Paper opens with what is on paper.
func Paper(identity *seal.Identity) (Opener, error) {
	token, err := identity.Token(purpose)
	return opener{identity, token}, err
}

// Opener opens backups.
type Opener interface{ with() opener }

func (o opener) with() opener { return o }

func (k Keys) with() opener { return opener{k.own, k.Token} }
