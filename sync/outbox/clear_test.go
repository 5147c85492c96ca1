package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
	"kaodian/sync/drop/droptest"
	"kaodian/sync/drop/open"
	"kaodian/sync/outbox"
	"kaodian/sync/seal"
)

// sendTo makes another place the member's own drop; folder is what it shows.
func (c *centre) sendTo(url, folder string) {
	c.t.Helper()
	m, err := outbox.LoadMember(c.folder)
	c.must(err)
	m.Drop = url
	text, err := json.Marshal(m)
	c.must(err)
	c.must(os.WriteFile(filepath.Join(c.folder, "keys", "member.json"), text, 0o600))
	c.stick = folder
}

// accept answers the batch, readable for a server that is another user.
func (c *centre) accept(sequence int64) (ref batch.Ref) {
	c.t.Helper()
	_, m := c.batchOnStick(sequence)
	c.answer(m, nil, c.signer)
	c.must(filepath.WalkDir(filepath.Join(c.stick, "receipts"), func(name string, entry fs.DirEntry, err error) error {
		mode := fs.FileMode(0o644)
		if err == nil && entry.IsDir() {
			mode = 0o755
		}
		return errors.Join(err, os.Chmod(name, mode))
	}))
	return m.Ref()
}

// lying are the files below a folder of the drop.
func (c *centre) lying(folder string) (names []string) {
	c.t.Helper()
	root := filepath.Join(c.stick, folder)
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			name, err = filepath.Rel(root, name)
			names = append(names, filepath.ToSlash(name))
		}
		return err
	})
	if !errors.Is(err, fs.ErrNotExist) {
		c.must(err)
	}
	return names
}

func (c *centre) exists(name string) bool {
	_, err := os.Lstat(filepath.Join(c.stick, name))
	return err == nil
}

var ftpServers = map[string]func(testing.TB, string, ...string) *droptest.Server{
	"vsftpd": droptest.StartVSFTPD, "ProFTPD": droptest.StartProFTPD, "Pure-FTPd": droptest.StartPureFTPD,
}

// places are the drops that there are: of every kind a real one.
func places(t *testing.T, do func(t *testing.T, c *centre)) {
	t.Run("a folder", func(t *testing.T) { do(t, newCentre(t)) })
	for name, start := range ftpServers {
		t.Run(name, func(t *testing.T) {
			server := start(t, "")
			c := newCentre(t)
			c.sendTo(server.URL, server.Root)
			do(t, c)
		})
	}
}

func TestWhatTheProvinceTookInIsRemovedFromTheDrop(t *testing.T) {
	places(t, func(t *testing.T, c *centre) {
		c.submit("T1", "a video")
		c.must(c.Send(t.Context()))
		c.submit("T2", "another video")
		c.must(c.Send(t.Context()))
		_, second := c.batchOnStick(2)
		before := c.lying(second.Ref().Folder())
		first := c.accept(1)
		c.must(c.Send(t.Context()))
		if got := c.states(); !slices.Equal(got, []store.BatchState{store.BatchSent, store.BatchAccepted}) {
			t.Errorf("states %v", got)
		}
		if c.exists(first.Folder()) {
			t.Errorf("there still lies %v", c.lying(first.Folder()))
		}
		if !c.exists(first.ReceiptName()) || !c.exists(first.ReceiptName()+batch.Signature) {
			t.Error("the province's receipt is gone")
		}
		if got := c.lying(second.Ref().Folder()); !slices.Equal(got, before) {
			t.Errorf("of the batch without a receipt there lies %v, not %v", got, before)
		}
		c.must(c.Send(t.Context()))
		if status := c.status(); status.Note.Code != "" || status.LastError != "" {
			t.Errorf("something is told: %+v, %s", status.Note, status.LastError)
		}
	})
}

