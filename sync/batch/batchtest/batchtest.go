// Package batchtest makes sealed batches as a centre would, with real keys,
// for the tests of whoever reads them. It knows no SQLite driver: the caller
// brings the bytes of records.sqlite.
package batchtest

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"kaodian/sync/batch"
	"kaodian/sync/seal"
)

// TB is what the maker needs of a test; rapid's T is one too.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
}

var _ TB = (*testing.T)(nil)

// Sender is an install of a centre.
type Sender struct {
	Centre, Install string
	Signer          *seal.Signer
	Identity        *seal.Identity
	Recipient       string // the province's
	Version         int    // of the format of its batches
	Sequence        int64  // of the last batch
	Previous        string // its manifest's SHA-256
}

// NewSender makes an install with keys of its own.
func NewSender(t TB, centre, recipient string) *Sender {
	t.Helper()
	id := make([]byte, 8)
	rand.Read(id)
	signer, err := seal.GenerateSigner()
	check(t, err)
	identity, err := seal.GenerateIdentity()
	check(t, err)
	return &Sender{Centre: centre, Install: hex.EncodeToString(id), Signer: signer, Identity: identity, Recipient: recipient, Version: batch.Version}
}

// Request is the sender's enrolment under that token, as it is sent.
func (s *Sender) Request(t TB, token string) []byte {
	t.Helper()
	r := batch.Request{
		Version: batch.MessageVersion, Centre: s.Centre, Install: s.Install,
		MinisignKey: s.Signer.PublicKey(), AgeRecipient: s.Identity.Recipient(),
	}
	text, err := r.Authenticated()
	check(t, err)
	r.MAC = seal.MAC(token, text)
	text, err = batch.Canonical(r)
	check(t, err)
	return text
}

// Plain is a media file before it is sealed.
type Plain struct {
	Bytes             []byte
	Type, Role, Owner string
}

// Media is a sealed media file and what it is.
type Media struct {
	SHA256, Sealed    string
	Size              int64
	Type, Role, Owner string
}

// Batch is a sealed batch: its files by name, ready to be hurt by a test.
type Batch struct {
	Manifest batch.Manifest
	Files    map[string][]byte
}

// Sum is the SHA-256 of the batch's manifest.
func (b *Batch) Sum() string { return batch.Sum(b.Files[batch.ManifestName]) }

// madeAt is when every batch of a test is made.
var madeAt = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// Next makes the batch after the sender's last and moves its chain on. records
// returns records.sqlite for the sealed media.
func (s *Sender) Next(t TB, plain []Plain, records func(ref batch.Ref, media []Media) []byte) *Batch {
	t.Helper()
	b := s.Peek(t, plain, records)
	s.Sequence, s.Previous = b.Manifest.Sequence, b.Sum()
	return b
}

// Peek is Next without moving the chain: a second batch at the same place.
func (s *Sender) Peek(t TB, plain []Plain, records func(ref batch.Ref, media []Media) []byte) *Batch {
	t.Helper()
	b := &Batch{Files: map[string][]byte{}, Manifest: batch.Manifest{
		Version: s.Version, Centre: s.Centre, Install: s.Install, Recipient: s.Recipient,
		Sequence: s.Sequence + 1, Previous: s.Previous, MadeAt: madeAt, Program: "batchtest", Files: []batch.File{},
	}}
	var media []Media
	for _, p := range plain {
		sealed := Encrypt(t, s.Recipient, p.Bytes)
		m := Media{SHA256: batch.Sum(p.Bytes), Sealed: batch.Sum(sealed), Size: int64(len(p.Bytes)), Type: p.Type, Role: p.Role, Owner: p.Owner}
		media = append(media, m)
		b.Add(batch.MediaName(m.Sealed), sealed)
	}
	b.Add(batch.RecordsName, Encrypt(t, s.Recipient, records(b.Manifest.Ref(), media)))
	b.Sign(t, s.Signer)
	return b
}

// Add puts a file into the batch and names it in the manifest.
func (b *Batch) Add(name string, content []byte) {
	b.Files[name] = content
	b.Manifest.Files = append(b.Manifest.Files, batch.File{Name: name, Size: int64(len(content)), SHA256: batch.Sum(content)})
}

// Sign writes the manifest as it is now and its signature.
func (b *Batch) Sign(t TB, signer *seal.Signer) {
	t.Helper()
	text, err := batch.Canonical(b.Manifest)
	check(t, err)
	b.SignBytes(t, signer, text)
}

// SignBytes makes the text the manifest, whatever it is, and signs it.
func (b *Batch) SignBytes(t TB, signer *seal.Signer, text []byte) {
	t.Helper()
	signature, err := signer.Sign(text, "batchtest")
	check(t, err)
	b.Files[batch.ManifestName], b.Files[batch.SignatureName] = text, signature
}

// Clone is a copy that can be hurt.
func (b *Batch) Clone() *Batch {
	other := &Batch{Manifest: b.Manifest, Files: map[string][]byte{}}
	other.Manifest.Files = slices.Clone(b.Manifest.Files)
	for name, content := range b.Files {
		other.Files[name] = slices.Clone(content)
	}
	return other
}

// Names are the names of its files, sorted.
func (b *Batch) Names() []string { return slices.Sorted(maps.Keys(b.Files)) }

// Write puts the batch's files where it is expected below root.
func (b *Batch) Write(t TB, root string) {
	t.Helper()
	b.WriteAs(t, root, b.Manifest.Ref())
}

// Put brings the batch's files as a drop does: what is there with its size is
// left alone, whatever it holds.
func (b *Batch) Put(t TB, root string) {
	t.Helper()
	for name, content := range b.Files {
		path := filepath.Join(root, filepath.FromSlash(b.Manifest.Ref().Folder()), filepath.FromSlash(name))
		if info, err := os.Stat(path); err != nil || info.Size() != int64(len(content)) {
			WriteFile(t, path, content)
		}
	}
}

// WriteAs puts the batch's files into another batch's folder.
func (b *Batch) WriteAs(t TB, root string, ref batch.Ref) {
	t.Helper()
	for name, content := range b.Files {
		WriteFile(t, filepath.Join(root, filepath.FromSlash(ref.Folder()), filepath.FromSlash(name)), content)
	}
}

// WriteFile makes a file and the folders above it.
func WriteFile(t TB, path string, content []byte) {
	t.Helper()
	check(t, os.MkdirAll(filepath.Dir(path), 0o700))
	check(t, os.WriteFile(path, content, 0o600))
	old := time.Now().Add(-time.Hour) // nobody is writing it any more
	check(t, os.Chtimes(path, old, old))
}

// Encrypt seals bytes to a recipient.
func Encrypt(t TB, recipient string, plain []byte) []byte {
	t.Helper()
	to, err := seal.ParseRecipient(recipient)
	check(t, err)
	var out bytes.Buffer
	_, err = seal.Encrypt(&out, to, bytes.NewReader(plain))
	check(t, err)
	return out.Bytes()
}

func check(t TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("batchtest: %v", err)
	}
}
