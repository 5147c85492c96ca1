package exam

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"kaodian/app/base/refusal"
)

// drawTurns are the turns of a day in up to three halls, some of them fixed and
// some without a hall.
func drawTurns(t *rapid.T) []Turn {
	last := map[int]int{}
	turns := make([]Turn, rapid.IntRange(1, 12).Draw(t, "turns"))
	for n := range turns {
		one := Turn{OrderID: fmt.Sprint("o", n), Hall: rapid.IntRange(0, 3).Draw(t, "hall"), State: TurnWaiting}
		if one.Hall > 0 {
			last[one.Hall] += rapid.IntRange(1, 2).Draw(t, "step")
			one.Place = last[one.Hall]
			one.State = rapid.SampledFrom([]TurnState{TurnWaiting, TurnWaiting, TurnWaiting, TurnCalled, TurnCame, TurnMissed}).Draw(t, "state")
			one.Begun = rapid.IntRange(0, 5).Draw(t, "begun") == 0
		}
		turns[n] = one
	}
	return rapid.Permutation(turns).Draw(t, "order")
}

// Whatever is moved where: who was called or began keeps hall and place, nobody
// is lost, no place is given twice, and those who wait keep their order but for
// the ones that were moved.
func TestAMoveNeverMovesWhoWasCalled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		turns := drawTurns(t)
		before := slices.Clone(turns)
		id := func(name string) string { return rapid.SampledFrom(turns).Draw(t, name).OrderID }
		m := Move{Hall: rapid.IntRange(0, 3).Draw(t, "to")}
		for range rapid.IntRange(1, 3).Draw(t, "how many") {
			m.Orders = append(m.Orders, id("moved"))
		}
		if rapid.Bool().Draw(t, "before somebody") {
			m.Before = id("before")
		}
		after, moved, err := MoveTurns(turns, m)
		if !slices.Equal(turns, before) {
			t.Fatal("the turns that were handed in were changed")
		}
		if err != nil {
			return
		}
		checkMoved(t, before, after, moved)
		for _, hall := range []int{1, 2, 3} {
			but := map[string]bool{}
			for _, id := range m.Orders {
				but[id] = true
			}
			if was, is := waitingIn(before, hall, but), waitingIn(after, hall, but); !slices.Equal(was, is) {
				t.Fatalf("hall %d: %v waited and now %v", hall, was, is)
			}
		}
		queue := waitingIn(after, m.Hall, nil)
		at := slices.Index(queue, m.Orders[0])
		if end := at + len(m.Orders); m.Hall > 0 && (!slices.Equal(queue[at:end], m.Orders) || m.Before != "" && queue[end] != m.Before || m.Before == "" && end != len(queue)) {
			t.Fatalf("%+v: %v wait", m, queue)
		}
	})
}

func TestSharingMovesOnlyWhoHasNoHall(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		turns := drawTurns(t)
		after, moved := ShareTurns(turns, []int{1, 2, 3})
		checkMoved(t, turns, after, moved)
		for n, one := range turns {
			if one.Hall != 0 && after[n] != one || one.Hall == 0 && after[n].Hall == 0 {
				t.Fatalf("%+v became %+v", one, after[n])
			}
		}
	})
}

func checkMoved(t *rapid.T, before, after []Turn, moved []MovedTurn) {
	taken := map[[2]int]bool{}
	told := map[string]bool{}
	for _, one := range moved {
		told[one.OrderID] = true
	}
	for n, one := range after {
		was := before[n]
		if one.OrderID != was.OrderID || was.Fixed() && one != was {
			t.Fatalf("%+v became %+v", was, one)
		}
		if told[one.OrderID] != (one != was) {
			t.Fatalf("%+v became %+v, told: %t", was, one, told[one.OrderID])
		}
		if key := [2]int{one.Hall, one.Place}; one.Hall > 0 {
			if one.Place < 1 || taken[key] {
				t.Fatalf("the place %v is given twice, or is none", key)
			}
			taken[key] = true
		}
	}
}

