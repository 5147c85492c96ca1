package inbox_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"kaodian/app/base/durable"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/records/recordstest"
	"kaodian/sync/seal"
)

func TestAWholeBatchIsTakenInAndAnswered(t *testing.T) { // I4
	w := newWorld(t)
	s := w.sender("north")
	b := s.Next(t, plain("a"), w.records())
	b.Write(t, w.root)

	outcomes := w.receive()
	ref := b.Manifest.Ref()
	if statusOf(outcomes, ref.Folder()) != "accepted" || w.clips() != 1 || w.mediaFiles() != 3 {
		t.Fatalf("%+v, %d clips, %d files", outcomes, w.clips(), w.mediaFiles())
	}
	receipt, found := w.receipt(ref)
	if !found || receipt.Status != batch.Accepted {
		t.Fatalf("the receipt is %+v", receipt)
	}
	if err := receipt.Answers(b.Manifest, b.Sum()); err != nil {
		t.Error(err)
	}
	kept, err := os.ReadFile(w.store.MediaPath(batch.Sum([]byte("original of a"))))
	if err != nil || string(kept) != "original of a" {
		t.Errorf("kept %q, %v", kept, err)
	}
	left, err := os.ReadDir(w.inbox.Scratch)
	if err != nil || len(left) > 0 {
		t.Errorf("%d scratch files stay, %v", len(left), err)
	}
}

func TestNothingIsPlainOnTheWay(t *testing.T) { // I6, and the records are never on the disk in the clear
	w := newWorld(t)
	b := w.sender("north").Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	w.receive()
	must(t, filepath.WalkDir(w.root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if bytes.Contains(content, []byte("王小明")) || bytes.Contains(content, []byte("SQLite format")) {
			t.Errorf("%s tells who was examined", path)
		}
		return err
	}))
}

func TestTheSameAgainChangesNothingAndIsAnsweredAgain(t *testing.T) { // I4
	w := newWorld(t)
	b := w.sender("north").Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	w.receive()
	path := filepath.Join(w.root, filepath.FromSlash(b.Manifest.Ref().ReceiptName()))
	first, err := os.ReadFile(path)
	must(t, err)
	must(t, os.RemoveAll(filepath.Join(w.root, "receipts")))
	w.restart()
	w.receive()
	again, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("the receipt changed: %s then %s, %v", first, again, err)
	}
	if w.clips() != 1 {
		t.Errorf("%d clips after the same batch twice", w.clips())
	}
}

// damaged is one way in which a batch can be wrong, and what has to become of it.
type damaged struct {
	name   string
	how    func(w *world, s *batchtest.Sender, b *batchtest.Batch)
	status string
	// receipt says whether the sender is told; a refusal that anybody could
	// provoke, or that the road may mend, is not.
	receipt bool
}

