package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// maxFound is how many orders a search at the check-in shows: who finds more
// types more.
const maxFound = 20

// FindForCheckIn returns how the orders stand that a search at the desk means:
// the one of that ticket number, else those of which part of a name, its pinyin
// or the ticket number, or the end of the ID number, is that.
func (s *Store) FindForCheckIn(ctx context.Context, who string) (found []Standing, err error) {
	if strings.TrimSpace(who) == "" {
		return nil, nil
	}
	err = s.read(ctx, func(q *query.Queries) error {
		ids, err := s.meant(ctx, q, who)
		if err != nil {
			return err
		}
		for _, id := range ids {
			one, err := s.reckon(ctx, q, Scope{OrderID: id})
			if err != nil {
				return err
			}
			found = append(found, one...)
		}
		return nil
	})
	return found, err
}

func (s *Store) meant(ctx context.Context, q *query.Queries, who string) ([]string, error) {
	row, err := q.FindOrderByTicket(ctx, exam.FoldID(who))
	if err == nil {
		return []string{row.ID}, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	f := OrderFilter{Who: who, Limit: maxFound - 1}
	return listOrderIDs(ctx, q, f, s.chosen(f))
}

func (c *change) saveCheckIn(orderID string, one exam.CheckIn) error {
	return c.UpsertCheckIn(c.ctx, query.UpsertCheckInParams{
		ID:        one.ID,
		OrderID:   orderID,
		At:        one.At.UnixMilli(),
		ArrivedAt: one.ArrivedAt.UnixMilli(),
		ByRole:    string(one.By.Role),
		ByName:    one.By.Name,
		Document:  string(one.Document),
		UndoneAt:  sqlkit.MsOrNull(one.UndoneAt),
	})
}

func (l loader) checkIns(ctx context.Context, orderID string) (list []exam.CheckIn, err error) {
	rows, err := l.ListCheckIns(ctx, orderID)
	for _, row := range rows {
		list = append(list, l.checkIn(row))
	}
	return list, err
}

func (l loader) checkIn(row query.CheckIn) exam.CheckIn {
	return exam.CheckIn{
		ID:        row.ID,
		At:        at(row.At, l.zone),
		ArrivedAt: at(row.ArrivedAt, l.zone),
		By:        exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName},
		Document:  exam.Document(row.Document),
		UndoneAt:  maybeAt(row.UndoneAt, l.zone),
	}
}
