package scrub_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/app/base/clock"
	"kaodian/app/centre/scrub"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/exam"
)

// centre is one whose candidate sent a clip, with a file of each kind.
type centre struct {
	t      *testing.T
	now    *clock.Fake
	store  *store.Store
	folder string
	clip   string
	files  map[store.StoredKind]string // by their paths
	reads  int
	onRead func()
}

func newCentre(t *testing.T) *centre {
	t.Helper()
	c := &centre{t: t, now: clock.NewFake(time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)), folder: t.TempDir(), files: map[store.StoredKind]string{}}
	database := storetest.Path(t, c.folder)
	s, err := store.Open(t.Context(), database, exam.DefaultRules(time.UTC), c.now)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	c.store = s
	photo := c.keep(store.StoredPhoto, store.PhotoFile, "a photo")
	score := c.keep(store.StoredScore, store.QuestionFile, "a score")
	frame := c.keep(store.StoredEvidence, store.EvidenceFile, "a frame")
	consent := c.keep(store.StoredConsent, store.ConsentFile, "a scan")
	c.receive(photo)
	id := func(string) string { return c.clip }
	clip := c.keep(store.StoredClip, func(of string) string { return store.ClipFile(id(of)) }, "a clip")
	rendition := c.keep(store.StoredRendition, func(of string) string { return store.RenditionFile(id(of)) }, "a rendition")
	storetest.Exec(t, database,
		"UPDATE clips SET state = 'examined', sha256 = '"+clip+"', rendition_sha256 = '"+rendition+"'",
		"INSERT INTO questions (id, subject, grade_from, grade_to, item, title, file, type) VALUES ('q', '钢琴', 1, 10, '视奏', '一', '"+score+"', 'image/png')",
		"INSERT INTO findings (clip_id, place, kind, verdict, note, unit, engine) VALUES ('"+c.clip+"', 0, 'readable', 'pass', '', '', '')",
		"INSERT INTO evidence (clip_id, finding, place, from_ms, to_ms, frame) VALUES ('"+c.clip+"', 0, 0, 0, 0, '"+frame+"')",
		"INSERT INTO evidence (clip_id, finding, place, from_ms, to_ms, frame) VALUES ('"+c.clip+"', 0, 1, 0, 0, '')", // most evidence is a moment without a picture
		"INSERT INTO consent_papers (order_id, sha256, type, answer, by_name, at) SELECT id, '"+consent+"', 'image/png', 'given', 'wang', 1 FROM orders")
	return c
}

// keep writes a file and returns its SHA-256.
func (c *centre) keep(kind store.StoredKind, at func(sum string) string, content string) string {
	c.t.Helper()
	hash := sha256.Sum256([]byte(content))
	sum := hex.EncodeToString(hash[:])
	c.files[kind] = at(sum)
	c.write(at(sum), content)
	return sum
}