// What is no file of a batch stays, and with it the folder; nothing beside the
// batch is looked at.
func TestOnlyTheBatchesOwnFilesAreRemoved(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	ref := c.accept(1)
	other := batch.Ref{Centre: "jinan", Install: "ffffffffffffffff", Sequence: 1}
	c.must(os.MkdirAll(filepath.Join(c.stick, other.Folder()), 0o700))
	media := "media/" + strings.Repeat("0", 64) + ".age"
	stays := []string{path.Join(ref.Folder(), "notes.txt"), path.Join(ref.Folder(), "media", "notes"), path.Join(other.Folder(), batch.SignatureName)}
	goes := []string{path.Join(ref.Folder(), batch.RecordsName+batch.Damaged), path.Join(ref.Folder(), media+drop.Part), path.Join(ref.Folder(), media)}
	for _, name := range slices.Concat(stays, goes) {
		c.must(os.WriteFile(filepath.Join(c.stick, name), []byte("x"), 0o600))
	}
	c.must(c.Send(t.Context()))
	for _, name := range stays {
		if !c.exists(name) {
			t.Errorf("%s is gone", name)
		}
	}
	for _, name := range goes {
		if c.exists(name) {
			t.Errorf("%s stays", name)
		}
	}
	if got := c.lying(ref.Folder()); len(got) != 2 {
		t.Errorf("there lies %v", got)
	}
	if status := c.status(); status.Note.Code != "" {
		t.Errorf("a folder that is not empty is told of: %+v", status.Note)
	}
}

func TestWhatIsNotAcceptedStaysAtTheDrop(t *testing.T) {
	stranger, err := seal.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]func(c *centre, m batch.Manifest){
		"no receipt": func(*centre, batch.Manifest) {},
		"a refusal": func(c *centre, m batch.Manifest) {
			c.answer(m, func(r *batch.Receipt) { r.Status = batch.Refused; r.Reasons = []string{"no"} }, c.signer)
		},
		"a stranger's receipt": func(c *centre, m batch.Manifest) { c.answer(m, nil, stranger) },
		"a receipt of another manifest": func(c *centre, m batch.Manifest) {
			c.answer(m, func(r *batch.Receipt) { r.ManifestSHA256 = batch.Sum(nil) }, c.signer)
		},
		"the receipt of another batch": func(c *centre, m batch.Manifest) {
			m.Sequence++
			m.Previous = m.Files[0].SHA256
			c.answer(m, nil, c.signer)
			c.rename(m)
		},
		"a receipt that names too little": func(c *centre, m batch.Manifest) {
			c.answer(m, func(r *batch.Receipt) { r.Files = r.Files[1:] }, c.signer)
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentre(t)
			c.submit("T1", "a video")
			c.must(c.Send(t.Context()))
			folder, m := c.batchOnStick(1)
			answer(c, m)
			_ = c.Send(t.Context()) // it complains: what counts is the drop
			c.holdsVideo(folder, m, "a video")
		})
	}
}

// A clone of this box put its own batch where ours lay: the province is to see it.
func TestABatchOfAnotherBoxWithOurKeysStays(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	ref := c.accept(1)
	manifest := filepath.Join(c.stick, ref.Folder(), batch.ManifestName)
	c.must(os.WriteFile(manifest, []byte("the clone's"), 0o600))
	before := c.lying(ref.Folder())
	c.must(c.Send(t.Context()))
	if got := c.lying(ref.Folder()); !slices.Equal(got, before) {
		t.Errorf("there lies %v, not %v", got, before)
	}
	if got := c.states(); got[0] != store.BatchAccepted {
		t.Errorf("our own is %v", got)
	}
}

// cut is a drop whose line is cut before the n-th removal, or whose process is
// killed: nothing gets through any more.
type cut struct {
	drop.Drop
	left   *int
	before func() error
}

func (d cut) dead() error {
	if *d.left > 0 {
		return nil
	}
	return d.before()
}

func (d cut) step() error {
	*d.left--
	return d.dead()
}

func (d cut) Remove(ctx context.Context, name string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Drop.Remove(ctx, name)
}

func (d cut) RemoveFolder(ctx context.Context, name string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Drop.RemoveFolder(ctx, name)
}

func (d cut) List(ctx context.Context, name string) ([]drop.Entry, error) {
	if err := d.dead(); err != nil {
		return nil, err
	}
	return d.Drop.List(ctx, name)
}

