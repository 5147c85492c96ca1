package audit

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// memory is a log in memory; writing says that a transaction may change it.
type memory struct {
	lines   []Link
	head    Line
	writing bool
	walked  int    // links read while nobody else could write
	between func() // what happens between the two transactions
}

func (m *memory) LastLine(context.Context) (Line, error) {
	if len(m.lines) == 0 {
		return Line{}, sql.ErrNoRows
	}
	return m.lines[len(m.lines)-1].Line, nil
}

func (m *memory) Links(_ context.Context, from, most int64) ([]Link, error) {
	before := slices.IndexFunc(m.lines, func(l Link) bool { return l.Seq >= from })
	if before < 0 {
		return nil, nil
	}
	links := m.lines[before:]
	links = links[:min(most, int64(len(links)))]
	if m.writing {
		m.walked += len(links)
	}
	return links, nil
}

func (m *memory) FindAuditHash(_ context.Context, seq int64) (string, error) {
	return m.lines[seq-1].Hash, nil
}
func (m *memory) Head(context.Context) (Line, error) { return m.head, nil }
func (m *memory) SetHead(_ context.Context, line Line) error {
	m.head = line
	return nil
}
func (m *memory) CheckErased(context.Context) error { return nil }

func (m *memory) AddGap(_ context.Context, reason string, _ map[string]any) error {
	m.add(reason)
	return nil
}

func (m *memory) add(what string) {
	last, _ := m.LastLine(context.Background())
	hash, _ := Hash(what)
	m.lines = append(m.lines, Link{Line: Line{last.Seq + 1, hash}, Previous: last.Hash, Bare: what})
}

// log is a log of so many lines whose end is missing.
func (m *memory) log(lines int) Log {
	for range lines {
		m.add("line")
	}
	m.head = Line{int64(lines) + 5, "gone"}
	read := func(_ context.Context, do func(Rows) error) error {
		err := do(m)
		if m.between != nil {
			m.between()
		}
		return err
	}
	write := func(_ context.Context, do func(Rows) error) error {
		m.writing = true
		defer func() { m.writing = false }()
		return do(m)
	}
	return New(nil, read, write)
}

// Nobody waits to write while a long log is walked.
func TestAGapIsAcceptedWithoutWalkingTheLogWhileOthersWait(t *testing.T) {
	m := &memory{}
	log := m.log(3000)
	m.between = func() { m.add("meanwhile") }
	if err := log.AcceptGap(t.Context(), "backup"); err != nil {
		t.Fatal(err)
	}
	if m.walked != 1 {
		t.Errorf("%d lines were walked within the transaction, want the one that came meanwhile", m.walked)
	}
	if last, _ := m.LastLine(t.Context()); last.Seq != 3002 || m.head != last {
		t.Errorf("the log ends with line %d, and is known to end with %d", last.Seq, m.head.Seq)
	}
}

func TestWhatChangedSinceTheWalkIsNoGap(t *testing.T) {
	for name, between := range map[string]func(*memory){
		"cut":     func(m *memory) { m.lines = m.lines[:5] },
		"changed": func(m *memory) { m.add("meanwhile"); m.lines[10].Previous = "another" },
	} {
		m := &memory{}
		log := m.log(10)
		m.between = func() { between(m) }
		err := log.AcceptGap(t.Context(), "backup")
		if err == nil || !strings.Contains(err.Error(), "audit log was") || m.head.Hash != "gone" {
			t.Errorf("%s: %v, the head is %+v", name, err, m.head)
		}
	}
}

func TestALineWithANumberBelowTheFirstIsNoticed(t *testing.T) {
	for _, seq := range []int64{0, -1, math.MinInt64} {
		m := &memory{}
		log := m.log(3)
		m.head, _ = m.LastLine(t.Context())
		hash, _ := Hash("forged")
		m.lines = slices.Insert(m.lines, 0, Link{Line: Line{seq, hash}, Bare: "forged"})
		if _, err := log.VerifyAudit(t.Context()); !errors.Is(err, ErrChanged) {
			t.Errorf("line %d: %v", seq, err)
		}
	}
}

// Each piece of a long log is a read of its own, and what is written in between
// belongs to the chain.
func TestALongLogIsVerifiedInPieces(t *testing.T) {
	m := &memory{}
	log := m.log(2 * step)
	m.head, _ = m.LastLine(t.Context())
	reads := 0
	m.between = func() { reads++; m.add("meanwhile"); m.head, _ = m.LastLine(t.Context()) }
	if lines, err := log.VerifyAudit(t.Context()); err != nil || lines != 2*step+2 || reads != 3 {
		t.Errorf("%d lines in %d reads: %v", lines, reads, err)
	}
}
