package seal_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"kaodian/sync/seal"
)

// chunk is age's: what is longer is sealed in several parts, each
// authenticated by itself.
const chunk = 64 << 10

// content is the same every time, and no two places of it alike.
func content(size int) []byte {
	var seed [32]byte
	plain := make([]byte, size)
	_, _ = rand.NewChaCha8(seed).Read(plain) // never fails
	return plain
}

func need(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func identity(t *testing.T) (*seal.Identity, *seal.Recipient) {
	t.Helper()
	with, err := seal.GenerateIdentity()
	need(t, err)
	to, err := seal.ParseRecipient(with.Recipient())
	need(t, err)
	return with, to
}

func encrypt(t *testing.T, to *seal.Recipient, plain []byte) []byte {
	t.Helper()
	var sealed bytes.Buffer
	_, err := seal.Encrypt(&sealed, to, bytes.NewReader(plain))
	need(t, err)
	return sealed.Bytes()
}

// decrypt opens the bytes by both ways, from front to back and at random:
// they must agree whether it can be opened.
func decrypt(t *testing.T, sealed []byte, with *seal.Identity) ([]byte, error) {
	t.Helper()
	var plain bytes.Buffer
	err := seal.Decrypt(&plain, bytes.NewReader(sealed), with)
	at, size, errAt := seal.DecryptReaderAt(bytes.NewReader(sealed), int64(len(sealed)), with)
	var plainAt []byte
	if errAt == nil {
		plainAt, errAt = io.ReadAll(io.NewSectionReader(at, 0, size))
	}
	if (err == nil) != (errAt == nil) {
		t.Errorf("from front to back: %v; at random: %v", err, errAt)
	}
	if err == nil && !bytes.Equal(plain.Bytes(), plainAt) {
		t.Error("from front to back other bytes came than at random")
	}
	return plain.Bytes(), err
}

var sizes = []int{0, 1, 1000, chunk - 1, chunk, chunk + 1, 3*chunk + 17}

func TestWhatIsEncryptedIsReadByItsOwnerBothWays(t *testing.T) {
	with, to := identity(t)
	for _, size := range sizes {
		plain := content(size)
		got, err := decrypt(t, encrypt(t, to, plain), with)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes came back as %d: %v", size, len(got), err)
		}
	}
}

func TestSumsAreThoseOfTheBytesReadAndWritten(t *testing.T) {
	_, to := identity(t)
	for _, size := range sizes {
		plain := content(size)
		var sealed bytes.Buffer
		// One byte at a time: the sums must not depend on how it is read.
		sums, err := seal.Encrypt(&sealed, to, iotest.HalfReader(bytes.NewReader(plain)))
		need(t, err)
		want := seal.Sums{
			Plain: sum(plain), PlainSize: int64(size),
			Sealed: sum(sealed.Bytes()), SealedSize: int64(sealed.Len()),
		}
		if sums != want {
			t.Errorf("%d bytes: got %+v, want %+v", size, sums, want)
		}
	}
}

func sum(b []byte) string {
	s := sha256.Sum256(b)
	return hex.EncodeToString(s[:])
}

func TestSealedAtRandomIsReadAnywhere(t *testing.T) {
	with, to := identity(t)
	plain := content(5*chunk + 100)
	sealed := encrypt(t, to, plain)
	at, size, err := seal.DecryptReaderAt(bytes.NewReader(sealed), int64(len(sealed)), with)
	need(t, err)
	if size != int64(len(plain)) {
		t.Fatalf("the plain size is told as %d", size)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		from := random.IntN(len(plain))
		part := make([]byte, 1+random.IntN(min(2*chunk, len(plain)-from)))
		if _, err := at.ReadAt(part, int64(from)); err != nil && !errors.Is(err, io.EOF) {
			t.Fatal(err)
		}
		if !bytes.Equal(part, plain[from:from+len(part)]) {
			t.Fatalf("%d bytes from %d are not the same", len(part), from)
		}
	}
}

// I4, I6: what was changed on the road is never opened as good.
func TestAFlippedBitAnywhereIsFound(t *testing.T) {
	with, to := identity(t)
	sealed := encrypt(t, to, content(2*chunk+50))
	header := bytes.Index(sealed, []byte("\n---")) + 1
	places := map[string]int{"its nonce": bytes.IndexByte(sealed[header:], '\n') + header + 3, "its last byte": len(sealed) - 1}
	for at := 0; at < len(sealed); at += 1 + at/200 { // every byte of the header, then fewer
		places[""] = at
		for what, at := range places {
			changed := bytes.Clone(sealed)
			changed[at] ^= 1
			if _, err := decrypt(t, changed, with); err == nil {
				t.Fatalf("byte %d of %d was changed %s and it was opened", at, len(sealed), what)
			}
		}
		clear(places)
	}
}

