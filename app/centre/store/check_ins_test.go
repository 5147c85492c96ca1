package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

var desk = exam.Actor{Role: exam.ByStaff, Name: "李老师"}

// Two desks at one candidate in the same moment: one wins, the others are told,
// and each may tell its own again.
func TestOfManyDesksOneChecksIn(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	const desks = 8
	outcomes := make([]error, desks)
	var all sync.WaitGroup
	for n := range desks {
		all.Go(func() {
			for range 3 {
				_, outcomes[n] = c.Apply(t.Context(), order.ID, exam.CheckInAt{ID: fmt.Sprint("desk-", n), By: desk})
			}
		})
	}
	all.Wait()
	won := 0
	for _, err := range outcomes {
		if err == nil {
			won++
		} else {
			wantCode(t, err, exam.CheckedInAlready)
		}
	}
	facts, err := c.ListFacts(t.Context(), order.ID)
	c.must(err)
	after, err := c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if won != 1 || len(after.CheckIns) != 1 || len(facts) != 1 || string(facts[0].Action) != string(exam.FactCheckedIn) {
		t.Errorf("%d won, %+v, %+v", won, after.CheckIns, facts)
	}
}

func TestACheckInIsKeptWithItsMoments(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	order := c.enrol("T1")
	read := c.Now()
	c.clock.Advance(3 * time.Hour)
	_, err := c.Apply(ctx, order.ID, exam.CheckInAt{ID: "of-a-tablet", At: read, By: desk, Document: exam.DocumentPassport})
	c.must(err)
	c.restart()
	found, err := c.FindForCheckIn(ctx, "t１")
	c.must(err)
	if len(found) != 1 || found[0].CheckIn == nil || !found[0].CheckIn.At.Equal(read) || !found[0].CheckIn.ArrivedAt.Equal(c.Now()) || found[0].CheckIn.Document != exam.DocumentPassport {
		t.Fatalf("%+v", found)
	}
	wantCode(t, found[0].CheckInRefused, exam.CheckedInAlready)
	_, err = c.Apply(ctx, order.ID, exam.UndoCheckIn{ID: "of-a-tablet", By: desk, Reason: "点错人"})
	c.must(err)
	_, err = c.Apply(ctx, order.ID, exam.CheckInAt{ID: "anew", By: desk})
	c.must(err)
	after, err := c.FindOrder(ctx, order.ID)
	c.must(err)
	if len(after.CheckIns) != 2 || after.CheckIns[0].UndoneAt.IsZero() || after.CheckedIn().ID != "anew" {
		t.Errorf("%+v", after.CheckIns)
	}
}

// A search at the desk: the whole number means one order, a part of it or of a
// name those that hold it.
func TestTheDeskFindsByNumberOrName(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	c.enrol("T1")
	c.enrol("T12")
	for who, want := range map[string]int{"T1": 1, "T": 2, "小明": 2, "T13": 0, " ": 0, "": 0} {
		found, err := c.FindForCheckIn(ctx, who)
		c.must(err)
		if len(found) != want {
			t.Errorf("%q: %d, want %d", who, len(found), want)
		}
	}
	_, err := c.Apply(ctx, "nobody", exam.CheckInAt{ID: "desk-1", By: desk})
	wantCode(t, err, refusal.NotFound)
	today, err := c.Reckon(ctx, store.Scope{Day: c.Now()})
	c.must(err)
	if len(today) != 2 || today[0].CheckInRefused != nil {
		t.Errorf("%+v", today)
	}
}
