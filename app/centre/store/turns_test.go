package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

var teacher = exam.Actor{Role: exam.ByStaff, Name: "李老师"}

// turns enrols as many candidates, shares them over that many halls and
// returns the orders, by ticket.
func (c *centre) turns(candidates, halls int) (orders []exam.Order) {
	c.t.Helper()
	for n := range candidates {
		orders = append(orders, c.enrolOther(fmt.Sprintf("D%03d", n), fmt.Sprintf("1101012015010%05d", n)))
	}
	for range halls {
		_, err := c.AddHall(c.t.Context(), "", teacher)
		c.must(err)
	}
	c.must(c.save(store.Rearrangement{Share: true}))
	return orders
}

// save previews a change and makes it.
func (c *centre) save(r store.Rearrangement) error {
	preview, err := c.PreviewTurns(c.t.Context(), r)
	if err != nil {
		return err
	}
	return c.SaveTurns(c.t.Context(), r, preview.Fingerprint, teacher)
}

func (c *centre) turn(order exam.Order) store.TurnOfDay {
	c.t.Helper()
	day, err := c.ListTurns(c.t.Context())
	c.must(err)
	at := slices.IndexFunc(day.Turns, func(t store.TurnOfDay) bool { return t.Turn.OrderID == order.ID })
	if at < 0 {
		return store.TurnOfDay{}
	}
	return day.Turns[at]
}

func (c *centre) step(order exam.Order) store.TurnStep {
	c.t.Helper()
	return store.TurnStep{Order: order.ID, Known: c.turn(order).Last(), By: teacher}
}

func place(t store.TurnOfDay) [2]int { return [2]int{t.Hall, t.Place} }

func TestTurnsAreSharedByWindowThenList(t *testing.T) {
	c := newCentre(t)
	orders := c.turns(7, 3)
	for n, order := range orders {
		if got, want := place(c.turn(order)), [2]int{n%3 + 1, n/3 + 1}; got != want {
			t.Errorf("%s has %v, want %v", order.Ticket, got, want)
		}
	}
	left, err := c.ListWithoutTurn(t.Context(), store.Scope{})
	c.must(err)
	if len(left) != 0 {
		t.Errorf("%d have no hall", len(left))
	}
	c.clock.Advance(24 * time.Hour) // the next day is another one
	if left, err = c.ListWithoutTurn(t.Context(), store.Scope{}); err != nil || len(left) != 7 {
		t.Errorf("%d have no hall the next day, %v", len(left), err)
	}
}

// Of two who change the order of turns at once one wins, and the other is told.
func TestOfTwoChangesOneIsSaved(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	orders := c.turns(6, 1)
	first := store.Rearrangement{Move: exam.Move{Orders: []string{orders[5].ID}, Hall: 1, Before: orders[0].ID}}
	second := store.Rearrangement{Move: exam.Move{Orders: []string{orders[4].ID}, Hall: 1, Before: orders[0].ID}}
	fingerprints := make([]string, 2)
	for n, r := range []store.Rearrangement{first, second} {
		preview, err := c.PreviewTurns(ctx, r)
		c.must(err)
		fingerprints[n] = preview.Fingerprint
	}
	if first, err := c.PreviewTurns(ctx, first); err != nil || len(first.Moved) != 6 || first.Moved[0].Ticket != "D005" || first.Moved[0].ToPlace != 1 {
		t.Errorf("%+v, %v", first, err)
	}
	var both sync.WaitGroup
	errs := make([]error, 2)
	for n, r := range []store.Rearrangement{first, second} {
		both.Go(func() { errs[n] = c.SaveTurns(ctx, r, fingerprints[n], teacher) })
	}
	both.Wait()
	won := slices.Index(errs, nil)
	if won < 0 || !refusal.Is(errs[1-won], exam.TurnsChanged) {
		t.Fatalf("%v", errs)
	}
	if got := place(c.turn(orders[5-won])); got != [2]int{1, 1} {
		t.Errorf("who was moved to the front has %v", got)
	}
}

// Who was called stays, also when the preview is older than the call.
func TestWhoWasCalledIsNotMoved(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	orders := c.turns(4, 2)
	move := store.Rearrangement{Move: exam.Move{Orders: []string{orders[0].ID}, Hall: 2}}
	preview, err := c.PreviewTurns(ctx, move)
	c.must(err)
	c.must(c.CallTurn(ctx, c.step(orders[0])))
	wantCode(t, c.SaveTurns(ctx, move, preview.Fingerprint, teacher), exam.TurnsChanged)
	wantCode(t, c.save(move), exam.TurnFixed)
	c.must(c.UndoTurn(ctx, c.step(orders[0])))
	c.must(c.save(move))
	c.start(orders[1]) // at once, without a call
	wantCode(t, c.save(store.Rearrangement{Move: exam.Move{Orders: []string{orders[1].ID}, Hall: 1}}), exam.TurnFixed)
	if got := c.turn(orders[1]); !got.Begun || place(got) != [2]int{2, 1} {
		t.Errorf("%+v", got)
	}
}