func TestACutOrLengthenedFileIsFound(t *testing.T) {
	with, to := identity(t)
	sealed := encrypt(t, to, content(2*chunk))
	header := len(encrypt(t, to, nil)) // header, nonce and an empty last part
	for _, size := range []int{0, 1, 20, header - 20, header, header + chunk, header + chunk + 16, len(sealed) - 17, len(sealed) - 1} {
		if _, err := decrypt(t, sealed[:size], with); err == nil {
			t.Errorf("the first %d of %d bytes were opened", size, len(sealed))
		}
	}
	for _, more := range [][]byte{{0}, content(16), content(chunk + 16)} {
		if _, err := decrypt(t, append(bytes.Clone(sealed), more...), with); err == nil {
			t.Errorf("%d bytes too many were not found", len(more))
		}
	}
}

func TestAnotherIdentityOpensNothing(t *testing.T) {
	_, to := identity(t)
	stranger, _ := identity(t)
	if plain, err := decrypt(t, encrypt(t, to, content(100)), stranger); err == nil || len(plain) != 0 {
		t.Errorf("it was opened: %d bytes, %v", len(plain), err)
	}
}

// A source that breaks must not leave a file that opens as if it were whole.
func TestABrokenSourceLeavesNothingThatOpens(t *testing.T) {
	with, to := identity(t)
	broken := errors.New("the disk is broken")
	for _, size := range []int{0, 100, chunk, 2*chunk + 5} {
		var sealed bytes.Buffer
		_, err := seal.Encrypt(&sealed, to, io.MultiReader(bytes.NewReader(content(size)), iotest.ErrReader(broken)))
		if !errors.Is(err, broken) {
			t.Fatalf("the cause is not told: %v", err)
		}
		if _, err := decrypt(t, sealed.Bytes(), with); err == nil {
			t.Errorf("after %d bytes it broke, and what is left was opened as whole", size)
		}
	}
}

func TestAFullDiskIsToldByItsCause(t *testing.T) {
	_, to := identity(t)
	full := errors.New("no room")
	for _, room := range []int{0, 100, 250, chunk, 2 * chunk} {
		_, err := seal.Encrypt(&small{left: room, err: full}, to, bytes.NewReader(content(3*chunk)))
		if !errors.Is(err, full) {
			t.Errorf("with room for %d bytes: %v", room, err)
		}
	}
}

type small struct {
	left int
	err  error
}

func (s *small) Write(p []byte) (int, error) {
	if len(p) > s.left {
		return 0, s.err
	}
	s.left -= len(p)
	return len(p), nil
}

func TestMemoryStaysFlatWhateverTheSize(t *testing.T) {
	with, to := identity(t)
	const size, room = 64 << 20, 8 << 20
	before, peak := inUse(), uint64(0)
	sealed, in := io.Pipe()
	go func() {
		_, err := seal.Encrypt(in, to, io.LimitReader(zeros{}, size))
		in.CloseWithError(err)
	}()
	plain := 0
	watch := writer(func(p []byte) {
		if plain += len(p); plain%(16<<20) < len(p) {
			peak = max(peak, inUse())
		}
	})
	need(t, seal.Decrypt(watch, sealed, with))
	if plain != size || peak == 0 || peak > before+room {
		t.Errorf("%d bytes were in use for %d that went through, %d before", peak, plain, before)
	}
}

// inUse is how many bytes cannot be freed.
func inUse() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestAnIdentityIsKeptInAFileOfItsOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "identity")
	with, to := identity(t)
	need(t, with.Save(path))
	mode(t, path)
	loaded, err := seal.LoadIdentity(path)
	need(t, err)
	if _, err := decrypt(t, encrypt(t, to, content(100)), loaded); err != nil {
		t.Error(err)
	}
}

func mode(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	need(t, err)
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("a key may be read by others: %v", info.Mode())
	}
}

func TestADamagedIdentityIsNamedWithWhatToDo(t *testing.T) {
	with, _ := identity(t)
	path := filepath.Join(t.TempDir(), "identity")
	need(t, with.Save(path))
	good, err := os.ReadFile(path)
	need(t, err)
	flipped := bytes.Clone(good)
	flipped[len(flipped)-10] ^= 1
	for name, text := range map[string][]byte{"empty": {}, "only a comment": []byte("# here\n"), "cut": good[:len(good)-5], "flipped": flipped} {
		need(t, os.WriteFile(path, text, 0o600))
		_, err := seal.LoadIdentity(path)
		if err == nil || !strings.Contains(err.Error(), "enrol again") || strings.Contains(err.Error(), "AGE-SECRET") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := seal.LoadIdentity(path + "-absent"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("absent: %v", err)
	}
}

func TestOnlyAgeRecipientsAreTaken(t *testing.T) {
	with, _ := identity(t)
	for _, text := range []string{"", "age1", with.Recipient() + "x", with.Recipient()[:40], "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1"} {
		if _, err := seal.ParseRecipient(text); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