func TestWrongBatchesAreNotTakenIn(t *testing.T) {
	for _, h := range []damaged{
		{"an unknown install", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			b.Manifest.Install = "00000000000000aa"
			b.Sign(w.t, s.Signer)
		}, "unknown sender", false},
		{"an unknown centre", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			b.Manifest.Centre = "elsewhere"
			b.Sign(w.t, s.Signer)
		}, "unknown sender", false},
		{"a stranger's signature", func(w *world, _ *batchtest.Sender, b *batchtest.Batch) {
			other, err := seal.GenerateSigner()
			must(w.t, err)
			b.Sign(w.t, other)
		}, "damaged", false},
		{"a manifest that is no JSON", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			b.SignBytes(w.t, s.Signer, []byte("hello"))
		}, "refused", true},
		{"a manifest that is not canonical", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			b.SignBytes(w.t, s.Signer, append(b.Files[batch.ManifestName], '\n'))
		}, "refused", true},
		{"a manifest of a later format", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			b.Manifest.Version = batch.Version + 1
			b.Sign(w.t, s.Signer)
		}, "waiting", false},
		{"another recipient", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			b.Manifest.Recipient = s.Identity.Recipient()
			b.Sign(w.t, s.Signer)
		}, "refused", true},
		{"a path out of the folder", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			b.Manifest.Files[0].Name = "../../../x"
			b.Sign(w.t, s.Signer)
		}, "refused", true},
		{"a revoked install", func(w *world, _ *batchtest.Sender, _ *batchtest.Batch) {
			_, err := w.store.Revoke(w.t.Context(), "north", "", "")
			must(w.t, err)
		}, "refused", true},
		{"records sealed for somebody else", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			sealed := batchtest.Encrypt(w.t, s.Identity.Recipient(), []byte("records"))
			replace(b, batch.RecordsName, sealed)
			b.Sign(w.t, s.Signer)
		}, "refused", true},
		{"media sealed for somebody else", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), func(ref batch.Ref, media []batchtest.Media) []byte {
				sealed := batchtest.Encrypt(w.t, s.Identity.Recipient(), []byte("original of a"))
				b.Files = map[string][]byte{batch.MediaName(batch.Sum(sealed)): sealed}
				media[0].Sealed = batch.Sum(sealed)
				return recordstest.Records(w.t, w.t.TempDir(), ref, media)
			})
		}, "refused", true},
		{"records that lie about a media file", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), w.records("UPDATE media SET sha256 = replace(sha256, substr(sha256, 1, 1), 'f') WHERE role = 'photo'"))
		}, "refused", true},
		{"records that lie about a size", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), w.records("UPDATE media SET size = size + 1 WHERE role = 'photo'"))
		}, "refused", true},
		{"records that lie about a size downwards", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), w.records("UPDATE media SET size = size - 1 WHERE role = 'photo'"))
		}, "refused", true},
		{"a media hash that is a path", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), w.records("UPDATE media SET sha256 = '../../evil' WHERE role = 'photo'"))
		}, "refused", true},
		{"media that no record names", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), w.records("DELETE FROM media WHERE role = 'photo'"))
		}, "refused", true},
		{"records with another schema", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), w.records("CREATE TABLE more (a INTEGER) STRICT"))
		}, "refused", true},
		{"records of another batch", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), w.records("UPDATE batch SET sequence = 7"))
		}, "refused", true},
		{"records of another version than its manifest", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), w.recordsOf(1))
		}, "refused", true},
		{"records of a later version than its manifest", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			s.Version = 1
			*b = *s.Peek(w.t, plain("a"), w.records())
		}, "refused", true},
		{"records that say another version than their schema's", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			*b = *s.Peek(w.t, plain("a"), w.records("UPDATE batch SET version = 1"))
		}, "refused", true},
		{"records that are cut off", func(w *world, s *batchtest.Sender, b *batchtest.Batch) {
			whole := w.records()
			*b = *s.Peek(w.t, plain("a"), func(ref batch.Ref, media []batchtest.Media) []byte {
				text := whole(ref, media)
				return text[:len(text)/2]
			})
		}, "refused", true},
	} {
		t.Run(h.name, func(t *testing.T) {
			w := newWorld(t)
			s := w.sender("north")
			b := s.Peek(t, plain("a"), w.records())
			h.how(w, s, b)
			b.Write(t, w.root)
			w.expectNotTaken(b.Manifest.Ref(), b.Sum(), h)
		})
	}
}

// expectNotTaken receives twice, over a restart, and looks at what is left.
func (w *world) expectNotTaken(ref batch.Ref, sum string, h damaged) {
	w.t.Helper()
	want := h.status
	for range 2 {
		if status := statusOf(w.receive(), ref.Folder()); status != want {
			w.t.Errorf("it is %q, not %q", status, want)
		}
		w.restart()
		if want == "damaged" {
			want = "" // set aside, so that a whole one finds its place free
		}
	}
	if w.clips() != 0 || w.mediaFiles() != 0 {
		w.t.Errorf("%d clips and %d media files of it were kept", w.clips(), w.mediaFiles())
	}
	receipt, found := w.receipt(ref)
	if found != h.receipt {
		w.t.Fatalf("a receipt is there: %v", found)
	}
	if found && (receipt.Status != batch.Refused || receipt.ManifestSHA256 != sum || len(receipt.Reasons) == 0) {
		w.t.Errorf("the receipt is %+v", receipt)
	}
}

// replace puts another content under a name, in files and manifest.
func replace(b *batchtest.Batch, name string, content []byte) {
	for i, file := range b.Manifest.Files {
		if file.Name == name {
			b.Manifest.Files[i].Size, b.Manifest.Files[i].SHA256 = int64(len(content)), batch.Sum(content)
		}
	}
	b.Files[name] = content
}

