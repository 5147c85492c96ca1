package inbox_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"kaodian/app/base/durable"
	"kaodian/app/province/store"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/inbox"
	"kaodian/sync/records/recordstest"
	"kaodian/sync/seal"
)

// I4: whatever the roads repeat, reorder, cut, damaged, forge or lose, and
// wherever the province dies, every batch is taken in once or not at all, as
// a model says that knows nothing of how the inbox does it.
func TestI4RandomHistories(t *testing.T) {
	checks := map[string]string{"rapid.seed": "20260803", "rapid.checks": "30", "rapid.steps": "40"}
	if os.Getenv("KAODIAN_SOAK") != "" {
		checks["rapid.checks"] = "2000"
	}
	for name, value := range checks {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	identity, err := seal.GenerateIdentity()
	must(t, err)
	signer, err := seal.GenerateSigner()
	must(t, err)
	scratch, seen := t.TempDir(), map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		h := newHistory(rt, scratch, identity, signer)
		h.seen = seen
		defer h.end()
		rt.Repeat(map[string]func(*rapid.T){
			"make": h.make, "carry": h.carry, "carry ": h.carry, "carry  ": h.carry,
			"receive": h.receive, "receive ": h.receive, "crash": h.crash, "clone": h.clone, "forge": h.forge,
			"misplace": h.misplace, "lose receipts": h.loseReceipts, "empty": h.empty, "revoke": h.revoke, "restart": h.restart,
		})
		h.bringAll(rt)
	})
	t.Logf("outcomes: %v", seen)
	for _, status := range []store.BatchStatus{store.Accepted, store.Refused, store.Quarantined, store.Waiting, store.Damaged} {
		if seen[string(status)] == 0 {
			t.Errorf("no history came to «%s»", status)
		}
	}
}

// history is a province, two roads to it, and who sends.
type history struct {
	store   *store.Store
	inbox   *inbox.Inbox
	folder  string
	roads   [2]string
	senders []*sending
	made    []*sealed
	seen    map[string]int
	model
}

type sending struct {
	*batchtest.Sender
	cloned bool // its disk, or it is a clone's
}

// sealed is a batch that an install truly made.
type sealed struct {
	*batchtest.Batch
	plain []batchtest.Plain
}

func newHistory(rt *rapid.T, scratch string, identity *seal.Identity, signer *seal.Signer) *history {
	dir, err := os.MkdirTemp(scratch, "history-*")
	check(rt, err)
	h := &history{folder: filepath.Join(dir, "province"), model: newModel()}
	for i := range h.roads {
		h.roads[i] = filepath.Join(dir, fmt.Sprint("road", i))
		check(rt, os.Mkdir(h.roads[i], 0o700))
	}
	h.inbox = &inbox.Inbox{Identity: identity, Signer: signer, Scratch: filepath.Join(h.folder, "intake"), Disk: durable.OS(), SQLite: store.SQLite{}}
	s, err := store.Create(context.Background(), h.folder)
	check(rt, err)
	h.use(s)
	for _, centre := range []string{"north", "south", "unknown"} {
		sender := batchtest.NewSender(rt, centre, identity.Recipient())
		h.senders = append(h.senders, &sending{Sender: sender})
		if centre == "unknown" {
			continue
		}
		check(rt, h.store.Invite(context.Background(), centre, "dir:/drop", "token"))
		request, err := batch.ParseRequest(sender.Request(rt, "token"), centre, sender.Install)
		check(rt, err)
		_, err = h.store.Enrol(context.Background(), store.Install{Centre: request.Centre, Install: request.Install, MinisignKey: request.MinisignKey, AgeRecipient: request.AgeRecipient}, "token")
		check(rt, err)
		h.enrol(sender)
	}
	return h
}

func (h *history) use(s *store.Store) { h.store, h.inbox.Store = s, s }

func (h *history) end() { _ = errors.Join(h.store.Close(), os.RemoveAll(filepath.Dir(h.folder))) }

func check(rt *rapid.T, err error) {
	rt.Helper()
	if err != nil {
		rt.Fatal(err)
	}
}

func (h *history) road(rt *rapid.T) int { return rapid.IntRange(0, 1).Draw(rt, "road") }

// one is a batch that was made, or the step is left out.
func (h *history) one(rt *rapid.T) *sealed {
	if len(h.made) == 0 {
		rt.Skip("nothing was made yet")
	}
	return h.made[rapid.IntRange(0, len(h.made)-1).Draw(rt, "batch")]
}

