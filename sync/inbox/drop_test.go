package inbox_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
)

// notices are what the province's page shows, by name and kind.
func (w *world) notices() map[string]string {
	w.t.Helper()
	all, err := w.store.ListNotices(w.t.Context(), 1000)
	must(w.t, err)
	found := map[string]string{}
	for _, n := range all {
		found[string(n.Kind)+" "+n.Name] = strings.Join(n.Reasons, "; ")
	}
	return found
}

func (w *world) place(name string) string { return filepath.Join(w.root, filepath.FromSlash(name)) }

func TestJunkHidesNobodyAndIsToldWithItsNumber(t *testing.T) {
	w := newWorld(t)
	s := w.sender("zhanjiang") // sorted behind all of it
	b := s.Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	late := batchtest.NewSender(t, "zunyi", w.identity.Recipient())
	must(t, w.store.Invite(t.Context(), "zunyi", "dir:/drop", "token"))
	w.put(batch.RequestName("zunyi", late.Install), late.Request(t, "token"))
	const count = 25_000
	for i := range count {
		for _, dir := range []string{"", "zhanjiang/", "zhanjiang/" + s.Install + "/", "enrol/zunyi/"} {
			if i < 1000 || dir == "" {
				must(t, os.WriteFile(w.place(fmt.Sprintf("%sJunk %d", dir, i)), nil, 0o600))
			}
		}
	}
	for i := range 300 {
		must(t, os.Mkdir(w.place(fmt.Sprintf("aa-stranger-%d", i)), 0o700))
	}
	outcomes := w.receive()
	if statusOf(outcomes, b.Manifest.Ref().Folder()) != "accepted" || statusOf(outcomes, batch.RequestName("zunyi", late.Install)) != "enrolled" {
		t.Errorf("junk hides a centre: %+v", outcomes)
	}
	notices := w.notices()
	for name, says := range map[string]string{
		"junk .": fmt.Sprint(count), "junk zhanjiang": "1000", "junk zhanjiang/" + s.Install: "1000", "junk enrol/zunyi": "1000", "unknown_sender .": "300",
	} {
		if !strings.Contains(notices[name], says) {
			t.Errorf("of «%s» the page says %q, not %s", name, notices[name], says)
		}
	}
}

// odd are what may lie where a plain file belongs.
var odd = map[string]func(path string) error{
	"a link out of the drop": func(path string) error { return os.Symlink("/etc/passwd", path) },
	"a link to nothing":      func(path string) error { return os.Symlink("nothing", path) },
	"a link to itself":       func(path string) error { return os.Symlink(filepath.Base(path), path) },
	"a pipe":                 func(path string) error { return syscall.Mkfifo(path, 0o600) },
	"a folder":               func(path string) error { return os.MkdirAll(filepath.Join(path, "x"), 0o700) },
	"a device":               func(path string) error { return syscall.Mknod(path, syscall.S_IFCHR|0o600, 1<<8|3) },
	"a socket": func(path string) error {
		dir, err := os.Open(filepath.Dir(path)) // a socket's name is short
		if err != nil {
			return err
		}
		defer dir.Close()
		l, err := net.ListenUnix("unix", &net.UnixAddr{Name: fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), "s")})
		if err != nil {
			return err
		}
		l.SetUnlinkOnClose(false)
		return os.Rename(filepath.Join(filepath.Dir(path), "s"), path)
	},
}

