package store

import (
	"context"

	"kaodian/sync/batch"
)

// Judge reads every row before anything is written, so that a hostile batch
// holds nobody back. What is wrong is a RecordsError.
func (r *Records) Judge(ctx context.Context) error {
	if r.judged {
		return nil
	}
	var judge batch.Judge
	for _, t := range copied {
		if err := r.judgeTable(ctx, &judge, t); err != nil {
			return err
		}
	}
	if err := judge.End(); err != nil {
		return badRecords("%v", err)
	}
	if err := r.checkReferences(ctx); err != nil {
		return err
	}
	r.judged = true
	return nil
}

func (r *Records) judgeTable(ctx context.Context, judge *batch.Judge, t table) error {
	rows, err := r.db.QueryContext(ctx, t.read())
	if err != nil {
		return r.explain(ctx, err)
	}
	defer rows.Close()
	values, places := row(len(t.columns))
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return r.explain(ctx, err)
		}
		if err := judge.Row(t.name, values); err != nil {
			return badRecords("%v", err)
		}
	}
	if err := rows.Err(); err != nil {
		return r.explain(ctx, err)
	}
	return nil
}

// checkReferences finds a row that belongs to none.
func (r *Records) checkReferences(ctx context.Context) error {
	rows, err := r.db.QueryContext(ctx, `SELECT "table", parent FROM pragma_foreign_key_check LIMIT 1`)
	if err != nil {
		return r.explain(ctx, err)
	}
	defer rows.Close()
	if rows.Next() {
		var child, parent string
		if err := rows.Scan(&child, &parent); err != nil {
			return r.explain(ctx, err)
		}
		return badRecords("a row of %s belongs to none of %s", child, parent)
	}
	if err := rows.Err(); err != nil {
		return r.explain(ctx, err)
	}
	return nil
}
