package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/exam"
)

// enrolOther imports an order of another person than enrol's.
func (c *centre) enrolOther(ticket, idNumber string) exam.Order {
	c.t.Helper()
	ctx := c.t.Context()
	g := registration(ticket)
	g.IDNumber = idNumber
	imported, err := c.ImportOrders(ctx, []exam.Registration{g}, false, false)
	c.must(err)
	if len(imported.Refused) > 0 {
		c.t.Fatal(imported.Refused)
	}
	person, err := c.FindLogin(ctx, ticket, idNumber)
	c.must(err)
	orders, err := c.ListOrders(ctx, person)
	c.must(err)
	return orders[0]
}

func TestR16ABadRowKeepsNoOtherTimeoutWaiting(t *testing.T) {
	c := newCentre(t)
	orders := []exam.Order{c.enrol("T1")}
	for i, number := range []string{"110101201501019999", "110101201501018888"} {
		orders = append(orders, c.enrolOther([]string{"T2", "T3"}[i], number))
	}
	for _, order := range orders {
		c.start(order)
	}
	bad := orders[1]
	_, err := c.DB().ExecContext(t.Context(), "UPDATE attempts SET grants = '{' WHERE order_id = ?", bad.ID)
	c.must(err)
	c.clock.Advance(5 * time.Hour)
	changed, err := c.Tick(t.Context())
	if err == nil || !strings.Contains(err.Error(), bad.ID) {
		t.Errorf("the bad row's order is not named: %v", err)
	}
	if len(changed) != 2 || slices.Contains(changed, bad.ID) {
		t.Errorf("changed %v, want all but %s", changed, bad.ID)
	}
	for _, order := range []exam.Order{orders[0], orders[2]} {
		order, err := c.FindOrder(t.Context(), order.ID)
		c.must(err)
		if order.Attempts[0].State != exam.AutoSubmitted {
			t.Errorf("order %s is %s", order.Ticket, order.Attempts[0].State)
		}
	}
}