// A line that is cut, or a process that is killed, at every step: the receipt
// counts all the same, what lies there is whole or no batch, and the next run
// removes the rest.
func TestARemovalThatBreaksOffIsGoneOnWith(t *testing.T) {
	for _, kind := range []string{"a cut line", "a kill"} {
		steps := 1
		for ended := false; !ended; steps++ {
			c := newCentre(t)
			c.submit("T1", "a video")
			c.must(c.Send(t.Context()))
			_, m := c.batchOnStick(1)
			whole := c.lying(m.Ref().Folder())
			ref := c.accept(1)
			ctx, kill := context.WithCancel(t.Context())
			left := steps
			c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
				d, err := open.Open(place, noted)
				return cut{Drop: d, left: &left, before: func() error {
					if kind == "a kill" {
						kill()
						return context.Canceled
					}
					return errAway
				}}, err
			}
			err := c.Send(ctx)
			ended = left > 0
			kill()
			if ended && err != nil || !ended && kind == "a cut line" && outbox.TroubleOf(err) != outbox.Trouble(drop.Unreachable) {
				t.Errorf("%s at step %d: %v", kind, steps, err)
			}
			if got := c.states(); got[0] != store.BatchAccepted {
				t.Errorf("%s at step %d: the batch is %v", kind, steps, got)
			}
			got := c.lying(ref.Folder())
			if slices.Contains(got, batch.SignatureName) && !slices.Equal(got, whole) {
				t.Errorf("%s at step %d: of a batch there lies only %v", kind, steps, got)
			}
			c.host.open = open.Open
			c.must(c.Tidy(t.Context())) // as after a restart
			c.must(c.Send(t.Context()))
			if c.exists(ref.Folder()) {
				t.Errorf("%s at step %d: there still lies %v", kind, steps, c.lying(ref.Folder()))
			}
			if note := c.status().Note; note.Code != "" {
				t.Errorf("%s at step %d: a refusal is told: %+v", kind, steps, note)
			}
		}
		if steps < 7 {
			t.Errorf("%s: only %d steps", kind, steps)
		}
	}
}

// counting is a drop that counts what it is asked to remove.
type counting struct {
	drop.Drop
	asked *int
}

func (d counting) Remove(ctx context.Context, name string) error {
	*d.asked++
	return d.Drop.Remove(ctx, name)
}

// watchNotes counts removals and gathers what is told of the drop.
func (c *centre) watchNotes() (asked *int, told *[]drop.Note) {
	asked, told = new(int), &[]drop.Note{}
	c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
		d, err := open.Open(place, noted)
		return counting{d, asked}, err
	}
	c.host.noted = func(note drop.Note) { *told = append(*told, note) }
	return asked, told
}

// forbidding are real servers that take files and let nothing be deleted. The
// setting of Pure-FTPd forbids renaming too, so it would be no drop.
func forbidding(t *testing.T, do func(t *testing.T, c *centre, allow func())) {
	forbid := map[string][]string{
		"vsftpd":  {"cmds_denied=DELE,RMD"},
		"ProFTPD": {"<Limit DELE RMD>", "DenyAll", "</Limit>"},
	}
	for name, settings := range forbid {
		t.Run(name, func(t *testing.T) {
			start := ftpServers[name]
			server, c := start(t, "", settings...), newCentre(t)
			c.sendTo(server.URL, server.Root)
			do(t, c, func() {
				server.Kill()
				open := start(t, "")
				c.must(os.RemoveAll(open.Root))
				c.must(os.Rename(server.Root, open.Root))
				c.sendTo(open.URL, open.Root)
			})
		})
	}
}

func TestAServerThatForbidsRemovingIsToldOnceAndBlocksNothing(t *testing.T) {
	forbidding(t, func(t *testing.T, c *centre, allow func()) {
		asked, told := c.watchNotes()
		c.submit("T1", "a video")
		c.must(c.Send(t.Context()))
		folder, m := c.batchOnStick(1)
		c.accept(1)
		c.must(c.Send(t.Context()))
		if got := c.states(); got[0] != store.BatchAccepted || *asked != 1 {
			t.Fatalf("states %v, %d times asked", got, *asked)
		}
		c.holdsVideo(folder, m, "a video")
		if len(*told) != 1 || (*told)[0].Code != drop.Kept || !strings.Contains((*told)[0].Text, "ask whoever runs") {
			t.Errorf("told %v", *told)
		}
		for range 3 {
			c.clock.Advance(24 * time.Hour)
			c.must(c.Send(t.Context()))
		}
		if status := c.status(); *asked != 1 || status.Note.Code != drop.Kept || status.LastError != "" {
			t.Errorf("days later it was asked %d times, and the status says %+v, %q", *asked, status.Note, status.LastError)
		}
		c.submit("T2", "another video")
		c.must(c.Send(t.Context()))
		c.accept(2)
		c.must(c.Send(t.Context()))
		if got := c.states(); got[0] != store.BatchAccepted || *asked != 2 || len(*told) != 1 {
			t.Errorf("states %v, %d times asked, told %v", got, *asked, *told)
		}
		allow()
		c.submit("T3", "a third video")
		c.must(c.Send(t.Context()))
		third := c.accept(3)
		c.clock.Advance(48 * time.Hour)
		c.must(c.Send(t.Context()))
		if status := c.status(); c.exists(third.Folder()) || status.Note.Code != "" {
			t.Errorf("the server lets it go now: %v, %+v", c.lying(third.Folder()), status.Note)
		}
	})
}

