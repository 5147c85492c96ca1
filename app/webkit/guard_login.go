package webkit

import (
	"context"
	"sync"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
)

// Failures remember wrong log-ins, each method in one transaction.
type Failures interface {
	Now() time.Time
	FindFailures(ctx context.Context, key string) (count int, last time.Time, err error)
	// CountFailure counts a wrong log-in with the account, for it and for each
	// key.
	CountFailure(ctx context.Context, account string, keys ...string) error
	ForgetFailures(ctx context.Context, key string) error
}

// Guard slows guessing down (R4) without letting anybody lock others out:
//
//   - A device (an id of ours, signed, in a cookie) has five wrong tries, then
//     waits 2 s, doubling to 15 min: about 110 wrong tries a day.
//   - Tries without a device share an allowance of their address: 100 wrong ones
//     at once, then one each 10 s. Each wrong one is answered with a device, so
//     an address makes at most some 8,700 devices a day. A device that has its
//     cookie is never delayed by its address.
//   - One account has ten wrong tries; then tries have turns, one each 5 s, after
//     100 wrong ones each 10 s and after 300 each 20 s, so all machines together
//     guess at most some 4,500 times a day at it. Each source has one turn and
//     keeps it, and an address has two at a time, so one machine that tries
//     always, with any number of devices, delays the owner by three turns; among
//     the sources of one address, the one that was wrong less often comes first.
//     A device that was right for this account before, and the server's own
//     screen, wait for no turn.
//
// A guesser who knows a child's ticket, district and birth date has some 500 ID
// numbers left, which take two hours and show on the staff's page; a password of
// eight letters from a list of a million takes a year.
//
// Right log-ins are limited too: 30 of one account at once, then one each 2 s.
// Log-ins are tried one at a time: the next one sees the count of the last one,
// and the 19 MiB of a password's check are needed once.
type Guard struct {
	// Holding is how long a try may wait here for its turn instead of being refused.
	Holding time.Duration

	store Failures
	place chan struct{}

	mu        sync.Mutex
	addresses allowances
	right     allowances // of accounts
	queues    queues
}

// NewGuard makes a guard of one kind of account.
func NewGuard(store Failures) *Guard {
	return &Guard{
		Holding: holding, store: store, place: make(chan struct{}, 1),
		addresses: newAllowances(100, 10*time.Second), right: newAllowances(30, 2*time.Second), queues: queues{},
	}
}

// Try is one log-in: the account, and where the request comes from.
type Try struct {
	Account string
	Device  string
	Fresh   bool // the device has just got its id
	Proven  bool // the device was right for this account before
	Address string
	Own     bool   // from the server's own screen
	Keep    func() // gives a fresh device its cookie, because its tries are counted
}

// holding is the usual Guard.Holding.
const holding = 6 * time.Second

// Try tries a log-in unless it comes too soon after wrong ones
// (TooManyTries). try answers login.Wrong for a wrong one.
func (g *Guard) Try(ctx context.Context, who Try, try func() error) error {
	wait, turned, err := g.admit(ctx, who, g.Holding)
	if err != nil {
		return err
	}
	if wait > 0 {
		defer g.leave(who)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	select {
	case g.place <- struct{}{}:
		defer func() { <-g.place }()
	case <-ctx.Done():
		return ctx.Err()
	}
	// Checked again, because many may have come at once.
	if turned {
		_, err = g.checkDevice(ctx, who)
	} else {
		_, _, err = g.admit(ctx, who, 0)
	}
	if err != nil {
		return err
	}
	return g.judge(ctx, who, try)
}

// admit refuses a try that comes too soon. turned says that the account has
// turns; wait is how long this try's turn is away, at most maxWait.
func (g *Guard) admit(ctx context.Context, who Try, maxWait time.Duration) (wait time.Duration, turned bool, err error) {
	wrong, err := g.checkDevice(ctx, who)
	if err != nil {
		return 0, false, err
	}
	failures, _, err := g.store.FindFailures(ctx, who.Account)
	apart := spacing(failures)
	if err != nil || who.Proven || who.Own || apart == 0 {
		return 0, false, err
	}
	now := g.store.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	wait, held, given := g.queues.request(who.Account, applicant{source: who.Device, address: who.Address, wrong: wrong}, apart, maxWait, now)
	if wait == 0 || held {
		return wait, true, nil
	}
	if who.Fresh && given { // so that it comes back to its turn
		g.keep(who, now)
	}
	return 0, false, tooMany(wait)
}

func (g *Guard) leave(who Try) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.queues.leave(who.Account, who.Device)
}

// keep gives a fresh device its cookie, for one of its address's allowance. g.mu is held.
func (g *Guard) keep(who Try, now time.Time) {
	g.addresses.take(who.Address, now)
	who.Keep()
}

// checkDevice refuses a device that was wrong too often, or one without an id
// whose address was. wrong is the device's count.
func (g *Guard) checkDevice(ctx context.Context, who Try) (wrong int, err error) {
	now := g.store.Now()
	if who.Fresh {
		g.mu.Lock()
		defer g.mu.Unlock()
		if wait := g.addresses.wait(who.Address, now); wait > 0 {
			return 0, tooMany(wait)
		}
		return 0, nil
	}
	wrong, last, err := g.store.FindFailures(ctx, deviceKey(who.Device))
	if err != nil {
		return wrong, err
	}
	return wrong, CheckWait(wrong, last, now)
}

// judge tries and counts the result.
func (g *Guard) judge(ctx context.Context, who Try, try func() error) error {
	err := try()
	ctx = context.WithoutCancel(ctx) // counted even if the caller hung up meanwhile
	switch {
	case refusal.CodeOf(err) == login.Wrong:
		if err := g.store.CountFailure(ctx, who.Account, deviceKey(who.Device)); err != nil {
			return err
		}
		if who.Fresh {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.keep(who, g.store.Now())
		}
		return err
	case err != nil:
		return err
	}
	if err := g.Enter(who.Account); err != nil {
		return err
	}
	return g.store.ForgetFailures(ctx, who.Account)
}

// Enter counts a right log-in of the account, and refuses one too many.
func (g *Guard) Enter(account string) error {
	now := g.store.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if wait := g.right.wait(account, now); wait > 0 {
		return tooMany(wait)
	}
	g.right.take(account, now)
	return nil
}

// deviceKey is the key under which a device's wrong log-ins are counted.
func deviceKey(device string) string { return DevicePrefix + device }

// DevicePrefix tells a device's count from an account's.
const DevicePrefix = "device:"

// spacing is how far apart the turns at an account are after that many wrong
// log-ins: seconds, never minutes.
func spacing(failures int) time.Duration {
	switch {
	case failures < 10:
		return 0
	case failures < 100:
		return 5 * time.Second
	case failures < 300:
		return 10 * time.Second
	}
	return 20 * time.Second
}

func tooMany(wait time.Duration) error {
	return refusal.New(TooManyTries, "retry_seconds", int((wait+time.Second-1)/time.Second))
}
