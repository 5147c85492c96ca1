package seal

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"

	"filippo.io/age"

	"kaodian/app/base/durable"
)

// Identity opens what was encrypted to it.
type Identity struct{ key *age.X25519Identity }

// GenerateIdentity makes a new age identity.
func GenerateIdentity() (*Identity, error) {
	key, err := age.GenerateX25519Identity()
	return &Identity{key: key}, err
}

// LoadIdentity reads a key file that Save or age-keygen wrote.
func LoadIdentity(path string) (*Identity, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("age identity: %w; restore it from a backup or enrol again", err)
	}
	identity, err := ParseIdentity(string(text))
	if err != nil {
		return nil, fmt.Errorf("age identity %s is damaged; restore it from a backup or enrol again", path)
	}
	return identity, nil
}

// ParseIdentity reads the text of a key file: the first line that is no comment.
func ParseIdentity(text string) (*Identity, error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := age.ParseX25519Identity(strings.ToUpper(strings.Join(strings.Fields(line), ""))) // a paper has it in groups, and people type as they like
		if err != nil {
			return nil, errors.New("it is no age identity (AGE-SECRET-KEY-1…)") // age's own error may quote the key
		}
		return &Identity{key: key}, nil
	}
	return nil, errors.New("there is no age identity in it (AGE-SECRET-KEY-1…)")
}

// Save writes the key file (0600) as age -i reads it.
func (i *Identity) Save(path string) error {
	return durable.WriteFile(path, []byte("# public key: "+i.Recipient()+"\n"+i.key.String()+"\n"), 0o600)
}

// Recipient is the public key that others encrypt to, in text.
func (i *Identity) Recipient() string { return i.key.Recipient().String() }

// Secret is the identity itself, in text, to be written on paper.
func (i *Identity) Secret() string { return i.key.String() }

// Token derives a secret from the identity that does not lead back to it, for MAC.
func (i *Identity) Token(purpose string) (string, error) {
	token, err := hkdf.Key(sha256.New, []byte(i.key.String()), nil, purpose, sha256.Size)
	return hex.EncodeToString(token), err
}

// Recipient is a public key to encrypt to.
type Recipient struct{ key *age.X25519Recipient }

// ParseRecipient reads an age recipient (age1…).
func ParseRecipient(text string) (*Recipient, error) {
	key, err := age.ParseX25519Recipient(text)
	if err != nil {
		return nil, fmt.Errorf("%q is no age recipient: %w", text, err)
	}
	return &Recipient{key: key}, nil
}

// Sums describe what Encrypt read and wrote: SHA-256 in hex, sizes in bytes.
type Sums struct {
	Plain, Sealed         string
	PlainSize, SealedSize int64
}

// Encrypt copies src to dst, encrypted to the recipient. Memory stays flat
// whatever the size. After an error dst holds nothing that opens: age's last
// part, which says that the file is whole, is only written at the end of src.
func Encrypt(dst io.Writer, to *Recipient, src io.Reader) (Sums, error) {
	return EncryptToAll(dst, []*Recipient{to}, src)
}

// EncryptToAll is Encrypt so that each of the recipients can open it.
func EncryptToAll(dst io.Writer, to []*Recipient, src io.Reader) (Sums, error) {
	plain, sealed := newMeter(), newMeter()
	var keys []age.Recipient
	for _, one := range to {
		keys = append(keys, one.key)
	}
	out, err := age.Encrypt(io.MultiWriter(dst, sealed), keys...)
	if err != nil {
		return Sums{}, err
	}
	if _, err = io.Copy(out, io.TeeReader(src, plain)); err != nil {
		return Sums{}, err
	}
	if err := out.Close(); err != nil {
		return Sums{}, err
	}
	return Sums{Plain: plain.sum(), Sealed: sealed.sum(), PlainSize: plain.size, SealedSize: sealed.size}, nil
}

// Decrypt copies src to dst, decrypted. After an error dst must not be used.
func Decrypt(dst io.Writer, src io.Reader, with *Identity) error {
	in, err := age.Decrypt(src, with.key)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, in)
	return err
}

// DecryptReaderAt opens a sealed file of that size for random access and
// returns the plain size. Each part is authenticated when it is read.
func DecryptReaderAt(src io.ReaderAt, size int64, with *Identity) (io.ReaderAt, int64, error) {
	return age.DecryptReaderAt(src, size, with.key)
}

// meter counts and hashes what goes through.
type meter struct {
	hash hash.Hash
	size int64
}

func newMeter() *meter { return &meter{hash: sha256.New()} }

func (m *meter) Write(p []byte) (int, error) {
	m.size += int64(len(p))
	return m.hash.Write(p)
}

func (m *meter) sum() string { return hex.EncodeToString(m.hash.Sum(nil)) }

func newReader(message []byte) io.Reader { return bytes.NewReader(message) }

func drain(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	return err
}
