package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// How long a call stays without news of its phone; a phone at the log-in has
// no more to lose than the tap that calls again.
const (
	helpLife      = 2 * time.Hour
	helpLogInLife = 10 * time.Minute
)

// Open calls that are taken: of one person's devices, and of phones that are
// not logged in, from one address and in all. Whoever is one too many raises a
// hand; the staff's list stays one that can be read.
const (
	maxHelpOfPerson  = 4
	maxHelpOfAddress = 12
	maxHelpAtLogIn   = 60
)

// HelpAtLogIn is the reason of a call that concerns no person yet.
const HelpAtLogIn = "log_in"

// HelpCall is «I need help» of one device (R30).
type HelpCall struct {
	ID        string
	Device    string
	Person    string // "" at the log-in
	OrderID   string // "" at the log-in
	AttemptID string
	Address   string
	Reason    string
	AskedAt   time.Time
	ToldAt    time.Time // when the phone last said how it is
	ClosedAt  time.Time // by staff; zero while it is open
	State     []byte    // JSON, as the web wrote it
	Answers   []HelpAnswer

	AttemptState exam.AttemptState // "" without an attempt

	// of the order
	Name, Ticket, Subject string
	Grade                 int
}

// HelpAnswer is what staff answered.
type HelpAnswer struct {
	ID   string
	Kind string // a word that the phone says in its own language
	Text string // of the kind «text»
	At   time.Time
	By   string
	Read time.Time // zero while the child has not said so
}

// HelpKey is what to Watch for news of a device's call.
func HelpKey(device string) string { return "help of " + device }

// AskForHelp opens the device's call, or gives the open one another reason. It
// refuses with refusal.TooManyCalls what is one too many.
func (s *Store) AskForHelp(ctx context.Context, call HelpCall) error {
	return s.write(ctx, func(c *change) error {
		if err := c.forgetHelp(); err != nil {
			return err
		}
		c.changed = append(c.changed, HelpKey(call.Device))
		row, err := c.FindHelpCall(ctx, call.Device)
		if err == nil && row.ClosedAt == nil && isOf(row, call.Person) {
			return c.updateHelp(row, call)
		}
		if err == nil { // answered, or another's who had this device before
			err = c.DeleteHelpCall(ctx, row.ID)
		}
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		return c.openHelp(call)
	})
}

// isOf says whether a call may be seen by who holds its device: the log-in's
// belong to nobody yet.
func isOf(row query.HelpCall, person string) bool {
	return row.PersonKey == "" || row.PersonKey == person
}

func (c *change) forgetHelp() error {
	return c.DeleteOldHelp(c.ctx, query.DeleteOldHelpParams{Old: c.now.Add(-helpLife).UnixMilli(), OldAtLogIn: c.now.Add(-helpLogInLife).UnixMilli()})
}

func (c *change) openHelp(call HelpCall) error {
	if err := c.checkHelp(call); err != nil {
		return err
	}
	err := c.InsertHelpCall(c.ctx, query.InsertHelpCallParams{
		ID:        NewID(),
		Device:    call.Device,
		PersonKey: call.Person,
		OrderID:   sqlkit.OrNull(call.OrderID),
		AttemptID: call.AttemptID,
		Address:   call.Address,
		Reason:    call.Reason,
		AskedAt:   c.now.UnixMilli(),
		ToldAt:    c.now.UnixMilli(),
		State:     string(call.State),
	})
	if err != nil {
		return err
	}
	return c.auditHelp(exam.FactHelpAsked, byCandidate, call, map[string]any{"help": call.Reason})
}

// checkHelp refuses a call that is one too many of its kind.
func (c *change) checkHelp(call HelpCall) error {
	if call.Person != "" {
		open, err := c.CountHelpOfPerson(c.ctx, call.Person)
		if err == nil && open >= maxHelpOfPerson {
			err = refusal.New(refusal.TooManyCalls)
		}
		return err
	}
	open, err := c.CountHelpAtLogIn(c.ctx, call.Address)
	if err == nil && (open.Here >= maxHelpOfAddress || open.Everywhere >= maxHelpAtLogIn) {
		err = refusal.New(refusal.TooManyCalls)
	}
	return err
}