func TestAFlippedByteOrAMissingFileIsNoticedAndMended(t *testing.T) {
	identity, err := seal.GenerateIdentity()
	must(t, err)
	signer, err := seal.GenerateSigner()
	must(t, err)
	for place := range 6 { // three media files, the records, the manifest and its signature
		for _, how := range []string{"flipped", "cut", "missing"} {
			w := worldWith(t, identity, signer)
			whole := w.sender("north").Next(t, plain("a"), w.records())
			ref, name := whole.Manifest.Ref(), whole.Names()[place]
			damaged := whole.Clone()
			switch how {
			case "flipped":
				damaged.Files[name][len(damaged.Files[name])/2] ^= 1
			case "cut":
				damaged.Files[name] = damaged.Files[name][:len(damaged.Files[name])/2]
			case "missing":
				delete(damaged.Files, name)
			}
			damaged.Write(t, w.root)
			outcomes := w.receive()
			if status := statusOf(outcomes, ref.Folder()); status == "accepted" || w.clips() > 0 || w.mediaFiles() > 0 {
				t.Fatalf("%s %s: %q, %d clips", name, how, status, w.clips())
			}
			if _, found := w.receipt(ref); found {
				t.Errorf("%s %s: it has a receipt, and the centre would send it no more", name, how)
			}
			whole.Put(t, w.root)
			if status := statusOf(w.receive(), ref.Folder()); status != "accepted" {
				t.Errorf("%s %s, sent again it is %q", name, how, status)
			}
			batches, err := w.store.ListBatches(t.Context(), "", 10)
			if err != nil || len(batches) != 1 {
				t.Errorf("%d batches are shown, %v", len(batches), err)
			}
		}
	}
}

// People copy a stick's folders to where the province looks: what is half
// there looks damaged and is not.
func TestAFileThatIsStillWrittenIsNotSetAside(t *testing.T) {
	w := newWorld(t)
	b := w.sender("north").Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	name := filepath.Join(w.root, b.Manifest.Ref().Folder(), b.Manifest.Files[0].Name)
	content, err := os.ReadFile(name)
	must(t, err)
	must(t, os.WriteFile(name, content[:1], 0o600))
	growing := make(chan error)
	go func() {
		time.Sleep(time.Second)
		growing <- os.WriteFile(name, content, 0o600)
	}()
	if status := statusOf(w.receive(), b.Manifest.Ref().Folder()); status != "damaged" {
		t.Errorf("half there it is %q", status)
	}
	must(t, <-growing)
	if status := statusOf(w.receive(), b.Manifest.Ref().Folder()); status != "accepted" {
		t.Errorf("whole at last it is %q", status)
	}
}

func TestWhatIsNotOursIsNotLookedAt(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	b := s.Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	folder := filepath.Join(w.root, filepath.FromSlash(b.Manifest.Ref().Folder()))
	for _, path := range []string{"extra.txt", "media/" + strings.Repeat("0", 64) + ".age", "records.sqlite.age.part", "desktop.ini"} {
		batchtest.WriteFile(t, filepath.Join(folder, filepath.FromSlash(path)), []byte("x"))
	}
	must(t, os.Symlink("/etc", filepath.Join(w.root, "link")))
	must(t, os.Symlink("/etc/passwd", filepath.Join(w.root, "enrol", "north", strings.Repeat("a", 16)+".json")))
	w.put("UPPER/x", nil)
	w.put("north/notaninstall/00000001/manifest.json.minisig", nil)
	outcomes := w.receive()
	want := map[string]string{
		b.Manifest.Ref().Folder(): "accepted", batch.RequestName("north", s.Install): "enrolled",
		batch.RequestName("north", strings.Repeat("a", 16)): "enrolment refused", ".": "junk", "north": "junk",
	}
	got := map[string]string{}
	for _, o := range outcomes {
		got[o.Name] = o.Status
	}
	if !maps.Equal(got, want) {
		t.Errorf("%+v", outcomes)
	}
	if _, err := os.Lstat("/etc/passwd"); err != nil {
		t.Errorf("the link's target was touched: %v", err)
	}
}

