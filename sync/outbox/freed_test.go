package outbox_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/seal"
)

// freed lets go of all that may go, and returns how many clips went.
func (c *centre) freed() int {
	c.t.Helper()
	f, err := c.FreeDelivered(c.t.Context(), c.Now(), exam.Actor{Role: exam.ByStaff, Name: "张主任"}, "磁盘快满了")
	c.must(err)
	return f.Clips
}

// I5: a clip goes after an accepted receipt with a good signature that names
// its sealed file, and never else.
func TestI5OnlyAfterAnAcceptedReceiptIsAClipLetGo(t *testing.T) {
	stranger, err := seal.GenerateSigner()
	if err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]func(c *centre, m batch.Manifest){
		"no receipt": func(*centre, batch.Manifest) {},
		"a refusal": func(c *centre, m batch.Manifest) {
			c.answer(m, func(r *batch.Receipt) { r.Status = batch.Refused }, c.signer)
		},
		"a stranger's signature": func(c *centre, m batch.Manifest) { c.answer(m, nil, stranger) },
		"a receipt that names too little": func(c *centre, m batch.Manifest) {
			c.answer(m, func(r *batch.Receipt) { r.Files = r.Files[1:] }, c.signer)
		},
		"a receipt of another manifest": func(c *centre, m batch.Manifest) {
			c.answer(m, func(r *batch.Receipt) { r.ManifestSHA256 = batch.Sum([]byte("other")) }, c.signer)
		},
		"a damaged receipt": func(c *centre, m batch.Manifest) {
			c.answer(m, nil, c.signer)
			path := filepath.Join(c.stick, m.Ref().ReceiptName())
			text, err := os.ReadFile(path)
			c.must(err)
			text[len(text)/2] ^= 1
			c.must(os.WriteFile(path, text, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentre(t)
			c.submit("T1", "a video of somebody")
			c.must(c.Send(t.Context()))
			_, m := c.batchOnStick(1)
			answer(c, m)
			_ = c.FetchFrom(t.Context(), "dir:"+c.stick) // it may complain: what counts is the disk
			c.clock.Advance(365 * 24 * time.Hour)
			if n := c.freed(); n != 0 {
				t.Errorf("%d clips were let go", n)
			}
		})
	}
}

func TestI5ALetGoClipLeavesItsRecordsAndIsAFact(t *testing.T) {
	c := newCentre(t)
	order := c.submit("T1", "a video of somebody")
	clip := order.Attempts[0].Items[0].Clip.ID
	c.must(c.Send(t.Context()))
	_, m := c.batchOnStick(1)
	c.answer(m, nil, c.signer)
	c.clock.Advance(time.Minute)
	c.must(c.Send(t.Context()))
	if f, err := c.FindFreeing(t.Context()); err != nil || f.Clips != 1 || f.Orders != 1 || f.Unmarked != 1 || !f.Earliest.Equal(c.Now()) || f.WaitingClips != 0 {
		t.Errorf("before: %+v, %v", f, err)
	}
	early, err := c.FreeDelivered(t.Context(), c.Now().Add(-time.Second), exam.Actor{Role: exam.BySystem}, "")
	c.must(err)
	if early.Clips != 0 {
		t.Error("it went before its time")
	}
	if c.freed() != 1 || c.freed() != 0 {
		t.Error("it does not go once")
	}
	record, err := c.FindClip(t.Context(), clip)
	c.must(err)
	if record.FreedAt.IsZero() || record.Rendition || record.Playable || record.SHA256 != batch.Sum([]byte("a video of somebody")) || len(record.Findings) == 0 {
		t.Errorf("what stays: %+v", record)
	}
	trash, err := c.ListTrash(t.Context())
	c.must(err)
	want := map[string]bool{store.ClipFile(clip): true, store.RenditionFile(clip): true, store.PreviewFile(clip): true, store.ContactSheetFile(clip): true}
	for _, path := range trash {
		delete(want, path)
	}
	if len(want) != 0 {
		t.Errorf("%v stay on the disk", want)
	}
	facts, err := c.ListFacts(t.Context(), order.ID)
	c.must(err)
	last := facts[len(facts)-1]
	if last.Action != audit.Action(exam.FactFreed) || last.By.Name != "张主任" || last.Reason != "磁盘快满了" || !last.Later {
		t.Errorf("the fact is %+v", last)
	}
	c.must(c.Send(t.Context())) // nothing of it is missed
	if len(c.states()) != 1 {
		t.Errorf("batches %v", c.states())
	}
}

// The receipt's hashes decide clip by clip.
func TestI5AReceiptFreesOnlyWhatItNames(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video of somebody")
	c.submit("T2", "another video")
	c.must(c.Send(t.Context()))
	_, m := c.batchOnStick(1)
	var sealed string
	c.must(c.DB().QueryRowContext(t.Context(), "SELECT sealed FROM batch_media WHERE role = 'original' AND sha256 = ?", batch.Sum([]byte("another video"))).Scan(&sealed))
	c.must(c.RecordReceipt(t.Context(), m.Install, 1, true, nil, []string{sealed}))
	if n := c.freed(); n != 1 {
		t.Errorf("%d clips were let go", n)
	}
	var kept string
	c.must(c.DB().QueryRowContext(t.Context(), "SELECT sha256 FROM clips WHERE freed_at IS NULL").Scan(&kept))
	if kept != batch.Sum([]byte("a video of somebody")) {
		t.Error("the wrong one went")
	}
}

func TestI5NothingIsLetGoWhileTheDateIsInDoubt(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video of somebody")
	c.must(c.Send(t.Context()))
	_, m := c.batchOnStick(1)
	c.answer(m, nil, c.signer)
	c.clock.Advance(time.Minute)
	c.must(c.Send(t.Context()))
	c.clock.SetJump(365 * 24 * time.Hour)
	_, err := c.FreeDelivered(t.Context(), c.Now(), exam.Actor{Role: exam.BySystem}, "")
	if refusal.CodeOf(err) != store.DateNotConfirmed {
		t.Errorf("it says %v", err)
	}
	c.clock.SetJump(0)
	if c.freed() != 1 {
		t.Error("afterwards it does not go")
	}
}
