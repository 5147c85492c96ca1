package store_test

import (
	"testing"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// All that a board shows is told to who watches it, whatever it belongs to.
func TestTheBoardIsToldOfAllThatItShows(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	order := c.enrol("T1")
	changed, stop := c.Watch(store.BoardKey)
	defer stop()
	var attempt exam.Attempt
	upload := func() string {
		u := store.Upload{ID: store.NewID(), Owner: order.PersonKey(), Attempt: attempt.ID, Item: "1", Size: 9, Live: true, Device: "phone", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(time.Hour)}
		_, err := c.CreateUpload(ctx, u, anyRoom)
		c.must(err)
		return u.ID
	}
	var id string
	call := store.HelpCall{Device: "phone", Person: order.PersonKey(), OrderID: order.ID, Reason: "other", State: []byte("{}")}
	for _, act := range []struct {
		name string
		do   func() error
	}{
		{"an attempt begins", func() error { attempt = c.start(order); return nil }},
		{"an upload begins", func() error { id = upload(); return nil }},
		{"its length is known", func() error { return c.SettleUpload(ctx, id, 9) }},
		{"it is a clip", func() error { return c.FinishUpload(ctx, id, c.Now()) }},
		{"another begins", func() error { id = upload(); return nil }},
		{"that one is given up", func() error { return c.RemoveUpload(ctx, id) }},
		{"its row is closed", func() error {
			return c.CloseRow(ctx, attempt.ID, store.ClosedRow{Reason: "手机没电了", By: "李老师"}, time.Time{})
		}},
		{"and shown again", func() error { return c.ShowRow(ctx, attempt.ID, "李老师") }},
		{"a child calls", func() error { return c.AskForHelp(ctx, call) }},
		{"its phone tells how it is", func() error { return c.TellHelp(ctx, call) }},
		{"it needs none any more", func() error { return c.EndHelp(ctx, "phone", call.Person) }},
		{"a list is taken in", func() error { c.enrol("T2"); return nil }},
		{"time runs out", func() error { c.clock.Advance(5 * time.Hour); _, err := c.Tick(ctx); return err }},
	} {
		c.must(act.do())
		select {
		case <-changed:
		default:
			t.Errorf("%s, and the board is not told", act.name)
		}
	}
	c.must(c.Audit(ctx, store.Entry{Action: audit.Action("a look")}))
	select {
	case <-changed:
		t.Error("the board is told of what it does not show")
	default:
	}
}
