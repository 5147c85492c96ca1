package webkit

import (
	"context"
	"time"

	"kaodian/app/exam"
)

// Failures remember wrong log-ins, each method in one transaction.
type Failures interface {
	Now() time.Time
	FindFailures(ctx context.Context, key string) (count int, last time.Time, err error)
	CountFailure(ctx context.Context, keys ...string) error
	ForgetFailures(ctx context.Context, key string) error
}

// addressShare is how many wrong log-ins of one socket address weigh as much
// as one of an account: a waiting room or an office may share an address.
const addressShare = 10

// Guard slows guessing down, per account and per socket address (R4). One
// log-in at a time is tried: the next one sees what the last one counted, and
// a password's check takes its 19 MiB once.
type Guard struct {
	store Failures
	place chan struct{}
}

// NewGuard makes a guard of one kind of account.
func NewGuard(store Failures) *Guard { return &Guard{store: store, place: make(chan struct{}, 1)} }

// Try tries a log-in unless it comes too soon after wrong ones
// (exam.TooManyTries). try answers exam.WrongLogin for a wrong one.
func (g *Guard) Try(ctx context.Context, account, address string, try func() error) error {
	select {
	case g.place <- struct{}{}:
		defer func() { <-g.place }()
	case <-ctx.Done():
		return ctx.Err()
	}
	address = "address:" + address
	for key, share := range map[string]int{account: 1, address: addressShare} {
		failures, last, err := g.store.FindFailures(ctx, key)
		if err != nil {
			return err
		}
		if err := CheckWait(failures/share, last, g.store.Now()); err != nil {
			return err
		}
	}
	err := try()
	if exam.CodeOf(err) == exam.WrongLogin {
		if err := g.store.CountFailure(ctx, account, address); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	return g.store.ForgetFailures(ctx, account)
}
