package inbox_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"kaodian/app/base/durable"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/inbox"
	"kaodian/sync/records/recordstest"
	"kaodian/sync/seal"
)

// world is a province, its drop, and what a test needs to look at both.
type world struct {
	t        *testing.T
	root     string
	folder   string
	store    *store.Store
	inbox    *inbox.Inbox
	identity *seal.Identity
	signer   *seal.Signer
}

func newWorld(t *testing.T) *world {
	t.Helper()
	identity, err := seal.GenerateIdentity()
	must(t, err)
	signer, err := seal.GenerateSigner()
	must(t, err)
	return worldWith(t, identity, signer)
}

func worldWith(t *testing.T, identity *seal.Identity, signer *seal.Signer) *world {
	t.Helper()
	w := &world{t: t, root: t.TempDir(), folder: t.TempDir(), identity: identity, signer: signer}
	s, err := store.Create(t.Context(), w.folder)
	must(t, err)
	w.use(s)
	t.Cleanup(func() { must(t, w.store.Close()) })
	return w
}

func (w *world) use(s *store.Store) {
	w.store = s
	w.inbox = &inbox.Inbox{Store: s, Identity: w.identity, Signer: w.signer, Scratch: filepath.Join(w.folder, "intake"), Disk: durable.OS(), SQLite: store.SQLite{}}
}

// restart closes the store and opens it anew.
func (w *world) restart() {
	w.t.Helper()
	must(w.t, w.store.Close())
	s, err := store.Open(context.Background(), w.folder)
	must(w.t, err)
	w.use(s)
}

// sender is a centre's install that enrolled.
func (w *world) sender(centre string) *batchtest.Sender {
	w.t.Helper()
	s := batchtest.NewSender(w.t, centre, w.identity.Recipient())
	must(w.t, w.store.Invite(w.t.Context(), centre, "dir:/drop", "token"))
	w.put(batch.RequestName(centre, s.Install), s.Request(w.t, "token"))
	w.receive()
	return s
}

func (w *world) put(name string, content []byte) {
	w.t.Helper()
	batchtest.WriteFile(w.t, filepath.Join(w.root, filepath.FromSlash(name)), content)
}

func (w *world) receive() []inbox.Outcome {
	w.t.Helper()
	outcomes, err := w.inbox.Receive(w.t.Context(), w.root)
	must(w.t, err)
	return outcomes
}

// statusOf is the status of that name in the outcomes of a run.
func statusOf(outcomes []inbox.Outcome, name string) string {
	for _, o := range outcomes {
		if o.Name == name {
			return o.Status
		}
	}
	return ""
}

// receipt reads the verified receipt of a batch; false if there is none.
func (w *world) receipt(ref batch.Ref) (batch.Receipt, bool) {
	w.t.Helper()
	text, found := w.signed(ref.ReceiptName())
	if !found {
		return batch.Receipt{}, false
	}
	receipt, err := batch.ParseReceipt(text, ref)
	must(w.t, err)
	return receipt, true
}

// signed reads a message of the province and checks its signature.
func (w *world) signed(name string) ([]byte, bool) {
	w.t.Helper()
	path := filepath.Join(w.root, filepath.FromSlash(name))
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, false
	}
	must(w.t, err)
	signature, err := os.ReadFile(path + batch.Signature)
	must(w.t, err)
	key, err := seal.ParseVerifier(w.signer.PublicKey())
	must(w.t, err)
	must(w.t, key.Verify(text, signature))
	return text, true
}

// clips counts what was taken in.
func (w *world) clips() int {
	w.t.Helper()
	page, err := w.store.ListClips(w.t.Context(), store.ClipFilter{Limit: 1000})
	must(w.t, err)
	return len(page.Clips)
}

// mediaFiles counts what is kept.
func (w *world) mediaFiles() int {
	w.t.Helper()
	files, err := filepath.Glob(filepath.Join(w.folder, "media", "*", "*"))
	must(w.t, err)
	return len(files)
}

func (w *world) records(extra ...string) func(batch.Ref, []batchtest.Media) []byte {
	return w.recordsOf(batch.Version, extra...)
}

// recordsOf are records in the format of a version.
func (w *world) recordsOf(version int, extra ...string) func(batch.Ref, []batchtest.Media) []byte {
	return func(ref batch.Ref, media []batchtest.Media) []byte {
		return recordstest.Of(w.t, version, w.t.TempDir(), ref, media, extra...)
	}
}

// plain are the media of a small batch; what makes its clip one of its own.
func plain(what string) []batchtest.Plain {
	return []batchtest.Plain{
		{Bytes: []byte("original of " + what), Type: "video/mp4", Role: "original"},
		{Bytes: []byte("photo of " + what), Type: "image/jpeg", Role: "photo", Owner: "order"},
		{Bytes: []byte("frame of " + what), Type: "image/jpeg", Role: "evidence", Owner: "clip"},
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