func (c *centre) write(name, content string) {
	c.t.Helper()
	path := filepath.Join(c.folder, name)
	must(c.t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(c.t, os.WriteFile(path, []byte(content), 0o600))
}

// receive imports an order, has its clip come, and submits.
func (c *centre) receive(photo string) {
	c.t.Helper()
	ctx, now := c.t.Context(), c.now.Now()
	registration := exam.Registration{
		Ticket: "T1", IDNumber: "1", Subject: "钢琴", Grade: 1, Pieces: []exam.Piece{{Title: "小步舞曲"}}, Photo: photo,
		Window: exam.Window{OpensAt: now, ClosesAt: now.Add(48 * time.Hour)},
	}
	_, err := c.store.ImportOrders(ctx, []exam.Registration{registration}, false, false)
	must(c.t, err)
	order := c.start()
	u := store.Upload{ID: store.NewID(), Owner: registration.PersonKey(), Attempt: order.Attempts[0].ID, Item: "1", Size: 6, Device: "phone", CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	_, err = c.store.CreateUpload(ctx, u, func(int64) error { return nil })
	must(c.t, err)
	must(c.t, c.store.FinishUpload(ctx, u.ID, now))
	c.clip = u.ID
	_, err = c.store.Apply(ctx, order.ID, exam.Submit{AttemptID: order.Attempts[0].ID, Device: "phone"})
	must(c.t, err)
}

// start starts an attempt of the centre's order.
func (c *centre) start() exam.Order {
	c.t.Helper()
	orders, err := c.store.ListOrders(c.t.Context(), exam.Registration{IDNumber: "1"}.PersonKey())
	must(c.t, err)
	_, err = c.store.Apply(c.t.Context(), orders[0].ID, exam.Consented{})
	must(c.t, err)
	order, _, err := c.store.StartAttempt(c.t.Context(), orders[0].ID, store.Agreement{Device: "phone", Agreed: true})
	must(c.t, err)
	return order
}

// scrub is the centre's, as after a start.
func (c *centre) scrub() *scrub.Scrub {
	c.t.Helper()
	s, err := scrub.New(c.t.Context(), scrub.Config{
		Store: c.store, Folder: c.folder, Log: slog.New(slog.DiscardHandler), Found: func() {},
		Zone: func() *time.Location { return time.UTC },
		Apart: func(do func() error) error {
			c.reads++
			if c.onRead != nil {
				c.onRead()
			}
			return do()
		},
	})
	must(c.t, err)
	return s
}

// pass makes a whole pass and returns what is wrong, by the kinds.
func (c *centre) pass() map[store.StoredKind]scrub.Problem {
	c.t.Helper()
	c.now.Advance(time.Minute)
	s := c.scrub()
	s.Start()
	must(c.t, s.Once(c.t.Context()))
	state := s.State()
	if !state.DoneAt.Equal(c.now.Now()) || state.DoneFiles != int64(len(c.files)) || s.Waits() {
		c.t.Errorf("after a pass: %+v", state)
	}
	found := map[store.StoredKind]scrub.Problem{}
	for _, p := range state.Problems {
		found[p.Kind] = p
	}
	return found
}

func TestWhatIsDamagedIsNamedAndNothingElse(t *testing.T) {
	c := newCentre(t)
	if found := c.pass(); len(found) != 0 {
		t.Fatalf("of whole files: %+v", found)
	}
	for kind, name := range c.files {
		path := filepath.Join(c.folder, name)
		content, err := os.ReadFile(path)
		must(t, err)
		flipped := append([]byte{content[0] ^ 1}, content[1:]...)
		must(t, os.WriteFile(path, flipped, 0o600))
		found := c.pass()
		if p := found[kind]; len(found) != 1 || p.Wrong != scrub.Damaged || p.Path != name || p.OrderID == "" && kind != store.StoredScore {
			t.Errorf("one bit of the %s: %+v", kind, found)
		}
		must(t, os.Remove(path))
		if p := c.pass()[kind]; p.Wrong != scrub.Gone {
			t.Errorf("no %s: %+v", kind, p)
		}
		for what, put := range inItsPlace(t, content) {
			must(t, put(path))
			if p := c.pass()[kind]; p.Wrong != scrub.Replaced || p.Error == "" {
				t.Errorf("%s in the place of the %s: %+v", what, kind, p)
			}
			must(t, os.RemoveAll(path))
		}
		must(t, os.WriteFile(path, content, 0o600))
		if found := c.pass(); len(found) != 0 {
			t.Errorf("the %s was brought back: %+v", kind, found)
		}
	}
}

// inItsPlace are what may lie where a file lay: a folder, a pipe, a socket, and links,
// also one that leads to the same bytes, which no backup would hold.
func inItsPlace(t *testing.T, content []byte) map[string]func(path string) error {
	t.Helper()
	same := filepath.Join(t.TempDir(), "same")
	must(t, os.WriteFile(same, content, 0o600))
	return map[string]func(path string) error{
		"a folder":                    func(path string) error { return os.Mkdir(path, 0o700) },
		"a pipe":                      func(path string) error { return unix.Mkfifo(path, 0o600) },
		"a socket":                    func(path string) error { return unix.Mknod(path, unix.S_IFSOCK|0o600, 0) },
		"a link to nothing":           func(path string) error { return os.Symlink(filepath.Join(filepath.Dir(same), "nothing"), path) },
		"a link to the same bytes":    func(path string) error { return os.Symlink(same, path) },
		"a link that leads to itself": func(path string) error { return os.Symlink(path, path) },
	}
}

// What the disk does not give may be whole.
func TestAFileThatTheDiskDoesNotGiveIsNotCalledDamaged(t *testing.T) {
	c := newCentre(t)
	if wrong, why := scrub.Compare(t.Context(), c.store, "/proc/self", "mem"); wrong != scrub.Unreadable || why == nil {
		t.Errorf("it is %s: %v", wrong, why)
	}
	if wrong, _ := scrub.Compare(t.Context(), c.store, "/proc/self/status", "clips"); wrong != scrub.Gone {
		t.Errorf("in a folder that is a file it is %s", wrong)
	}
}

func TestAFileThatNobodyWantsAnyMoreIsNoProblem(t *testing.T) {
	c := newCentre(t)
	c.write(c.files[store.StoredClip], "another")
	if found := c.pass(); len(found) != 1 {
		t.Fatalf("%+v", found)
	}
	storetest.Exec(t, filepath.Join(c.folder, "kaodian.db"), "UPDATE clips SET removed_at = 1")
	s := c.scrub()
	if must(t, s.Once(t.Context())); len(s.State().Problems) != 0 {
		t.Errorf("it is named until the next pass: %+v", s.State().Problems)
	}
	for _, kind := range []store.StoredKind{store.StoredClip, store.StoredRendition, store.StoredEvidence} {
		delete(c.files, kind)
	}
	if found := c.pass(); len(found) != 0 {
		t.Errorf("of files that went: %+v", found)
	}
}

// A clock that is set back in the middle of a pass hides nothing of what it found.
func TestAClockThatIsSetBackHidesNothing(t *testing.T) {
	c := newCentre(t)
	for _, kind := range []store.StoredKind{store.StoredClip, store.StoredScore} {
		c.write(c.files[kind], "another")
	}
	c.onRead = func() { c.now.Advance(-24 * time.Hour) }
	s := c.scrub()
	s.Start()
	must(t, s.Once(t.Context()))
	if len(s.State().Problems) != 2 {
		t.Errorf("%+v", s.State().Problems)
	}
}

// A start goes on where the last server stopped, and does not begin anew.
func TestAPassGoesOnAfterARestart(t *testing.T) {
	c := newCentre(t)
	c.write(c.files[store.StoredClip], "another")
	ctx, end := context.WithCancel(t.Context())
	c.onRead = func() {
		if c.reads == 3 {
			end()
		}
	}
	if err := c.scrub().Once(ctx); err == nil {
		t.Error("a pass that was broken off says that it is whole")
	}
	again := c.scrub()
	if !again.Waits() || again.State().Files != 2 || !again.State().DoneAt.IsZero() {
		t.Errorf("after a restart: %+v", again.State())
	}
	must(t, again.Once(t.Context()))
	if state := again.State(); state.DoneFiles != 6 || c.reads != 7 || len(state.Problems) != 1 {
		t.Errorf("%d reads, %+v", c.reads, state)
	}
}

// Nothing is read while somebody is in an exam, also in the middle of a pass.
func TestAPassWaitsForTheExam(t *testing.T) {
	c := newCentre(t)
	s := c.scrub()
	c.onRead = func() {
		if c.reads == 2 {
			c.other()
		}
	}
	if err := s.Once(t.Context()); err == nil || s.State().Files != 1 {
		t.Errorf("an attempt began: %v, %+v", err, s.State())
	}
	if err := s.Once(t.Context()); err == nil || c.reads != 2 {
		t.Errorf("an attempt runs: %v, %d reads", err, c.reads)
	}
	c.now.Advance(3 * time.Hour)
	_, err := c.store.Tick(t.Context())
	must(t, err)
	must(t, s.Once(t.Context()))
	if s.State().DoneFiles != 6 {
		t.Errorf("after the exam: %+v", s.State())
	}
}

// other starts an attempt of another person.
func (c *centre) other() {
	c.t.Helper()
	now := c.now.Now()
	registration := exam.Registration{
		Ticket: "T2", IDNumber: "2", Subject: "钢琴", Grade: 1, Pieces: []exam.Piece{{Title: "小步舞曲"}},
		Window: exam.Window{OpensAt: now, ClosesAt: now.Add(48 * time.Hour)},
	}
	_, err := c.store.ImportOrders(c.t.Context(), []exam.Registration{registration}, false, false)
	must(c.t, err)
	orders, err := c.store.ListOrders(c.t.Context(), registration.PersonKey())
	must(c.t, err)
	_, err = c.store.Apply(c.t.Context(), orders[0].ID, exam.Consented{})
	must(c.t, err)
	_, _, err = c.store.StartAttempt(c.t.Context(), orders[0].ID, store.Agreement{Device: "other", Agreed: true})
	must(c.t, err)
}

// A night's pass is made once, and one that was missed as soon as the server runs.
func TestAPassIsDueOnceANight(t *testing.T) {
	c := newCentre(t)
	s := c.scrub()
	reads := func(after time.Duration) int {
		c.now.Advance(after)
		before := c.reads
		must(t, s.Once(t.Context()))
		return c.reads - before
	}
	for _, at := range []struct {
		after time.Duration
		want  int
	}{
		{0, 6},              // never before
		{time.Hour, 0},      // 13:00
		{12 * time.Hour, 0}, // 01:00
		{time.Hour, 6},      // 02:00
		{time.Hour, 0},
		{72 * time.Hour, 6}, // it was off for three nights
		{time.Hour, 0},
	} {
		if got := reads(at.after); got != at.want {
			t.Errorf("%v later, at %v: %d files read, want %d", at.after, c.now.Now(), got, at.want)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A pipe in a file's place is named, and holds up neither the pass nor the end.
func TestAPipeIsNotWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	must(t, unix.Mkfifo(path, 0o600))
	opened := make(chan error, 1)
	go func() {
		_, err := scrub.FromDisk(path)
		opened <- err
	}()
	select {
	case err := <-opened:
		if err == nil {
			t.Error("a pipe was opened as a file")
		}
	case <-time.After(time.Minute):
		t.Fatal("a pipe is waited for")
	}
}
