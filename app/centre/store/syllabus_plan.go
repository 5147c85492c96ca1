package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// RowGone is what becomes of a row that the new syllabus does not have.
const RowGone Verdict = "gone"

// SyllabusPreview is what a new syllabus would do; it changed nothing.
type SyllabusPreview struct {
	Items, Questions []Outcome // by place in the new syllabus and its bank
	GoneItems        []GoneItem
	GoneQuestions    []GoneQuestion
	Bare             []BareOrder // orders that would have nothing to record
	Fingerprint      string
}

// GoneItem is an item that the new syllabus does not have.
type GoneItem struct {
	SyllabusItem
	Outcome
}

// GoneQuestion is a question that the new bank does not have.
type GoneQuestion struct {
	BankQuestion
	Outcome
}

// Refused is why it cannot be taken in as things stand.
func (p SyllabusPreview) Refused() error {
	for _, outcome := range p.all() {
		if outcome.Refused != nil {
			return outcome.Refused
		}
	}
	if len(p.Bare) > 0 {
		return &BareOrdersError{Orders: p.Bare}
	}
	return nil
}

// answer is what the province is told of it; what the new syllabus does not have
// any more is a change.
func (p SyllabusPreview) answer(by exam.Actor) ParcelAnswer {
	a := ParcelAnswer{By: by}
	for _, outcome := range p.all() {
		switch outcome.Verdict {
		case RowAdded:
			a.Added++
		case RowSame:
			a.Unchanged++
		case RowChanged, RowGone:
			a.Changed++
		}
	}
	return a
}

func (p SyllabusPreview) all() []Outcome {
	all := slices.Concat(p.Items, p.Questions)
	for _, gone := range p.GoneItems {
		all = append(all, gone.Outcome)
	}
	for _, gone := range p.GoneQuestions {
		all = append(all, gone.Outcome)
	}
	return all
}

// planSyllabus compares the next syllabus with the one that there is.
func planSyllabus(ctx context.Context, q *query.Queries, next Syllabus, moment int64) (plan SyllabusPreview, now Syllabus, err error) {
	if now, err = syllabusNow(ctx, q); err != nil {
		return plan, now, err
	}
	running, err := q.ListRunningItems(ctx, moment)
	if err != nil {
		return plan, now, err
	}
	pieceless, err := q.ListOrdersWithoutPieces(ctx, moment)
	if err != nil {
		return plan, now, err
	}
	plan.compareItems(now.Items, next.Items, running)
	if err := plan.compareBanks(now.Bank, next.Bank, running); err != nil {
		return plan, now, err
	}
	for _, order := range pieceless {
		if covers(now.Items, order) && !covers(next.Items, order) {
			plan.Bare = append(plan.Bare, BareOrder{Ticket: order.Ticket, Subject: order.Subject, Grade: int(order.Grade)})
		}
	}
	plan.Fingerprint, err = plan.fingerprint()
	return plan, now, err
}

func covers(items []SyllabusItem, order query.ListOrdersWithoutPiecesRow) bool {
	return slices.ContainsFunc(items, func(item SyllabusItem) bool {
		return item.Subject == order.Subject && item.GradeFrom <= int(order.Grade) && int(order.Grade) <= item.GradeTo
	})
}

func (p *SyllabusPreview) fingerprint() (string, error) {
	hash := sha256.New()
	encoder := json.NewEncoder(hash)
	for _, o := range p.all() {
		refused, _ := errors.AsType[*refusal.Error](o.Refused)
		if err := encoder.Encode([]any{o.Verdict, o.Changes, refused}); err != nil {
			return "", err
		}
	}
	err := encoder.Encode([]any{p.GoneItems, p.GoneQuestions, p.Bare})
	return hex.EncodeToString(hash.Sum(nil)), err
}

// itemKey is by what a row of the syllabus is known again.
type itemKey struct {
	subject, name string
	from, to      int
}

func (s SyllabusItem) key() itemKey { return itemKey{s.Subject, s.Name, s.GradeFrom, s.GradeTo} }

func (p *SyllabusPreview) compareItems(now, next []SyllabusItem, running []query.ListRunningItemsRow) {
	former, rank := map[itemKey]SyllabusItem{}, ranks(now, next)
	for _, item := range now {
		former[item.key()] = item
	}
	for _, item := range next {
		was, known := former[item.key()]
		delete(former, item.key())
		if !known {
			p.Items = append(p.Items, Outcome{Verdict: RowAdded})
			continue
		}
		changes := columnsOf([][3]string{
			{"kind", string(was.Kind), string(item.Kind)},
			{"drawn", fmt.Sprint(was.Drawn), fmt.Sprint(item.Drawn)},
			{"group", was.Group, item.Group},
			{"place", fmt.Sprint(rank[item.key()][0]), fmt.Sprint(rank[item.key()][1])},
		})
		p.Items = append(p.Items, outcomeOf(changes, usesItem(running, was)))
	}
	for _, item := range now {
		if _, left := former[item.key()]; left {
			gone := Outcome{Verdict: RowGone}
			gone.Refused = usesItem(running, item)
			p.GoneItems = append(p.GoneItems, GoneItem{item, gone})
		}
	}
}

