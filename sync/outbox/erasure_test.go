package outbox_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// R25, R31: the next batch tells that a person was erased, and nothing of the person.
func TestR31_TheNextBatchTellsOfAnErasedPerson(t *testing.T) {
	c := newCentre(t)
	order := c.submit("T1", "a video of somebody")
	c.must(c.Send(t.Context()))
	what := store.Erasing{ID: "erasure-1", Reason: "the guardian asked", By: exam.Actor{Role: exam.BySystem, Name: "op"}}
	var err error
	what.Whom, err = c.FindWhom(t.Context(), order.Ticket)
	c.must(err)
	if err := c.ErasePerson(t.Context(), what); !errors.Is(err, store.ErrEraseUnsent) {
		t.Fatalf("without a receipt it said %v (I5)", err)
	}
	c.accept(1)
	c.must(c.FetchFrom(t.Context(), "dir:"+c.stick))
	c.must(c.ErasePerson(t.Context(), what))
	c.clock.Advance(time.Hour)
	c.must(c.Send(t.Context()))
	folder, _ := c.batchOnStick(2)
	records := c.openRecords(folder)
	for query, want := range map[string]string{
		"SELECT order_id, what, reason, by_name FROM records.erasures":                fmt.Sprint([]any{order.ID, "person", what.Reason, "op"}),
		"SELECT order_id, sequence FROM records.subjects":                             fmt.Sprint([]any{order.ID, int64(1)}),
		"SELECT count(*) FROM records.orders":                                         "[0]",
		"SELECT count(*) FROM records.media":                                          "[0]",
		"SELECT count(*) FROM records.facts WHERE action = 'person_erased'":           "[1]",
		"SELECT count(*) FROM records.facts WHERE reason LIKE '%" + order.Name + "%'": "[0]",
	} {
		if rows := c.rows(records, query); len(rows) != 1 || fmt.Sprint(rows[0]) != want {
			t.Errorf("%s: %v, want %s", query, rows, want)
		}
	}
	c.clock.Advance(time.Hour)
	c.must(c.Send(t.Context()))
	if got := len(c.states()); got != 2 {
		t.Errorf("it is told in %d batches", got-1)
	}
}