// The right to write may be missing at the folder alone.
// What staff were told to remove is not asked for when they have.
func TestWhatStaffRemovedByHandIsNotToldAnyMore(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	folder, _ := c.batchOnStick(1)
	ref := c.accept(1)
	c.must(os.RemoveAll(filepath.Join(folder, "media")))
	c.must(os.Symlink(t.TempDir(), filepath.Join(folder, "media")))
	c.must(c.Send(t.Context()))
	if status := c.status(); status.Note.Code != drop.Kept {
		t.Fatalf("a link in the way: %+v, %v", status.Note, c.lying(ref.Folder()))
	}
	c.must(os.RemoveAll(folder))
	c.must(c.Send(t.Context()))
	if status := c.status(); status.Note.Code != "" {
		t.Errorf("removed by hand: %+v", status.Note)
	}
}

func TestAFolderThatMayNotBeWrittenKeepsItsFiles(t *testing.T) {
	for name, start := range ftpServers {
		t.Run(name, func(t *testing.T) {
			server, c := start(t, ""), newCentre(t)
			c.sendTo(server.URL, server.Root)
			_, told := c.watchNotes()
			c.submit("T1", "a video")
			c.must(c.Send(t.Context()))
			folder, m := c.batchOnStick(1)
			c.accept(1)
			for _, one := range []string{folder, filepath.Join(folder, "media")} {
				if os.Geteuid() == 0 {
					c.must(os.Chown(one, 0, 0))
				}
				c.must(os.Chmod(one, 0o555))
				defer os.Chmod(one, 0o755) //nolint:errcheck // for the test's own tidying
			}
			c.must(c.Send(t.Context()))
			if got := c.states(); got[0] != store.BatchAccepted || len(*told) != 1 {
				t.Errorf("states %v, told %v", got, *told)
			}
			c.holdsVideo(folder, m, "a video")
		})
	}
}

// What lies on a stick is removed when its receipt is read there, also by a
// second try, and what lies at the member's own drop by the next run there.
func TestAStickAndTheOwnDropAreBothCleared(t *testing.T) {
	c := newCentre(t)
	own, stick := c.stick, t.TempDir()
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	c.must(c.Resend(t.Context(), "dir:"+stick))
	c.stick = stick
	ref := c.accept(1)
	left := 2
	c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
		d, err := open.Open(place, noted)
		return cut{Drop: d, left: &left, before: func() error { return errAway }}, err
	}
	if err := c.FetchFrom(t.Context(), "dir:"+stick); !errors.Is(err, errAway) { // what comes down could not be looked for
		t.Errorf("the run says %v", err)
	}
	if got := c.states(); got[0] != store.BatchAccepted || !c.exists(ref.Folder()) {
		t.Fatalf("states %v, the stick holds %v", got, c.lying(ref.Folder()))
	}
	c.host.open = open.Open
	c.must(c.FetchFrom(t.Context(), "dir:"+stick))
	if c.exists(ref.Folder()) {
		t.Errorf("the stick still holds %v", c.lying(ref.Folder()))
	}
	if c.stick = own; !c.exists(ref.Folder()) {
		t.Fatal("a stick cleared the drop")
	}
	c.must(c.Send(t.Context()))
	if c.exists(ref.Folder()) {
		t.Errorf("the drop still holds %v", c.lying(ref.Folder()))
	}
	c.must(os.MkdirAll(filepath.Join(c.stick, ref.Folder()), 0o755))
	c.must(c.Send(t.Context()))
	if !c.exists(ref.Folder()) {
		t.Error("a batch that was removed is asked about again, for ever")
	}
}
