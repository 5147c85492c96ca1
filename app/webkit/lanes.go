package webkit

import (
	"maps"
	"time"
)

// allowances let each key do something so many times at once, and once more
// after each span. A key that is not in it has all of its allowance.
type allowances struct {
	burst int
	each  time.Duration
	full  map[string]time.Time // when the key has all of it again
}

func newAllowances(burst int, each time.Duration) allowances {
	return allowances{burst: burst, each: each, full: map[string]time.Time{}}
}

// wait is how long until the key may again, 0 for now.
func (a *allowances) wait(key string, now time.Time) time.Duration {
	full := a.full[key]
	if !full.After(now) {
		return 0
	}
	return max(0, full.Sub(now)-time.Duration(a.burst-1)*a.each)
}

// take uses one up.
func (a *allowances) take(key string, now time.Time) {
	if len(a.full) >= maxKeys {
		maps.DeleteFunc(a.full, func(_ string, full time.Time) bool { return !full.After(now) })
	}
	from := a.full[key]
	if from.Before(now) {
		from = now
	}
	a.full[key] = from.Add(a.each)
}

// maxKeys is when what is over is looked for and forgotten.
const maxKeys = 10_000

// lanes give turns at accounts that were guessed at. Every source has one turn
// at an account at a time, and every address a few; turns are in the order in
// which they were asked for. So who holds many devices has no more turns than
// an address has, and keeps nobody elsewhere waiting for longer.
type lanes map[string]*lane

type lane struct {
	next  time.Time // free turn
	turns map[string]turn
}

type turn struct {
	at      time.Time
	held    bool // its source waits for it here
	address string
	wrong   int // log-ins of its source
}

// asker is who asks for a turn.
type asker struct {
	source  string
	address string
	wrong   int // its wrong log-ins so far
}

const (
	// keeping is how long a turn is kept for whoever does not come.
	keeping = time.Minute
	// maxTurns is how many turns at an account an address has at a time.
	maxTurns = 2
)

// ask is how long the asker has to wait for its turn; 0 is now, and the turn
// is used. One that is at most patience away is held for it until it is left;
// meanwhile it has no other. given says that it has a turn.
func (l lanes) ask(account string, who asker, apart, patience time.Duration, now time.Time) (wait time.Duration, held, given bool) {
	one := l.lane(account, now)
	mine, known := one.turns[who.source]
	switch {
	case known && mine.held:
		return max(0, mine.at.Sub(now)) + apart, false, true
	case !known:
		if mine, given = one.give(who, apart, now); !given {
			return mine.at.Sub(now) + apart, false, false
		}
	}
	wait = mine.at.Sub(now)
	if wait <= 0 {
		delete(one.turns, who.source)
		return 0, false, true
	}
	mine.held = wait <= patience
	one.turns[who.source] = mine
	return wait, mine.held, true
}

// give is the next free turn. Where the asker's address has all it may have, it
// is the turn of one there that was wrong more often and does not wait for it
// now, or none: then it tells the address's last one.
func (one *lane) give(who asker, apart time.Duration, now time.Time) (t turn, given bool) {
	count, worst, last := 0, "", turn{at: now}
	for source, t := range one.turns {
		if t.address != who.address {
			continue
		}
		count++
		if t.at.After(last.at) {
			last = t
		}
		if !t.held && t.wrong > who.wrong && (worst == "" || t.wrong > one.turns[worst].wrong) {
			worst = source
		}
	}
	t = turn{at: now, address: who.address, wrong: who.wrong}
	switch {
	case count < maxTurns:
		if one.next.After(now) {
			t.at = one.next
		}
		one.next = t.at.Add(apart)
	case worst != "":
		t.at = one.turns[worst].at
		delete(one.turns, worst)
	default:
		return last, false
	}
	return t, true
}

// lane is the account's, without the turns for which nobody came.
func (l lanes) lane(account string, now time.Time) *lane {
	if len(l) >= maxKeys {
		maps.DeleteFunc(l, func(_ string, one *lane) bool { return one.next.Add(keeping).Before(now) })
	}
	one := l[account]
	if one == nil {
		one = &lane{turns: map[string]turn{}}
		l[account] = one
	}
	maps.DeleteFunc(one.turns, func(_ string, t turn) bool { return !t.held && t.at.Add(keeping).Before(now) })
	return one
}

// leave ends a turn that was held.
func (l lanes) leave(account, source string) {
	if one := l[account]; one != nil {
		delete(one.turns, source)
	}
}
