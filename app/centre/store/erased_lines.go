package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store/internal/query"
)

// An erased line keeps its place, its time, its act and its hash, by which the
// chain goes on; only the words are gone, so its hash cannot be computed again.
// What is left is hashed anew (erased_lines), and the line that records the erasure
// holds one hash of all of these: nobody can say later that a line was erased which
// was not, or change what is left of one.

// remains are the hashes of what is left of erased lines.
func (t tables) remains(ctx context.Context, first, last int64) (map[int64]string, error) {
	rows, err := t.ListErasedLines(ctx, query.ListErasedLinesParams{First: first, Last: last})
	found := map[int64]string{}
	for _, row := range rows {
		found[row.Seq] = row.Remains
	}
	return found, err
}

// CheckErased compares what is left of erased lines with what the lines of their
// erasures say.
func (t tables) CheckErased(ctx context.Context) error {
	erasures, err := t.ListPersonErasures(ctx)
	if err != nil {
		return err
	}
	for _, one := range erasures {
		if err := t.checkErasure(ctx, one); err != nil {
			return err
		}
	}
	named, err := t.CountStrayErasedLines(ctx)
	if err == nil && named > 0 {
		err = fmt.Errorf("%w: %d lines are said to be erased by no erasure", audit.ErrChanged, named)
	}
	return err
}

func (t tables) checkErasure(ctx context.Context, one query.PersonErasure) error {
	rows, err := t.ListErasedLinesOf(ctx, one.ID)
	if err != nil {
		return err
	}
	line, err := t.FindAuditArgs(ctx, one.AuditSeq)
	if err != nil {
		return errors.Join(audit.ErrChanged, err)
	}
	var said struct {
		Erasure string `json:"erasure"`
		Lines   string `json:"lines_hash"`
	}
	if err := json.Unmarshal([]byte(line.Args), &said); err != nil || said.Erasure != one.ID || said.Lines != hashOfLines(rows) || line.Action != string(ActionPersonErased) {
		return fmt.Errorf("%w: line %d does not tell of the lines that erasure %s left", audit.ErrChanged, one.AuditSeq, one.ID)
	}
	return nil
}

func hashOfLines(rows []query.ErasedLine) string {
	sum := sha256.New()
	for _, row := range rows {
		fmt.Fprintf(sum, "%d %s\n", row.Seq, row.Remains)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// emptyLine takes the words out of a line of the log.
func (c *change) emptyLine(erasure string, row query.Audit) error {
	row.Reason, row.Args, row.Hash = "", "{}", ""
	remains, err := audit.Hash(row)
	if err != nil {
		return err
	}
	if err := c.InsertErasedLine(c.ctx, query.InsertErasedLineParams{Seq: row.Seq, ErasureID: erasure, Remains: remains}); err != nil {
		return err
	}
	return c.EmptyLine(c.ctx, row.Seq)
}