func TestWhatIsNoPlainFileIsAnsweredAndHoldsNobodyBack(t *testing.T) {
	w := newWorld(t)
	for what, put := range odd {
		for _, part := range []string{batch.SignatureName, batch.ManifestName, batch.RecordsName, "media"} {
			centre := "c" + batch.Sum([]byte(what + part))[:8]
			s, next := w.sender(centre), w.sender(centre+"-next")
			b, other := s.Next(t, plain(what+part), w.records()), next.Next(t, plain("other"+what+part), w.records())
			b.Write(t, w.root)
			other.Write(t, w.root)
			ref, file := b.Manifest.Ref(), part
			if part == "media" {
				file = b.Manifest.Files[0].Name
			}
			path := w.place(ref.Folder() + "/" + file)
			must(t, os.Remove(path))
			if err := put(path); err != nil {
				t.Skipf("%s cannot be made here: %v", what, err)
			}
			outcomes := w.receive()
			if statusOf(outcomes, ref.Folder()) != "damaged" || statusOf(outcomes, other.Manifest.Ref().Folder()) != "accepted" {
				t.Errorf("%s for %s: %+v", what, part, outcomes)
			}
			b.Put(t, w.root)
			if status := statusOf(w.receive(), ref.Folder()); status != "accepted" {
				t.Errorf("%s for %s, sent again: %q", what, part, status)
			}
			must(t, os.RemoveAll(w.place(centre)))
			must(t, os.RemoveAll(w.place(centre+"-next")))
		}
	}
}

func TestAHardLinkIsTheFileThatItIs(t *testing.T) {
	w := newWorld(t)
	b := w.sender("north").Next(t, plain("a"), w.records())
	b.Write(t, w.root)
	must(t, os.Link(w.place(b.Manifest.Ref().Folder()+"/"+batch.RecordsName), w.place("another name")))
	if status := statusOf(w.receive(), b.Manifest.Ref().Folder()); status != "accepted" {
		t.Errorf("it is %q", status)
	}
}

func TestABoxWhoseFolderIsNoneIsNamed(t *testing.T) {
	w := newWorld(t)
	s, next := w.sender("north"), w.sender("south")
	b := next.Next(t, plain("b"), w.records())
	b.Write(t, w.root)
	must(t, os.Symlink("/etc", w.place("north")))
	if status := statusOf(w.receive(), b.Manifest.Ref().Folder()); status != "accepted" {
		t.Errorf("the next centre's is %q", status)
	}
	must(t, os.Remove(w.place("north")))
	must(t, os.MkdirAll(w.place("north"), 0o700))
	must(t, os.WriteFile(w.place("north/"+s.Install), nil, 0o600))
	w.receive()
	notices := w.notices()
	if !strings.Contains(notices["trouble north"], "a link") || !strings.Contains(notices["trouble north/"+s.Install], "a file") {
		t.Errorf("the page says %v", notices)
	}
}

// Whatever lies under the signature's name and is no signature of the box is
// one and the same.
func TestASignatureThatIsNoneIsOneRule(t *testing.T) {
	w := newWorld(t)
	for name, text := range map[string]func(whole []byte) []byte{
		"empty":     func([]byte) []byte { return nil },
		"half":      func(whole []byte) []byte { return whole[:len(whole)/2] },
		"one short": func(whole []byte) []byte { return whole[:len(whole)-2] },
		"too long":  func(whole []byte) []byte { return append(slices.Clone(whole), make([]byte, 8<<10)...) },
		"binary":    func([]byte) []byte { return []byte{0, 1, 2, 0xff} },
		"a page":    func([]byte) []byte { return []byte("<html>504</html>") },
		"another's": func([]byte) []byte {
			other := batchtest.NewSender(t, "x", w.identity.Recipient())
			signature, err := other.Signer.Sign([]byte("x"), "x")
			must(t, err)
			return signature
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := w.sender("c" + batch.Sum([]byte(name))[:8])
			b := s.Next(t, plain(name), w.records())
			damaged := b.Clone()
			damaged.Files[batch.SignatureName] = text(b.Files[batch.SignatureName])
			damaged.Write(t, w.root)
			ref := b.Manifest.Ref()
			for _, o := range w.receive() {
				if o.Name == ref.Folder() && (o.Status != "damaged" || !strings.Contains(o.Reasons[0], "no signature of this install that holds")) {
					t.Errorf("%+v", o)
				}
			}
			b.Put(t, w.root)
			if status := statusOf(w.receive(), ref.Folder()); status != "accepted" {
				t.Errorf("sent again it is %q", status)
			}
		})
	}
}