func TestATurnIsCalledThreeTimesBeforeItIsMissed(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	order := c.turns(1, 1)[0]
	wantCode(t, c.NoteMissed(ctx, c.step(order)), exam.MissedEarly)
	for range 3 {
		c.must(c.CallTurn(ctx, c.step(order)))
		wantCode(t, c.NoteMissed(ctx, c.step(order)), exam.MissedEarly)
		c.clock.Advance(exam.BetweenCalls - time.Second)
	}
	c.clock.Advance(2 * time.Second)
	c.must(c.CallTurn(ctx, c.step(order)))
	c.must(c.NoteMissed(ctx, c.step(order)))
	if got := c.turn(order); got.State != exam.TurnMissed || got.Status != exam.StatusOpen {
		t.Errorf("the turn is %s, the exam %s: the desk's record is not the exam's", got.State, got.Status)
	}
	c.must(c.NoteCame(ctx, c.step(order))) // late, but here
	c.must(c.UndoTurn(ctx, c.step(order)))
	if got := c.turn(order).State; got != exam.TurnMissed {
		t.Errorf("undone it is %s", got)
	}
	lines, err := c.ListAuditLines(ctx, store.AuditFilter{Candidate: order.Ticket}, 20)
	c.must(err)
	var actions []string
	for _, line := range lines {
		if line.By.Name != teacher.Name {
			t.Errorf("%s is by %s", line.Action, line.By.Name)
		}
		actions = append(actions, string(line.Action))
	}
	if want := []string{"turn_undone", "turn_came", "turn_missed", "turn_called", "turn_called", "turn_called", "turn_called"}; !slices.Equal(actions, want) {
		t.Errorf("the log says %v", actions)
	}
	if facts, err := c.ListFacts(ctx, order.ID); err != nil || len(facts) != 0 {
		t.Errorf("turns are facts of the order: %v, %v", facts, err)
	}
}

// A second helper who did not see the first one's act is told.
func TestOfTwoHelpersOneActsAtATurn(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	order := c.turns(1, 1)[0]
	seen := c.step(order)
	var both sync.WaitGroup
	errs := make([]error, 2)
	for n := range errs {
		both.Go(func() { errs[n] = c.CallTurn(ctx, seen) })
	}
	both.Wait()
	won := slices.Index(errs, nil)
	if won < 0 || !refusal.Is(errs[1-won], exam.TurnChanged) {
		t.Fatalf("%v", errs)
	}
	if got := len(c.turn(order).Acts); got != 1 {
		t.Errorf("%d calls", got)
	}
	wantCode(t, c.NoteCame(ctx, seen), exam.TurnChanged)
	wantCode(t, c.UndoTurn(ctx, seen), exam.TurnChanged)
	wantCode(t, c.CallTurn(ctx, store.TurnStep{Order: "nobody"}), refusal.NotFound)
}

func TestAHallIsClosedWhenNobodyIsLeftInIt(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	orders := c.turns(2, 2)
	wantCode(t, c.CloseHall(ctx, 2, teacher), store.HallNotEmpty)
	c.must(c.CallTurn(ctx, c.step(orders[1])))
	wantCode(t, c.CloseHall(ctx, 2, teacher), store.HallNotEmpty)
	c.must(c.NoteCame(ctx, c.step(orders[1])))
	c.must(c.CloseHall(ctx, 2, teacher))
	wantCode(t, c.CloseHall(ctx, 2, teacher), refusal.NotFound)
	wantCode(t, c.RenameHall(ctx, 2, "琴房", teacher), refusal.NotFound)
	wantCode(t, c.save(store.Rearrangement{Move: exam.Move{Orders: []string{orders[0].ID}, Hall: 2}}), refusal.NotFound)
	for number := 2; number <= store.MaxHalls; number++ {
		if got, err := c.AddHall(ctx, " 琴房 ", teacher); err != nil || got != number {
			t.Fatalf("hall %d: %d, %v", number, got, err)
		}
	}
	_, err := c.AddHall(ctx, "", teacher)
	wantCode(t, err, store.HallsFull)
	c.restart()
	if day, err := c.ListTurns(ctx); err != nil || len(day.Halls) != store.MaxHalls || day.Halls[1].Name != "琴房" {
		t.Errorf("%+v, %v", day.Halls, err)
	}
}

// Who was called, but has not begun, is not lost with a hall that closes: a new
// hall is found for whoever comes late.
func TestWhoMissedTheTurnIsNotLostWithItsHall(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	orders := c.turns(2, 2)
	late := orders[1]
	for range exam.CallsBeforeMissed {
		c.must(c.CallTurn(ctx, c.step(late)))
		c.clock.Advance(exam.BetweenCalls)
	}
	c.must(c.NoteMissed(ctx, c.step(late)))
	step := c.step(late)
	c.must(c.CloseHall(ctx, 2, teacher))
	wantCode(t, c.CallTurn(ctx, step), refusal.NotFound)
	left, err := c.ListWithoutTurn(ctx, store.Scope{})
	c.must(err)
	if len(left) != 1 || left[0].OrderID != late.ID {
		t.Fatalf("without a hall are %+v", left)
	}
	c.must(c.save(store.Rearrangement{Move: exam.Move{Orders: []string{late.ID}, Hall: 1}}))
	if got := c.turn(late); place(got) != [2]int{1, 2} || got.State != exam.TurnMissed || len(got.Calls()) != exam.CallsBeforeMissed {
		t.Errorf("%+v", got)
	}
	c.must(c.CallTurn(ctx, c.step(late)))
}

// Whoever plays already is neither called nor missed, also where the page does
// not know it yet.
func TestWhoBeganIsNotCalled(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	order := c.turns(1, 1)[0]
	for range exam.CallsBeforeMissed {
		c.must(c.CallTurn(ctx, c.step(order)))
		c.clock.Advance(exam.BetweenCalls)
	}
	seen := c.step(order)
	c.start(order)
	wantCode(t, c.NoteMissed(ctx, seen), exam.TurnChanged)
	wantCode(t, c.CallTurn(ctx, seen), exam.TurnChanged)
	c.must(c.NoteCame(ctx, seen))
}
