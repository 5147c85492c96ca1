package inbox_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/batch/formattest"
)

// byHand is the sender's next batch at the world's drop, for the steps of the
// format's page; the request was checked by them already.
func (w *world) byHand(centre, install, token string) formattest.Place {
	w.t.Helper()
	keys := w.t.TempDir()
	must(w.t, w.identity.Save(filepath.Join(keys, "province.age")))
	p := formattest.Place{
		Drop: w.root, Centre: centre, Install: install, Sequence: "1", Identity: filepath.Join(keys, "province.age"),
		ProvinceKey: w.signer.PublicKey(), Token: token, Work: w.t.TempDir(),
	}
	p.Do(w.t, formattest.Enrolment)
	return p
}

// next is the place of the batch after it, in a folder of its own.
func next(t *testing.T, p formattest.Place, sequence int) formattest.Place {
	t.Helper()
	key := p.File(t, "install.key")
	if sequence > 1 {
		p.Previous = batch.Sum([]byte(p.File(t, "manifest.json")))
	}
	p.Sequence, p.Work = fmt.Sprint(sequence), t.TempDir()
	must(t, os.WriteFile(filepath.Join(p.Work, "install.key"), []byte(key), 0o600))
	return p
}

// For ever: every golden batch opens with the tools alone, as the page of the
// format says, and so do the answers to it.
func TestTheGoldenBatchesOpenByTheStepsOfTheFormat(t *testing.T) {
	formattest.NeedTools(t)
	for _, golden := range goldens(t) {
		t.Run(filepath.Base(golden), func(t *testing.T) {
			w, _ := takeInGolden(t, golden)
			folders, err := filepath.Glob(filepath.Join(w.root, "golden", "*", "*"))
			if err != nil || len(folders) == 0 {
				t.Fatalf("no batch is there: %v", err)
			}
			p := w.byHand("golden", filepath.Base(filepath.Dir(folders[0])), "golden-token")
			if out := p.Do(t, formattest.Answer); !strings.HasSuffix(out, "accepted\n") {
				t.Errorf("the answer: %s", out)
			}
			for i := range folders {
				p = next(t, p, i+1)
				p.Do(t, formattest.Batch)
				if clips := p.File(t, "clips"); !strings.HasPrefix(clips, "王小明|钢琴|8|1|1|乐曲|video/mp4|media/") {
					t.Errorf("the clips: %s", clips)
				}
				original := batch.Sum([]byte("original of golden"))
				if got := p.File(t, "media/"+original); got != "original of golden" {
					t.Errorf("the original: %q", got)
				}
				if out := p.Do(t, formattest.Receipt); !strings.HasSuffix(out, "accepted\n") {
					t.Errorf("the receipt: %s", out)
				}
			}
		})
	}
}

// goldens are the folders of golden batches, of every version that there is.
func goldens(t *testing.T) []string {
	t.Helper()
	folders, err := filepath.Glob("testdata/golden-v*")
	must(t, err)
	if len(folders) != batch.Version {
		t.Fatalf("golden batches of %v, and there are %d versions", folders, batch.Version)
	}
	return folders
}

