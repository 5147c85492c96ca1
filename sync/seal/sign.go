package seal

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"aead.dev/minisign"

	"kaodian/app/base/durable"
)

// ErrSignature says that a signature was not made by this key over these bytes.
var ErrSignature = errors.New("the signature does not hold")

// Signer signs with a minisign key.
type Signer struct{ key minisign.PrivateKey }

// GenerateSigner makes a new signing key.
func GenerateSigner() (*Signer, error) {
	_, key, err := minisign.GenerateKey(rand.Reader)
	return &Signer{key: key}, err
}

// LoadSigner reads a key file that Save wrote.
func LoadSigner(path string) (*Signer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w; restore it from a backup or enrol again", err)
	}
	var s Signer
	if err := s.key.UnmarshalText(text); err != nil {
		return nil, fmt.Errorf("signing key %s is damaged: %w; restore it from a backup or enrol again", path, err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("signing key %s is damaged: %w; restore it from a backup or enrol again", path, err)
	}
	return &s, nil
}

// LoadLockedSigner is LoadSigner for a key that may have a password, as
// minisign's own tool makes them.
func LoadLockedSigner(path, password string) (*Signer, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if !minisign.IsEncrypted(text) {
		return LoadSigner(path)
	}
	key, err := minisign.DecryptKey(password, text)
	return &Signer{key: key}, err
}

// check signs something and verifies it. An unencrypted key file has no
// checksum, and a damaged key makes signatures that nobody accepts: better found
// here than when the province refuses a batch.
func (s *Signer) check() error {
	verifier, err := ParseVerifier(s.PublicKey())
	if err != nil {
		return err
	}
	signature, err := s.Sign(nil, "check")
	if err != nil {
		return err
	}
	return verifier.Verify(nil, signature)
}

// Save writes the key file (0600).
func (s *Signer) Save(path string) error {
	text, err := s.key.MarshalText()
	if err != nil {
		return err
	}
	return durable.WriteFile(path, text, 0o600)
}

// PublicKey is the key's public half as minisign -P takes it.
func (s *Signer) PublicKey() string {
	public, _ := s.key.Public().(minisign.PublicKey) // minisign's own type, always
	return public.String()
}

// Sign returns the .minisig file over the message. The trusted comment is
// signed too and has one line.
func (s *Signer) Sign(message []byte, trustedComment string) ([]byte, error) {
	if strings.ContainsAny(trustedComment, "\r\n") {
		return nil, fmt.Errorf("a trusted comment has one line: %q", trustedComment)
	}
	reader := minisign.NewReader(newReader(message))
	if err := drain(reader); err != nil {
		return nil, err
	}
	return reader.SignWithComments(s.key, trustedComment, "signature by kaodian"), nil
}

// Verifier checks signatures of one key.
type Verifier struct{ key minisign.PublicKey }

// ParseVerifier reads a public key as PublicKey wrote it.
func ParseVerifier(text string) (*Verifier, error) {
	var v Verifier
	if err := v.key.UnmarshalText([]byte(text)); err != nil {
		return nil, fmt.Errorf("it is no minisign public key: %w", err)
	}
	return &v, nil
}

// Verify returns ErrSignature unless the .minisig file was made by this key over
// this message in the prehashed form.
func (v *Verifier) Verify(message, signature []byte) error {
	var parsed minisign.Signature
	if err := parsed.UnmarshalText(signature); err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	if parsed.Algorithm != minisign.HashEdDSA {
		return fmt.Errorf("%w: it is in minisign's old form", ErrSignature)
	}
	again, err := parsed.MarshalText()
	if err != nil || !bytes.Equal(bytes.TrimSpace(again), bytes.TrimSpace(signature)) {
		return fmt.Errorf("%w: it is not in the one form of its bytes", ErrSignature)
	}
	reader := minisign.NewReader(newReader(message))
	if err := drain(reader); err != nil {
		return err
	}
	if !reader.Verify(v.key, signature) {
		return ErrSignature
	}
	return nil
}

// MAC is the HMAC-SHA256 of the message under the token, in hex.
func MAC(token string, message []byte) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write(message)
	return hex.EncodeToString(mac.Sum(nil))
}

// CheckMAC says whether mac is MAC(token, message), in constant time.
func CheckMAC(token string, message []byte, mac string) bool {
	return hmac.Equal([]byte(MAC(token, message)), []byte(mac))
}
