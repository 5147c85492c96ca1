package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"slices"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ErasedReturn says that a list brings back somebody who was erased, and that nobody
// said that this is meant.
const ErasedReturn refusal.Code = "erased_return"

const (
	// markKey is the setting with the key of the marks. It is of this box's own, so that
	// a mark means nothing elsewhere, and lies with them, so that a backup has both.
	markKey = "erased_key"
	// markBytes are so few that a mark fits some hundred people of the country: it asks
	// whether a row is the person and cannot say who was erased.
	markBytes = 3
	// marksKept is how long a list of a season may come again.
	marksKept = 400 * 24 * time.Hour
)

// marker makes the marks of numbers.
type marker string

func (m marker) mark(kind, number string) string {
	sum := hmac.New(sha256.New, []byte(m))
	sum.Write([]byte(kind + " " + exam.FoldID(number)))
	return hex.EncodeToString(sum.Sum(nil)[:markBytes])
}

func (m marker) marks(ticket, number string) []string {
	return []string{m.mark("ticket", ticket), m.mark("number", number)}
}

// markErased keeps the marks of the person's numbers, before they are emptied.
func (c *change) markErased(e Erasing) error {
	key, err := c.markKey()
	if err != nil {
		return err
	}
	rows, err := c.ListOrdersOfKey(c.ctx, e.Whom.Person)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if !slices.Contains(e.Whom.Orders, row.ID) {
			continue
		}
		for _, mark := range key.marks(row.Ticket, row.IDNumber) {
			if err := c.InsertErasedMark(c.ctx, query.InsertErasedMarkParams{Mark: mark, ErasureID: e.ID, At: c.now.UnixMilli()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// markKey is the key of the marks; it is made with the first erasure.
func (c *change) markKey() (marker, error) {
	key, err := c.FindSetting(c.ctx, markKey)
	if key != "" || err != nil && !errors.Is(err, sql.ErrNoRows) {
		return marker(key), err
	}
	key = rand.Text()
	return marker(key), c.SetSetting(c.ctx, query.SetSettingParams{Name: markKey, Value: key})
}

// ForgetErased forgets the marks of those who were erased so long ago that no list of
// that season comes any more.
func (s *Store) ForgetErased(ctx context.Context) error {
	return s.write(ctx, func(c *change) error {
		_, err := c.DeleteErasedMarks(ctx, c.now.Add(-marksKept).UnixMilli())
		return err
	})
}

// erasedMarks are the marks that an import's rows are compared with.
type erasedMarks struct {
	key   marker
	marks []string
}

func (j *judge) erasedMarks() (erasedMarks, error) {
	if j.erased != nil {
		return *j.erased, nil
	}
	marks, err := j.ListErasedMarks(j.ctx, j.now.Add(-marksKept).UnixMilli())
	if err != nil {
		return erasedMarks{}, err
	}
	j.erased = &erasedMarks{marks: marks}
	if len(marks) > 0 {
		var key string
		key, err = j.FindSetting(j.ctx, markKey)
		j.erased.key = marker(key)
	}
	return *j.erased, err
}

// returns says whether a row registers somebody who seems to be one that was erased,
// and of whom no order is there: who came back knowingly is asked about once.
func (j *judge) returns(p planned) (bool, error) {
	isNew := p.Verdict == RowAdded || p.Verdict == RowChanged && p.next.PersonKey() != p.order.PersonKey()
	known, err := j.erasedMarks()
	if err != nil || !isNew || !known.hold(p.next) {
		return false, err
	}
	orders, _, err := ofPerson(j.ctx, j.Queries, p.next.PersonKey(), p.next.Name)
	return len(orders) == 0, err
}

func (k erasedMarks) hold(g exam.Registration) bool {
	return len(k.marks) > 0 && slices.ContainsFunc(k.key.marks(g.Ticket, g.IDNumber), func(mark string) bool { return slices.Contains(k.marks, mark) })
}
