package seal_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"aead.dev/minisign"

	"kaodian/sync/seal"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tool runs a standard tool, or skips where it is not installed.
func tool(t *testing.T, name string, args ...string) ([]byte, error) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skipf("%s is not installed: that it reads our files was not tried (apt install %s)", name, name)
	}
	return exec.Command(name, args...).CombinedOutput()
}

func newSigner(t *testing.T) *seal.Signer {
	t.Helper()
	signer, err := seal.GenerateSigner()
	must(t, err)
	path := filepath.Join(t.TempDir(), "key")
	must(t, signer.Save(path))
	loaded, err := seal.LoadSigner(path)
	must(t, err)
	if loaded.PublicKey() != signer.PublicKey() {
		t.Fatal("the key file gives another key back")
	}
	return loaded
}

func newIdentity(t *testing.T) (identity *seal.Identity, path string) {
	t.Helper()
	made, err := seal.GenerateIdentity()
	must(t, err)
	path = filepath.Join(t.TempDir(), "identity")
	must(t, made.Save(path))
	identity, err = seal.LoadIdentity(path)
	must(t, err)
	return identity, path
}

func TestMinisignVerifiesWhatWeSign(t *testing.T) {
	signer, file := newSigner(t), filepath.Join(t.TempDir(), "manifest.json")
	must(t, os.WriteFile(file, []byte("a manifest"), 0o600))
	signature, err := signer.Sign([]byte("a manifest"), "jinan/1")
	must(t, err)
	must(t, os.WriteFile(file+".minisig", signature, 0o600))
	if out, err := tool(t, "minisign", "-V", "-H", "-P", signer.PublicKey(), "-m", file); err != nil {
		t.Errorf("minisign: %v, %s", err, out)
	}
}

func TestSignaturesThatDoNotHoldAreRefused(t *testing.T) {
	signer := newSigner(t)
	verifier, err := seal.ParseVerifier(signer.PublicKey())
	must(t, err)
	message := []byte("a manifest")
	signature, err := signer.Sign(message, "jinan/1")
	must(t, err)
	must(t, verifier.Verify(message, signature))
	for at := range message {
		changed := bytes.Clone(message)
		changed[at] ^= 1
		if err := verifier.Verify(changed, signature); !errors.Is(err, seal.ErrSignature) {
			t.Errorf("message changed at %d: %v", at, err)
		}
	}
	body := bytes.Index(signature, []byte("\n")) + 1 // the first comment is not signed
	for at := body; at < len(signature)-1; at++ {
		changed := bytes.Clone(signature)
		changed[at] ^= 2
		if err := verifier.Verify(message, changed); err == nil {
			t.Errorf("signature changed at %d (%q): it holds", at, signature[at])
		}
	}
	other, err := seal.ParseVerifier(newSigner(t).PublicKey())
	must(t, err)
	if err := other.Verify(message, signature); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("another key: %v", err)
	}
}

func TestMinisignsOldFormIsRefused(t *testing.T) {
	public, private, err := minisign.GenerateKey(nil)
	must(t, err)
	verifier, err := seal.ParseVerifier(public.String())
	must(t, err)
	if err := verifier.Verify([]byte("m"), minisign.Sign(private, []byte("m"))); !errors.Is(err, seal.ErrSignature) {
		t.Errorf("got %v", err)
	}
}

func TestAgeOpensWhatWeSeal(t *testing.T) {
	identity, key := newIdentity(t)
	recipient, err := seal.ParseRecipient(identity.Recipient())
	must(t, err)
	file := filepath.Join(t.TempDir(), "clip.age")
	out, err := os.Create(file)
	must(t, err)
	plain := strings.Repeat("a video. ", 50_000)
	sums, err := seal.Encrypt(out, recipient, strings.NewReader(plain))
	must(t, errors.Join(err, out.Close()))
	info, err := os.Stat(file)
	must(t, err)
	if sums.PlainSize != int64(len(plain)) || sums.SealedSize != info.Size() {
		t.Errorf("sums say %d and %d bytes", sums.PlainSize, sums.SealedSize)
	}
	opened, err := tool(t, "age", "-d", "-i", key, file)
	if err != nil || string(opened) != plain {
		t.Errorf("age: %v, %d bytes", err, len(opened))
	}
}

func TestWeOpenWhatAgeSeals(t *testing.T) {
	identity, _ := newIdentity(t)
	file := filepath.Join(t.TempDir(), "plain")
	must(t, os.WriteFile(file, []byte("orders"), 0o600))
	if out, err := tool(t, "age", "-r", identity.Recipient(), "-o", file+".age", file); err != nil {
		t.Fatalf("age: %v, %s", err, out)
	}
	sealed, err := os.Open(file + ".age")
	must(t, err)
	defer sealed.Close()
	var plain bytes.Buffer
	must(t, seal.Decrypt(&plain, sealed, identity))
	if plain.String() != "orders" {
		t.Errorf("got %q", plain.String())
	}
}

func TestAChangedOrCutFileDoesNotOpen(t *testing.T) {
	identity, _ := newIdentity(t)
	recipient, err := seal.ParseRecipient(identity.Recipient())
	must(t, err)
	var sealed bytes.Buffer
	_, err = seal.Encrypt(&sealed, recipient, strings.NewReader(strings.Repeat("x", 100_000)))
	must(t, err)
	for at := 0; at < sealed.Len(); at += 997 {
		changed := bytes.Clone(sealed.Bytes())
		changed[at] ^= 1
		if err := seal.Decrypt(io.Discard, bytes.NewReader(changed), identity); err == nil {
			t.Errorf("changed at %d: it opens", at)
		}
		if err := seal.Decrypt(io.Discard, bytes.NewReader(sealed.Bytes()[:at]), identity); err == nil {
			t.Errorf("cut at %d: it opens", at)
		}
	}
	other, _ := newIdentity(t)
	if err := seal.Decrypt(io.Discard, bytes.NewReader(sealed.Bytes()), other); err == nil {
		t.Error("another key opens it")
	}
}

func TestASealedFileIsReadAnywhere(t *testing.T) {
	identity, _ := newIdentity(t)
	recipient, err := seal.ParseRecipient(identity.Recipient())
	must(t, err)
	var sealed bytes.Buffer
	_, err = seal.Encrypt(&sealed, recipient, strings.NewReader(strings.Repeat("0123456789", 20_000)))
	must(t, err)
	reader, size, err := seal.DecryptReaderAt(bytes.NewReader(sealed.Bytes()), int64(sealed.Len()), identity)
	must(t, err)
	part := make([]byte, 10)
	_, err = reader.ReadAt(part, 123_450)
	must(t, err)
	if size != 200_000 || string(part) != "0123456789" {
		t.Errorf("size %d, part %q", size, part)
	}
}

func TestAMACIsOfItsTokenAndMessage(t *testing.T) {
	mac := seal.MAC("token", []byte("message"))
	if !seal.CheckMAC("token", []byte("message"), mac) || seal.CheckMAC("Token", []byte("message"), mac) || seal.CheckMAC("token", []byte("massage"), mac) {
		t.Error("the MAC does not tell them apart")
	}
}