func TestTwoClonesThatSendBeforeTheIntakeAreSeen(t *testing.T) {
	for name, hides := range map[string]func(t *testing.T, w *world, first, second *batchtest.Batch){
		"one manifest hides the other": func(t *testing.T, w *world, first, second *batchtest.Batch) {
			first.Write(t, w.root)
			second.Put(t, w.root) // what is there with its size stays
		},
		"the second writes over all": func(t *testing.T, w *world, first, second *batchtest.Batch) {
			first.Write(t, w.root)
			second.Write(t, w.root)
		},
		"only the records are the other's": func(t *testing.T, w *world, first, second *batchtest.Batch) {
			first.Write(t, w.root)
			w.put(first.Manifest.Ref().Folder()+"/"+batch.RecordsName, second.Files[batch.RecordsName])
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.sender("north")
			clone := *s
			first, second := s.Next(t, plain("a"), w.records()), clone.Next(t, plain("b"), w.records())
			hides(t, w, first, second)
			outcomes := w.receive()
			forked := slices.ContainsFunc(outcomes, func(o outcome) bool { return o.Status == "fork" && o.New })
			if notice := w.notices()["fork "+first.Manifest.Ref().Folder()]; !forked || !strings.Contains(notice, "another box") {
				t.Errorf("%+v, and the page says %q", outcomes, notice)
			}
		})
	}
}

func TestWhatWasAnsweredIsNotReadAgain(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	b := s.Next(t, plain("a"), w.records())
	missing := s.Next(t, plain("b"), w.records())
	waits := s.Next(t, plain("c"), w.records())
	b.Write(t, w.root)
	waits.Write(t, w.root)
	w.receive()
	ref := b.Manifest.Ref()
	// Other bytes that look the same from outside: who read them would see it.
	for _, one := range []*batchtest.Batch{b, waits} {
		path := w.place(one.Manifest.Ref().Folder() + "/" + batch.ManifestName)
		info, err := os.Stat(path)
		must(t, err)
		must(t, os.WriteFile(path, make([]byte, info.Size()), 0o600))
		must(t, os.Chtimes(path, info.ModTime(), info.ModTime()))
	}
	outcomes := w.receive()
	if statusOf(outcomes, ref.Folder()) != "accepted" || statusOf(outcomes, waits.Manifest.Ref().Folder()) != "waiting" {
		t.Fatalf("it was read again: %+v", outcomes)
	}
	t.Run("a receipt that got lost is put again", func(t *testing.T) {
		for _, lost := range []string{ref.ReceiptName(), ref.ReceiptName() + batch.Signature} {
			must(t, os.Remove(w.place(lost)))
			w.receive()
			if receipt, found := w.receipt(ref); !found || receipt.ManifestSHA256 != b.Sum() {
				t.Errorf("without %s: %+v", lost, receipt)
			}
		}
		must(t, os.WriteFile(w.place(ref.ReceiptName()), []byte("half"), 0o600))
		w.receive()
		if receipt, found := w.receipt(ref); !found || receipt.Status != batch.Accepted {
			t.Errorf("damaged: %+v", receipt)
		}
	})
	t.Run("a folder that changed is noticed", func(t *testing.T) {
		path := w.place(ref.Folder() + "/" + batch.ManifestName)
		old := time.Now().Add(-30 * time.Minute)
		must(t, os.Chtimes(path, old, old))
		if status := statusOf(w.receive(), ref.Folder()); status == "accepted" {
			t.Error("a manifest of zeros is accepted")
		}
		b.Write(t, w.root)
		if status := statusOf(w.receive(), ref.Folder()); status != "accepted" {
			t.Errorf("whole again it is %q", status)
		}
	})
	t.Run("what waits is taken in when its turn comes", func(t *testing.T) {
		missing.Write(t, w.root)
		waits.Write(t, w.root)
		if outcomes := w.receive(); statusOf(outcomes, waits.Manifest.Ref().Folder()) != "accepted" {
			t.Errorf("%+v", outcomes)
		}
	})
}