// make seals the next batch of a sender. Photos are shared between batches,
// as of a candidate with several orders.
func (h *history) make(rt *rapid.T) {
	s := h.senders[rapid.SampledFrom([]int{0, 0, 0, 1, len(h.senders) - 1}).Draw(rt, "sender")]
	files := plain(fmt.Sprint("clip ", len(h.made)))
	files[1].Bytes = fmt.Appendf(nil, "photo %d", rapid.IntRange(0, 1).Draw(rt, "photo"))
	dir, err := os.MkdirTemp(filepath.Dir(h.folder), "records-*")
	check(rt, err)
	b := s.Next(rt, files, func(ref batch.Ref, media []batchtest.Media) []byte { return recordstest.Records(rt, dir, ref, media) })
	h.made = append(h.made, &sealed{Batch: b, plain: files})
}

// clone copies the disk of a box: from here on two go on with its chain.
func (h *history) clone(rt *rapid.T) {
	if len(h.senders) > 3 {
		rt.Skip("one clone is enough")
	}
	copied := *h.senders[0].Sender
	h.senders[0].cloned = true
	h.senders = append(h.senders, &sending{Sender: &copied, cloned: true})
}

// carry brings some of a batch's files by a road, in any order, perhaps damaged.
func (h *history) carry(rt *rapid.T) {
	b, road := h.one(rt), h.road(rt)
	names := namesOf(b)
	switch rapid.SampledFrom([]string{"whole", "whole", "whole", "part", "flipped", "flipped", "cut"}).Draw(rt, "how") {
	case "whole":
		b.Put(rt, h.roads[road])
	case "part":
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}).Draw(rt, "order")
		for _, i := range order[:rapid.IntRange(1, len(names)-1).Draw(rt, "count")] {
			batchtest.WriteFile(rt, h.at(road, b.Manifest.Ref().Folder(), names[i]), b.Files[names[i]])
		}
	case "flipped":
		damaged := b.Clone()
		name := names[rapid.IntRange(0, len(names)-1).Draw(rt, "file")]
		damaged.Files[name][rapid.IntRange(0, len(damaged.Files[name])-1).Draw(rt, "at")] ^= 1
		damaged.Put(rt, h.roads[road])
	case "cut":
		damaged := b.Clone()
		name := names[rapid.IntRange(0, len(names)-1).Draw(rt, "file")]
		damaged.Files[name] = damaged.Files[name][:rapid.IntRange(0, len(damaged.Files[name])-1).Draw(rt, "at")]
		damaged.Put(rt, h.roads[road])
	}
}

// namesOf are the names of a batch's six files in an order that does not
// depend on the keys: a history can be told again by its seed.
func namesOf(b *sealed) (names []string) {
	for _, file := range b.Manifest.Files {
		names = append(names, file.Name)
	}
	return append(names, batch.ManifestName, batch.SignatureName)
}

func (h *history) at(road int, parts ...string) string {
	return filepath.Join(h.roads[road], filepath.FromSlash(strings.Join(parts, "/")))
}

// forge signs a true batch with a stranger's key.
func (h *history) forge(rt *rapid.T) {
	forged := h.one(rt).Clone()
	stranger, err := seal.GenerateSigner()
	check(rt, err)
	forged.Sign(rt, stranger)
	forged.Write(rt, h.roads[h.road(rt)])
}

// misplace puts a true batch where another one of its install belongs.
func (h *history) misplace(rt *rapid.T) {
	b := h.one(rt)
	ref := b.Manifest.Ref()
	ref.Sequence = int64(rapid.IntRange(1, len(h.made)+1).Draw(rt, "sequence"))
	b.WriteAs(rt, h.roads[h.road(rt)], ref)
}

func (h *history) loseReceipts(rt *rapid.T) {
	road := h.road(rt)
	check(rt, os.RemoveAll(h.at(road, "receipts")))
	clear(h.receipts[road])
}

// empty is a stick that was cleared, or a server that was set up anew.
func (h *history) empty(rt *rapid.T) {
	road := h.road(rt)
	check(rt, os.RemoveAll(h.roads[road]))
	check(rt, os.Mkdir(h.roads[road], 0o700))
	clear(h.receipts[road])
}

func (h *history) revoke(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "really") > 0 {
		rt.Skip("it would end most histories early")
	}
	_, err := h.store.Revoke(context.Background(), "south", "", "")
	check(rt, err)
	h.chains[h.senders[1].Centre+"/"+h.senders[1].Install].revoked = true
}

func (h *history) restart(rt *rapid.T) {
	check(rt, h.store.Close())
	s, err := store.Open(context.Background(), h.folder)
	check(rt, err)
	h.use(s)
}

