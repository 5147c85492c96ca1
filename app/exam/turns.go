package exam

import (
	"cmp"
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// TurnState is how far a candidate's turn 轮次 of a day is. It is the desk's own
// record: the order's status and 缺考 (R17) follow from the exam alone.
type TurnState string

// The states; missed 过号 says that nobody came to three calls.
const (
	TurnWaiting TurnState = "waiting"
	TurnCalled  TurnState = "called"
	TurnCame    TurnState = "came"
	TurnMissed  TurnState = "missed"
)

// The refusals of turns.
const (
	TurnFixed    refusal.Code = "turn_fixed"    // who was called or began is not moved
	TurnChanged  refusal.Code = "turn_changed"  // another helper acted at this turn
	TurnsChanged refusal.Code = "turns_changed" // more or others would move than were shown
	TurnNotThere refusal.Code = "turn_not_there"
	MissedEarly  refusal.Code = "missed_early"
)

// Turn is when a candidate is called on a day: a hall 考场 and a place in it.
type Turn struct {
	OrderID string
	Hall    int // its number; 0 while there is none
	Place   int // in the hall, from 1; places of those who left stay empty
	State   TurnState
	Begun   bool // the exam itself began, or is over
}

// Fixed says that the turn is not moved any more, whoever else is.
func (t Turn) Fixed() bool { return t.Begun || t.State != TurnWaiting }

// Move takes orders to a hall, one behind the other: before that of another who
// waits there, or behind all ("").
type Move struct {
	Orders []string
	Hall   int
	Before string
}

// MovedTurn is a turn that a change moves, and where to.
type MovedTurn struct {
	OrderID         string
	FromHall, From  int // 0, 0: it had none
	ToHall, ToPlace int
}

// MoveTurns returns the turns after the move, in the same order as before, and
// those that it moves. Who was called or began keeps hall and place: those who
// wait are dealt the places between.
func MoveTurns(turns []Turn, m Move) (after []Turn, moved []MovedTurn, err error) {
	chosen := map[string]bool{}
	touched := []int{m.Hall}
	for _, id := range m.Orders {
		at := findTurn(turns, id)
		switch {
		case at < 0 || chosen[id]:
			return nil, nil, refusal.New(TurnNotThere)
		case turns[at].Fixed():
			return nil, nil, refusal.New(TurnFixed)
		}
		chosen[id] = true
		touched = append(touched, turns[at].Hall)
	}
	queue, err := queueOf(turns, m, chosen)
	if err != nil {
		return nil, nil, err
	}
	after = slices.Clone(turns)
	slices.Sort(touched)
	for _, hall := range slices.Compact(touched) {
		waiting := queue
		if hall != m.Hall {
			waiting = waitingIn(turns, hall, chosen)
		}
		deal(turns, after, hall, waiting)
	}
	return after, differences(turns, after), nil
}

// queueOf is who waits in the move's hall after it.
func queueOf(turns []Turn, m Move, chosen map[string]bool) ([]string, error) {
	waiting := waitingIn(turns, m.Hall, chosen)
	at := len(waiting)
	if m.Before != "" {
		other := findTurn(turns, m.Before)
		switch {
		case other < 0 || turns[other].Hall != m.Hall || chosen[m.Before]:
			return nil, refusal.New(TurnNotThere)
		case turns[other].Fixed():
			return nil, refusal.New(TurnFixed)
		}
		at = slices.Index(waiting, m.Before)
	}
	return slices.Insert(waiting, at, m.Orders...), nil
}

// ShareTurns gives every turn without a hall one, in the order in which they
// come: of the halls that one in which the fewest wait, the first of several.
func ShareTurns(turns []Turn, halls []int) (after []Turn, moved []MovedTurn) {
	after = slices.Clone(turns)
	waiting, last := map[int]int{}, map[int]int{}
	for _, t := range turns {
		last[t.Hall] = max(last[t.Hall], t.Place)
		if !t.Fixed() {
			waiting[t.Hall]++
		}
	}
	for i, t := range after {
		if t.Hall != 0 || t.Fixed() || len(halls) == 0 {
			continue
		}
		hall := slices.MinFunc(halls, func(a, b int) int { return cmp.Compare(waiting[a], waiting[b]) })
		waiting[hall]++
		last[hall]++
		after[i].Hall, after[i].Place = hall, last[hall]
	}
	return after, differences(turns, after)
}

func findTurn(turns []Turn, id string) int {
	return slices.IndexFunc(turns, func(t Turn) bool { return t.OrderID == id })
}

// waitingIn is who may still be moved in a hall, by place.
func waitingIn(turns []Turn, hall int, but map[string]bool) (ids []string) {
	var own []Turn
	for _, t := range turns {
		if t.Hall == hall && !t.Fixed() && !but[t.OrderID] {
			own = append(own, t)
		}
	}
	slices.SortStableFunc(own, func(a, b Turn) int { return cmp.Compare(a.Place, b.Place) })
	for _, t := range own {
		ids = append(ids, t.OrderID)
	}
	return ids
}

// deal gives those who wait in a hall its free places, from the first on.
func deal(before, after []Turn, hall int, waiting []string) {
	var free []int
	last := 0
	for _, t := range before {
		if t.Hall != hall {
			continue
		}
		last = max(last, t.Place)
		if !t.Fixed() {
			free = append(free, t.Place)
		}
	}
	slices.Sort(free)
	for n, id := range waiting {
		place := 0
		switch {
		case hall == 0: // without a hall there is no place
		case n < len(free):
			place = free[n]
		default:
			last++
			place = last
		}
		at := findTurn(after, id)
		after[at].Hall, after[at].Place = hall, place
	}
}

func differences(before, after []Turn) (moved []MovedTurn) {
	for i, t := range before {
		if now := after[i]; now != t {
			moved = append(moved, MovedTurn{OrderID: t.OrderID, FromHall: t.Hall, From: t.Place, ToHall: now.Hall, ToPlace: now.Place})
		}
	}
	slices.SortStableFunc(moved, func(a, b MovedTurn) int {
		return cmp.Or(cmp.Compare(a.ToHall, b.ToHall), cmp.Compare(a.ToPlace, b.ToPlace))
	})
	return moved
}

// Before somebody counts as missed he was called so often, with so much time between.
const (
	CallsBeforeMissed = 3
	BetweenCalls      = 30 * time.Second
)

// CountCalls says how many of a turn's calls, oldest first, count: those that
// came at least BetweenCalls after the one that counted before. again is the
// first moment at which another one counts, zero before the first.
func CountCalls(calls []time.Time) (count int, again time.Time) {
	for _, at := range calls {
		if count == 0 || !at.Before(again) {
			count, again = count+1, at.Add(BetweenCalls)
		}
	}
	return count, again
}

// CheckMissed refuses to count somebody as missed before three calls that
// count, and says when the third may be made.
func CheckMissed(calls []time.Time, now time.Time) error {
	count, again := CountCalls(calls)
	if count >= CallsBeforeMissed {
		return nil
	}
	third := later(now, again).Add(time.Duration(CallsBeforeMissed-1-count) * BetweenCalls)
	return refusal.New(MissedEarly, "calls", count, "third_at", third)
}