// updateHelp keeps an open call fresh. One of the log-in becomes the person's
// once its page is about an order.
func (c *change) updateHelp(row query.HelpCall, call HelpCall) error {
	c.changed = append(c.changed, BoardKey)
	known := row.Reason == call.Reason && (row.OrderID != nil || call.OrderID == "")
	if call.OrderID == "" {
		call.Person, call.OrderID, call.AttemptID = row.PersonKey, sqlkit.OrEmpty(row.OrderID), row.AttemptID
	}
	err := c.UpdateHelpCall(c.ctx, query.UpdateHelpCallParams{
		ID:        row.ID,
		PersonKey: call.Person,
		OrderID:   sqlkit.OrNull(call.OrderID),
		AttemptID: call.AttemptID,
		Address:   call.Address,
		Reason:    call.Reason,
		ToldAt:    c.now.UnixMilli(),
		State:     string(call.State),
	})
	if err != nil || known {
		return err
	}
	return c.auditHelp(exam.FactHelpAsked, byCandidate, call, map[string]any{"help": call.Reason})
}

var byCandidate = exam.Actor{Role: exam.ByCandidate}

// auditHelp notes what is a fact of an order; a call at the log-in has none.
func (c *change) auditHelp(fact exam.FactKind, by exam.Actor, call HelpCall, args map[string]any) error {
	if call.OrderID == "" {
		return nil
	}
	return c.audit(Entry{Action: audit.Action(fact), By: by, OrderID: call.OrderID, AttemptID: call.AttemptID, Args: args})
}

// TellHelp keeps fresh what staff see of the device's call; a call that is not
// open is not opened again behind their backs.
func (s *Store) TellHelp(ctx context.Context, call HelpCall) error {
	return s.write(ctx, func(c *change) error {
		row, err := c.FindHelpCall(ctx, call.Device)
		if errors.Is(err, sql.ErrNoRows) || err == nil && (row.ClosedAt != nil || !isOf(row, call.Person)) {
			return nil
		}
		if err != nil {
			return err
		}
		call.Reason = row.Reason
		return c.updateHelp(row, call)
	})
}

// FindHelp returns the device's call, open or closed, with its answers; or
// refusal.NotFound.
func (s *Store) FindHelp(ctx context.Context, device, person string) (call HelpCall, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindHelpCall(ctx, device)
		if errors.Is(err, sql.ErrNoRows) || err == nil && (s.isOldHelp(row) || !isOf(row, person)) {
			return refusal.New(refusal.NotFound)
		}
		if err != nil {
			return err
		}
		call, err = s.helpOf(ctx, q, row)
		return err
	})
	return call, err
}

func (s *Store) isOldHelp(row query.HelpCall) bool {
	life := helpLife
	if row.PersonKey == "" {
		life = helpLogInLife
	}
	return row.ToldAt <= s.Now().Add(-life).UnixMilli()
}

// EndHelp takes the device's call back; none is no error.
func (s *Store) EndHelp(ctx context.Context, device, person string) error {
	return s.write(ctx, func(c *change) error {
		row, err := c.FindHelpCall(ctx, device)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !isOf(row, person) {
			return nil
		}
		if err != nil {
			return err
		}
		c.changed = append(c.changed, HelpKey(device))
		if err := c.DeleteHelpCall(ctx, row.ID); err != nil || row.ClosedAt != nil {
			return err
		}
		return c.auditHelp(exam.FactHelpWithdrawn, byCandidate, callOf(row), nil)
	})
}

// ReadHelp notes that the child has read the answers.
func (s *Store) ReadHelp(ctx context.Context, device, person string) error {
	return s.write(ctx, func(c *change) error {
		row, err := c.FindHelpCall(ctx, device)
		if errors.Is(err, sql.ErrNoRows) || err == nil && !isOf(row, person) {
			return nil
		}
		if err != nil {
			return err
		}
		c.changed = append(c.changed, HelpKey(device))
		now := c.now.UnixMilli()
		_, err = c.ReadHelpAnswers(ctx, query.ReadHelpAnswersParams{ReadAt: &now, CallID: row.ID})
		return err
	})
}

