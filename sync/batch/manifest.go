package batch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

const (
	// MaxFileBytes is the size that no file of a batch exceeds.
	MaxFileBytes = 1 << 30
	// MaxRecordBytes is the size at which a batch is closed.
	MaxRecordBytes = 64 << 20
	// maxFiles bounds a manifest: more is somebody's mischief.
	maxFiles = 20_000
	// MaxMessageBytes is the size that no manifest, receipt or enrolment exceeds.
	MaxMessageBytes = 8 << 20
)

// Manifest says what a batch is. It holds no personal data.
type Manifest struct {
	Version   int       `json:"version"`
	Centre    string    `json:"centre"`
	Install   string    `json:"install"`
	Recipient string    `json:"recipient"` // the province's age key it is encrypted to
	Sequence  int64     `json:"sequence"`  // from 1, without gaps
	Previous  string    `json:"previous"`  // SHA-256 of this install's manifest before, "" for the first
	MadeAt    time.Time `json:"made_at"`
	Program   string    `json:"program"`
	Files     []File    `json:"files"` // every other file but the signature
}

// File is one file as it is sent.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"` // bytes
	SHA256 string `json:"sha256"`
}

// Ref names the manifest's batch.
func (m Manifest) Ref() Ref { return Ref{Centre: m.Centre, Install: m.Install, Sequence: m.Sequence} }

// ParseManifest reads a manifest's bytes and refuses what no program of ours
// would write.
func ParseManifest(text []byte) (Manifest, error) {
	var m Manifest
	if err := parse(text, &m); err != nil {
		return Manifest{}, fmt.Errorf("manifest: %w", err)
	}
	if err := m.Check(); err != nil {
		return Manifest{}, fmt.Errorf("manifest: %w", err)
	}
	return m, nil
}

// Check says what is wrong with the manifest.
func (m Manifest) Check() error { return m.check(Version, RecordsName) }

// check says what is wrong with the manifest of something of at most that version,
// which says in the file index what its other files are.
func (m Manifest) check(newest int, index string) error {
	if err := checkVersion(m.Version, newest); err != nil {
		return err
	}
	if err := CheckCentre(m.Centre); err != nil {
		return err
	}
	if err := CheckInstall(m.Install); err != nil {
		return err
	}
	switch {
	case m.Sequence < 1 || m.Sequence > maxSequence:
		return fmt.Errorf("%d is no sequence", m.Sequence)
	case m.Sequence == 1 && m.Previous != "":
		return fmt.Errorf("the first batch has no batch before it")
	case m.Sequence > 1 && !sumPattern.MatchString(m.Previous):
		return fmt.Errorf("it does not name the manifest before it")
	case m.MadeAt.Year() < 1 || m.MadeAt.Year() > 9999:
		return fmt.Errorf("it was made in the year %d", m.MadeAt.Year())
	case text(m.Program) != "":
		return fmt.Errorf("its program %s", text(m.Program))
	case len(m.Files) > maxFiles:
		return fmt.Errorf("it names %d files, more than %d", len(m.Files), maxFiles)
	}
	return m.checkFiles(index)
}

func (m Manifest) checkFiles(index string) error {
	seen := map[string]bool{}
	for _, file := range m.Files {
		switch {
		case file.Name != index && !IsMedia(file.Name):
			return fmt.Errorf("it names a file %q, which no batch has", file.Name)
		case seen[file.Name]:
			return fmt.Errorf("it names %s twice", file.Name)
		case file.Size < 1 || file.Size > MaxFileBytes:
			return fmt.Errorf("%s has %d bytes", file.Name, file.Size)
		case !sumPattern.MatchString(file.SHA256):
			return fmt.Errorf("%s has no SHA-256", file.Name)
		case IsMedia(file.Name) && file.Name != MediaName(file.SHA256):
			return fmt.Errorf("%s is not named by its SHA-256", file.Name)
		}
		seen[file.Name] = true
	}
	if !seen[index] {
		return fmt.Errorf("it names no %s", index)
	}
	return nil
}

// Sum is the SHA-256 of bytes, in hex: a manifest's name in receipts and in
// the manifest after it.
func Sum(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
