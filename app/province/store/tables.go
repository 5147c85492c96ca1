package store

import (
	"context"

	"kaodian/app/base/accounts"
	"kaodian/app/province/store/internal/query"
)

// tables are the tables that every store of the house has, in one transaction:
// settings, accounts, the audit log. They change where c is one.
type tables struct {
	*query.Queries
	c  *change
	by string // the account that changes them, "" for the program itself
}

func (c *change) tables() tables { return tables{Queries: c.Queries, c: c} }

func (s *Store) readTables(ctx context.Context, do func(tables) error) error {
	return s.read(ctx, func(q *query.Queries) error { return do(tables{Queries: q}) })
}

func (s *Store) writeTables(ctx context.Context, do func(tables) error) error {
	return s.write(ctx, func(c *change) error { return do(c.tables()) })
}

// AccountsBy are the accounts as one person changes them, whom the audit log
// names.
func (s *Store) AccountsBy(name string) accounts.Accounts {
	write := func(ctx context.Context, do func(tables) error) error {
		return s.write(ctx, func(c *change) error { return do(tables{c.Queries, c, name}) })
	}
	return accounts.New(UserAccount, s.readTables, write)
}

func (t tables) By() string { return t.by }

func (t tables) As(name string) accounts.Rows {
	t.by = name
	return t
}

func (t tables) PutSetting(ctx context.Context, name, value string) error {
	return t.SetSetting(ctx, query.SetSettingParams{Name: name, Value: value})
}
