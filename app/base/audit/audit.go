// Package audit is the hash chain of a store's audit log: each line holds the
// hash of the line before; the store, and a Witness outside of the database,
// know which line is the last.
//
// A line is written in the transaction of the act that it records, so after a
// crash both are there or neither. The package owns the chain, the Witness's two
// files and one setting; the content of a line is the store's. It must not import
// a store or a driver.
package audit

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"kaodian/app/base/sqlkit"
)

// ErrChanged says that a line is not what was written.
var ErrChanged = errors.New("the audit log was changed")

// ErrUnproved says that the erasure of a person, which took words out of lines, is
// not proved yet. What it did so far holds.
var ErrUnproved = errors.New("an erasure is not proved yet; it is gone on with by itself, or by «kaodian erase --go-on»")

// Line is the end of a log: the number and the hash of its last line.
type Line struct {
	Seq  int64  `json:"line"`
	Hash string `json:"hash"`
}

// Link is a line as the chain sees it.
type Link struct {
	Line
	Previous string // hash of the line before
	Bare     any    // the row without its own hash
	// Remains is the hash of a line that lost its words with an erased person: what
	// is left of it hashes to this. "" for every other.
	Remains string
}

// holds says whether the row is what was written, or what an erasure left of it.
func (l Link) holds() (bool, error) {
	hash, err := Hash(l.Bare)
	want := l.Hash
	if l.Remains != "" {
		want = l.Remains
	}
	return hash == want, err
}

// Hash is the SHA-256 in hex over the JSON of a row without its own hash.
func Hash(bare any) (string, error) {
	text, err := json.Marshal(bare)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// Rows are a log's rows within one transaction; sql.ErrNoRows is «none».
type Rows interface {
	LastLine(ctx context.Context) (Line, error)
	Links(ctx context.Context, from, limit int64) ([]Link, error)
	FindAuditHash(ctx context.Context, seq int64) (string, error)
	// CheckErased is ErrChanged where what is left of erased lines is not what the
	// line of the erasure says, and ErrUnproved where an erasure goes on; it is asked
	// once the chain was walked.
	CheckErased(ctx context.Context) error
	// Head is the last line by the store's own record.
	Head(ctx context.Context) (Line, error)
	SetHead(ctx context.Context, line Line) error
	// AddGap appends a line that records a gap.
	AddGap(ctx context.Context, reason string, args map[string]any) error
}

// Store is what keeps a log.
type Store interface {
	FindSetting(ctx context.Context, name string) (value string, err error)
	SetSetting(ctx context.Context, name, value string) error
}

// Log is the audit log of one store.
type Log struct {
	store       Store
	read, write sqlkit.Transaction[Rows]
}

// New returns the log of a store, with its way to read one snapshot and to
// change.
func New[R Rows](store Store, read, write sqlkit.Transaction[R]) Log {
	as := func(rows R) Rows { return rows }
	return Log{store, sqlkit.Over(read, as), sqlkit.Over(write, as)}
}

// VerifyAudit walks the whole log and says at which line the chain breaks, or
// that lines are missing at its end. Each piece is a read of its own: one long
// read would keep the database's write-ahead file from being taken in.
func (l Log) VerifyAudit(ctx context.Context) (lines int, err error) {
	var last Line
	for n := step; n == step && err == nil; lines += n {
		err = l.read(ctx, func(rows Rows) (err error) {
			if n, last, err = piece(ctx, rows, last); err != nil || n == step {
				return err
			}
			return checkWhole(ctx, rows, last)
		})
	}
	return lines, err
}

// checkWhole is what is asked of a log whose lines hold; that an erasure goes on is
// the least that it says.
func checkWhole(ctx context.Context, rows Rows, last Line) error {
	erased := rows.CheckErased(ctx)
	if erased != nil && !errors.Is(erased, ErrUnproved) {
		return erased
	}
	if err := checkHead(ctx, rows, last); err != nil {
		return err
	}
	return erased
}

// CheckAuditEnd is the part of VerifyAudit that costs nothing: whether lines
// are missing at the log's end.
func (l Log) CheckAuditEnd(ctx context.Context) error {
	return l.read(ctx, func(rows Rows) error {
		last, err := End(ctx, rows)
		if err != nil {
			return err
		}
		return checkHead(ctx, rows, last)
	})
}

func checkHead(ctx context.Context, rows Rows, last Line) error {
	head, err := rows.Head(ctx)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("%w, or were: the database does not know any more how far it went", ErrCut)
	case err != nil || head == last:
		return err
	case last.Seq < head.Seq:
		return fmt.Errorf("%w: it ends with line %d, and line %d had been written", ErrCut, last.Seq, head.Seq)
	}
	return fmt.Errorf("%w: what had been written after line %d is not what is there", ErrCut, head.Seq)
}

