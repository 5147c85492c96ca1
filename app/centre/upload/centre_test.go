package upload_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/upkeep"
	"kaodian/app/centre/upload"
	"kaodian/app/clock"
	"kaodian/app/durable"
	"kaodian/app/exam"
)

// centre is the engine with the real store, a real folder and the real upkeep.
type centre struct {
	*upload.Engine
	t      *testing.T
	store  *store.Store
	disk   *disk
	keeper *upkeep.Keeper
	folder string
}

// disk is the machine's own with a hand on single steps.
type disk struct {
	durable.FS
	datasync func()                 // before a file is synced
	syncDir  func(dir string) error // instead of syncing a folder, if it fails
}

func (d *disk) SyncDir(dir string) error {
	if err := d.syncDir(dir); err != nil {
		return err
	}
	return d.FS.SyncDir(dir)
}

func (d *disk) OpenFile(path string, flag int, perm os.FileMode) (durable.Handle, error) {
	h, err := d.FS.OpenFile(path, flag, perm)
	return handle{h, d}, err
}

type handle struct {
	durable.Handle
	disk *disk
}

func (h handle) Datasync() error {
	h.disk.datasync()
	return h.Handle.Datasync()
}

func newCentre(t *testing.T) *centre {
	t.Helper()
	c := &centre{t: t, folder: t.TempDir(), disk: &disk{FS: durable.OS().FS, datasync: func() {}, syncDir: func(string) error { return nil }}}
	c.store = c.open()
	c.start()
	return c
}

// open is one more process with the same database.
func (c *centre) open() *store.Store {
	c.t.Helper()
	s, err := store.Open(c.t.Context(), filepath.Join(c.folder, "kaodian.db"), exam.DefaultRules(time.UTC), clock.New(time.Time{}))
	c.must(err)
	c.t.Cleanup(func() { c.must(s.Close()) })
	return s
}

// start is a new process on the same folder.
func (c *centre) start() {
	c.t.Helper()
	var err error
	c.Engine, err = upload.New(upload.Config{
		Disk: durable.Disk{FS: c.disk}, Parts: filepath.Join(c.folder, "uploads"), Clips: filepath.Join(c.folder, "vault", "clips"),
		Store: c.store, Clock: clock.New(time.Time{}), MaxSize: 1 << 20, TakeOver: 20 * time.Millisecond,
	})
	c.must(err)
	_, err = c.Recover(c.t.Context())
	c.must(err)
	c.keeper = &upkeep.Keeper{Store: c.store, Uploads: c.Engine, Folder: c.folder, Failed: func(err error) { c.t.Error(err) }}
}

// begin lets a candidate start an attempt and an upload.
func (c *centre) begin(ticket string, size int64) (order string, u upload.Upload) {
	c.t.Helper()
	ctx := c.t.Context()
	registration := exam.Registration{
		Ticket: ticket, IDNumber: ticket, Subject: "钢琴", Grade: 1, Pieces: []exam.Piece{{Title: "小步舞曲"}},
		Window: exam.Window{OpensAt: c.store.Now(), ClosesAt: c.store.Now().Add(time.Hour)},
	}
	_, err := c.store.ImportOrders(ctx, []exam.Registration{registration}, false, false)
	c.must(err)
	orders, err := c.store.ListOrders(ctx, registration.PersonKey())
	c.must(err)
	_, err = c.store.Apply(ctx, orders[0].ID, exam.Consented{})
	c.must(err)
	started, _, err := c.store.StartAttempt(ctx, orders[0].ID, store.Agreement{Device: "phone", Agreed: true})
	c.must(err)
	u, err = c.Create(ctx, upload.Principal{Owner: registration.PersonKey(), Device: "phone"}, upload.File{Attempt: started.Attempts[0].ID, Item: "1", Size: size})
	c.must(err)
	return started.ID, u
}

