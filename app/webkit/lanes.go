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
	if len(a.full) >= mostKeys {
		maps.DeleteFunc(a.full, func(_ string, full time.Time) bool { return !full.After(now) })
	}
	from := a.full[key]
	if from.Before(now) {
		from = now
	}
	a.full[key] = from.Add(a.each)
}

// mostKeys is when what is over is looked for and forgotten.
const mostKeys = 10_000

// lanes give turns at accounts that were guessed at. Every source has one turn
// at an account at a time; turns are in the order in which they were asked for.
type lanes map[string]*lane

type lane struct {
	next  time.Time // free turn
	turns map[string]turn
}

type turn struct {
	at   time.Time
	held bool // its source waits for it here
}

// keeping is how long a turn is kept for whoever does not come.
const keeping = time.Minute

// ask is how long the source has to wait for its turn; 0 is now, and the turn
// is used. One that is at most patience away is held for the source until it is
// left; meanwhile the source has no other.
func (l lanes) ask(account, source string, apart, patience time.Duration, now time.Time) (wait time.Duration, held bool) {
	one := l.lane(account, now)
	mine, known := one.turns[source]
	switch {
	case known && mine.held:
		return max(0, mine.at.Sub(now)) + apart, false
	case !known:
		mine.at = one.next
		if mine.at.Before(now) {
			mine.at = now
		}
		one.next = mine.at.Add(apart)
	}
	wait = mine.at.Sub(now)
	if wait <= 0 {
		delete(one.turns, source)
		return 0, false
	}
	mine.held = wait <= patience
	one.turns[source] = mine
	return wait, mine.held
}

// lane is the account's, without the turns for which nobody came.
func (l lanes) lane(account string, now time.Time) *lane {
	if len(l) >= mostKeys {
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
