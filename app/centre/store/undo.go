package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Why an import is not undone; the arguments name the first such order, and
// how many there are.
const (
	ImportBegun   refusal.Code = "import_begun"
	ImportMoved   refusal.Code = "import_moved_on"
	ImportNotKept refusal.Code = "import_not_kept"
)

// ImportRecord is one import as the desk lists it.
type ImportRecord struct {
	ID             string
	Kind           ImportKind
	Name           string
	At             time.Time
	By             string
	Added, Changed int
	UndoneAt       time.Time // zero if it was not
	UndoneBy       string
	Keeps          bool // what an undo needs is still there
}

// ListImports returns the latest imports, newest first.
func (s *Store) ListImports(ctx context.Context, limit int) (list []ImportRecord, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListImports(ctx, int64(limit))
		for _, row := range rows {
			i := row.Import
			list = append(list, ImportRecord{
				ID: i.ID, Kind: ImportKind(i.Kind), Name: i.Name, At: s.at(i.At), By: i.ByName, Added: int(i.Added), Changed: int(i.Changed),
				UndoneAt: maybeAt(i.UndoneAt, s.Rules().Location), UndoneBy: i.UndoneBy, Keeps: row.Keeps == 1,
			})
		}
		return err
	})
	return list, err
}

// FindImportByHand is the import that registered the order by hand, while it
// can be undone; "" for any other order.
func (s *Store) FindImportByHand(ctx context.Context, orderID string) (importID string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		importID, err = q.FindImportByHand(ctx, orderID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return importID, err
}

// UndoImport takes an import back as a whole: orders that it added go, those
// that it changed are again what they were. It is refused once an attempt of
// one of them has begun (ImportBegun) or somebody changed one since (ImportMoved).
func (s *Store) UndoImport(ctx context.Context, id string, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		record, err := c.FindImport(c.ctx, id)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if record.UndoneAt != nil {
			return nil // told twice
		}
		rows, err := c.ListImportOrders(c.ctx, id)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return refusal.New(ImportNotKept)
		}
		if err := c.mayUndo(rows); err != nil {
			return err
		}
		for _, row := range rows {
			if err := c.undoOrder(row, by); err != nil {
				return err
			}
		}
		if err := c.DeleteImportOrders(c.ctx, id); err != nil {
			return err
		}
		if err := c.EndImport(c.ctx, query.EndImportParams{UndoneAt: new(c.now.UnixMilli()), UndoneBy: by.Name, ID: id}); err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionImportUndone, By: by, Args: map[string]any{"import": id, "orders": len(rows)}})
	})
}

// mayUndo looks at all orders before one is touched, so that the refusal says
// how many there are.
func (c *change) mayUndo(rows []query.ImportOrder) error {
	type found struct {
		first string
		count int
	}
	reasons := map[refusal.Code]*found{}
	for _, row := range rows {
		order, err := c.load(row.OrderID)
		if err != nil {
			return err
		}
		code, err := whyNotUndone(order, row)
		if err != nil {
			return err
		}
		if code == "" && row.Former == "" {
			confirmed, err := c.CountOrderResults(c.ctx, row.OrderID)
			if err != nil {
				return err
			}
			if confirmed > 0 { // an absence that a committee confirmed
				code = ImportMoved
			}
		}
		if code == "" {
			continue
		}
		if reasons[code] == nil {
			reasons[code] = &found{first: order.Ticket}
		}
		reasons[code].count++
	}
	for _, code := range []refusal.Code{ImportBegun, exam.OrderSealed, ImportMoved} {
		if found := reasons[code]; found != nil {
			return refusal.New(code, "ticket", found.first, "count", found.count)
		}
	}
	return nil
}

// whyNotUndone is "" for an order of which the import can be taken back. What
// its candidate did since, were it only an answer or a practice run, would go
// with an order that goes.
func whyNotUndone(o exam.Order, row query.ImportOrder) (refusal.Code, error) {
	now, err := leftAs(o.Registration)
	switch {
	case err != nil:
		return "", err
	case len(o.Attempts) > 0:
		return ImportBegun, nil
	case !o.SealedAt.IsZero():
		return exam.OrderSealed, nil
	case now != row.LeftAs, row.Former == "" && (len(o.Practice) > 0 || !o.Consent.At.IsZero() || len(o.Decisions) > 0):
		return ImportMoved, nil
	}
	return "", nil
}

func (c *change) undoOrder(row query.ImportOrder, by exam.Actor) error {
	if row.Former == "" {
		if err := c.DeletePasses(c.ctx, row.OrderID); err != nil {
			return err
		}
		c.changed = append(c.changed, row.OrderID)
		return c.DeleteOrder(c.ctx, row.OrderID)
	}
	var was former
	if err := json.Unmarshal([]byte(row.Former), &was); err != nil {
		return err
	}
	order, err := c.load(row.OrderID)
	if err != nil {
		return err
	}
	if !sameRegistration(order.Registration, was.Registration) {
		if err := c.updateRegistration(order, was.Registration, by); err != nil {
			return err
		}
		if err := c.audit(Entry{Action: changeOf(order.Registration, was.Registration), By: by, OrderID: order.ID}); err != nil {
			return err
		}
	}
	return c.MarkOrder(c.ctx, query.MarkOrderParams{PhotoName: was.PhotoName, Emergency: sqlkit.Flag(was.Emergency), ID: order.ID})
}
