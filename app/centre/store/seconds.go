package store

import (
	"context"
	"time"

	"kaodian/app/centre/store/internal/query"
)

// Second is an account that may be the second person of an act.
type Second struct {
	Name string
	From time.Time // from when on, zero: it may now
}

// ListSeconds lists who may confirm what the account proposes, now or within a
// day (mayConfirm), by name. That it is empty, or all of it lies ahead, is what
// a centre has to know before anybody waits for a second person.
func (s *Store) ListSeconds(ctx context.Context, proposer string) (list []Second, err error) {
	err = s.readTables(ctx, func(t tables) error {
		users, err := t.ListUsers(ctx)
		if err != nil {
			return err
		}
		let, err := t.ListLettingIn(ctx, new(s.Now().Add(-secondAfter).UnixMilli()))
		for _, user := range users {
			if maySecond(proposer, users, user.Name) == nil {
				list = append(list, Second{Name: user.Name, From: s.apartFrom(let, proposer, user.Name)})
			}
		}
		return err
	})
	return list, err
}

// apartFrom is from when on no chain of letting in, oldest first, leads from the
// one account to the other; zero: none leads now.
func (s *Store) apartFrom(let []query.ListLettingInRow, one, other string) (from time.Time) {
	for ; sameHand(let, one, other); let = let[1:] {
		from = s.at(*let[0].UsedAt).Add(secondAfter)
	}
	return from
}
