package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aead.dev/minisign"

	"kaodian/sync/seal"
)

func signer(t *testing.T) (*seal.Signer, *seal.Verifier) {
	t.Helper()
	s, err := seal.GenerateSigner()
	need(t, err)
	v, err := seal.ParseVerifier(s.PublicKey())
	need(t, err)
	return s, v
}

func sign(t *testing.T, s *seal.Signer, message []byte) []byte {
	t.Helper()
	signature, err := s.Sign(message, "batch 00000001")
	need(t, err)
	return signature
}

func TestASignatureHoldsForItsMessageAndKeyOnly(t *testing.T) {
	mine, verifier := signer(t)
	stranger, other := signer(t)
	message := []byte(`{"version":1}`)
	good := sign(t, mine, message)
	for _, test := range []struct {
		name      string
		verifier  *seal.Verifier
		message   []byte
		signature []byte
		holds     bool
	}{
		{"the message by its key", verifier, message, good, true},
		{"an empty message", verifier, nil, sign(t, mine, nil), true},
		{"another message", verifier, []byte(`{"version":2}`), good, false},
		{"the message and one byte", verifier, append(bytes.Clone(message), '\n'), good, false},
		{"another's signature", verifier, message, sign(t, stranger, message), false},
		{"another's key", other, message, good, false},
		{"no signature", verifier, message, nil, false},
		{"no words at all", verifier, message, []byte("nothing\nto\nsee\nhere\n"), false},
	} {
		err := test.verifier.Verify(test.message, test.signature)
		if (err == nil) != test.holds {
			t.Errorf("%s: %v", test.name, err)
		}
		if err != nil && !errors.Is(err, seal.ErrSignature) {
			t.Errorf("%s: %v is not told as a signature that does not hold", test.name, err)
		}
	}
}

// I4: neither the signature nor its trusted comment can be changed.
func TestAFlippedBitInASignatureIsFound(t *testing.T) {
	mine, verifier := signer(t)
	message := []byte("message")
	good := sign(t, mine, message)
	first := bytes.IndexByte(good, '\n') + 1 // the comment above is nobody's word
	for at := first; at < len(good); at++ {
		changed := bytes.Clone(good)
		changed[at] ^= 1
		if verifier.Verify(message, changed) == nil && !same(good, changed) {
			t.Errorf("byte %d, %q, was changed and it holds", at, good[at])
		}
	}
	for size := range len(good) - 1 {
		if verifier.Verify(message, good[:size]) == nil && !same(good, good[:size]) {
			t.Errorf("the first %d of %d bytes hold", size, len(good))
		}
	}
}

// same says that both texts spell the same signature: the last letter of
// base64 has bits that mean nothing, and the end of the file may lack "\n".
func same(a, b []byte) bool {
	var x, y minisign.Signature
	return x.UnmarshalText(a) == nil && y.UnmarshalText(b) == nil && x.KeyID == y.KeyID && x.Algorithm == y.Algorithm &&
		x.TrustedComment == y.TrustedComment && x.Signature == y.Signature && x.CommentSignature == y.CommentSignature
}

// The old form signs the message itself, and needs it whole in memory; one
// form is enough to be right about.
func TestTheOldFormOfSignaturesIsRefused(t *testing.T) {
	public, private, err := minisign.GenerateKey(rand.Reader)
	need(t, err)
	message := []byte("message")
	old := minisign.Sign(private, message)
	if !minisign.Verify(public, message, old) {
		t.Fatal("the old signature does not hold by itself: the test shows nothing")
	}
	verifier, err := seal.ParseVerifier(public.String())
	need(t, err)
	if err := verifier.Verify(message, old); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("it was taken: %v", err)
	}
	renamed := bytes.Replace(old, []byte("\nRW"), []byte("\nRU"), 1)
	if err := verifier.Verify(message, renamed); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("it was taken under the new form's name: %v", err)
	}
}

func TestACommentOfTwoLinesIsNotSigned(t *testing.T) {
	mine, _ := signer(t)
	for _, comment := range []string{"a\nb", "a\r"} {
		if _, err := mine.Sign([]byte("message"), comment); err == nil {
			t.Errorf("%q was signed", comment)
		}
	}
}

func TestASignerIsKeptInAFileOfItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "signer")
	mine, verifier := signer(t)
	need(t, mine.Save(path))
	mode(t, path)
	loaded, err := seal.LoadSigner(path)
	need(t, err)
	if loaded.PublicKey() != mine.PublicKey() {
		t.Error("it is another key")
	}
	need(t, verifier.Verify([]byte("message"), sign(t, loaded, []byte("message"))))
}

// A key that lost a bit signs what nobody accepts: it is found when it is
// loaded, not when the province refuses a batch.
func TestADamagedSignerIsNamedWithWhatToDo(t *testing.T) {
	mine, _ := signer(t)
	path := filepath.Join(t.TempDir(), "signer")
	need(t, mine.Save(path))
	good, err := os.ReadFile(path)
	need(t, err)
	seed := bytes.IndexByte(good, '\n') + 1 + 62*4/3 + 8 // 62 bytes before the key, as base64
	flipped := bytes.Clone(good)
	flipped[seed] = 'A' + (flipped[seed]-'A'+1)%26
	for name, text := range map[string][]byte{"empty": {}, "cut": good[:len(good)-5], "its seed flipped": flipped} {
		need(t, os.WriteFile(path, text, 0o600))
		if _, err := seal.LoadSigner(path); err == nil || !strings.Contains(err.Error(), "enrol again") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := seal.LoadSigner(path + "-absent"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
}

func TestOnlyMinisignKeysAreTaken(t *testing.T) {
	mine, _ := signer(t)
	for _, text := range []string{"", "RWQ", mine.PublicKey()[:40], mine.PublicKey() + "AAAA", "age1xyz"} {
		if _, err := seal.ParseVerifier(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestTheMacIsHMACSHA256(t *testing.T) {
	// RFC 4231, test case 2.
	const want = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	message := []byte("what do ya want for nothing?")
	if got := seal.MAC("Jefe", message); got != want {
		t.Errorf("got %s", got)
	}
	for _, mac := range []string{"", want[:62], strings.ToUpper(want), strings.Replace(want, "5", "6", 1)} {
		if seal.CheckMAC("Jefe", message, mac) {
			t.Errorf("%q was taken", mac)
		}
	}
	if !seal.CheckMAC("Jefe", message, want) || seal.CheckMAC("jefe", message, want) || seal.CheckMAC("Jefe", message[1:], want) {
		t.Error("it holds for another token or message, or not for its own")
	}
}
