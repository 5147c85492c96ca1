package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/sqlkit"
	"kaodian/app/exam"
)

// AuditFilter chooses lines of the audit log; what is empty chooses all.
type AuditFilter struct {
	By        string // whose name
	Action    audit.Action
	Candidate string // a ticket, or a piece of a name
	Text      string // a piece of the reason, of the arguments or of a name
	From, To  time.Time
	Before    int64 // only lines before that one
	// Unsearched are actions of whose lines Text finds the name alone.
	Unsearched []audit.Action
}

// LogLine is a line of the log with whom it is about, as staff may know it:
// never an ID number.
type LogLine struct {
	Seq int64
	Entry
	Ticket, Candidate string
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
			line, err := s.auditLine(rows)
			if err != nil {
				return err
			}
			lines = append(lines, line)
		}
		return rows.Err()
	}))
	return lines, err
}

func (s *Store) auditLine(rows *sql.Rows) (line LogLine, err error) {
	var at int64
	var args string
	err = rows.Scan(&line.Seq, &at, &line.Action, &line.By.Role, &line.By.Name, &line.OrderID, &line.AttemptID, &line.ClipID, &line.Reason, &args, &line.Ticket, &line.Candidate)
	if err != nil {
		return line, err
	}
	line.At = s.at(at)
	return line, json.Unmarshal([]byte(args), &line.Args)
}

// auditSearch is the statement of a search. It is put together here, because a
// condition that may be absent (by a flag) uses no index, and the
// log grows for years.
func auditSearch(f AuditFilter, limit int) (statement string, args []any) {
	var where sqlkit.Where
	if f.Before > 0 {
		where.Add("audit.seq < ?", f.Before)
	}
	if f.By != "" {
		where.Add("audit.by_name = ?", f.By)
	}
	if f.Action != "" {
		where.Add("audit.action = ?", string(f.Action))
	}
	if f.Candidate != "" {
		where.Add(`audit.order_id IN (SELECT id FROM orders WHERE ticket_key = ? OR name LIKE ? ESCAPE '\')`, exam.FoldID(f.Candidate), sqlkit.Piece(f.Candidate))
	}
	if !f.From.IsZero() {
		where.Add("audit.at >= ?", f.From.UnixMilli())
	}
	if !f.To.IsZero() {
		where.Add("audit.at < ?", f.To.UnixMilli())
	}
	if f.Text != "" {
		text := sqlkit.Piece(f.Text)
		where.Add(`(audit.by_name LIKE ? ESCAPE '\' OR audit.action NOT IN (SELECT value FROM json_each(?))
  AND (audit.reason LIKE ? ESCAPE '\' OR audit.args LIKE ? ESCAPE '\'))`, text, actionList(f.Unsearched), text, text)
	}
	statement = `SELECT audit.seq, audit.at, audit.action, audit.by_role, audit.by_name, audit.order_id, audit.attempt_id, audit.clip_id,
  audit.reason, audit.args, coalesce(orders.ticket, ''), coalesce(orders.name, '')
FROM audit LEFT JOIN orders ON orders.id = audit.order_id`
	return statement + where.Clause() + "\nORDER BY audit.seq DESC LIMIT ?", append(where.Args, limit)
}

func actionList(actions []audit.Action) string {
	names := make([]string, 0, len(actions))
	for _, action := range actions {
		names = append(names, strconv.Quote(string(action))) // codes: JSON as they are
	}
	return "[" + strings.Join(names, ",") + "]"
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
