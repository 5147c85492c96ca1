package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"kaodian/app/base/durable"
)

// connector opens connections with a driver of our own, so that nothing is
// registered under a global name.
type connector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
	fault  *durable.Fault // of a writer; nil of a reader
}

func (c connector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	own, ok := conn.(*sqlite3.SQLiteConn)
	if err != nil || !ok || c.fault == nil {
		return conn, err
	}
	return &watchedConn{SQLiteConn: own, fault: c.fault}, nil
}

func (c connector) Driver() driver.Driver { return c.driver }

func pragma(conn *sqlite3.SQLiteConn, name string) (string, error) {
	rows, err := conn.Query("PRAGMA "+name, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = rows.Close() }()
	row := make([]driver.Value, len(rows.Columns()))
	if err := rows.Next(row); err != nil {
		if err == io.EOF {
			return "", fmt.Errorf("SQLite knows no pragma %s", name)
		}
		return "", err
	}
	return fmt.Sprint(row[0]), nil
}

// watchedConn is the writer's connection: it notes when the disk failed, and
// then begins and commits nothing more, whoever asks (the queue's SQL too).
type watchedConn struct {
	*sqlite3.SQLiteConn
	fault *durable.Fault
}

func (c *watchedConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if err := c.fault.Err(); err != nil {
		return nil, err
	}
	tx, err := c.SQLiteConn.BeginTx(ctx, opts)
	if err != nil {
		return nil, c.noted(err)
	}
	return watchedTx{Tx: tx, conn: c}, nil
}

// ExecContext is also the way of what runs without a transaction.
func (c *watchedConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	result, err := c.SQLiteConn.ExecContext(ctx, text, args)
	return result, c.noted(err)
}

func (c *watchedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := c.SQLiteConn.QueryContext(ctx, text, args)
	return rows, c.noted(err)
}

func (c *watchedConn) noted(err error) error {
	if e, ok := errors.AsType[sqlite3.Error](err); ok && isDiskFailure(e) {
		c.fault.Note(err)
	}
	return err
}

type watchedTx struct {
	driver.Tx
	conn *watchedConn
}

// Commit also fails when something else failed meanwhile: from then on nothing
// is acknowledged.
func (t watchedTx) Commit() error {
	if err := t.conn.noted(t.Tx.Commit()); err != nil {
		return err
	}
	return t.conn.fault.Err()
}

// isDiskFailure says that the disk did not do what SQLite asked it to, for
// another reason than a want of room, memory or descriptors, which pass.
func isDiskFailure(e sqlite3.Error) bool {
	switch {
	case e.Code == sqlite3.ErrReadonly:
		return true // it was writable at the start
	case e.Code != sqlite3.ErrIoErr, isFull(e), wantsDescriptors(e):
		return false
	}
	switch e.ExtendedCode {
	case sqlite3.ErrIoErrNoMem, sqlite3.ErrIoErrBlocked, sqlite3.ErrIoErrLock, sqlite3.ErrIoErrUnlock, sqlite3.ErrIoErrRDlock,
		sqlite3.ErrIoErrCheckReservedLock, sqlite3.ErrIoErrSHMOpen, sqlite3.ErrIoErrSHMMap, sqlite3.ErrIoErrSHMLock:
		return false
	}
	return true
}

func isFull(e sqlite3.Error) bool {
	return e.Code == sqlite3.ErrFull || e.SystemErrno == syscall.ENOSPC || e.SystemErrno == syscall.EDQUOT || e.ExtendedCode == sqlite3.ErrIoErrSHMSize
}

func wantsDescriptors(e sqlite3.Error) bool {
	return e.SystemErrno == syscall.EMFILE || e.SystemErrno == syscall.ENFILE
}
