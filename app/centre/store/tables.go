package store

import (
	"context"
	"time"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// tables are the tables that every store of the house has, in one transaction:
// settings, accounts, the audit log. They change where c is one.
type tables struct {
	*query.Queries
	zone *time.Location
	c    *change
	by   exam.Actor // who changes them
}

func (c *change) tables() tables { return c.tablesBy(exam.Actor{Role: exam.BySystem}) }

func (c *change) tablesBy(by exam.Actor) tables { return tables{c.Queries, c.rules.Location, c, by} }

func (s *Store) readTables(ctx context.Context, do func(tables) error) error {
	return s.read(ctx, func(q *query.Queries) error { return do(tables{Queries: q, zone: s.Rules().Location}) })
}

func (s *Store) writeTables(ctx context.Context, do func(tables) error) error {
	return s.write(ctx, func(c *change) error { return do(c.tables()) })
}

func (t tables) PutSetting(ctx context.Context, name, value string) error {
	return t.SetSetting(ctx, query.SetSettingParams{Name: name, Value: value})
}
