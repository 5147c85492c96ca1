package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/outbox"
)

// begin makes an order with a running attempt that has one examined clip; the
// window closes with the attempt's deadline, half an hour from now.
func (c *centre) begin(ticket, video string) (exam.Order, exam.Registration) {
	c.t.Helper()
	return c.beginIn(30*time.Minute, ticket, video)
}

// beginIn is begin with a window that is open so long.
func (c *centre) beginIn(window time.Duration, ticket, video string) (exam.Order, exam.Registration) {
	c.t.Helper()
	ctx, now := c.t.Context(), c.Now()
	registration := exam.Registration{
		Ticket: ticket, Name: "王小明", IDNumber: ticket, Subject: "钢琴", Grade: 1, Pieces: []exam.Piece{{Title: "小步舞曲"}},
		Window: exam.Window{OpensAt: now, ClosesAt: now.Add(window)},
	}
	_, err := c.ImportOrders(ctx, []exam.Registration{registration}, false, false)
	c.must(err)
	orders, err := c.ListOrders(ctx, registration.PersonKey())
	c.must(err)
	_, err = c.Apply(ctx, orders[0].ID, exam.Consented{})
	c.must(err)
	order, _, err := c.StartAttempt(ctx, orders[0].ID, store.Agreement{Device: "phone", Agreed: true})
	c.must(err)
	c.receive(registration.PersonKey(), order.Attempts[0].ID, video)
	return order, registration
}

// R16, I5: the power went in the exam, and a batch is sent before the server
// ran again.
func TestATimeoutThatNobodyWroteDownYetTravelsWithItsVideo(t *testing.T) {
	c := newCentre(t)
	c.begin("T1", "a video of somebody")
	c.clock.Advance(24 * time.Hour)
	c.must(c.Send(t.Context()))
	folder, m := c.batchOnStick(1)
	c.holdsVideo(folder, m, "a video of somebody")
	if timedOut := c.count("SELECT count(*) FROM audit WHERE action = 'timed_out'"); timedOut != 1 {
		t.Errorf("%d facts of a timeout", timedOut)
	}
}

// Between the deadline and the moment it is written down an order looks final
// to the clock alone.
func TestAnOrderWhoseTimeoutIsNotWrittenDownWaits(t *testing.T) {
	c := newCentre(t)
	c.begin("T1", "a video of somebody")
	c.clock.Advance(30 * time.Minute)
	final, err := c.ListWaiting(t.Context(), "")
	c.must(err)
	if len(final.Ready) != 0 {
		t.Error("it is listed while its attempt is written down as running")
	}
	_, err = c.Tick(t.Context())
	c.must(err)
	if final, err = c.ListWaiting(t.Context(), ""); err != nil || len(final.Ready) != 1 {
		t.Errorf("%d are listed, %v", len(final.Ready), err)
	}
}

// R13: what came before the deadline counts, also while it is on its way from
// the last byte to the clip, or waits for the server's next start.
func TestAnOrderWaitsForAClipThatIsLanding(t *testing.T) {
	c := newCentre(t)
	order, registration := c.begin("T1", "a video of somebody")
	ctx := t.Context()
	u := store.Upload{
		ID: store.NewID(), Owner: registration.PersonKey(), Attempt: order.Attempts[0].ID, Item: "1",
		Size: 9, Device: "phone", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(48 * time.Hour),
	}
	_, err := c.CreateUpload(ctx, u, anyRoom)
	c.must(err)
	listed := func() int {
		t.Helper()
		_, err := c.Tick(ctx)
		c.must(err)
		final, err := c.ListWaiting(ctx, "")
		c.must(err)
		return len(final.Ready)
	}
	c.clock.Advance(30 * time.Minute)
	if listed() != 0 {
		t.Error("listed at the deadline, while bytes may be on their way to the disk")
	}
	c.clock.Advance(time.Minute)
	if listed() != 1 {
		t.Error("an upload that broke off keeps the order back")
	}
	c.must(c.RecordOffsets(ctx, []store.Offset{{ID: u.ID, Bytes: 9, ArrivedAt: registration.Window.ClosesAt.Add(-time.Second)}}))
	if listed() != 0 {
		t.Error("listed while a whole upload waits to become a clip")
	}
	c.must(c.FinishUpload(ctx, u.ID, registration.Window.ClosesAt.Add(-time.Second)))
	_, err = c.DB().ExecContext(ctx, "DELETE FROM jobs") // examined
	c.must(err)
	if listed() != 1 {
		t.Error("it is not listed when the clip is there")
	}
}

func TestWhatHappensWhileABatchIsBuiltTravelsInIt(t *testing.T) {
	c := newCentre(t)
	order := c.submit("T1", "a video of somebody")
	built := 0
	c.Outbox.Store = writing{Store: c.Store, after: func() {
		if built++; built > 1 {
			return
		}
		_, err := c.Apply(t.Context(), order.ID, exam.Decide{ID: "d1", Kind: exam.Disqualify, Reason: "替考", By: exam.Actor{Role: exam.ByStaff, Name: "li"}})
		c.must(err)
	}}
	c.must(c.Send(t.Context()))
	if built != 2 {
		t.Errorf("the batch was built %d times", built)
	}
	if got := c.states(); len(got) != 1 || got[0] != store.BatchSent {
		t.Errorf("states %v", got)
	}
}