func (c *centre) send(u upload.Upload, offset int64, data []byte) (upload.Upload, error) {
	body := upload.Body{Reader: bytes.NewReader(data), Length: int64(len(data))}
	return c.Append(c.t.Context(), upload.Principal{Owner: u.Owner, Device: u.Device}, u.ID, offset, body)
}

func (c *centre) reset(order string, u upload.Upload) {
	c.t.Helper()
	_, err := c.store.Apply(c.t.Context(), order, exam.ResetAttempt{AttemptID: u.Attempt, Device: u.Device})
	c.must(err)
	c.EndAttempt(u.Attempt)
}

// nothingLeft says which files of uploads are still there.
func (c *centre) nothingLeft() {
	c.t.Helper()
	for _, folder := range []string{c.Parts, c.Clips} {
		entries, err := os.ReadDir(folder)
		c.must(err)
		for _, entry := range entries {
			c.t.Errorf("%s is left", filepath.Join(folder, entry.Name()))
		}
	}
	trash, err := c.store.ListTrash(c.t.Context())
	c.must(err)
	if len(trash) > 0 {
		c.t.Errorf("the trash still names %v", trash)
	}
}

func (c *centre) must(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func wantRefusal(t *testing.T, err error, code exam.Code) {
	t.Helper()
	if got := exam.CodeOf(err); got != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

// R14, R15: an attempt may end at any moment of an upload, also between its
// last byte and its clip. That is nobody else's trouble.
func TestAnAttemptThatEndsDuringTheLastSyncStopsNoOtherUpload(t *testing.T) {
	c := newCentre(t)
	data := make([]byte, 5000)
	order, u := c.begin("T1", int64(len(data)))
	syncing, goOn, sent := make(chan bool), make(chan bool), make(chan error, 1)
	c.disk.datasync = func() { close(syncing); <-goOn }
	go func() {
		_, err := c.send(u, 0, data)
		sent <- err
	}()
	<-syncing
	c.reset(order, u)
	if err := c.keeper.Often(t.Context()); err == nil {
		t.Error("the files of a request under way were deleted")
	}
	c.disk.datasync = func() {}
	close(goOn)
	wantRefusal(t, <-sent, exam.UploadNotFound)
	if err := c.Failure(); err != nil {
		t.Errorf("all uploads are stopped: %v", err)
	}
	c.must(c.keeper.Often(t.Context()))
	c.nothingLeft()
	_, other := c.begin("T2", int64(len(data)))
	if other, err := c.send(other, 0, data); err != nil || !other.Finished {
		t.Errorf("another candidate's upload: %+v, %v", other, err)
	}
}

// A kill between the rename into the vault and the clip's row leaves a whole
// file there, which goes with its upload.
func TestAnUploadThatEndsLeavesNoFileInTheVault(t *testing.T) {
	ends := map[string]func(c *centre, order string, u upload.Upload){
		"a reset": func(c *centre, order string, u upload.Upload) { c.reset(order, u) },
		"the phone gives it up": func(c *centre, _ string, u upload.Upload) {
			c.must(c.Terminate(c.t.Context(), upload.Principal{Owner: u.Owner, Device: u.Device}, u.ID))
		},
		"another upload of the item": func(c *centre, _ string, u upload.Upload) {
			next, err := c.Create(c.t.Context(), upload.Principal{Owner: u.Owner, Device: u.Device}, upload.File{Attempt: u.Attempt, Item: u.Item, Size: 1})
			c.must(err)
			c.must(c.Terminate(c.t.Context(), upload.Principal{Owner: u.Owner, Device: u.Device}, next.ID))
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			c := newCentre(t)
			order, u := c.begin("T1", 4)
			c.must(durable.Remove(filepath.Join(c.Parts, u.ID+".part")))
			c.must(durable.WriteFile(filepath.Join(c.Clips, u.ID), []byte("clip"), 0o600))
			end(c, order, u)
			c.start()
			c.must(c.keeper.Often(t.Context()))
			c.nothingLeft()
		})
	}
}