func TestAMoveIsDealtTheFreePlaces(t *testing.T) {
	turns := []Turn{
		{OrderID: "a", Hall: 1, Place: 1, State: TurnCame},
		{OrderID: "b", Hall: 1, Place: 2, State: TurnWaiting},
		{OrderID: "c", Hall: 1, Place: 3, State: TurnCalled},
		{OrderID: "d", Hall: 1, Place: 4, State: TurnWaiting},
		{OrderID: "e", Hall: 2, Place: 1, State: TurnWaiting},
		{OrderID: "f", Hall: 2, Place: 2, State: TurnWaiting, Begun: true},
	}
	_, moved, err := MoveTurns(turns, Move{Orders: []string{"e"}, Hall: 1, Before: "b"})
	want := []MovedTurn{{"e", 2, 1, 1, 2}, {"b", 1, 2, 1, 4}, {"d", 1, 4, 1, 5}}
	if err != nil || !slices.Equal(moved, want) {
		t.Errorf("%v, %v", moved, err)
	}
	for _, m := range []Move{{Orders: []string{"c"}, Hall: 2}, {Orders: []string{"f"}, Hall: 1}, {Orders: []string{"d"}, Hall: 1, Before: "a"}} {
		if _, _, err := MoveTurns(turns, m); !refusal.Is(err, TurnFixed) {
			t.Errorf("%+v: %v", m, err)
		}
	}
	for _, m := range []Move{{Orders: []string{"x"}, Hall: 2}, {Orders: []string{"d", "d"}, Hall: 1}, {Orders: []string{"d"}, Hall: 1, Before: "e"}, {Orders: []string{"d"}, Hall: 1, Before: "d"}} {
		if _, _, err := MoveTurns(turns, m); !refusal.Is(err, TurnNotThere) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

func TestMissedAfterThreeCallsHalfAMinuteApart(t *testing.T) {
	noon := time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC)
	after := func(seconds ...int) (calls []time.Time) {
		for _, s := range seconds {
			calls = append(calls, noon.Add(time.Duration(s)*time.Second))
		}
		return calls
	}
	for _, one := range []struct {
		calls []int
		now   int
		count int
		third int // -1: it is missed
	}{
		{nil, 0, 0, 60},
		{[]int{0}, 10, 1, 60},
		{[]int{0}, 300, 1, 330},
		{[]int{0, 30}, 31, 2, 60},
		{[]int{0, 29}, 40, 1, 70},
		{[]int{0, 29, 30}, 40, 2, 60},
		{[]int{0, 10, 20, 29}, 29, 1, 60},
		{[]int{0, 30}, 90, 2, 90},
		{[]int{0, 30, 59}, 59, 2, 60},
		{[]int{0, 30, 60}, 60, 3, -1},
	} {
		err := CheckMissed(after(one.calls...), noon.Add(time.Duration(one.now)*time.Second))
		if count, _ := CountCalls(after(one.calls...)); count != one.count {
			t.Errorf("%v: %d count", one.calls, count)
		}
		if one.third < 0 {
			if err != nil {
				t.Errorf("%v: %v", one.calls, err)
			}
			continue
		}
		refused, ok := errors.AsType[*refusal.Error](err)
		if !ok || refused.Code != MissedEarly || !refused.Args["third_at"].(time.Time).Equal(after(one.third)[0]) {
			t.Errorf("%v at %d: %v", one.calls, one.now, err)
		}
	}
}

func TestWhatStandsOnTheWall(t *testing.T) {
	for name, want := range map[string]string{"": "", "李": "李", "李明": "李*", "张小明": "张*明", "欧阳小明": "欧*明", "Anna": "A*a"} {
		if got := MaskName(name); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
	tails := TicketTails([]string{"A20260001", "A20260002", "B20260002", "123", "X12", "X12"})
	for ticket, want := range map[string]string{"A20260001": "0001", "A20260002": "A20260002", "B20260002": "B20260002", "123": "123", "X12": "X12"} {
		if tails[ticket] != want {
			t.Errorf("%s: %s", ticket, tails[ticket])
		}
	}
}