// readOnly is a disk on which nothing can be written below one folder.
type readOnly struct {
	durable.FS
	below string
}

func (d readOnly) refuse(path string) error {
	if strings.HasPrefix(path, d.below) {
		return &os.PathError{Op: "open", Path: path, Err: syscall.EROFS}
	}
	return nil
}

func (d readOnly) OpenFile(path string, flag int, perm os.FileMode) (durable.Handle, error) {
	if err := d.refuse(path); err != nil {
		return nil, err
	}
	return d.FS.OpenFile(path, flag, perm)
}

func (d readOnly) Mkdir(path string, perm os.FileMode) error {
	if err := d.refuse(path); err != nil {
		return err
	}
	return d.FS.Mkdir(path, perm)
}

func TestADropThatCannotBeWrittenIsSaidOnceAndTheBatchesAreTakenIn(t *testing.T) {
	w := newWorld(t)
	var refs []batch.Ref
	for _, centre := range []string{"north", "south"} {
		b := w.sender(centre).Next(t, plain(centre), w.records())
		b.Write(t, w.root)
		refs = append(refs, b.Manifest.Ref())
	}
	must(t, os.RemoveAll(w.place("receipts")))
	w.inbox.Disk = durable.Disk{FS: readOnly{FS: durable.OS().FS, below: w.root}}
	outcomes, err := w.inbox.Receive(t.Context(), w.root)
	if err == nil || strings.Count(err.Error(), "unlock the stick") != 1 || w.clips() != 2 {
		t.Errorf("%v, %d clips", err, w.clips())
	}
	w.inbox.Disk = durable.OS()
	w.receive()
	for _, ref := range refs {
		if _, found := w.receipt(ref); !found || statusOf(outcomes, ref.Folder()) != "accepted" {
			t.Errorf("%s: %+v", ref, outcomes)
		}
	}
	if notice := w.notices()["trouble "+w.root]; !strings.Contains(notice, "unlock") {
		t.Errorf("the page says %v", w.notices())
	}
}

func TestABatchThatIsSetAsideShowsNothingAndTheNextGoesOn(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	first := s.Next(t, plain("a"), w.records())
	first.Write(t, w.root)
	w.receive()
	ref := first.Manifest.Ref()
	if _, err := w.store.SetAside(t.Context(), store.Ref(ref), true, "forged marks"); err != nil {
		t.Fatal(err)
	}
	second := s.Next(t, plain("b"), w.records())
	second.Write(t, w.root)
	if status := statusOf(w.receive(), second.Manifest.Ref().Folder()); status != "accepted" || w.clips() != 1 || w.mediaFiles() != 6 {
		t.Errorf("the next is %q, %d clips, %d media", status, w.clips(), w.mediaFiles())
	}
	centres, err := w.store.ListCentres(t.Context())
	if err != nil || centres[0].Batches != 1 || centres[0].Orders != 1 {
		t.Errorf("it counts: %+v, %v", centres, err)
	}
	if _, err := w.store.FindMedia(t.Context(), batch.Sum([]byte("frame of a")), store.RoleEvidence); err == nil {
		t.Error("its frame is shown")
	}
	must(t, os.RemoveAll(w.place("receipts")))
	w.restart()
	w.receive()
	if receipt, _ := w.receipt(ref); receipt.Status != batch.Accepted {
		t.Errorf("I5: its receipt is %+v", receipt)
	}
	if _, err := w.store.SetAside(t.Context(), store.Ref(ref), false, ""); err != nil || w.clips() != 2 {
		t.Errorf("taken back: %v, %d clips", err, w.clips())
	}
	if _, err := w.store.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := w.store.SetAside(t.Context(), store.Ref{Centre: "north", Install: s.Install, Sequence: 7}, true, ""); err == nil {
		t.Error("a batch that never came was set aside")
	}
}
