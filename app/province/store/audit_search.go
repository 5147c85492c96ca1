package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/sqlkit"
)

// AuditFilter chooses lines of the audit log; what is empty chooses all.
type AuditFilter struct {
	By       string // whose name
	Action   audit.Action
	Text     string // a piece of what it was done to, of the arguments or of a name
	From, To time.Time
	Before   int64 // only lines before that one
}

// LogLine is a line of the log.
type LogLine struct {
	Seq int64
	At  time.Time
	Entry
}

// ListAuditLines returns at most limit lines, the newest first.
func (s *Store) ListAuditLines(ctx context.Context, f AuditFilter, limit int) (lines []LogLine, err error) {
	statement, args := auditSearch(f, limit)
	err = storageError(sqlkit.Within(ctx, s.reader, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, statement, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			line, err := auditLine(rows)
			if err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return rows.Err()
	}))
	return lines, err
}

func auditLine(rows *sql.Rows) (line LogLine, err error) {
	var when int64
	var args string
	if err := rows.Scan(&line.Seq, &when, &line.Action, &line.By, &line.Subject, &args); err != nil {
		return line, err
	}
	line.At = at(when)
	return line, json.Unmarshal([]byte(args), &line.Args)
}

func auditSearch(f AuditFilter, limit int) (statement string, args []any) {
	var where sqlkit.Where
	if f.Before > 0 {
		where.Add("seq < ?", f.Before)
	}
	if f.By != "" {
		where.Add("by_name = ?", f.By)
	}
	if f.Action != "" {
		where.Add("action = ?", string(f.Action))
	}
	if !f.From.IsZero() {
		where.Add("at >= ?", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		where.Add("at < ?", f.To.UnixMilli())
	}
	if f.Text != "" {
		text := sqlkit.Piece(f.Text)
		where.Add(`(subject LIKE ? ESCAPE '\' OR args LIKE ? ESCAPE '\' OR by_name LIKE ? ESCAPE '\')`, text, text, text)
	}
	return "SELECT seq, at, action, by_name, subject, args FROM audit" + where.Clause() + "\nORDER BY seq DESC LIMIT ?", append(where.Args, limit)
}

// AuditChoices are what the log can be searched for: the actions that it has,
// and the names of those who acted.
func (s *Store) AuditChoices(ctx context.Context) (actions, names []string, err error) {
	err = storageError(sqlkit.Within(ctx, s.reader, func(tx *sql.Tx) error {
		if actions, err = sqlkit.Distinct(ctx, tx, "audit", "action"); err != nil {
			return err
		}
		names, err = sqlkit.Distinct(ctx, tx, "audit", "by_name")
		return err
	}))
	return actions, names, err
}
