package records

import (
	"context"

	"kaodian/sync/batch"
)

// Judge reads every row before anything is written, so that a hostile batch
// holds nobody back. What is wrong is an Error.
func (r *Records) Judge(ctx context.Context) error {
	if r.judged {
		return nil
	}
	own, err := r.batchRow(ctx)
	if err != nil {
		return err
	}
	var judge batch.Judge
	if err := judge.Row("batch", own); err != nil {
		return bad("%v", err)
	}
	err = r.each(ctx, func(table string, values []any) error {
		if err := judge.Row(table, values); err != nil {
			return bad("%v", err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := judge.End(); err != nil {
		return bad("%v", err)
	}
	if err := r.checkReferences(ctx); err != nil {
		return err
	}
	r.judged = true
	return nil
}

// Each hands every row but the header's to do, which may not keep values:
// column for column, in an order in which a row comes after what it refers to.
// They are judged first.
func (r *Records) Each(ctx context.Context, do func(table string, values []any) error) error {
	if err := r.Judge(ctx); err != nil {
		return err
	}
	return r.each(ctx, do)
}

func (r *Records) each(ctx context.Context, do func(table string, values []any) error) error {
	for _, one := range readings[r.version] {
		if err := r.eachOf(ctx, one.table, one.statement, do); err != nil {
			return err
		}
	}
	return nil
}

func (r *Records) eachOf(ctx context.Context, table, statement string, do func(table string, values []any) error) error {
	rows, err := r.db.QueryContext(ctx, statement)
	if err != nil {
		return explain(ctx, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return explain(ctx, err)
	}
	values, places := make([]any, len(columns)), make([]any, len(columns))
	for i := range places {
		places[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return explain(ctx, err)
		}
		if err := do(table, values); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return explain(ctx, err)
	}
	return nil
}

// checkReferences finds a row that belongs to none.
func (r *Records) checkReferences(ctx context.Context) error {
	rows, err := r.db.QueryContext(ctx, `SELECT "table", parent FROM pragma_foreign_key_check LIMIT 1`)
	if err != nil {
		return explain(ctx, err)
	}
	defer rows.Close()
	if rows.Next() {
		var child, parent string
		if err := rows.Scan(&child, &parent); err != nil {
			return explain(ctx, err)
		}
		return bad("a row of %s belongs to none of %s", child, parent)
	}
	if err := rows.Err(); err != nil {
		return explain(ctx, err)
	}
	return nil
}
