package webkit

import (
	"maps"
	"time"
)

// allowances are token buckets: each key may do something burst times at once,
// and once more after each span. A key that is not in full has a full bucket.
type allowances struct {
	burst int
	each  time.Duration
	full  map[string]time.Time // when the key's bucket is full again
}

func newAllowances(burst int, each time.Duration) allowances {
	return allowances{burst: burst, each: each, full: map[string]time.Time{}}
}

// wait is how long until the key may do it again, 0 for now.
func (a *allowances) wait(key string, now time.Time) time.Duration {
	return max(0, a.fullAt(key, now).Sub(now)-time.Duration(a.burst-1)*a.each)
}

// take takes one token; an empty bucket stays empty.
func (a *allowances) take(key string, now time.Time) {
	if len(a.full) >= maxKeys {
		maps.DeleteFunc(a.full, func(_ string, full time.Time) bool { return !full.After(now) })
	}
	full, empty := a.fullAt(key, now).Add(a.each), now.Add(a.refill())
	if full.After(empty) {
		full = empty
	}
	a.full[key] = full
}

// fullAt is when the key's bucket is full again, at the earliest now. What lies
// further away than an empty bucket takes was noted by a clock that was set back
// since: nobody waits for that.
func (a *allowances) fullAt(key string, now time.Time) time.Time {
	full := a.full[key]
	if full.Before(now) || full.After(now.Add(a.refill())) {
		return now
	}
	return full
}

// refill is how long an empty bucket takes to be full.
func (a *allowances) refill() time.Duration { return time.Duration(a.burst) * a.each }

// maxKeys is how many keys are kept before expired ones are removed.
const maxKeys = 10_000

// queues give turns at accounts that were guessed at. Every source has one turn
// at an account at a time, and every address a few; turns are in the order of
// the requests. So an attacker with many devices has no more turns than one
// address has, and delays nobody elsewhere for longer.
type queues map[string]*queue

type queue struct {
	next  time.Time // free turn
	seen  time.Time // when somebody asked last
	turns map[string]turn
}

type turn struct {
	at      time.Time
	held    bool // its source waits for it here
	address string
	wrong   int // log-ins of its source
}

// applicant requests a turn.
type applicant struct {
	source  string
	address string
	wrong   int // its wrong log-ins so far
}

const (
	// keeping is how long an unused turn is kept.
	keeping = time.Minute
	// maxTurns is how many turns at an account an address has at a time.
	maxTurns = 2
)

// request is how long the applicant has to wait for its turn; 0 is now, and the
// turn is used. A turn at most maxWait away is held for it until it leaves;
// meanwhile it gets no other. given says that it has a turn.
func (l queues) request(account string, who applicant, apart, maxWait time.Duration, now time.Time) (wait time.Duration, held, given bool) {
	one := l.queue(account, now)
	mine, known := one.turns[who.source]
	switch {
	case known && mine.held:
		return max(0, mine.at.Sub(now)) + apart, false, true
	case !known:
		if mine, given = one.grant(who, apart, now); !given {
			return mine.at.Sub(now) + apart, false, false
		}
	}
	wait = mine.at.Sub(now)
	if wait <= 0 {
		delete(one.turns, who.source)
		return 0, false, true
	}
	mine.held = wait <= maxWait
	one.turns[who.source] = mine
	return wait, mine.held, true
}

// grant returns the next free turn. If the applicant's address has maxTurns
// already, it takes over the turn of a source there that was wrong more often and
// is not waiting here; if there is none, it returns the address's last turn and
// false.
func (one *queue) grant(who applicant, apart time.Duration, now time.Time) (t turn, given bool) {
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

// queue is the account's, without expired turns; those of a clock that was set
// back since are worth nothing.
func (l queues) queue(account string, now time.Time) *queue {
	if len(l) >= maxKeys {
		maps.DeleteFunc(l, func(_ string, one *queue) bool { return one.next.Add(keeping).Before(now) })
	}
	one := l[account]
	if one == nil || now.Before(one.seen.Add(-keeping)) {
		one = &queue{turns: map[string]turn{}}
		l[account] = one
	}
	one.seen = now
	maps.DeleteFunc(one.turns, func(_ string, t turn) bool { return !t.held && t.at.Add(keeping).Before(now) })
	return one
}

// leave ends a turn that was held.
func (l queues) leave(account, source string) {
	if one := l[account]; one != nil {
		delete(one.turns, source)
	}
}
