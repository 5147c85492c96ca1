package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"

	"kaodian/app/base/clock"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
	"kaodian/sync/drop/open"
	"kaodian/sync/outbox"
	"kaodian/sync/seal"
)

// centre is a data folder with a real store, joined to a province whose keys
// the test holds, over a folder.
type centre struct {
	*store.Store
	*outbox.Outbox
	host     *host
	t        *testing.T
	folder   string
	stick    string
	clock    *clock.Fake
	token    string         // of the newest invitation
	identity *seal.Identity // the province's
	signer   *seal.Signer
}

// DB looks into the database.
func (c *centre) DB() *storetest.DB {
	return storetest.Open(c.t, filepath.Join(c.folder, "kaodian.db"))
}

// host stands for the program around the outbox; a test sets what it is about.
type host struct {
	open   func(place drop.Place, noted func(drop.Note)) (drop.Drop, error)
	room   func(bytes int64) error // nil: there is always room
	failed func(err error)
	noted  func(note drop.Note) // nil: nobody listens
}

func (h *host) OpenDrop(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
	return h.open(place, noted)
}

func (h *host) Room(_ context.Context, bytes int64) error {
	if h.room == nil {
		return nil
	}
	return h.room(bytes)
}

func (h *host) Failed(err error) { h.failed(err) }

func (h *host) Noted(note drop.Note) {
	if h.noted != nil {
		h.noted(note)
	}
}

func newCentre(t *testing.T) *centre {
	t.Helper()
	c := &centre{t: t, folder: t.TempDir(), stick: t.TempDir(), token: "token", clock: clock.NewFake(time.Date(2026, 8, 3, 4, 0, 0, 0, time.UTC))}
	var err error
	c.identity, err = seal.GenerateIdentity()
	c.must(err)
	c.signer, err = seal.GenerateSigner()
	c.must(err)
	c.Store, err = store.Open(t.Context(), filepath.Join(c.folder, "kaodian.db"), exam.DefaultRules(time.UTC), c.clock)
	c.must(err)
	t.Cleanup(func() { c.must(c.Close()) })
	schedule, err := cron.ParseStandard("0 20 * * *")
	c.must(err)
	c.host = &host{open: open.Open, failed: func(err error) { t.Error(err) }}
	c.Outbox = &outbox.Outbox{
		Store: c.Store, Folder: c.folder, Program: "test", Clock: c.clock, Schedule: schedule,
		Host: c.host,
	}
	_, err = outbox.Join(c.folder, batch.Invitation{
		Version: 1, Centre: "jinan", Drop: "dir:" + c.stick, Recipient: c.identity.Recipient(),
		MinisignKey: c.signer.PublicKey(), Token: c.token,
	})
	c.must(err)
	c.must(c.Tidy(t.Context()))
	return c
}

func (c *centre) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// submit makes a submitted, examined order with one clip.
func (c *centre) submit(ticket, video string) exam.Order {
	c.t.Helper()
	ctx, now := c.t.Context(), c.Now()
	registration := exam.Registration{
		Ticket: ticket, Name: "王小明", IDNumber: ticket, Subject: "钢琴", Grade: 1, Pieces: []exam.Piece{{Title: "小步舞曲"}},
		Window: exam.Window{OpensAt: now, ClosesAt: now.Add(time.Hour)},
	}
	_, err := c.ImportOrders(ctx, []exam.Registration{registration}, false, false)
	c.must(err)
	orders, err := c.ListOrders(ctx, registration.PersonKey())
	c.must(err)
	_, err = c.Apply(ctx, orders[0].ID, exam.Consented{})
	c.must(err)
	order, _, err := c.StartAttempt(ctx, orders[0].ID, store.Agreement{Device: "phone", Agreed: true})
	c.must(err)
	attempt := order.Attempts[0].ID
	c.receive(registration.PersonKey(), attempt, video)
	order, err = c.Apply(ctx, order.ID, exam.Submit{AttemptID: attempt, Device: "phone"})
	c.must(err)
	return order
}

// anyRoom is a disk that is never full.
func anyRoom(int64) error { return nil }