func (h *history) receive(rt *rapid.T) { h.receiveFrom(rt, h.road(rt)) }

func (h *history) receiveFrom(rt *rapid.T, road int) {
	h.expect(rt, h.roads[road], road, h.made)
	outcomes, err := h.inbox.Receive(context.Background(), h.roads[road])
	check(rt, err)
	for _, o := range outcomes {
		h.seen[o.Status]++
	}
	h.compare(rt, road)
}

// crash lets the disk die at some step, starts anew and receives again.
func (h *history) crash(rt *rapid.T) {
	road := h.road(rt)
	whole := h.inbox.Disk
	broken := &failing{FS: durable.OS().FS, left: rapid.IntRange(1, 60).Draw(rt, "step")}
	h.inbox.Disk = durable.Disk{FS: broken}
	_, err := h.inbox.Receive(context.Background(), h.roads[road])
	if err != nil && broken.left > 0 {
		rt.Fatalf("it failed before the disk did: %v", err)
	}
	h.inbox.Disk = whole
	h.restart(rt)
	h.receiveFrom(rt, road)
}

// bringAll ends a history well: everything is sent again until the road is
// clean, so all that was made by a box that nobody cloned or revoked is taken
// in. Every run that finds damage finds one more.
func (h *history) bringAll(rt *rapid.T) {
	missing := ""
	for range 4 * (len(h.made) + 1) {
		for _, b := range h.made {
			b.Put(rt, h.roads[0])
		}
		h.receiveFrom(rt, 0)
		if missing = h.missing(); missing == "" {
			return
		}
	}
	rt.Fatal(missing)
}

// missing names a box of which something was not taken in.
func (h *history) missing() string {
	for _, s := range h.senders {
		chain := h.chains[s.Centre+"/"+s.Install]
		if s.cloned || chain == nil || chain.revoked {
			continue
		}
		if chain.last != s.Sequence || chain.manifest != s.Previous {
			return fmt.Sprintf("%s made %d batches, all came whole, and %d are taken in", s.Centre, s.Sequence, chain.last)
		}
	}
	return ""
}

// compare holds the province against the model.
func (h *history) compare(rt *rapid.T, road int) {
	rt.Helper()
	h.compareReceipts(rt, road)
	taken := h.compareBatches(rt)
	page, err := h.store.ListClips(context.Background(), store.ClipFilter{Limit: 1000})
	check(rt, err)
	if len(page.Clips) != len(taken) {
		rt.Fatalf("%d batches of one clip each are taken in, there are %d clips", len(taken), len(page.Clips))
	}
	want := map[string]bool{}
	for _, b := range taken {
		for _, file := range b.plain {
			sum := batch.Sum(file.Bytes)
			want[sum] = true
			if kept, err := os.ReadFile(h.store.MediaPath(sum)); err != nil || !bytes.Equal(kept, file.Bytes) {
				rt.Fatalf("a file of %s is not kept as it was: %v", b.Manifest.Ref(), err)
			}
		}
	}
	kept, err := filepath.Glob(filepath.Join(h.folder, "media", "*", "*"))
	check(rt, err)
	if len(kept) != len(want) {
		rt.Fatalf("%d files are kept, the batches that were taken in have %d", len(kept), len(want))
	}
}

// compareBatches returns what is taken in, which is what the model says.
func (h *history) compareBatches(rt *rapid.T) (taken []*sealed) {
	rt.Helper()
	rows, err := h.store.ListBatches(context.Background(), "", 1000)
	check(rt, err)
	got := map[decision]store.BatchStatus{}
	for _, row := range rows {
		if row.Status != store.Waiting && row.Status != store.Damaged {
			got[decision{batch.Ref(row.Ref), row.ManifestSHA256}] = row.Status
		}
	}
	for d, status := range h.decided {
		if got[d] != status {
			rt.Fatalf("%s is «%s» and should be «%s»", d.ref, got[d], status)
		}
	}
	if len(got) != len(h.decided) {
		rt.Fatalf("%d batches were decided and should be %d", len(got), len(h.decided))
	}
	for _, b := range h.made {
		if h.decided[decision{b.Manifest.Ref(), b.Sum()}] == store.Accepted {
			taken = append(taken, b)
		}
	}
	return taken
}

