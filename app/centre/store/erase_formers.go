package store

import (
	"context"
	"encoding/json"
	"slices"

	"kaodian/app/base/blot"
	"kaodian/app/centre/store/internal/query"
)

// formerRow is what an undo would make of an order again.
type formerRow struct {
	query.ImportOrder
	was former
}

// photo is the file that only the undo needs, "" for none.
func (f formerRow) photo() string { return f.was.Photo }

// formers are the registrations of the person that an undo would bring back: those
// of the person's own orders before a correction, and of orders that are others' now.
func (w Whom) formers(ctx context.Context, q *query.Queries) (found []formerRow, err error) {
	rows, err := q.ListFormers(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		var was former
		if err := json.Unmarshal([]byte(row.Former), &was); err != nil {
			return nil, err
		}
		if w.was(was, slices.Contains(w.Orders, row.OrderID)) {
			found = append(found, formerRow{row, was})
		}
	}
	return found, nil
}

// was says whether that registration was the person's.
func (w Whom) was(f former, own bool) bool {
	named, known := blot.Fold(f.Name) == w.Name, f.IDNumber != "" && f.PersonKey() == w.Person
	if known && (w.Alone || named) {
		return true
	}
	return named && (own || slices.Contains(w.Births, f.BirthDate.String()) || slices.Contains(w.Words(), blot.Fold(f.Phone)))
}

// formers are those of orders that are others' now: their rows go with no order.
func (t ties) formers(ctx context.Context, q *query.Queries) (found []formerRow, err error) {
	all, err := t.whom.formers(ctx, q)
	for _, row := range all {
		if !slices.Contains(t.whom.Orders, row.OrderID) {
			found = append(found, row)
		}
	}
	return found, err
}

// blurFormers takes the person out of what undos would bring back to others' orders.
// They are refused from now on, as if somebody had changed the order meanwhile.
func (c *change) blurFormers(t ties) error {
	rows, err := t.formers(c.ctx, c.Queries)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := c.BlurLeftAs(c.ctx, row.OrderID); err != nil { // a hash of the person, too
			return err
		}
		if err := c.BlurFormer(c.ctx, query.BlurFormerParams{ImportID: row.ImportID, OrderID: row.OrderID}); err != nil {
			return err
		}
	}
	return nil
}