func (c *centre) receive(owner, attempt, video string) {
	c.t.Helper()
	ctx := c.t.Context()
	u := store.Upload{ID: store.NewID(), Owner: owner, Attempt: attempt, Item: "1", Size: int64(len(video)), Device: "phone", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(time.Hour)}
	_, err := c.CreateUpload(ctx, u, anyRoom)
	c.must(err)
	c.must(c.FinishUpload(ctx, u.ID, c.Now()))
	path := filepath.Join(c.folder, store.ClipFile(u.ID))
	c.must(os.MkdirAll(filepath.Dir(path), 0o700))
	c.must(os.WriteFile(path, []byte(video), 0o600))
	var inspect, preview string
	c.must(c.DB().QueryRowContext(ctx, "SELECT min(id), max(id) FROM jobs").Scan(&inspect, &preview))
	c.must(c.RecordPreview(ctx, u.ID, preview))
	c.must(c.RecordInspection(ctx, u.ID, store.Inspection{
		JobID: inspect, SHA256: batch.Sum([]byte(video)), MediaType: "video/mp4",
		Findings: []exam.Finding{{Kind: exam.KindReadable, Verdict: exam.Pass}},
	}))
}

// batchOnStick is the one batch that lies there.
func (c *centre) batchOnStick(sequence int64) (folder string, m batch.Manifest) {
	c.t.Helper()
	member, err := outbox.LoadMember(c.folder)
	c.must(err)
	folder = filepath.Join(c.stick, batch.Ref{Centre: "jinan", Install: member.Install, Sequence: sequence}.Folder())
	text, err := os.ReadFile(filepath.Join(folder, batch.ManifestName))
	c.must(err)
	signature, err := os.ReadFile(filepath.Join(folder, batch.SignatureName))
	c.must(err)
	verifier, err := seal.ParseVerifier(c.installKey(member))
	c.must(err)
	c.must(verifier.Verify(text, signature))
	m, err = batch.ParseManifest(text)
	c.must(err)
	return folder, m
}

// installKey is the key in the request, whose MAC must hold.
func (c *centre) installKey(member outbox.Member) string {
	c.t.Helper()
	text, err := os.ReadFile(filepath.Join(c.stick, batch.RequestName("jinan", member.Install)))
	c.must(err)
	request, err := batch.ParseRequest(text, "jinan", member.Install)
	c.must(err)
	authenticated, err := request.Authenticated()
	c.must(err)
	if !seal.CheckMAC(c.token, authenticated, request.MAC) {
		c.t.Fatal("the request's MAC does not hold")
	}
	return request.MinisignKey
}

// answer puts a signed receipt on the stick.
func (c *centre) answer(m batch.Manifest, change func(*batch.Receipt), signer *seal.Signer) {
	c.t.Helper()
	manifest, err := batch.Canonical(m)
	c.must(err)
	receipt := batch.Receipt{
		Version: 1, Centre: m.Centre, Install: m.Install, Sequence: m.Sequence, ManifestSHA256: batch.Sum(manifest),
		Status: batch.Accepted, Reasons: []string{}, ReceivedAt: c.Now().UTC(),
	}
	for _, file := range m.Files {
		receipt.Files = append(receipt.Files, file.SHA256)
	}
	if change != nil {
		change(&receipt)
	}
	text, err := batch.Canonical(receipt)
	c.must(err)
	signature, err := signer.Sign(text, "")
	c.must(err)
	path := filepath.Join(c.stick, m.Ref().ReceiptName())
	c.must(os.MkdirAll(filepath.Dir(path), 0o700))
	c.must(errors.Join(os.WriteFile(path, text, 0o600), os.WriteFile(path+batch.Signature, signature, 0o600)))
}

func (c *centre) states() []store.BatchState {
	c.t.Helper()
	status, err := c.Status(c.t.Context())
	c.must(err)
	states := []store.BatchState{}
	for _, b := range status.Batches {
		states = append(states, b.State)
	}
	return states
}