func (h *history) compareReceipts(rt *rapid.T, road int) {
	rt.Helper()
	// The name of a receipt is its batch's number; an enrolment's answer lies beside it.
	found, err := filepath.Glob(h.at(road, "receipts", "*", "*", "[0-9]*.json"))
	check(rt, err)
	if len(found) != len(h.receipts[road]) {
		rt.Fatalf("there are %d receipts and should be %d", len(found), len(h.receipts[road]))
	}
	for ref, d := range h.receipts[road] {
		text, err := os.ReadFile(h.at(road, ref.ReceiptName()))
		check(rt, err)
		signature, err := os.ReadFile(h.at(road, ref.ReceiptName()+batch.Signature))
		check(rt, err)
		key, err := seal.ParseVerifier(h.inbox.Signer.PublicKey())
		check(rt, err)
		check(rt, key.Verify(text, signature))
		receipt, err := batch.ParseReceipt(text, ref)
		check(rt, err)
		accepted := h.decided[d] == store.Accepted
		if receipt.ManifestSHA256 != d.sum || (receipt.Status == batch.Accepted) != accepted {
			rt.Fatalf("the receipt of %s is %+v, and it was «%s»", ref, receipt, h.decided[d])
		}
		for _, b := range h.made {
			if accepted && b.Sum() == d.sum {
				check(rt, receipt.Answers(b.Manifest, d.sum))
			}
		}
	}
}

// model says what must become of what lies at a road. It reads the road, and
// knows which batches were truly made.
type model struct {
	chains   map[string]*chain // by centre/install, of those that enrolled
	decided  map[decision]store.BatchStatus
	receipts [2]map[batch.Ref]decision
}

type chain struct {
	key      *seal.Verifier
	last     int64
	manifest string
	revoked  bool
}

type decision struct {
	ref batch.Ref // where it lay
	sum string    // of its manifest
}

func newModel() model {
	return model{
		chains: map[string]*chain{}, decided: map[decision]store.BatchStatus{},
		receipts: [2]map[batch.Ref]decision{{}, {}},
	}
}

func (m *model) enrol(s *batchtest.Sender) {
	key, err := seal.ParseVerifier(s.Signer.PublicKey())
	if err != nil {
		panic(err) // it was made a moment ago
	}
	m.chains[s.Centre+"/"+s.Install] = &chain{key: key}
}

// expect moves the model on by one run over the road.
func (m *model) expect(rt *rapid.T, root string, road int, made []*sealed) {
	folders, err := filepath.Glob(filepath.Join(root, "*", "*", "*"))
	check(rt, err)
	var refs []batch.Ref
	for _, folder := range folders {
		name, err := filepath.Rel(root, folder)
		check(rt, err)
		if ref, err := batch.ParseFolder(filepath.ToSlash(name)); err == nil {
			refs = append(refs, ref)
		}
	}
	slices.SortFunc(refs, func(a, b batch.Ref) int { return cmp.Compare(a.Folder(), b.Folder()) })
	for _, ref := range refs {
		m.decide(filepath.Join(root, filepath.FromSlash(ref.Folder())), ref, road, made)
	}
}

func (m *model) decide(folder string, ref batch.Ref, road int, made []*sealed) {
	c := m.chains[ref.Centre+"/"+ref.Install]
	text, signature := content(folder, batch.ManifestName), content(folder, batch.SignatureName)
	if c == nil || text == nil || signature == nil || c.key.Verify(text, signature) != nil {
		return
	}
	d := decision{ref, batch.Sum(text)}
	if m.decided[d] == "" {
		m.decideNew(folder, d, c, made)
	}
	if m.decided[d] != "" {
		m.receipts[road][ref] = d
	}
}

// decideNew leaves a batch undecided that waits, is damaged, or lies where it
// does not belong.
func (m *model) decideNew(folder string, d decision, c *chain, made []*sealed) {
	i := slices.IndexFunc(made, func(b *sealed) bool { return b.Sum() == d.sum })
	b := made[i] // its install signed it, so somebody made it
	switch {
	case c.revoked:
		m.decided[d] = store.Refused
	case b.Manifest.Ref() != d.ref, d.ref.Sequence > c.last+1:
	case d.ref.Sequence <= c.last, b.Manifest.Previous != c.manifest:
		m.decided[d] = store.Quarantined
	case isWhole(folder, b):
		m.decided[d] = store.Accepted
		c.last, c.manifest = d.ref.Sequence, d.sum
	}
}

func isWhole(folder string, b *sealed) bool {
	for _, file := range b.Manifest.Files {
		if !bytes.Equal(content(folder, file.Name), b.Files[file.Name]) {
			return false
		}
	}
	return true
}

// content is a file's bytes, nil if it is not there.
func content(folder, name string) []byte {
	text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		return nil
	}
	return text
}