func TestABatchWithoutItsSignatureIsNoBatchYet(t *testing.T) {
	w := newWorld(t)
	b := w.sender("north").Next(t, plain("a"), w.records())
	signature := b.Files[batch.SignatureName]
	delete(b.Files, batch.SignatureName)
	b.Write(t, w.root)
	if status := statusOf(w.receive(), b.Manifest.Ref().Folder()); status != "" {
		t.Errorf("it is %q", status)
	}
	w.put(b.Manifest.Ref().Folder()+"/"+batch.SignatureName, signature)
	if status := statusOf(w.receive(), b.Manifest.Ref().Folder()); status != "accepted" {
		t.Errorf("with its signature it is %q", status)
	}
}

func TestALaterBatchWaitsForTheMissingOne(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	first, second := s.Next(t, plain("a"), w.records()), s.Next(t, plain("b"), w.records())
	second.Write(t, w.root)
	if status := statusOf(w.receive(), second.Manifest.Ref().Folder()); status != "waiting" {
		t.Errorf("it is %q", status)
	}
	centres, err := w.store.ListCentres(t.Context())
	if err != nil || len(centres) != 1 || centres[0].Gap != 1 {
		t.Errorf("the gap is not shown: %+v, %v", centres, err)
	}
	first.Write(t, w.root)
	outcomes := w.receive()
	if statusOf(outcomes, first.Manifest.Ref().Folder()) != "accepted" || statusOf(outcomes, second.Manifest.Ref().Folder()) != "accepted" {
		t.Errorf("%+v", outcomes)
	}
	if centres, err = w.store.ListCentres(t.Context()); err != nil || centres[0].Gap != 0 || centres[0].Batches != 2 {
		t.Errorf("%+v, %v", centres, err)
	}
}

func TestAForkIsQuarantinedAndTheTrueBatchStays(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	clone := *s
	true1, fork1 := s.Next(t, plain("a"), w.records()), clone.Next(t, plain("clone"), w.records())
	true2, fork2 := s.Next(t, plain("b"), w.records()), clone.Next(t, plain("clone 2"), w.records())
	true1.Write(t, w.root)
	w.receive()
	for _, fork := range []*batchtest.Batch{fork1, fork2} {
		fork.Write(t, w.root)
		if status := statusOf(w.receive(), fork.Manifest.Ref().Folder()); status != "quarantined" {
			t.Errorf("the fork is %q", status)
		}
		receipt, found := w.receipt(fork.Manifest.Ref())
		if !found || receipt.Status != batch.Refused || receipt.ManifestSHA256 != fork.Sum() {
			t.Errorf("the fork's receipt is %+v", receipt)
		}
	}
	true1.Write(t, w.root)
	true2.Write(t, w.root)
	w.receive()
	for _, b := range []*batchtest.Batch{true1, true2} {
		receipt, found := w.receipt(b.Manifest.Ref())
		if !found || receipt.Status != batch.Accepted || receipt.Answers(b.Manifest, b.Sum()) != nil {
			t.Errorf("the true batch's receipt is %+v", receipt)
		}
	}
	if w.clips() != 2 {
		t.Errorf("%d clips", w.clips())
	}
}

func TestAnOldBatchInAnotherFolderIsNotAnswered(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	b := s.Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	other := b.Manifest.Ref()
	other.Sequence = 2
	b.WriteAs(t, w.root, other)
	if status := statusOf(w.receive(), other.Folder()); status != "damaged" {
		t.Errorf("it is %q", status)
	}
	if _, found := w.receipt(other); found || w.clips() != 1 {
		t.Errorf("it has a receipt: %v; %d clips", found, w.clips())
	}
}

func TestWhatWasAcceptedBeforeARevocationStaysAccepted(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	b := s.Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	w.receive()
	_, err := w.store.Revoke(t.Context(), "north", "", "")
	must(t, err)
	must(t, os.RemoveAll(filepath.Join(w.root, "receipts")))
	w.receive()
	if receipt, _ := w.receipt(b.Manifest.Ref()); receipt.Status != batch.Accepted {
		t.Errorf("%+v", receipt)
	}
}