// What a receiver must refuse, the steps of the page refuse too.
func TestTheStepsOfTheFormatEndWhereAReceiverMust(t *testing.T) {
	formattest.NeedTools(t)
	media := func(b *batchtest.Batch) string { return b.Manifest.Files[0].Name }
	for name, c := range map[string]struct {
		records []string // statements that change the records
		spoil   func(t *testing.T, s *batchtest.Sender, b *batchtest.Batch)
		place   func(p *formattest.Place)
		file    string // that was not made by then: where the steps end
	}{
		"another signature": {spoil: func(t *testing.T, s *batchtest.Sender, b *batchtest.Batch) {
			b.Sign(t, batchtest.NewSender(t, "north", s.Recipient).Signer)
		}, file: "names"},
		"a changed manifest": {spoil: func(_ *testing.T, _ *batchtest.Sender, b *batchtest.Batch) {
			b.Files[batch.ManifestName] = []byte(strings.Replace(string(b.Files[batch.ManifestName]), "batchtest", "badtester", 1))
		}, file: "names"},
		"no signature": {spoil: func(_ *testing.T, _ *batchtest.Sender, b *batchtest.Batch) { delete(b.Files, batch.SignatureName) }, file: "names"},
		"other bytes than the canonical ones": {spoil: func(t *testing.T, s *batchtest.Sender, b *batchtest.Batch) {
			b.SignBytes(t, s.Signer, append(b.Files[batch.ManifestName], '\n'))
		}, file: "names"},
		"a version of the future": {spoil: func(t *testing.T, s *batchtest.Sender, b *batchtest.Batch) {
			b.Manifest.Version = batch.Version + 1
			b.Sign(t, s.Signer)
		}, file: "names"},
		"another place": {spoil: func(t *testing.T, s *batchtest.Sender, b *batchtest.Batch) {
			manifest := b.Manifest
			b.Manifest.Centre = "south"
			b.Sign(t, s.Signer)
			b.Manifest = manifest
		}, file: "names"},
		"another recipient": {spoil: func(t *testing.T, s *batchtest.Sender, b *batchtest.Batch) {
			b.Manifest.Recipient = s.Identity.Recipient()
			b.Sign(t, s.Signer)
		}, file: "names"},
		"another batch before it": {place: func(p *formattest.Place) { p.Previous = batch.Sum(nil) }, file: "names"},
		"a file that no batch has": {spoil: func(t *testing.T, s *batchtest.Sender, b *batchtest.Batch) {
			b.Add("media/../x", []byte("x"))
			b.Sign(t, s.Signer)
		}, file: "sizes"},
		"a file that is missing": {spoil: func(_ *testing.T, _ *batchtest.Sender, b *batchtest.Batch) { delete(b.Files, media(b)) }, file: "sums"},
		"a file that was cut":    {spoil: func(_ *testing.T, _ *batchtest.Sender, b *batchtest.Batch) { b.Files[media(b)] = b.Files[media(b)][1:] }, file: "sums"},
		"a file that was changed": {spoil: func(_ *testing.T, _ *batchtest.Sender, b *batchtest.Batch) {
			b.Files[media(b)][150] ^= 1
		}, file: "records.sqlite"},
		"one table more":                        {records: []string{"CREATE TABLE more (a)"}, file: "sent"},
		"another column":                        {records: []string{"ALTER TABLE orders ADD COLUMN more TEXT"}, file: "sent"},
		"a row that belongs to none":            {records: []string{"DELETE FROM subjects"}, file: "sent"},
		"records of another batch":              {records: []string{"UPDATE batch SET sequence = 2"}, file: "sent"},
		"records of another version":            {records: []string{"UPDATE batch SET version = 1"}, file: "sent"},
		"media that the records do not name":    {records: []string{"DELETE FROM media WHERE role = 'photo'"}, file: "media"},
		"media that are not what the name says": {records: []string{"UPDATE media SET sha256 = '" + strings.Repeat("a", 64) + "' WHERE role = 'photo'"}, file: "clips"},
		"media of another size":                 {records: []string{"UPDATE media SET size = size + 1"}, file: "clips"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			s := w.sender("north")
			b := s.Next(t, plain("a"), w.records(c.records...))
			if c.spoil != nil {
				c.spoil(t, s, b)
			}
			b.Write(t, w.root)
			p := w.byHand("north", s.Install, "token")
			if c.place != nil {
				c.place(&p)
			}
			out, err := formattest.Run(t, formattest.Batch, p.Variables(t))
			if _, there := os.Stat(filepath.Join(p.Work, c.file)); err == nil || there == nil {
				t.Errorf("%v, and there is %s: %s", err, c.file, out)
			}
			if c.place == nil && statusOf(w.receive(), b.Manifest.Ref().Folder()) == "accepted" {
				t.Error("our receiver takes it")
			}
		})
	}
}

func TestTheStepsOfTheFormatBelieveNoOtherRequest(t *testing.T) {
	formattest.NeedTools(t)
	w := newWorld(t)
	s := w.sender("north")
	p := w.byHand("north", s.Install, "token")
	text := string(s.Request(t, "token"))
	for name, request := range map[string]string{
		"another token":   string(s.Request(t, "guessed")),
		"another key":     strings.Replace(text, `"minisign_key":"RW`, `"minisign_key":"RX`, 1),
		"another centre":  strings.Replace(text, `"north"`, `"south"`, 1),
		"another form":    text + "\n",
		"another version": strings.Replace(text, `"version":1`, `"version":2`, 1),
	} {
		w.put(batch.RequestName("north", s.Install), []byte(request))
		if out, err := formattest.Run(t, formattest.Enrolment, p.Variables(t)); err == nil {
			t.Errorf("%s: it was taken: %s", name, out)
		}
	}
}

// A refusal and a forged receipt, as a centre without our code would read them.
func TestTheStepsOfTheFormatReadARefusalAndNoForgery(t *testing.T) {
	formattest.NeedTools(t)
	w := newWorld(t)
	s := w.sender("north")
	b := s.Next(t, plain("a"), w.records("UPDATE orders SET grade = 101"))
	b.Write(t, w.root)
	w.receive()
	p := w.byHand("north", s.Install, "token")
	p.Do(t, formattest.Batch)
	if out := p.Do(t, formattest.Receipt); !strings.Contains(out, "refused\nrecords: orders.grade is 101") {
		t.Errorf("the receipt: %s", out)
	}
	receipt, _ := w.receipt(b.Manifest.Ref())
	receipt.Status = batch.Accepted
	for name, spoil := range map[string]func(r *batch.Receipt){
		"it leaves a file out":        func(r *batch.Receipt) { r.Files = r.Files[1:] },
		"it is of another manifest":   func(r *batch.Receipt) { r.ManifestSHA256 = batch.Sum(nil) },
		"it is of another batch":      func(r *batch.Receipt) { r.Sequence = 2 },
		"it is of a later version":    func(r *batch.Receipt) { r.Version = 2 },
		"it is signed by the install": func(*batch.Receipt) {},
	} {
		forged := receipt
		spoil(&forged)
		text, err := batch.Canonical(forged)
		must(t, err)
		signer := w.signer
		if name == "it is signed by the install" {
			signer = s.Signer
		}
		signature, err := signer.Sign(text, "")
		must(t, err)
		w.put(b.Manifest.Ref().ReceiptName(), text)
		w.put(b.Manifest.Ref().ReceiptName()+batch.Signature, signature)
		if out, err := formattest.Run(t, formattest.Receipt, p.Variables(t)); err == nil {
			t.Errorf("%s: it was taken: %s", name, out)
		}
	}
}
