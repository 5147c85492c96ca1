package roster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// How many problems are listed one by one: of one kind, and of all. The others
// are listed by their rows, in one line for each kind.
const (
	maxPerKind  = 100
	maxProblems = 2000
	maxRanges   = 200 // of rows in one line
)

// Problems collects the problems of a list within bounds: a file of nothing but
// bad rows must not fill the memory or the screen. The zero value is empty.
type Problems struct {
	told   []Problem
	kinds  map[kindOfProblem]*kindRest
	order  []kindOfProblem
	failed bool
}

// kindOfProblem is what problems with the same remedy have in common.
type kindOfProblem struct {
	file, column string
	code         Code
	warning      bool
}

// kindRest are the problems of a kind, and the rows of those not listed.
type kindRest struct {
	told, rest int
	rows       []rowRange
	more       bool // than rows has room for
}

type rowRange struct{ first, last int }

// Add keeps or counts a problem.
func (p *Problems) Add(list ...Problem) {
	for _, one := range list {
		p.failed = p.failed || !one.Warning
		key := kindOfProblem{one.File, one.Column, one.Code, one.Warning}
		kind := p.kinds[key]
		if kind == nil {
			kind = &kindRest{}
			if p.kinds == nil {
				p.kinds = map[kindOfProblem]*kindRest{}
			}
			p.kinds[key] = kind
			p.order = append(p.order, key)
		}
		if kind.told == 0 || kind.told < maxPerKind && len(p.told) < maxProblems {
			kind.told++
			p.told = append(p.told, one)
			continue
		}
		kind.count(one.Row)
	}
}

func (k *kindRest) count(row int) {
	k.rest++
	if last := len(k.rows) - 1; last >= 0 && k.rows[last].first <= row && row <= k.rows[last].last+1 {
		k.rows[last].last = max(k.rows[last].last, row)
		return
	}
	if len(k.rows) == maxRanges {
		k.more = true
		return
	}
	k.rows = append(k.rows, rowRange{row, row})
}

// Failed says whether any problem is more than a warning.
func (p *Problems) Failed() bool { return p.failed }

// List is the problems to report, in the file's order.
func (p *Problems) List() []Problem {
	list := slices.Clone(p.told)
	for _, key := range p.order {
		kind := p.kinds[key]
		if kind.rest == 0 {
			continue
		}
		list = append(list, Problem{
			File: key.file, Row: kind.rows[0].first, Column: key.column, Code: MoreProblems, Warning: key.warning,
			Args: map[string]any{"count": kind.rest, "code": string(key.code), "rows": kind.text()},
		})
	}
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(b.File, a.File), cmp.Compare(a.Row, b.Row))
	})
	return list
}

// text writes the rows as 4–9, 12.
func (k *kindRest) text() string {
	var parts []string
	for _, r := range k.rows {
		if r.first == r.last {
			parts = append(parts, fmt.Sprint(r.first))
		} else {
			parts = append(parts, fmt.Sprintf("%d–%d", r.first, r.last))
		}
	}
	if k.more {
		parts = append(parts, "…")
	}
	return strings.Join(parts, ", ")
}
