package inbox_test

import (
	"context"
	"fmt"
	"os"
	"path"
	"strings"
	"testing"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/inbox"
)

// meanwhile is a store at which something happens at the drop while a batch is
// looked up, or while its media are kept.
type meanwhile struct {
	inbox.Store
	lookedUp, kept func()
}

func (m meanwhile) FindInstall(ctx context.Context, centre, install string) (store.Install, bool, error) {
	m.lookedUp()
	return m.Store.FindInstall(ctx, centre, install)
}

func (m meanwhile) MediaPath(sha256 string) string {
	m.kept()
	return m.Store.MediaPath(sha256)
}

// removal removes the batch's files in the order in which its centre does, the
// first so many of them.
func (w *world) removal(b *batchtest.Batch, files int) func() {
	names := []string{batch.SignatureName, batch.ManifestName, batch.RecordsName}
	for _, file := range b.Manifest.Files {
		if batch.IsMedia(file.Name) {
			names = append(names, file.Name)
		}
	}
	return func() {
		for _, name := range names[:min(files, len(names))] {
			must(w.t, os.RemoveAll(w.place(path.Join(b.Manifest.Ref().Folder(), name))))
		}
	}
}

// isQuiet says that nothing is told of the batch, and nothing set aside.
func (w *world) isQuiet(what string, outcomes []inbox.Outcome, ref batch.Ref) {
	w.t.Helper()
	if status := statusOf(outcomes, ref.Folder()); status != "" && status != "accepted" {
		w.t.Errorf("%s: it is called %q", what, status)
	}
	if notices := w.notices(); len(notices) != 0 {
		w.t.Errorf("%s: the page says %v", what, notices)
	}
	entries, err := os.ReadDir(w.place(ref.Folder()))
	if !os.IsNotExist(err) {
		must(w.t, err)
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), batch.Damaged) {
			w.t.Errorf("%s: %s was set aside", what, entry.Name())
		}
	}
	centres, err := w.store.ListCentres(w.t.Context())
	if err != nil || centres[0].Damaged+centres[0].Refused+centres[0].Gap != 0 {
		w.t.Errorf("%s: %+v, %v", what, centres, err)
	}
}

// A centre removes what it has the receipt of. A province that began to read it
// then, for instance after a restart, sees no batch; and its next one is no gap.
func TestABatchThatItsCentreRemovesIsNoDamageAndNoGap(t *testing.T) {
	for files := 1; files <= 6; files++ {
		w := newWorld(t)
		s := w.sender("north")
		first, second := s.Next(t, plain("a"), w.records()), s.Next(t, plain("b"), w.records())
		first.Write(t, w.root)
		w.receive()
		w.restart()                             // what was answered is forgotten
		must(t, os.RemoveAll(w.place("enrol"))) // so that the install is looked up for the batch alone
		w.inbox.Store = meanwhile{Store: w.store, lookedUp: w.removal(first, files), kept: func() {}}
		w.isQuiet(fmt.Sprintf("%d files removed while it is read again", files), w.receive(), first.Manifest.Ref())
		must(t, os.RemoveAll(w.place(first.Manifest.Ref().Folder())))
		w.isQuiet("removed", w.receive(), first.Manifest.Ref())
		second.Write(t, w.root)
		outcomes := w.receive()
		if status := statusOf(outcomes, second.Manifest.Ref().Folder()); status != "accepted" {
			t.Errorf("the next is %q: %+v", status, outcomes)
		}
		must(t, os.RemoveAll(w.place(second.Manifest.Ref().Folder())))
		w.isQuiet("both removed", w.receive(), second.Manifest.Ref())
		if receipt, found := w.receipt(first.Manifest.Ref()); !found || receipt.Status != batch.Accepted {
			t.Errorf("the receipt of the first is %+v", receipt)
		}
	}
}

// A province whose store was restored takes a batch in anew while its centre
// removes it.
func TestABatchThatVanishesWhileItIsTakenInIsNoDamage(t *testing.T) {
	w := newWorld(t)
	b := w.sender("north").Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	w.inbox.Store = meanwhile{Store: w.store, lookedUp: func() {}, kept: w.removal(b, 9)}
	w.isQuiet("while its media are kept", w.receive(), b.Manifest.Ref())
	if w.clips() != 0 || w.mediaFiles() != 0 {
		t.Errorf("%d clips and %d media files of it are kept", w.clips(), w.mediaFiles())
	}
	w.inbox.Store = w.store
	b.Write(t, w.root)
	if status := statusOf(w.receive(), b.Manifest.Ref().Folder()); status != "accepted" {
		t.Errorf("put again it is %q", status)
	}
}