// ranks says of every row that both have which it is, from 1, among those of
// its subject: what candidates record first.
func ranks(now, next []SyllabusItem) map[itemKey][2]int {
	both, rank := map[itemKey]int{}, map[itemKey][2]int{}
	for _, item := range now {
		both[item.key()] |= 1
	}
	for _, item := range next {
		both[item.key()] |= 2
	}
	for side, list := range [][]SyllabusItem{now, next} {
		count := map[string]int{}
		for _, item := range list {
			if both[item.key()] == 3 {
				count[item.Subject]++
				places := rank[item.key()]
				places[side] = count[item.Subject]
				rank[item.key()] = places
			}
		}
	}
	return rank
}

// questionKey is by what a question of the bank is known again.
type questionKey struct {
	subject, item, title string
	from, to             int
}

func (q BankQuestion) key() questionKey {
	return questionKey{q.Subject, q.Item, q.Title, q.GradeFrom, q.GradeTo}
}

// compareBanks pairs questions of one key: first those that are the very same.
func (p *SyllabusPreview) compareBanks(now, next []BankQuestion, running []query.ListRunningItemsRow) error {
	former := map[questionKey][]BankQuestion{}
	for _, question := range now {
		former[question.key()] = append(former[question.key()], question)
	}
	p.Questions = make([]Outcome, len(next))
	for place, question := range next {
		if at := slices.Index(former[question.key()], question); at >= 0 {
			former[question.key()] = slices.Delete(former[question.key()], at, at+1)
			p.Questions[place] = Outcome{Verdict: RowSame}
		}
	}
	for place, question := range next {
		left := former[question.key()]
		switch {
		case p.Questions[place].Verdict != "":
		case len(left) == 0:
			p.Questions[place] = Outcome{Verdict: RowAdded}
		default:
			used, err := usesQuestion(running, left[0])
			if err != nil {
				return err
			}
			p.Questions[place] = outcomeOf([]Change{{Column: "file"}}, used)
			former[question.key()] = left[1:]
		}
	}
	return p.addGone(now, former, running)
}

// addGone notes the questions that nothing of the new bank was paired with.
func (p *SyllabusPreview) addGone(now []BankQuestion, left map[questionKey][]BankQuestion, running []query.ListRunningItemsRow) error {
	for _, question := range now {
		if !slices.Contains(left[question.key()], question) {
			continue
		}
		used, err := usesQuestion(running, question)
		if err != nil {
			return err
		}
		p.GoneQuestions = append(p.GoneQuestions, GoneQuestion{question, Outcome{Verdict: RowGone, Refused: used}})
	}
	return nil
}

func outcomeOf(changes []Change, used error) Outcome {
	switch {
	case len(changes) == 0:
		return Outcome{Verdict: RowSame}
	case used != nil:
		return Outcome{Verdict: RowRefused, Changes: changes, Refused: used}
	}
	return Outcome{Verdict: RowChanged, Changes: changes}
}

func columnsOf(columns [][3]string) (changes []Change) {
	for _, column := range columns {
		if column[1] != column[2] {
			changes = append(changes, Change{Column: column[0], From: column[1], To: column[2]})
		}
	}
	return changes
}

// usesItem is a refusal if an attempt runs that records the item.
func usesItem(running []query.ListRunningItemsRow, item SyllabusItem) error {
	return usedBy(running, func(row query.ListRunningItemsRow) bool {
		return row.Name == item.Name && row.Subject == item.Subject && item.GradeFrom <= int(row.Grade) && int(row.Grade) <= item.GradeTo
	})
}

// usesQuestion is a refusal if an attempt runs that drew the question.
func usesQuestion(running []query.ListRunningItemsRow, question BankQuestion) (used, err error) {
	id, err := question.ID()
	return usedBy(running, func(row query.ListRunningItemsRow) bool { return sqlkit.OrEmpty(row.QuestionID) == id }), err
}

func usedBy(running []query.ListRunningItemsRow, uses func(query.ListRunningItemsRow) bool) error {
	first, count := "", 0
	for _, row := range running {
		if uses(row) {
			first, count = cmp.Or(first, row.Ticket), count+1
		}
	}
	if count == 0 {
		return nil
	}
	return refusal.New(SyllabusInUse, "ticket", first, "count", count)
}
