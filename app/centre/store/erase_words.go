package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kaodian/app/base/blot"
	"kaodian/app/centre/store/internal/query"
)

// Whom is a person whose data are looked for: the orders, and the words by which
// the person is searched for. It is kept until the erasure is proved, nowhere else.
type Whom struct {
	Person  string    `json:"person"` // the key of the person
	Name    blot.Word `json:"name"`
	Alone   bool      `json:"alone"` // nobody else has the key
	Orders  []string  `json:"orders"`
	Tickets []string  `json:"tickets"`
	Births  []string  `json:"births"`
	// Sure are words that are nobody else's and no word of a language: they go
	// wherever they stand as whole words.
	Sure []blot.Word `json:"sure"`
	// Names may be another's too, or a word: they go where a row is tied to the
	// person; elsewhere a person has to look.
	Names []blot.Word `json:"names"`
	// Shared are words that another order has too: they go where a row is tied to
	// the person.
	Shared []blot.Word `json:"shared"`
}

// Words are all words of the person.
func (w Whom) Words() []blot.Word { return slices.Concat(w.Sure, w.Names, w.Shared) }

// gather fills in the words: of the orders, and of what they, or other orders, were
// before a correction.
func (w *Whom) gather(ctx context.Context, q *query.Queries, orders []query.Order) error {
	others, err := othersWords(ctx, q, w.Orders)
	if err != nil {
		return err
	}
	sorter := sorter{w, others}
	for _, o := range orders {
		sorter.add(identity{o.Ticket, o.IDNumber, o.Name, o.Pinyin, o.Phone, o.GuardianAddress})
		sorter.guardian(o.ConsentGuardian)
		if o.BirthDate != "" {
			w.Births = append(w.Births, o.BirthDate)
		}
	}
	formers, err := w.formers(ctx, q)
	for _, row := range formers {
		g := row.was
		sorter.add(identity{g.Ticket, g.IDNumber, g.Name, g.Pinyin, g.Phone, g.GuardianAddress})
	}
	for _, list := range []*[]blot.Word{&w.Sure, &w.Names, &w.Shared} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return err
}

// identity is what a registration says of who it is.
type identity struct{ ticket, number, name, pinyin, phone, address string }

// sorter sorts a person's words by what may be done with them.
type sorter struct {
	whom   *Whom
	others words
}

func (s sorter) add(i identity) {
	for _, number := range []string{i.ticket, i.number, i.phone, i.address} {
		word := blot.Fold(number)
		s.put(word, word.IsSure() && (number != i.address || hasDoor(word)))
	}
	s.name(i.name)
	s.name(i.pinyin)
	if parts := strings.Fields(i.pinyin); len(parts) == 2 {
		s.name(parts[1] + " " + parts[0])
	}
}

// hasDoor says whether an address names a door: one without, a town or a district, is
// where many live and what others' texts and lists are called by.
func hasDoor(address blot.Word) bool {
	return strings.ContainsFunc(string(address), func(r rune) bool { return unicode.IsDigit(r) || strings.ContainsRune("号室楼栋", r) })
}

func (s sorter) name(name string) { s.put(blot.Fold(name), blot.IsSureName(name)) }

// guardian takes a name that may be a teacher's or a helper's too.
func (s sorter) guardian(name string) { s.put(blot.Fold(name), false) }

func (s sorter) put(word blot.Word, sure bool) {
	switch {
	case utf8.RuneCountInString(string(word)) < 2:
	case s.others.have(word):
		s.whom.Shared = append(s.whom.Shared, word)
	case sure && !s.others.hold(word):
		s.whom.Sure = append(s.whom.Sure, word)
	default:
		s.whom.Names = append(s.whom.Names, word)
	}
}

// words are those of the orders of all others.
type words struct{ names, numbers []blot.Word }

func othersWords(ctx context.Context, q *query.Queries, orders []string) (w words, err error) {
	ids, err := json.Marshal(append([]string{}, orders...))
	if err != nil {
		return w, err
	}
	rows, err := q.ListOthersWords(ctx, string(ids))
	for _, row := range rows {
		w.names = append(w.names, blot.Fold(row.Name), blot.Fold(row.Pinyin), blot.Fold(row.ConsentGuardian))
		w.numbers = append(w.numbers, blot.Fold(row.Ticket), blot.Fold(row.IDNumber), blot.Fold(row.Phone), blot.Fold(row.GuardianAddress))
	}
	return w, err
}

// have says whether another has the word too.
func (w words) have(word blot.Word) bool {
	return slices.Contains(w.names, word) || slices.Contains(w.numbers, word)
}

// hold says whether the word is a piece of another's in Chinese, where nothing tells
// the piece from the whole.
func (w words) hold(word blot.Word) bool {
	piece := func(other blot.Word) bool { return strings.Contains(string(other), string(word)) }
	return strings.ContainsFunc(string(word), isHan) && (slices.ContainsFunc(w.names, piece) || slices.ContainsFunc(w.numbers, piece))
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// namedIn says whether a text names one of them.
func (w words) namedIn(text string) bool {
	return slices.ContainsFunc(w.names, func(name blot.Word) bool { return Telling(name) && name.In(text) }) ||
		slices.ContainsFunc(w.numbers, func(number blot.Word) bool { return Telling(number) && number.In(text) })
}

// Telling says whether a word tells anything where it is found.
func Telling(word blot.Word) bool {
	return word.Han() >= 2 || word.Han() == 0 && utf8.RuneCountInString(string(word)) >= 4
}
