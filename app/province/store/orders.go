package store

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/province/store/internal/query"
)

// Order is an order as a batch brought it, also one without a video.
type Order struct {
	Ref               Ref
	ID                string
	Candidate, Ticket string
	Subject           string
	Grade             int64
	OpensAt, ClosesAt time.Time // its window
	Status            string    // when it was sealed
	FinalAt           time.Time // from when it could no longer change
	Clips             int64     // that came with it
	ErasedAt          time.Time // when its centre erased the person, zero where it did not
}

// OrderFilter chooses orders; empty fields choose all.
type OrderFilter struct {
	Within          login.Centres // of the account that asks
	Centre, Install string
	Sequence        int64
	Status          string
	Who             string // part of a name or a ticket number
	Before          string // OrderPage.Next of the page before
	Limit           int
}

// OrderPage is a page of orders, those of the newest batch first.
type OrderPage struct {
	Orders []Order
	Next   string // "" after the last
}

// ListOrders returns a page of orders, those of the newest batch first.
func (s *Store) ListOrders(ctx context.Context, f OrderFilter) (page OrderPage, err error) {
	batch, id, err := placeOf(f.Before)
	if err != nil {
		return page, err
	}
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListOrders(ctx, query.ListOrdersParams{
			BeforeBatch: batch, BeforeID: id, Centre: f.Centre, Centres: string(f.Within), Install: f.Install, Sequence: f.Sequence,
			Status: f.Status, Who: f.Who, MaxRows: int64(f.Limit) + 1,
		})
		if len(rows) > f.Limit {
			rows = rows[:f.Limit]
			last := rows[len(rows)-1]
			page.Next = fmt.Sprintf("%d.%s", last.Batch, last.ID)
		}
		for _, row := range rows {
			page.Orders = append(page.Orders, orderOf(row))
		}
		return err
	})
	return page, err
}

// placeOf reads OrderPage.Next: the number of a batch, and an order of it.
func placeOf(next string) (batch int64, id string, err error) {
	if next == "" {
		return math.MaxInt64, "", nil
	}
	number, id, _ := strings.Cut(next, ".")
	batch, err = strconv.ParseInt(number, 10, 64)
	if err != nil {
		err = refusal.New(refusal.NotFound)
	}
	return batch, id, err
}

func orderOf(row query.ListOrdersRow) Order {
	var erased time.Time
	if row.ErasedAt != 0 {
		erased = time.UnixMilli(row.ErasedAt).UTC()
	}
	return Order{
		Ref: Ref{Centre: row.Centre, Install: row.Install, Sequence: row.Sequence}, ID: row.ID,
		Candidate: row.Name, Ticket: row.Ticket, Subject: row.Subject, Grade: row.Grade,
		OpensAt: time.UnixMilli(row.WindowOpens).UTC(), ClosesAt: time.UnixMilli(row.WindowCloses).UTC(),
		Status: row.Status, FinalAt: time.UnixMilli(row.FinalAt).UTC(), Clips: row.Clips, ErasedAt: erased,
	}
}