func TestASubmittedOrderGoesOutAndItsReceiptComesBack(t *testing.T) {
	c := newCentre(t)
	order := c.submit("T1", "a video of somebody")
	c.must(c.Send(t.Context()))
	folder, m := c.batchOnStick(1)
	c.holdsVideo(folder, m, "a video of somebody")
	if got := c.states(); len(got) != 1 || got[0] != store.BatchSent {
		t.Fatalf("states %v", got)
	}
	c.answer(m, nil, c.signer)
	c.clock.Advance(time.Minute)
	c.must(c.Send(t.Context()))
	if got := c.states(); got[0] != store.BatchAccepted {
		t.Errorf("after the receipt: %v", got)
	}
	var delivered int
	c.must(c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM clips WHERE delivered_at IS NOT NULL").Scan(&delivered))
	if delivered != 1 {
		t.Errorf("I5: %d clips are marked delivered", delivered)
	}
	if left, err := os.ReadDir(filepath.Join(c.folder, "spool")); err != nil || len(left) != 0 {
		t.Errorf("the spool still holds %v, %v", left, err)
	}
	after, err := c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if after.SealedAt.IsZero() {
		t.Error("the order is not marked as sealed")
	}
	c.must(c.Send(t.Context()))
	if got := c.states(); len(got) != 1 {
		t.Errorf("the order went out again: %v", got)
	}
}

// holdsVideo opens the batch with the province's key; nothing personal is in
// the clear (I6).
func (c *centre) holdsVideo(folder string, m batch.Manifest, video string) {
	c.t.Helper()
	found := false
	for _, file := range m.Files {
		sealed, err := os.ReadFile(filepath.Join(folder, file.Name))
		c.must(err)
		if batch.Sum(sealed) != file.SHA256 || bytes.Contains(sealed, []byte("王小明")) {
			c.t.Errorf("%s is not what the manifest says, or is in the clear", file.Name)
		}
		var plain bytes.Buffer
		c.must(seal.Decrypt(&plain, bytes.NewReader(sealed), c.identity))
		found = found || plain.String() == video
		if file.Name == batch.RecordsName && !strings.Contains(plain.String(), "王小明") {
			c.t.Error("the records do not name the candidate")
		}
	}
	if !found {
		c.t.Error("the video is not in the batch")
	}
}

func TestI5ReceiptsThatDoNotHoldMarkNothing(t *testing.T) {
	stranger, err := seal.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(c *centre, m batch.Manifest){
		"signed by a stranger": func(c *centre, m batch.Manifest) { c.answer(m, nil, stranger) },
		"for another manifest": func(c *centre, m batch.Manifest) {
			c.answer(m, func(r *batch.Receipt) { r.ManifestSHA256 = m.Files[0].SHA256 }, c.signer)
		},
		"for another batch": func(c *centre, m batch.Manifest) {
			m.Sequence++
			m.Previous = m.Files[0].SHA256
			c.answer(m, nil, c.signer)
			c.rename(m)
		},
		"without one of the files": func(c *centre, m batch.Manifest) {
			c.answer(m, func(r *batch.Receipt) { r.Files = r.Files[1:] }, c.signer)
		},
		"refused": func(c *centre, m batch.Manifest) {
			c.answer(m, func(r *batch.Receipt) { r.Status = batch.Refused; r.Reasons = []string{"damaged"} }, c.signer)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentre(t)
			c.submit("T1", "a video")
			c.must(c.Send(t.Context()))
			_, m := c.batchOnStick(1)
			spoil(c, m)
			if err := c.Send(t.Context()); err == nil {
				t.Error("nobody was told")
			}
			var delivered int
			c.must(c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM clips WHERE delivered_at IS NOT NULL").Scan(&delivered))
			spool, err := os.ReadDir(filepath.Join(c.folder, "spool"))
			c.must(err)
			if delivered != 0 || len(spool) != 1 {
				t.Errorf("%d clips delivered, %d batches in the spool", delivered, len(spool))
			}
		})
	}
}

// rename puts the next batch's receipt where the first one's belongs.
func (c *centre) rename(m batch.Manifest) {
	c.t.Helper()
	first := m.Ref()
	first.Sequence--
	for _, suffix := range []string{"", batch.Signature} {
		c.must(os.Rename(filepath.Join(c.stick, m.Ref().ReceiptName()+suffix), filepath.Join(c.stick, first.ReceiptName()+suffix)))
	}
}

func TestADamagedClipStaysBehindAndTheOthersGo(t *testing.T) {
	c := newCentre(t)
	bad := c.submit("T1", "a video")
	c.submit("T2", "another video")
	clip := bad.Attempts[0].Items[0].Clip.ID
	c.must(os.WriteFile(filepath.Join(c.folder, store.ClipFile(clip)), []byte("a vidEo"), 0o600))
	err := c.Send(t.Context())
	if err == nil || !strings.Contains(err.Error(), clip) {
		t.Errorf("the damaged clip is not named: %v", err)
	}
	status, statusErr := c.Status(t.Context())
	c.must(statusErr)
	if len(status.Batches) != 1 || status.Batches[0].Orders != 1 || status.WaitingOrders != 1 {
		t.Errorf("got %+v", status)
	}
}

// dying is a drop that fails at the n-th Put, like a server that is gone.
type dying struct {
	drop.Drop
	puts *int
}

func (d dying) Put(ctx context.Context, name string, size int64, open func(int64) (io.ReadCloser, error)) error {
	if *d.puts--; *d.puts < 0 {
		return drop.Temporary(errors.New("the server is gone"))
	}
	return d.Drop.Put(ctx, name, size, open)
}

func TestI4SendingThatBreaksOffGoesOnWithTheSameBytes(t *testing.T) {
	for puts := range 5 {
		c := newCentre(t)
		c.submit("T1", "a video")
		left := puts
		c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
			d, err := open.Open(place, noted)
			return dying{d, &left}, err
		}
		if err := c.Send(t.Context()); err == nil {
			t.Fatalf("%d puts were enough", puts)
		}
		if _, err := os.Stat(filepath.Join(c.stick, "jinan")); puts < 2 && err == nil {
			t.Error("the batch went ahead of the enrolment")
		}
		c.host.open = open.Open
		c.must(c.Tidy(t.Context())) // as after a restart
		c.must(c.Send(t.Context()))
		folder, m := c.batchOnStick(1)
		c.holdsVideo(folder, m, "a video")
		if got := c.states(); len(got) != 1 {
			t.Errorf("after %d puts and a restart: %v", puts, got)
		}
	}
}

