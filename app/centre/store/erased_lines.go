package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"kaodian/app/base/audit"
	"kaodian/app/base/blot"
	"kaodian/app/centre/store/internal/query"
)

// An erased line keeps its place, its time, its act and its hash, by which the chain
// goes on; only words are gone, so its hash cannot be computed again. What is left is
// hashed anew (erased_lines), and the line that records the erasure, which is in the
// chain, holds one hash of all of these. So nobody can change what is left of a line,
// or say later that a line was erased which was not: whoever did would have to write
// an erasure into the log, with its proof, and a Mark where the words were.

// ErrUnproved says that an erasure is not proved yet: what it has done so far holds.
var ErrUnproved = audit.ErrUnproved

// remains are the hashes of what is left of erased lines.
func (t tables) remains(ctx context.Context, first, last int64) (map[int64]string, error) {
	rows, err := t.ListErasedLines(ctx, query.ListErasedLinesParams{First: first, Last: last})
	found := map[int64]string{}
	for _, row := range rows { // the last erasure of a line comes last
		found[row.Seq] = row.Remains
	}
	return found, err
}

// CheckErased compares what is left of erased lines with what the lines of their
// erasures say.
func (t tables) CheckErased(ctx context.Context) error {
	strays, err := t.CountStrayErasedLines(ctx)
	if err == nil && strays > 0 {
		err = fmt.Errorf("%w: %d lines tell of erasures that nobody knows", audit.ErrChanged, strays)
	}
	if err != nil {
		return err
	}
	erasures, err := t.ListPersonErasures(ctx)
	if err != nil {
		return err
	}
	var unproved error
	for _, one := range erasures {
		err := errors.Join(t.checkErasure(ctx, one), t.checkOrders(ctx, one), t.checkProof(ctx, one))
		if errors.Is(err, audit.ErrChanged) || err != nil && !errors.Is(err, ErrUnproved) {
			return err
		}
		unproved = errors.Join(unproved, err)
	}
	return unproved
}

// checkErasure holds what an erasure left of lines against the line that records it.
func (t tables) checkErasure(ctx context.Context, one query.PersonErasure) error {
	rows, err := t.ListErasedLinesOf(ctx, one.ID)
	if err != nil {
		return err
	}
	line, err := t.FindAuditLine(ctx, one.AuditSeq)
	if err != nil {
		return errors.Join(fmt.Errorf("%w: erasure %s has no line", audit.ErrChanged, one.ID), err)
	}
	var said struct {
		Erasure string `json:"erasure"`
		Lines   int    `json:"lines"`
		Hash    string `json:"lines_hash"`
	}
	if json.Unmarshal([]byte(line.Args), &said) != nil || said.Erasure != one.ID || said.Lines != len(rows) || said.Hash != hashOfLines(rows) || line.Action != string(ActionPersonErased) {
		return fmt.Errorf("%w: line %d does not tell of the lines that erasure %s left", audit.ErrChanged, one.AuditSeq, one.ID)
	}
	for _, row := range rows {
		if err := t.checkBlot(ctx, row, line.Seq); err != nil {
			return err
		}
	}
	return nil
}

// checkOrders wants the erasure to name the orders that the log says it took: by
// them it is found, and goes on.
func (t tables) checkOrders(ctx context.Context, one query.PersonErasure) error {
	told, err := t.ListErasedOrders(ctx, one.ID)
	if err != nil {
		return err
	}
	var named []string
	if json.Unmarshal([]byte(one.Orders), &named) == nil {
		slices.Sort(named)
	}
	if !slices.Equal(told, named) {
		return fmt.Errorf("%w: erasure %s names other orders than the log", audit.ErrChanged, one.ID)
	}
	return nil
}

// checkBlot wants the line to be older than its erasure, and to show that words are gone.
func (t tables) checkBlot(ctx context.Context, row query.ErasedLine, erasure int64) error {
	line, err := t.FindAuditLine(ctx, row.Seq)
	if err != nil {
		return err
	}
	if row.Seq >= erasure || !strings.Contains(line.Reason+line.Args, blot.Mark) {
		return fmt.Errorf("%w: line %d is said to have lost words and shows none", audit.ErrChanged, row.Seq)
	}
	return nil
}

// checkProof wants the log to say that an erasure was proved, and by what.
func (t tables) checkProof(ctx context.Context, one query.PersonErasure) error {
	lines, err := t.ListProofLines(ctx, one.ID)
	if err != nil {
		return err
	}
	if len(lines) == 0 && one.ProvedAt == nil {
		return fmt.Errorf("%w: %s", ErrUnproved, one.ID)
	}
	for _, line := range lines {
		var said struct {
			Proof string `json:"proof"`
		}
		if json.Unmarshal([]byte(line.Args), &said) == nil && said.Proof == one.Proof && line.Seq > one.AuditSeq && one.ProvedAt != nil {
			return nil
		}
	}
	return fmt.Errorf("%w: no line proves erasure %s", audit.ErrChanged, one.ID)
}

func hashOfLines(rows []query.ErasedLine) string {
	sum := sha256.New()
	for _, row := range rows {
		fmt.Fprintf(sum, "%d %s\n", row.Seq, row.Remains)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// emptyLine leaves of a line of the log what the row says.
func (c *change) emptyLine(erasure string, left query.Audit) error {
	bare := left
	bare.Hash = ""
	remains, err := audit.Hash(bare)
	if err != nil {
		return err
	}
	if err := c.InsertErasedLine(c.ctx, query.InsertErasedLineParams{Seq: left.Seq, ErasureID: erasure, Remains: remains}); err != nil {
		return err
	}
	return c.EmptyLine(c.ctx, query.EmptyLineParams{Reason: left.Reason, Args: left.Args, Seq: left.Seq})
}
