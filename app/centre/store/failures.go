package store

import (
	"context"
	"strings"
	"time"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Failure is an account or a device that was wrong several times.
type Failure struct {
	Key      string // device:… or Account
	Account  string // ticket:… or staff:…; of a device the one that it tried last
	Failures int
	LastAt   time.Time
	Entered  bool // the account was logged in well since; a device's count is kept all the same
}

// maxFailures is how many ListFailures shows.
const maxFailures = 100

// ListFailures lists accounts and devices with at least that many wrong log-ins,
// the latest first. An account that does not exist is left out: its name may be a
// password.
func (s *Store) ListFailures(ctx context.Context, minFailures int) (list []Failure, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListFailures(ctx, query.ListFailuresParams{MinFailures: int64(minFailures), MaxRows: maxFailures})
		for _, row := range rows {
			list = append(list, Failure{Key: row.Key, Account: row.Account, Failures: int(row.Failures), LastAt: s.at(row.LastAt), Entered: row.OfAccount == 0})
		}
		return err
	})
	return list, err
}

const (
	ticketPrefix = "ticket:"
	staffPrefix  = "staff:"
)

// TicketAccount is where wrong log-ins with the ticket are counted.
func TicketAccount(ticket string) string { return ticketPrefix + exam.FoldID(ticket) }

// StaffAccount is where wrong log-ins with the staff's name are counted.
func StaffAccount(name string) string { return staffPrefix + name }

// Unlock lets the account, and the devices that tried it last, log in again at
// once after wrong log-ins; refusal.NotFound for one that is not there.
func (s *Store) Unlock(ctx context.Context, account string, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		entry := Entry{Action: ActionLoginUnlocked, By: by}
		if ticket, ok := strings.CutPrefix(account, ticketPrefix); ok {
			order, err := c.FindOrderByTicket(ctx, ticket)
			if err != nil {
				return sqlkit.Absent(err)
			}
			entry.OrderID = order.ID
		} else {
			user, err := c.FindUser(ctx, strings.TrimPrefix(account, staffPrefix))
			if err != nil {
				return sqlkit.Absent(err)
			}
			entry.Args = map[string]any{"user": user.Name}
		}
		if _, err := c.Unlock(ctx, account); err != nil {
			return err
		}
		return c.audit(entry)
	})
}