func TestAFolderWithoutARowIsBuiltAgain(t *testing.T) {
	c := newCentre(t)
	member, err := outbox.LoadMember(c.folder)
	c.must(err)
	left := filepath.Join(c.folder, "spool", member.Install+"-00000001")
	c.must(os.MkdirAll(left, 0o700))
	c.must(os.WriteFile(filepath.Join(left, batch.ManifestName), []byte("of before the crash"), 0o600))
	c.submit("T1", "a video")
	c.must(c.Tidy(t.Context()))
	c.must(c.Send(t.Context()))
	folder, m := c.batchOnStick(1)
	c.holdsVideo(folder, m, "a video")
}

// The same video at two orders is one file, and both clips refer to it.
func TestAVideoOfTwoOrdersTravelsOnce(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "the same video")
	c.submit("T2", "the same video")
	c.must(c.Send(t.Context()))
	folder, m := c.batchOnStick(1)
	if len(m.Files) != 2 {
		t.Errorf("the batch has %d files, want the video and the records", len(m.Files))
	}
	rows := c.attach(c.openRecords(folder), "SELECT count(*) FROM records.clips JOIN records.media USING (sha256)")
	if rows != 2 {
		t.Errorf("%d clips refer to a file of the batch, want 2", rows)
	}
}

// attach counts in another SQLite file.
func (c *centre) attach(file, query string) (count int) {
	c.t.Helper()
	conn, err := c.DB().Conn(c.t.Context())
	c.must(err)
	defer conn.Close()
	_, err = conn.ExecContext(c.t.Context(), "ATTACH ? AS records", file)
	c.must(err)
	c.must(conn.QueryRowContext(c.t.Context(), query).Scan(&count))
	_, err = conn.ExecContext(c.t.Context(), "DETACH records")
	c.must(err)
	return count
}

func TestASecondBatchNamesTheFirst(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	c.submit("T2", "another video")
	c.must(c.Send(t.Context()))
	_, first := c.batchOnStick(1)
	_, second := c.batchOnStick(2)
	text, err := batch.Canonical(first)
	c.must(err)
	if second.Previous != batch.Sum(text) {
		t.Errorf("the second batch names %s", second.Previous)
	}
}

func TestTheStatusTellsNoPassword(t *testing.T) {
	c := newCentre(t)
	path := filepath.Join(c.folder, "keys", "member.json")
	text, err := os.ReadFile(path)
	c.must(err)
	var m outbox.Member
	c.must(json.Unmarshal(text, &m))
	m.Drop = "ftp://centre:secret@127.0.0.1:2121/x"
	text, err = json.Marshal(m)
	c.must(err)
	c.must(os.WriteFile(path, text, 0o600))
	status, err := c.Status(t.Context())
	c.must(err)
	if strings.Contains(status.Drop, "secret") || !strings.Contains(status.Drop, "127.0.0.1") {
		t.Errorf("the status says %q", status.Drop)
	}
}
