package upload_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/room"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/centre/upkeep"
	"kaodian/app/centre/upload"
	"kaodian/app/centre/upload/kept"
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

// disk is the machine's own; before is called before some steps, which it may
// let fail.
type disk struct {
	durable.FS
	before func(step, path string) error
}

func (d *disk) SyncDir(dir string) error {
	if err := d.before("sync folder", dir); err != nil {
		return err
	}
	return d.FS.SyncDir(dir)
}

func (d *disk) OpenFile(path string, flag int, perm os.FileMode) (durable.Handle, error) {
	if err := d.before("open", path); err != nil {
		return nil, err
	}
	h, err := d.FS.OpenFile(path, flag, perm)
	return handle{h, d, path}, err
}

type handle struct {
	durable.Handle
	disk *disk
	path string
}

func (h handle) Datasync() error {
	if err := h.disk.before("sync", h.path); err != nil {
		return err
	}
	return h.Handle.Datasync()
}

func undisturbed(string, string) error { return nil }

func newCentre(t *testing.T) *centre {
	t.Helper()
	c := &centre{t: t, folder: t.TempDir(), disk: &disk{FS: durable.OS().FS, before: undisturbed}}
	storetest.Path(t, c.folder)
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
func (c *centre) start() upload.Recovery {
	c.t.Helper()
	var err error
	c.Engine, err = upload.New(upload.Config{
		Disk: durable.Disk{FS: c.disk}, Parts: filepath.Join(c.folder, "uploads"), Clips: filepath.Join(c.folder, "vault", "clips"),
		Store: kept.Uploads{Store: c.store}, Clock: clock.New(time.Time{}), MaxSize: 1 << 20, TakeOver: 20 * time.Millisecond,
	})
	c.must(err)
	found, err := c.Recover(c.t.Context())
	c.must(err)
	c.keeper = &upkeep.Keeper{Store: c.store, Uploads: c.Engine, Folder: c.folder, Failed: func(err error) { c.t.Error(err) }}
	return found
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

func wantRefusal(t *testing.T, err error, code refusal.Code) {
	t.Helper()
	if got := refusal.CodeOf(err); got != code {
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
	c.disk.before = func(step, _ string) error {
		if step == "sync" {
			close(syncing)
			<-goOn
		}
		return nil
	}
	go func() {
		_, err := c.send(u, 0, data)
		sent <- err
	}()
	<-syncing
	c.reset(order, u)
	if err := c.keeper.Often(t.Context()); err == nil {
		t.Error("the files of a request under way were deleted")
	}
	close(goOn)
	wantRefusal(t, <-sent, exam.UploadNotFound)
	c.disk.before = undisturbed
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

// occupy holds the database's write lock as a long import does; free ends it.
func (c *centre) occupy() (free func()) {
	c.t.Helper()
	other := storetest.Open(c.t, filepath.Join(c.folder, "kaodian.db"))
	tx, err := other.BeginTx(c.t.Context(), nil)
	c.must(err)
	return func() { c.must(tx.Rollback()) }
}

// wantBusy checks that the phone may go on later, and everybody else now.
func (c *centre) wantBusy(err error) {
	c.t.Helper()
	if refused, ok := errors.AsType[*refusal.Error](err); !ok || refused.Code != upload.Failed || refused.Args["reason"] != "busy" {
		c.t.Errorf("error %v, want busy", err)
	}
	if err := c.Failure(); err != nil {
		c.t.Fatalf("all uploads are stopped: %v", err)
	}
}

// goOn sends the rest as a phone does, and checks the clip.
func (c *centre) goOn(u upload.Upload, data []byte) {
	c.t.Helper()
	found, err := c.Find(c.t.Context(), upload.Principal{Owner: u.Owner, Device: u.Device}, u.ID)
	c.must(err)
	if found.Offset < found.Size {
		_, err = c.send(u, found.Offset, data[found.Offset:])
		c.must(err)
	}
	clip, err := os.ReadFile(filepath.Join(c.Clips, u.ID))
	c.must(err)
	u, err = kept.Uploads{Store: c.store}.FindUpload(c.t.Context(), u.ID)
	if err != nil || !u.Finished || !bytes.Equal(clip, data) {
		c.t.Errorf("no clip of it: %+v, %v", u, err)
	}
}

// I7: a write that takes longer than the database's patience is no fault of the disk.
func TestABusyDatabaseIsWaitedOut(t *testing.T) {
	data := bytes.Repeat([]byte("piano"), 1000)
	c := newCentre(t)
	c.must(c.store.SetPatience(t.Context(), 20*time.Millisecond))
	_, u := c.begin("T1", int64(len(data)))

	free := c.occupy()
	got, err := c.send(u, 0, data[:2000])
	c.wantBusy(err)
	if got.Offset != 0 {
		t.Errorf("offset %d was promised without being written down", got.Offset)
	}
	free()

	// Busy between the last offset and the clip.
	c.disk.before = func(step, path string) error {
		if step == "sync folder" && path == c.Clips {
			c.disk.before = undisturbed
			free = c.occupy()
		}
		return nil
	}
	_, err = c.send(u, 0, data)
	c.wantBusy(err)
	if found := c.start(); found.Unfinished != 1 {
		t.Errorf("a start meanwhile: %+v", found)
	}
	free()
	c.goOn(u, data)
}

// Descriptors are missing for a moment when many phones are back at once.
func TestAWantOfDescriptorsIsWaitedOut(t *testing.T) {
	data := bytes.Repeat([]byte("piano"), 1000)
	for _, where := range []struct{ step, folder string }{
		{"open", "uploads"}, {"sync folder", "uploads"}, {"sync folder", "vault/clips"},
	} {
		t.Run(where.step+" "+where.folder, func(t *testing.T) {
			c := newCentre(t)
			_, u := c.begin("T1", int64(len(data)))
			c.disk.before = func(step, path string) error {
				if step == where.step && strings.HasPrefix(path, filepath.Join(c.folder, filepath.FromSlash(where.folder))) {
					return &os.PathError{Op: "open", Path: path, Err: syscall.EMFILE}
				}
				return nil
			}
			_, err := c.send(u, 0, data)
			c.wantBusy(err)
			c.disk.before = undisturbed
			c.goOn(u, data)
		})
	}
}

// After a failed sync nothing is known, whatever else went wrong beside it.
func TestAFailedSyncIsNoWantOfDescriptors(t *testing.T) {
	c := newCentre(t)
	_, u := c.begin("T1", 10)
	c.disk.before = func(step, path string) error {
		switch step {
		case "sync":
			return &os.PathError{Op: "sync", Path: path, Err: syscall.EIO}
		case "sync folder":
			return &os.PathError{Op: "open", Path: path, Err: syscall.EMFILE}
		}
		return nil
	}
	_, err := c.send(u, 0, make([]byte, 10))
	wantRefusal(t, err, refusal.StorageFailed)
	if c.Failure() == nil {
		t.Error("the engine goes on after a failed sync")
	}
}

// R12, R27: room was reserved for one clip of each item. A clip that replaces
// another lies beside it for a while, and may not take what others were promised.
func TestAReplacementLeavesOthersTheirRoom(t *testing.T) {
	const size, disk = 5000, 100 << 30
	c := newCentre(t)
	_, first := c.begin("T1", size)
	_, err := c.send(first, 0, make([]byte, size))
	c.must(err)
	_, other := c.begin("T2", size)
	promised := exam.DefaultRules(time.UTC).MaxClipBytes - size // to T2, who may begin anew with the largest

	again := func(spare int64) (upload.Upload, error) {
		c.Free = func() (int64, int64, error) { return room.Reserve(disk) + spare, disk, nil }
		return c.Create(t.Context(), upload.Principal{Owner: first.Owner, Device: "phone"}, upload.File{Attempt: first.Attempt, Item: "1", Size: size})
	}
	_, err = again(promised + size - 1)
	wantRefusal(t, err, refusal.DiskFull)
	if found, err := c.store.FindUpload(t.Context(), first.ID); err != nil || !found.Finished {
		t.Errorf("the former clip: %+v, %v", found, err)
	}
	next, err := again(promised + size)
	c.must(err)
	if got, err := c.send(next, 0, make([]byte, size)); err != nil || !got.Finished {
		t.Errorf("the next clip: %+v, %v", got, err)
	}
	// Who has no clip yet is given the room that was reserved.
	c.Free = func() (int64, int64, error) { return room.Reserve(disk) + size, disk, nil }
	_, err = c.Create(t.Context(), upload.Principal{Owner: other.Owner, Device: "phone"}, upload.File{Attempt: other.Attempt, Item: "1", Size: size})
	c.must(err)
}