// End is the last line; zero for an empty log.
func End(ctx context.Context, rows Rows) (Line, error) {
	last, err := rows.LastLine(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return Line{}, nil
	}
	return last, err
}

// AuditEnd is the log's end; zero for an empty log.
func (l Log) AuditEnd(ctx context.Context) (line Line, err error) {
	err = l.read(ctx, func(rows Rows) error {
		line, err = End(ctx, rows)
		return err
	})
	return line, err
}

// AuditHash returns the hash of a line, "" where there is none.
func (l Log) AuditHash(ctx context.Context, seq int64) (hash string, err error) {
	err = l.read(ctx, func(rows Rows) error {
		hash, err = rows.FindAuditHash(ctx, seq)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return hash, err
}

// witnessed is the setting that says that a witness is kept.
const witnessed = "audit_witnessed"

// Witnessed says whether a witness of the log was kept before.
func (l Log) Witnessed(ctx context.Context) (bool, error) {
	value, err := l.store.FindSetting(ctx, witnessed)
	return value != "", err
}

// SetWitnessed notes that a witness of the log is kept.
func (l Log) SetWitnessed(ctx context.Context) error { return l.store.SetSetting(ctx, witnessed, "1") }

// AcceptGap lets a log whose end is missing continue, and records that in the
// log. A changed line is not a gap and stays an error.
func (l Log) AcceptGap(ctx context.Context, reason string) error {
	var seen Line
	err := l.read(ctx, func(rows Rows) (err error) { // the walk may take long, and nobody waits for it
		seen, err = walk(ctx, rows, seen)
		return err
	})
	if err != nil {
		return err
	}
	return l.write(ctx, func(rows Rows) error {
		last, err := goOn(ctx, rows, seen)
		if err != nil {
			return err
		}
		head, err := rows.Head(ctx)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		args := map[string]any{"ends_at": last.Seq, "known_line": head.Seq, "known_hash": head.Hash}
		if err := rows.AddGap(ctx, reason, args); err != nil {
			return err
		}
		if last, err = End(ctx, rows); err != nil {
			return err
		}
		return rows.SetHead(ctx, last)
	})
}

// goOn walks what came after the line that was the last, which must still be
// there.
func goOn(ctx context.Context, rows Rows, seen Line) (last Line, err error) {
	if last, err = walk(ctx, rows, seen); err != nil {
		return last, err
	}
	end, err := End(ctx, rows)
	if err == nil && end != last {
		err = errors.New("the audit log was cut while it was looked at; try again")
	}
	return last, err
}

// walk walks the chain from a line on, and says where it ends.
func walk(ctx context.Context, rows Rows, last Line) (end Line, err error) {
	for n := step; n == step && err == nil; {
		n, last, err = piece(ctx, rows, last)
	}
	return last, err
}

// step is how many lines a piece of a walk has; the last piece has fewer.
const step = 1000

// piece is the piece of a walk after a line.
func piece(ctx context.Context, rows Rows, last Line) (lines int, end Line, err error) {
	from := last.Seq + 1
	if last == (Line{}) { // a line that was slipped in may have any number
		from = math.MinInt64
	}
	links, err := rows.Links(ctx, from, step)
	if err != nil {
		return 0, last, err
	}
	for _, link := range links {
		holds, err := link.holds()
		if err != nil {
			return lines, last, err
		}
		if link.Seq != last.Seq+1 || link.Previous != last.Hash || !holds {
			return lines, last, fmt.Errorf("%w at line %d; compare with a backup", ErrChanged, link.Seq)
		}
		last = link.Line
		lines++
	}
	return lines, last, nil
}
