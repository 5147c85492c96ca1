package store_test

import (
	"fmt"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// Closing a row is about the board only: twenty phones that nobody hears any
// more, half of them closed at the desk, keep no day from its end.
func TestTwentyDeadPhonesDoNotBlockTheDaysEnd(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	var orders []string
	for n := range 20 {
		order := c.enrolOther(fmt.Sprint("D", n), fmt.Sprintf("1101012015010%05d", n))
		attempt := c.start(order)
		orders = append(orders, order.ID)
		if n%2 == 0 {
			c.must(c.CloseRow(ctx, attempt.ID, store.ClosedRow{Reason: "考生回家了", By: "李老师"}, time.Time{}))
		}
	}
	c.clock.Advance(36 * time.Hour)
	_, err := c.Tick(ctx)
	c.must(err)
	for _, id := range orders {
		if _, err := c.Apply(ctx, id, exam.Seal{}); err != nil {
			t.Errorf("an order cannot be sealed: %v", err)
		}
		order, err := c.FindOrder(ctx, id)
		c.must(err)
		if order.Attempts[0].State != exam.AutoSubmitted || order.SealedAt.IsZero() {
			t.Errorf("%s is %s, sealed at %s", order.Ticket, order.Attempts[0].State, order.SealedAt)
		}
	}
}

func TestOfTwoHelpersOneClosesTheRow(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	attempt := c.start(c.enrol("T1"))
	closed := func(known time.Time) error {
		return c.CloseRow(ctx, attempt.ID, store.ClosedRow{Reason: "手机没电了", By: "李老师"}, known)
	}
	c.must(closed(time.Time{}))
	if err := closed(time.Time{}); refusal.CodeOf(err) != store.RowClosed {
		t.Errorf("the second helper: %v", err)
	}
	board, err := c.ListBoard(ctx)
	c.must(err)
	at := board[0].Closed.At
	if !board[0].Closed.Holds(at, at) || board[0].Closed.Holds(at.Add(time.Second), time.Time{}) || board[0].Closed.Holds(time.Time{}, at.Add(time.Second)) {
		t.Error("it does not come back with what happened since")
	}
	c.must(closed(at)) // it had come back by itself
	c.must(c.ShowRow(ctx, attempt.ID, "李老师"))
	c.must(c.ShowRow(ctx, attempt.ID, "王老师")) // another helper was faster
}
