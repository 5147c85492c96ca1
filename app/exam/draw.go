package exam

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"kaodian/app/base/refusal"
)

// Draw is what a draw needs from outside: the bank and a source of chance.
type Draw struct {
	// Bank has, by item name, the questions of the order's subject and grade.
	Bank map[string][]Question
	// Used are the questions this order drew before; Recent those drawn at
	// this centre within the last hour. Both by question id (R9).
	Used, Recent map[string]bool
	// Codes stand on papers of this order (R8).
	Codes []string
	// Pick returns a uniform number in [0, n) from a cryptographic source.
	Pick func(n int) int
}

// items resolves the order's items: of each group one, and a question for
// every drawn one (R9).
func (d Draw) items(o Order) ([]Item, error) {
	var items []Item
	used := map[string]bool{} // also what this draw draws, where two items share a bank
	maps.Copy(used, d.Used)
	d.Used = used
	for _, spec := range d.choose(o.Items) {
		item := Item{ID: strconv.Itoa(len(items) + 1), Name: spec.Name, Kind: spec.Kind, Piece: spec.Piece}
		if spec.Drawn {
			question, err := d.question(spec.Name)
			if err != nil {
				return nil, err
			}
			item.Question = &question
			d.Used[question.ID] = true
		}
		items = append(items, item)
	}
	if len(items) == 0 {
		return nil, refusal.New(NoItems)
	}
	return items, nil
}

// CheckItems refuses what no attempt could begin with: nothing to record, or
// a drawn item without a question (R9). An import asks, so that it is not the
// child's start that finds out.
func CheckItems(specs []ItemSpec, bank map[string][]Question) error {
	first := func(int) int { return 0 }
	_, err := Draw{Bank: bank, Pick: first}.items(Order{Items: specs})
	return err
}

// choose keeps the specs without a group and one of each group, at the place
// of the group's first.
func (d Draw) choose(specs []ItemSpec) []ItemSpec {
	var chosen []ItemSpec
	done := map[string]bool{}
	for _, spec := range specs {
		if spec.Group == "" {
			chosen = append(chosen, spec)
			continue
		}
		if !done[spec.Group] {
			done[spec.Group] = true
			chosen = append(chosen, d.ofGroup(specs, spec.Group))
		}
	}
	return chosen
}

// ofGroup picks one of the group's specs: best one whose bank has a question
// that is new to the order, else one whose bank has any.
func (d Draw) ofGroup(specs []ItemSpec, group string) ItemSpec {
	specs = filter(specs, func(s ItemSpec) bool { return s.Group == group })
	isNew := func(q Question) bool { return !d.Used[q.ID] }
	wishes := []func(ItemSpec) bool{
		func(s ItemSpec) bool { return !s.Drawn || slices.ContainsFunc(d.Bank[s.Name], isNew) },
		func(s ItemSpec) bool { return len(d.Bank[s.Name]) > 0 },
	}
	for _, wish := range wishes {
		if fitting := filter(specs, wish); len(fitting) > 0 {
			return fitting[d.Pick(len(fitting))]
		}
	}
	return specs[d.Pick(len(specs))]
}

// question draws one of the item's questions: best one that neither this
// order nor the centre drew lately, else one new to the order, else any.
func (d Draw) question(item string) (Question, error) {
	bank := d.Bank[item]
	if len(bank) == 0 {
		return Question{}, refusal.New(BankEmpty, "item", item)
	}
	wishes := []func(Question) bool{
		func(q Question) bool { return !d.Used[q.ID] && !d.Recent[q.ID] },
		func(q Question) bool { return !d.Used[q.ID] },
		func(q Question) bool { return !d.Recent[q.ID] },
	}
	for _, wish := range wishes {
		if fitting := filter(bank, wish); len(fitting) > 0 {
			return fitting[d.Pick(len(fitting))], nil
		}
	}
	return bank[d.Pick(len(bank))], nil
}

func filter[T any](list []T, wish func(T) bool) []T {
	var fitting []T
	for _, one := range list {
		if wish(one) {
			fitting = append(fitting, one)
		}
	}
	return fitting
}

func drawnIDs(items []Item) []string {
	ids := []string{}
	for _, item := range items {
		if item.Question != nil {
			ids = append(ids, item.Question.ID)
		}
	}
	return ids
}

// UsedQuestions are the questions the order drew so far, by id (R9).
func (o Order) UsedQuestions() map[string]bool {
	used := map[string]bool{}
	for _, attempt := range o.Attempts {
		for _, id := range drawnIDs(attempt.Items) {
			used[id] = true
		}
	}
	return used
}

// codes is how many four-digit exam codes there are, 0000 to 9999.
const codes = 10000

// drawCode draws a four-digit exam code, uniform over those not taken (R8).
func drawCode(taken []string, pick func(n int) int) string {
	slices.Sort(taken)
	taken = slices.Compact(taken)
	place := pick(codes - len(taken)) // among those not taken
	code := fmt.Sprintf("%04d", place)
	for _, other := range taken {
		if other > code {
			break
		}
		place++
		code = fmt.Sprintf("%04d", place)
	}
	return code
}

func codesOf(attempts []Attempt) []string {
	var taken []string
	for _, attempt := range attempts {
		taken = append(taken, attempt.Code)
	}
	return taken
}

// PlanItems is what an order has to record: the syllabus's items, each with
// the piece the order names for it, or, without a matching syllabus, one item
// per piece (contract «The syllabus»).
func PlanItems(syllabus []ItemSpec, pieces []Piece) []ItemSpec {
	if len(syllabus) == 0 {
		return itemsOfPieces(pieces)
	}
	planned := slices.Clone(syllabus)
	rest := slices.Clone(pieces)
	for i, spec := range planned {
		if spec.Drawn {
			continue
		}
		if at := slices.IndexFunc(rest, func(p Piece) bool { return p.Item == spec.Name }); at >= 0 {
			planned[i].Piece = rest[at].Title
			rest = slices.Delete(rest, at, at+1)
		}
	}
	return namePieces(planned, rest)
}

// namePieces gives the pieces that name no item to the items that have none
// yet, in order.
func namePieces(planned []ItemSpec, rest []Piece) []ItemSpec {
	rest = slices.DeleteFunc(rest, func(p Piece) bool { return p.Item != "" })
	for i := range planned {
		if len(rest) > 0 && planned[i].Piece == "" && !planned[i].Drawn {
			planned[i].Piece = rest[0].Title
			rest = rest[1:]
		}
	}
	return planned
}

func itemsOfPieces(pieces []Piece) []ItemSpec {
	var specs []ItemSpec
	for i, piece := range pieces {
		name := piece.Item
		if name == "" {
			name = "乐曲" + strconv.Itoa(i+1)
		}
		specs = append(specs, ItemSpec{Name: name, Kind: ItemPiece, Piece: piece.Title})
	}
	return specs
}