// ListHelp lists the open calls, candidates' before those of the log-in, the
// longest waiting first.
func (s *Store) ListHelp(ctx context.Context) (calls []HelpCall, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListHelpCalls(ctx)
		for _, row := range rows {
			one := query.HelpCall{
				ID: row.ID, Device: row.Device, PersonKey: row.PersonKey, OrderID: row.OrderID, AttemptID: row.AttemptID, Address: row.Address,
				Reason: row.Reason, AskedAt: row.AskedAt, ToldAt: row.ToldAt, ClosedAt: row.ClosedAt, State: row.State,
			}
			if s.isOldHelp(one) {
				continue
			}
			call, err := s.helpOf(ctx, q, one)
			if err != nil {
				return err
			}
			call.Name, call.Ticket, call.Subject, call.Grade = row.Name, row.Ticket, row.Subject, int(row.Grade)
			if row.AttemptState != "" {
				attempt := exam.Attempt{State: exam.AttemptState(row.AttemptState), Deadline: s.at(row.AttemptDeadline)}
				call.AttemptState = attempt.StateAt(s.Now())
			}
			calls = append(calls, call)
		}
		return err
	})
	return calls, err
}

// AnswerHelp gives an open call an answer; the same one twice, as after a lost
// answer of ours, is one.
func (s *Store) AnswerHelp(ctx context.Context, id string, answer HelpAnswer) error {
	return s.write(ctx, func(c *change) error {
		row, err := c.openCall(id)
		if err != nil {
			return err
		}
		given, err := c.ListHelpAnswers(ctx, id)
		if err != nil {
			return err
		}
		if n := len(given); n > 0 && given[n-1].Kind == answer.Kind && given[n-1].Text == answer.Text && given[n-1].ByName == answer.By {
			return nil
		}
		c.changed = append(c.changed, HelpKey(row.Device))
		err = c.InsertHelpAnswer(ctx, query.InsertHelpAnswerParams{
			ID: NewID(), CallID: id, Kind: answer.Kind, Text: answer.Text, At: c.now.UnixMilli(), ByName: answer.By,
		})
		if err != nil {
			return err
		}
		return c.auditHelp(exam.FactHelpAnswered, exam.Actor{Role: exam.ByStaff, Name: answer.By}, callOf(row), map[string]any{"answer": answer.Kind})
	})
}

// CloseHelp ends an open call, or refusal.NotFound.
func (s *Store) CloseHelp(ctx context.Context, id, by string) error {
	return s.write(ctx, func(c *change) error {
		row, err := c.openCall(id)
		if err != nil {
			return err
		}
		c.changed = append(c.changed, HelpKey(row.Device))
		now := c.now.UnixMilli()
		if err := c.CloseHelpCall(ctx, query.CloseHelpCallParams{ClosedAt: &now, ID: id}); err != nil {
			return err
		}
		return c.auditHelp(exam.FactHelpClosed, exam.Actor{Role: exam.ByStaff, Name: by}, callOf(row), nil)
	})
}

func (c *change) openCall(id string) (query.HelpCall, error) {
	row, err := c.FindHelpCallByID(c.ctx, id)
	if err == nil && row.ClosedAt != nil {
		err = refusal.New(refusal.NotFound)
	}
	return row, sqlkit.Absent(err)
}

// callOf is what of a call its facts say.
func callOf(row query.HelpCall) HelpCall {
	return HelpCall{OrderID: sqlkit.OrEmpty(row.OrderID), AttemptID: row.AttemptID}
}

func (s *Store) helpOf(ctx context.Context, q *query.Queries, row query.HelpCall) (HelpCall, error) {
	zone := s.Rules().Location
	call := HelpCall{
		ID: row.ID, Device: row.Device, Person: row.PersonKey, OrderID: sqlkit.OrEmpty(row.OrderID), AttemptID: row.AttemptID, Address: row.Address,
		Reason: row.Reason, AskedAt: s.at(row.AskedAt), ToldAt: s.at(row.ToldAt), ClosedAt: maybeAt(row.ClosedAt, zone), State: []byte(row.State),
	}
	answers, err := q.ListHelpAnswers(ctx, row.ID)
	for _, a := range answers {
		call.Answers = append(call.Answers, HelpAnswer{ID: a.ID, Kind: a.Kind, Text: a.Text, At: s.at(a.At), By: a.ByName, Read: maybeAt(a.ReadAt, zone)})
	}
	return call, err
}