func TestACrashAtAnyStepOfTheDiskIsRepeatedSafely(t *testing.T) { // I4
	identity, err := seal.GenerateIdentity()
	must(t, err)
	signer, err := seal.GenerateSigner()
	must(t, err)
	for step := 1; ; step++ {
		w := worldWith(t, identity, signer)
		b := w.sender("north").Next(t, plain("a"), w.records())
		b.Write(t, w.root)
		broken := &failing{FS: durable.OS().FS, left: step}
		w.inbox.Disk = durable.Disk{FS: broken}
		_, err := w.inbox.Receive(t.Context(), w.root)
		w.restart()
		if err == nil {
			if step < 20 {
				t.Fatalf("only %d steps were seen", step)
			}
			return
		}
		if outcomes := w.receive(); statusOf(outcomes, b.Manifest.Ref().Folder()) != "accepted" || w.clips() != 1 || w.mediaFiles() != 3 {
			t.Fatalf("after a failure at step %d: %+v, %d clips, %d files", step, outcomes, w.clips(), w.mediaFiles())
		}
		if _, found := w.receipt(b.Manifest.Ref()); !found {
			t.Fatalf("after a failure at step %d there is no receipt", step)
		}
	}
}

func TestMediaThatACrashLeftAreSwept(t *testing.T) { // I6: nobody would ever delete them
	identity, err := seal.GenerateIdentity()
	must(t, err)
	signer, err := seal.GenerateSigner()
	must(t, err)
	swept := 0
	for step := 1; ; step++ {
		w := worldWith(t, identity, signer)
		b := w.sender("north").Next(t, plain("a"), w.records())
		b.Write(t, w.root)
		broken := &failing{FS: durable.OS().FS, left: step}
		w.inbox.Disk = durable.Disk{FS: broken}
		_, err := w.inbox.Receive(t.Context(), w.root)
		w.restart()
		if err == nil {
			break
		}
		kept := w.mediaFiles()
		must(t, os.RemoveAll(filepath.Join(w.root, "north"))) // it never comes again
		w.receive()
		if got := w.mediaFiles(); got != 3*w.clips() {
			t.Fatalf("after a failure at step %d: %d files of %d clips", step, got, w.clips())
		}
		if kept > w.mediaFiles() {
			swept++
		}
	}
	if swept < 3 {
		t.Errorf("only %d crashes left files", swept)
	}
}

func TestOneRunAtATimeWorksOnAStore(t *testing.T) {
	w := newWorld(t)
	w.receive()
	other := flock.New(w.inbox.Scratch + ".lock")
	must(t, other.Lock())
	ctx, end := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer end()
	if _, err := w.inbox.Receive(ctx, w.root); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("it did not wait: %v", err)
	}
	must(t, other.Unlock())
	w.receive()
}

func TestWatchingTakesInWhatComesLater(t *testing.T) {
	w := newWorld(t)
	b := w.sender("north").Next(t, plain("a"), w.records())
	ctx, end := contextOf(t)
	runs := 0
	must(t, w.inbox.Watch(ctx, w.root, time.Millisecond, func(outcomes []outcome, err error) {
		if runs++; runs == 2 {
			b.Write(t, w.root)
		}
		if statusOf(outcomes, b.Manifest.Ref().Folder()) == string(store.Accepted) {
			end()
		}
	}))
	if w.clips() != 1 {
		t.Errorf("%d clips", w.clips())
	}
}

// A stick may be copied by hand, and folders come in any order.
func TestASignatureWaitsForItsManifest(t *testing.T) {
	identity, err := seal.GenerateIdentity()
	must(t, err)
	signer, err := seal.GenerateSigner()
	must(t, err)
	w := worldWith(t, identity, signer)
	whole := w.sender("north").Next(t, plain("a"), w.records())
	early := whole.Clone()
	delete(early.Files, batch.ManifestName)
	early.Write(t, w.root)
	old := time.Now().Add(-time.Hour) // a copy keeps the times
	signature := filepath.Join(w.root, filepath.FromSlash(whole.Manifest.Ref().Folder()), batch.SignatureName)
	must(t, os.Chtimes(signature, old, old))
	w.receive()
	manifest := filepath.Join(filepath.Dir(signature), batch.ManifestName)
	must(t, os.WriteFile(manifest, whole.Files[batch.ManifestName], 0o600))
	if status := statusOf(w.receive(), whole.Manifest.Ref().Folder()); status != "accepted" {
		t.Errorf("with its manifest it is %q", status)
	}
}