// Nobody keeps the others from being sent by changing an order again and again.
func TestAnOrderThatChangesAllTheTimeStaysBehindAndTheOthersGo(t *testing.T) {
	c := newCentre(t)
	restless, quiet := c.submit("T1", "a video of somebody"), c.submit("T2", "another video")
	n := 0
	c.Outbox.Store = writing{Store: c.Store, after: func() {
		n++
		_, err := c.Apply(t.Context(), restless.ID, exam.Consented{Face: n%2 == 0, Guardian: "王大明", By: exam.Actor{Role: exam.ByCandidate}})
		if refusal.CodeOf(err) != exam.OrderSealed {
			c.must(err)
		}
	}}
	err := c.Send(t.Context())
	if _, ok := errors.AsType[*store.OrderChangedError](err); !ok {
		t.Errorf("it says %v", err)
	}
	for id, want := range map[string]bool{restless.ID: false, quiet.ID: true} {
		order, err := c.FindOrder(t.Context(), id)
		c.must(err)
		if order.SealedAt.IsZero() == want {
			t.Errorf("order %s sealed: %v", order.Ticket, !want)
		}
	}
	c.Outbox.Store = c.Store
	c.must(c.Send(t.Context()))
	if got := c.states(); len(got) != 2 {
		t.Errorf("states %v", got)
	}
}

// Whoever fills an order's log keeps only that order back.
func TestRecordsThatAreTooLargeAreSplit(t *testing.T) {
	c := newCentre(t)
	huge := c.submit("T1", "a video of somebody")
	for i := range 3 {
		c.submit(fmt.Sprint("T", i+2), "another video")
	}
	const rows, each = 4480, 16 << 10
	_, err := c.DB().ExecContext(t.Context(), `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ?)
		INSERT INTO audit SELECT (SELECT max(seq) FROM audit) + n, at, at, 'photo_viewed', 'staff', 'li', ?, '', '', printf('%.*c', ?, 'x'), '{}', '', 'h'
		FROM c, (SELECT at FROM audit ORDER BY seq DESC LIMIT 1)`, rows, huge.ID, each)
	c.must(err)
	err = c.Send(t.Context())
	if err == nil || !strings.Contains(err.Error(), huge.ID) || !strings.Contains(err.Error(), "more than a batch may") {
		t.Errorf("it says %v", err)
	}
	if sealed := c.count("SELECT count(*) FROM orders WHERE sealed_at IS NOT NULL"); sealed != 3 {
		t.Errorf("%d orders were sealed, not the other three", sealed)
	}
}

// A batch that breaks a rule would be refused whole, and the chain would end
// there: what can be mended is, and else only its order stays.
func TestNoSealedBatchBreaksTheRulesOfValues(t *testing.T) {
	c := newCentre(t)
	for i := range 4 {
		c.submit(fmt.Sprint("T", i+1), "a video of somebody")
	}
	orders := c.strings("SELECT id FROM orders ORDER BY ticket")
	for _, statement := range []string{
		"UPDATE findings SET value = 9e999, limit_value = -9e999, note = 'a' || char(0) || CAST(x'ff' AS TEXT)",
		"UPDATE orders SET name = '王' || char(0) || CAST(x'ff' AS TEXT) || '明' WHERE id = '" + orders[0] + "'",
		"UPDATE orders SET phone = printf('%.*c', 5000, '1') WHERE id = '" + orders[1] + "'",
		"UPDATE clips SET received_at = 4611686018427387 WHERE attempt_id IN (SELECT id FROM attempts WHERE order_id = '" + orders[2] + "')",
	} {
		_, err := c.DB().ExecContext(t.Context(), statement)
		c.must(err)
	}
	err := c.Send(t.Context())
	for i, says := range map[int]string{1: "orders.phone", 2: "clips.received_at"} {
		if err == nil || !strings.Contains(err.Error(), orders[i]+" cannot be sent: "+says) {
			t.Errorf("of order %d it says %v", i, err)
		}
	}
	if sealed := c.strings("SELECT id FROM orders WHERE sealed_at IS NOT NULL ORDER BY ticket"); !slices.Equal(sealed, []string{orders[0], orders[3]}) {
		t.Errorf("%v of %v were sealed", sealed, orders)
	}
}

func TestABatchWaitsForRoomThatRunningAttemptsMayNeed(t *testing.T) { // R27
	c := newCentre(t)
	c.submit("T1", "a video of somebody")
	asked := int64(0)
	c.host.room = func(bytes int64) error {
		asked = bytes
		return syscall.ENOSPC
	}
	if err := c.Send(t.Context()); outbox.TroubleOf(err) != outbox.Full {
		t.Errorf("without room: %v", err)
	}
	if asked != int64(len("a video of somebody")) || len(c.states()) != 0 {
		t.Errorf("asked for %d bytes, batches %v", asked, c.states())
	}
	c.host.room = nil
	c.must(c.Send(t.Context()))
	if got := c.states(); len(got) != 1 {
		t.Errorf("batches %v", got)
	}
}

// writing calls after when an order was read for the records.
type writing struct {
	*store.Store
	after func()
}

func (w writing) FindRecord(ctx context.Context, orderID string) (store.Record, error) {
	r, err := w.Store.FindRecord(ctx, orderID)
	w.after()
	return r, err
}

func (c *centre) count(query string) (count int) {
	c.t.Helper()
	c.must(c.DB().QueryRowContext(c.t.Context(), query).Scan(&count))
	return count
}

func (c *centre) strings(query string) (all []string) {
	c.t.Helper()
	rows, err := c.DB().QueryContext(c.t.Context(), query)
	c.must(err)
	defer rows.Close()
	for rows.Next() {
		var text string
		c.must(rows.Scan(&text))
		all = append(all, text)
	}
	c.must(rows.Err())
	return all
}
