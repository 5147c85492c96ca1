package store_test

import (
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// R16, R28: a recording that is sent while it is recorded has its length last;
// it may also be told after the timeout, when nothing more can come.
func TestR28ALiveUploadIsSettledAfterTheTimeout(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	u := store.Upload{
		ID: store.NewID(), Owner: order.PersonKey(), Attempt: attempt.ID, Item: "1", Size: 1 << 20, Live: true,
		Device: "phone", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(24 * time.Hour),
	}
	_, err := c.CreateUpload(t.Context(), u, anyRoom)
	c.must(err)
	arrived := c.Now().Add(time.Minute)
	c.must(c.RecordOffsets(t.Context(), []store.Offset{{ID: u.ID, Bytes: 5000, ArrivedAt: arrived}}))
	c.clock.Advance(5 * time.Hour)
	c.restart()
	_, err = c.Tick(t.Context())
	c.must(err)

	found, err := c.FindUpload(t.Context(), u.ID)
	if err != nil || !found.Live || found.Replaces || !found.Cutoff.Equal(attempt.Deadline) {
		t.Fatalf("%+v, %v", found, err)
	}
	c.must(c.SettleUpload(t.Context(), u.ID, 4999)) // less than what was promised: nothing happens
	c.must(c.SettleUpload(t.Context(), u.ID, 5000))
	c.must(c.SettleUpload(t.Context(), u.ID, 6000)) // it has its length
	found, err = c.FindUpload(t.Context(), u.ID)
	if err != nil || found.Live || found.Size != 5000 {
		t.Fatalf("%+v, %v", found, err)
	}
	c.must(c.FinishUpload(t.Context(), u.ID, found.ArrivedAt))
	order, err = c.FindAttemptOrder(t.Context(), attempt.ID)
	c.must(err)
	if clip := order.Attempts[0].Items[0].Clip; clip == nil || clip.Size != 5000 || order.Attempts[0].State != exam.AutoSubmitted {
		t.Errorf("%+v", order.Attempts[0])
	}
}

func TestR12AnUploadSaysThatItReplacesAClip(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	c.send(attempt, "1")
	u := store.Upload{ID: store.NewID(), Owner: order.PersonKey(), Attempt: attempt.ID, Item: "1", Size: 9, Live: true, Device: "phone", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(time.Hour)}
	_, err := c.CreateUpload(t.Context(), u, anyRoom)
	c.must(err)
	list, err := c.ListUploads(t.Context(), attempt.ID)
	if err != nil || len(list) != 1 || !list[0].Replaces {
		t.Errorf("%+v, %v", list, err)
	}
}
