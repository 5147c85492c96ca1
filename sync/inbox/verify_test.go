package inbox_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/inbox"
	"kaodian/sync/seal"
)

// verify checks the batch where it lies at the drop.
func (w *world) verify(ref batch.Ref) (inbox.Report, error) {
	w.t.Helper()
	return w.inbox.Verify(w.t.Context(), filepath.Join(w.root, filepath.FromSlash(ref.Folder())))
}

func TestAWholeBatchIsVerifiedBeforeAndAfterItIsTakenIn(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	b := s.Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	for range 2 {
		report, err := w.verify(b.Manifest.Ref())
		must(t, err)
		if report.Name != b.Manifest.Ref().Folder() || report.Files != 4 || report.Media != 3 || report.Bytes == 0 || report.MadeAt.IsZero() {
			t.Errorf("got %+v", report)
		}
		w.receive()
	}
	left, err := os.ReadDir(filepath.Join(w.folder, "intake"))
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}

func TestVerifyingTakesNothingIn(t *testing.T) {
	w := newWorld(t)
	b := w.sender("north").Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	_, err := w.verify(b.Manifest.Ref())
	must(t, err)
	if _, answered := w.receipt(b.Manifest.Ref()); answered || w.clips() != 0 || w.mediaFiles() != 0 {
		t.Error("something was taken in or answered")
	}
}

func TestABatchThatDoesNotHoldIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, w *world, s *batchtest.Sender, b *batchtest.Batch)
		want  string
	}{
		"a flipped byte in a clip": {want: "is not as it was sent", spoil: func(_ *testing.T, _ *world, _ *batchtest.Sender, b *batchtest.Batch) {
			b.Files[media(b)][100] ^= 1
		}},
		"a missing file": {want: "is missing", spoil: func(_ *testing.T, _ *world, _ *batchtest.Sender, b *batchtest.Batch) {
			delete(b.Files, media(b))
		}},
		"a flipped byte in the manifest": {want: "no signature of this install", spoil: func(_ *testing.T, _ *world, _ *batchtest.Sender, b *batchtest.Batch) {
			b.Files[batch.ManifestName][20] ^= 1
		}},
		"no signature yet": {want: "still on its way", spoil: func(_ *testing.T, _ *world, _ *batchtest.Sender, b *batchtest.Batch) {
			delete(b.Files, batch.SignatureName)
		}},
		"a stranger's signature": {want: "no signature of this install", spoil: func(t *testing.T, _ *world, _ *batchtest.Sender, b *batchtest.Batch) {
			stranger, err := seal.GenerateSigner()
			must(t, err)
			b.Sign(t, stranger)
		}},
		"a revoked install": {want: "was revoked", spoil: func(t *testing.T, w *world, s *batchtest.Sender, _ *batchtest.Batch) {
			_, err := w.store.Revoke(t.Context(), s.Centre, "", "")
			must(t, err)
		}},
		"records that are not for this province": {want: "cannot be opened", spoil: func(t *testing.T, _ *world, s *batchtest.Sender, b *batchtest.Batch) {
			other, err := seal.GenerateIdentity()
			must(t, err)
			replace(b, batch.RecordsName, batchtest.Encrypt(t, other.Recipient(), []byte("records")))
			b.Sign(t, s.Signer)
		}},
		"sealed for another province": {want: "another province", spoil: func(t *testing.T, _ *world, s *batchtest.Sender, b *batchtest.Batch) {
			other, err := seal.GenerateIdentity()
			must(t, err)
			b.Manifest.Recipient = other.Recipient()
			b.Sign(t, s.Signer)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.sender("north")
			b := s.Next(t, plain("a"), w.records())
			c.spoil(t, w, s, b)
			b.Write(t, w.root)
			before := w.listing()
			_, err := w.verify(b.Manifest.Ref())
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, which does not say %q", err, c.want)
			}
			if !inbox.IsFaultOf(err) {
				t.Error("the batch is not blamed for it")
			}
			if !bytes.Equal(before, w.listing()) {
				t.Error("it changed the drop")
			}
		})
	}
}

func TestOurOwnDiskIsNoFaultOfTheBatch(t *testing.T) {
	w := newWorld(t)
	b := w.sender("north").Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	w.inbox.Scratch = filepath.Join(w.root, b.Manifest.Ref().Folder(), batch.ManifestName, "scratch") // below a file
	if _, err := w.verify(b.Manifest.Ref()); err == nil || inbox.IsFaultOf(err) {
		t.Errorf("got %v", err)
	}
}

func TestAFolderThatIsNoBatchIsNotVerified(t *testing.T) {
	w := newWorld(t)
	if _, err := w.inbox.Verify(t.Context(), w.root); err == nil || !strings.Contains(err.Error(), "no batch's folder") {
		t.Errorf("got %v", err)
	}
	if _, err := w.verify(batch.Ref{Centre: "north", Install: "0123456789abcdef", Sequence: 1}); err == nil || !strings.Contains(err.Error(), "never enrolled") {
		t.Errorf("got %v", err)
	}
}

// media is the name of the batch's first media file.
func media(b *batchtest.Batch) string {
	for _, file := range b.Manifest.Files {
		if batch.IsMedia(file.Name) {
			return file.Name
		}
	}
	return ""
}

// listing is every name and byte at the drop.
func (w *world) listing() []byte {
	w.t.Helper()
	var all bytes.Buffer
	must(w.t, filepath.WalkDir(w.root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all.WriteString(path + " " + batch.Sum(content) + "\n")
		return err
	}))
	return all.Bytes()
}
