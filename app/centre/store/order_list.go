package store

import (
	"context"
	"strings"
	"time"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// OrderSort is what the list's rows are sorted by.
type OrderSort string

// The sorts, each by an index of its own.
const (
	ByTicket OrderSort = "ticket"
	ByName   OrderSort = "name"
	ByWindow OrderSort = "window"
)

// OrderFilter chooses orders; empty fields choose all.
type OrderFilter struct {
	Who       string // part of the name, of its pinyin or of the ticket, or the ID number's end
	Subject   string
	Grade     int
	Status    exam.Status
	NoPhoto   bool      // 照片待补
	Emergency bool      // registered by hand
	Day       exam.Date // on which the window is open
	Sort      OrderSort
	After     string // the last order of the page before
	Limit     int
}

// OrderPage is a page of the desk's list.
type OrderPage struct {
	Orders   []OrderRow
	Next     string // "" after the last
	Count    int    // of all that the filter chooses
	Subjects []string
}

// OrderRow is an order of the list, with what only the centre knows of it.
type OrderRow struct {
	exam.Order
	Emergency bool // registered by hand, the province did not send it
	PhotoName string
}

// ListOrderPage returns a page of the orders that the filter chooses.
func (s *Store) ListOrderPage(ctx context.Context, f OrderFilter) (page OrderPage, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		chosen := s.chosen(f)
		count, err := q.CountOrderRows(ctx, chosen)
		if err != nil {
			return err
		}
		page.Count = int(count)
		if page.Subjects, err = q.ListOrderSubjects(ctx); err != nil {
			return err
		}
		ids, err := listOrderIDs(ctx, q, f, chosen)
		if err != nil {
			return err
		}
		if len(ids) > f.Limit {
			ids = ids[:f.Limit]
			page.Next = ids[f.Limit-1]
		}
		page.Orders, err = s.orderRows(ctx, q, ids)
		return err
	})
	return page, err
}

// FindOrderRow returns one order as the list has it.
func (s *Store) FindOrderRow(ctx context.Context, id string) (row OrderRow, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := s.orderRows(ctx, q, []string{id})
		if err == nil {
			row = rows[0]
		}
		return err
	})
	return row, err
}

// EachOrder calls take with every order that the filter chooses, in its order,
// a page at a time: a long list is never in the memory as a whole.
func (s *Store) EachOrder(ctx context.Context, f OrderFilter, take func(OrderRow) error) error {
	f.Limit = 200
	for {
		page, err := s.ListOrderPage(ctx, f)
		if err != nil {
			return err
		}
		for _, row := range page.Orders {
			if err := take(row); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		f.After = page.Next
	}
}

func (s *Store) orderRows(ctx context.Context, q *query.Queries, ids []string) (rows []OrderRow, err error) {
	for _, id := range ids {
		row, err := q.FindOrder(ctx, id)
		if err != nil {
			return nil, sqlkit.Absent(err)
		}
		order, err := s.loader(q).order(ctx, id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, OrderRow{Order: order, Emergency: row.Emergency == 1, PhotoName: row.PhotoName})
	}
	return rows, nil
}

// chosen is the filter as the queries know it: the moment, and of the rules
// what a status depends on.
func (s *Store) chosen(f OrderFilter) query.CountOrderRowsParams {
	now := s.Now()
	year, month, day := now.Date()
	chosen := query.CountOrderRowsParams{
		Subject:   f.Subject,
		Grade:     int64(f.Grade),
		NoPhoto:   sqlkit.Flag(f.NoPhoto),
		Emergency: sqlkit.Flag(f.Emergency),
		Who:       strings.TrimSpace(f.Who),
		Folded:    exam.FoldID(f.Who),
		Status:    string(f.Status),
		Confirms:  sqlkit.Flag(s.Rules().ProvinceDecides),
		Now:       now.UnixMilli(),
		Broken:    `%"` + exam.HintUnreadable + `"%`,
		Grace:     s.Rules().UploadGrace.Milliseconds(),
		ByWindow:  sqlkit.Flag(s.Rules().ResetTimedOut == exam.ResetWithinWindow),
		Today:     time.Date(year, month, day, 0, 0, 0, 0, s.Rules().Location).UnixMilli(),
	}
	if !f.Day.IsZero() {
		from := time.Date(f.Day.Year, f.Day.Month, f.Day.Day, 0, 0, 0, 0, s.Rules().Location)
		chosen.OpenFrom, chosen.OpenUntil = from.UnixMilli(), from.AddDate(0, 0, 1).UnixMilli()
	}
	return chosen
}

// listOrderIDs returns one order more than the page holds, if there is one.
func listOrderIDs(ctx context.Context, q *query.Queries, f OrderFilter, c query.CountOrderRowsParams) ([]string, error) {
	last := query.Order{}
	if f.After != "" {
		var err error
		if last, err = q.FindOrder(ctx, f.After); err != nil {
			return nil, sqlkit.Absent(err)
		}
	}
	limit := int64(f.Limit) + 1
	switch f.Sort {
	case ByName:
		return q.ListOrderRowsByName(ctx, query.ListOrderRowsByNameParams{
			After: last.Name, AfterID: last.ID, Limit: limit,
			Subject: c.Subject, Grade: c.Grade, NoPhoto: c.NoPhoto, Emergency: c.Emergency, OpenUntil: c.OpenUntil, OpenFrom: c.OpenFrom, Who: c.Who,
			Folded: c.Folded, Status: c.Status, Confirms: c.Confirms, Now: c.Now, Broken: c.Broken, Grace: c.Grace, ByWindow: c.ByWindow, Today: c.Today,
		})
	case ByWindow:
		return q.ListOrderRowsByWindow(ctx, query.ListOrderRowsByWindowParams{
			After: last.WindowOpens, AfterID: last.ID, Limit: limit,
			Subject: c.Subject, Grade: c.Grade, NoPhoto: c.NoPhoto, Emergency: c.Emergency, OpenUntil: c.OpenUntil, OpenFrom: c.OpenFrom, Who: c.Who,
			Folded: c.Folded, Status: c.Status, Confirms: c.Confirms, Now: c.Now, Broken: c.Broken, Grace: c.Grace, ByWindow: c.ByWindow, Today: c.Today,
		})
	default:
		return q.ListOrderRowsByTicket(ctx, query.ListOrderRowsByTicketParams{
			After: last.TicketKey, Limit: limit,
			Subject: c.Subject, Grade: c.Grade, NoPhoto: c.NoPhoto, Emergency: c.Emergency, OpenUntil: c.OpenUntil, OpenFrom: c.OpenFrom, Who: c.Who,
			Folded: c.Folded, Status: c.Status, Confirms: c.Confirms, Now: c.Now, Broken: c.Broken, Grace: c.Grace, ByWindow: c.ByWindow, Today: c.Today,
		})
	}
}

// PhotoOwner is what a photo's file may be called after.
type PhotoOwner struct{ ID, TicketKey, PersonKey, IDNumberKey, PhotoName string }

// ListPhotoOwners returns all orders by what their photos may be called after.
func (s *Store) ListPhotoOwners(ctx context.Context) (owners []PhotoOwner, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListPhotoOwners(ctx)
		for _, row := range rows {
			owners = append(owners, PhotoOwner(row))
		}
		return err
	})
	return owners, err
}

// FindOrderID returns the id of the order with that ticket.
func (s *Store) FindOrderID(ctx context.Context, ticket string) (id string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindOrderByTicket(ctx, exam.FoldID(ticket))
		id = row.ID
		return sqlkit.Absent(err)
	})
	return id, err
}
