package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// The refusals of loans.
const (
	LoanOrderOver      refusal.Code = "loan_order_over" // the exam is final
	LoanOrderElsewhere refusal.Code = "loan_order_elsewhere"
	LoanHoldsClips     refusal.Code = "loan_holds_clips" // videos are on the phone only
	LoanOver           refusal.Code = "loan_over"        // of another helper
)

// LoanState is how far a loan is.
type LoanState string

// The states of a loan.
const (
	LoanChecking  LoanState = "checking"  // the phone checks itself
	LoanOut       LoanState = "out"       // the candidate has it
	LoanReturning LoanState = "returning" // the phone was asked to remove all, and has not answered
	LoanIsOver    LoanState = "over"
)

// Part is a part of the phone's check and what it found; Word is its sentence on
// the page.
type Part struct {
	Part  string `json:"part"`
	State string `json:"state"`
	Word  string `json:"word"`
}

// partsOfCheck are those without which a check is none.
var partsOfCheck = []string{"browser", "storage", "battery", "recording", "line"}

// checkPassed says whether the phone will do: every part was looked at, what was
// recorded arrived, and nothing is bad.
func checkPassed(parts []Part) bool {
	for _, want := range partsOfCheck {
		at := slices.IndexFunc(parts, func(p Part) bool { return p.Part == want })
		if at < 0 || parts[at].State == "bad" || want == "recording" && parts[at].State == "unknown" {
			return false
		}
	}
	return true
}

// Removed is what the phone removed of the candidate.
type Removed struct {
	Recordings int   `json:"recordings"` // in the browser's memory
	Bytes      int64 `json:"bytes"`
	Entries    int   `json:"entries"` // notes of the pages
	Files      int   `json:"files"`   // in the browser's own folder, and answers that it kept
	Session    bool  `json:"session"` // somebody was logged in
}

// Held is a video that the phone has.
type Held struct {
	Attempt string `json:"attempt"`
	Name    string `json:"name"`
	Bytes   int64  `json:"bytes"`
}

// Unsent is what is on the phone and not at the centre.
type Unsent struct {
	Clips int
	Bytes int64
}

// Loan is one loan of a phone.
type Loan struct {
	ID        string
	PhoneID   string
	OrderID   string
	Name      string // of the candidate
	Ticket    string
	State     LoanState
	BegunAt   time.Time
	BegunBy   string
	Parts     []Part // of the check, nil before it
	CheckedAt time.Time
	OutAt     time.Time
	OutReason string
	AskedAt   time.Time
	AskedBy   string
	ForcedAt  time.Time
	ForcedBy  string
	ForcedFor string
	ClearedAt time.Time
	Removed   Removed
	Unsent    Unsent
}

// Passed says whether the phone's check found nothing bad.
func (l Loan) Passed() bool { return checkPassed(l.Parts) }

// LentPhone is a phone with its last loan, nil before the first.
type LentPhone struct {
	LoanPhone
	Last *Loan
}

// ListLoanPhones returns the phones that are in use.
func (s *Store) ListLoanPhones(ctx context.Context) (list []LentPhone, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		phones, err := q.ListLoanPhones(ctx)
		if err != nil {
			return err
		}
		loans, err := q.ListLastLoans(ctx)
		if err != nil {
			return err
		}
		for _, row := range phones {
			phone := LentPhone{LoanPhone: s.loanPhone(row)}
			at := slices.IndexFunc(loans, func(l query.ListLastLoansRow) bool { return l.Loan.PhoneID == row.ID })
			if at >= 0 {
				last, err := s.loan(ctx, q, loans[at], row.Device)
				if err != nil {
					return err
				}
				phone.Last = &last
			}
			list = append(list, phone)
		}
		return nil
	})
	return list, err
}

// FindLoanPhoneOfOrder returns the name of the phone that the order's candidate
// has, "" for none.
func (s *Store) FindLoanPhoneOfOrder(ctx context.Context, orderID string) (name string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindLoanOfOrder(ctx, orderID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		name = row.Name
		return err
	})
	return name, err
}

func (s *Store) loan(ctx context.Context, q *query.Queries, row query.ListLastLoansRow, device string) (Loan, error) {
	zone, l := s.Rules().Location, row.Loan
	loan := Loan{
		ID: l.ID, PhoneID: l.PhoneID, OrderID: l.OrderID, Name: row.Name, Ticket: row.Ticket, State: LoanState(l.State),
		BegunAt: s.at(l.BegunAt), BegunBy: l.BegunBy, CheckedAt: maybeAt(l.CheckedAt, zone), OutAt: maybeAt(l.OutAt, zone), OutReason: l.OutReason,
		AskedAt: maybeAt(l.AskedAt, zone), AskedBy: l.AskedBy, ForcedAt: maybeAt(l.ForcedAt, zone), ForcedBy: l.ForcedBy, ForcedFor: l.ForcedFor,
		ClearedAt: maybeAt(l.ClearedAt, zone),
	}
	for text, into := range map[string]any{l.Parts: &loan.Parts, l.Removed: &loan.Removed} {
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			return loan, err
		}
	}
	var err error
	if loan.State != LoanIsOver {
		loan.Unsent, err = s.unsent(ctx, q, l, device, s.Now())
	}
	return loan, err
}

// unsent is what the phone said that it has, less what the centre has by now,
// and what is on its way from it.
func (s *Store) unsent(ctx context.Context, q *query.Queries, loan query.Loan, device string, now time.Time) (u Unsent, err error) {
	var held []Held
	if err := json.Unmarshal([]byte(loan.Held), &held); err != nil {
		return u, err
	}
	counted := map[Held]bool{}
	for _, one := range held {
		count, err := q.CountHeldClip(ctx, query.CountHeldClipParams{Attempt: one.Attempt, Name: one.Name, Size: one.Bytes})
		if err != nil {
			return u, err
		}
		if count > 0 {
			counted[Held{Attempt: one.Attempt, Name: one.Name}] = true
			u.Clips, u.Bytes = u.Clips+1, u.Bytes+one.Bytes
		}
	}
	rows, err := q.ListOrderUploads(ctx, loan.OrderID)
	for _, row := range rows {
		upload, err := s.findUpload(ctx, q, row.ID)
		if err != nil {
			return u, err
		}
		known := counted[Held{Attempt: upload.Attempt, Name: upload.Filename}]
		if !known && upload.TakenIn == "" && row.Device == device && upload.Arrives(now) {
			u.Clips, u.Bytes = u.Clips+1, u.Bytes+upload.Offset
		}
	}
	return u, err
}

// LendPhone lends the phone to the order's candidate: the phone checks itself
// before it is handed out. Asked again it changes nothing.
func (s *Store) LendPhone(ctx context.Context, phoneID, orderID string, by exam.Actor) error {
	return s.atLoanPhone(ctx, phoneID, func(c *change, phone query.LoanPhone) error {
		order, err := c.load(orderID)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if open, err := c.FindOpenLoan(ctx, phoneID); err == nil && open.OrderID == orderID && open.ForcedAt == nil && open.State != string(LoanReturning) {
			return nil
		}
		if err := c.mayLend(phone, order); err != nil {
			return err
		}
		err = c.InsertLoan(ctx, query.InsertLoanParams{ID: NewID(), PhoneID: phoneID, OrderID: orderID, BegunAt: c.now.UnixMilli(), BegunBy: by.Name})
		if err != nil {
			return err
		}
		return c.loanChanged(ActionLoanBegun, orderID, phone.Name, by, "")
	})
}

// mayLend refuses what the refusals of loans say; a loan that was given up ends
// with it.
func (c *change) mayLend(phone query.LoanPhone, order exam.Order) error {
	if phone.Device == "" {
		return refusal.New(LoanPhoneUnbound, "name", phone.Name)
	}
	if order.IsFinal(c.rules, c.now) || order.DisqualifiedFor() != "" {
		return refusal.New(LoanOrderOver)
	}
	if err := c.endForced(phone); err != nil {
		return err
	}
	other, err := c.FindLoanOfOrder(c.ctx, order.ID)
	if err == nil {
		return refusal.New(LoanOrderElsewhere, "name", other.Name)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err := c.nobodyOn(phone.Name, phone.Device); err != nil {
		return err
	}
	// Whoever set the phone up may have logged in at the desk's page in it.
	_, err = c.DeleteDeviceSessions(c.ctx, query.DeleteDeviceSessionsParams{Device: phone.Device, Kind: string(StaffSession)})
	return err
}

// HandOut hands the phone out although its check failed or was not made.
func (s *Store) HandOut(ctx context.Context, loanID, reason string, by exam.Actor) error {
	reason = strings.TrimSpace(reason)
	if err := exam.CheckReason(reason); err != nil {
		return err
	}
	return s.atLoan(ctx, loanID, func(c *change, loan query.Loan, phone query.LoanPhone) error {
		switch LoanState(loan.State) {
		case LoanOut:
			return nil
		case LoanChecking:
			return c.handOut(loan, phone, reason, by)
		}
		return refusal.New(LoanOver)
	})
}

func (c *change) handOut(loan query.Loan, phone query.LoanPhone, reason string, by exam.Actor) error {
	if err := c.SetLoanOut(c.ctx, query.SetLoanOutParams{OutAt: new(c.now.UnixMilli()), OutReason: reason, ID: loan.ID}); err != nil {
		return err
	}
	return c.loanChanged(ActionLoanHandedOut, loan.OrderID, phone.Name, by, reason)
}

// TakePhoneBack asks the phone to remove all that the candidate left. It refuses
// while videos are on the phone only.
func (s *Store) TakePhoneBack(ctx context.Context, loanID string, by exam.Actor) error {
	return s.atLoan(ctx, loanID, func(c *change, loan query.Loan, phone query.LoanPhone) error {
		switch LoanState(loan.State) {
		case LoanReturning:
			return nil
		case LoanIsOver:
			return refusal.New(LoanOver)
		}
		if err := s.checkUnsent(c, loan, phone); err != nil {
			return err
		}
		return c.askBack(loan, phone, by)
	})
}

func (s *Store) checkUnsent(c *change, loan query.Loan, phone query.LoanPhone) error {
	unsent, err := s.unsent(c.ctx, c.Queries, loan, phone.Device, c.now)
	if err == nil && unsent.Clips > 0 {
		err = refusal.New(LoanHoldsClips, "name", phone.Name, "clips", unsent.Clips, "unsent_bytes", unsent.Bytes)
	}
	return err
}

func (c *change) askBack(loan query.Loan, phone query.LoanPhone, by exam.Actor) error {
	err := c.AskLoanBack(c.ctx, query.AskLoanBackParams{AskedAt: new(c.now.UnixMilli()), AskedBy: by.Name, ID: loan.ID})
	if err != nil {
		return err
	}
	return c.loanChanged(ActionLoanReturnAsked, loan.OrderID, phone.Name, by, "")
}

// ForcePhoneBack takes the phone back although videos are on it only, or although
// it does not answer: nobody is logged in on it any more, and it may be lent
// again. What it has is removed as soon as it answers.
func (s *Store) ForcePhoneBack(ctx context.Context, loanID, reason string, by exam.Actor) error {
	reason = strings.TrimSpace(reason)
	if err := exam.CheckReason(reason); err != nil {
		return err
	}
	return s.atLoan(ctx, loanID, func(c *change, loan query.Loan, phone query.LoanPhone) error {
		if loan.ForcedAt != nil {
			return nil
		}
		switch LoanState(loan.State) {
		case LoanIsOver:
			return refusal.New(LoanOver)
		case LoanReturning:
		default:
			if err := c.askBack(loan, phone, by); err != nil {
				return err
			}
		}
		err := c.ForceLoan(ctx, query.ForceLoanParams{ForcedAt: new(c.now.UnixMilli()), ForcedBy: by.Name, ForcedFor: reason, ID: loan.ID})
		if err != nil {
			return err
		}
		if _, err := c.endSessions(phone); err != nil {
			return err
		}
		return c.loanChanged(ActionLoanForced, loan.OrderID, phone.Name, by, reason)
	})
}

func (c *change) endSessions(phone query.LoanPhone) (ended int64, err error) {
	return c.DeleteDeviceSessions(c.ctx, query.DeleteDeviceSessionsParams{Device: phone.Device, Kind: string(CandidateSession)})
}

// atLoan does an act at a loan.
func (s *Store) atLoan(ctx context.Context, id string, do func(*change, query.Loan, query.LoanPhone) error) error {
	return s.write(ctx, func(c *change) error {
		loan, err := c.FindLoan(ctx, id)
		if err != nil {
			return sqlkit.Absent(err)
		}
		phone, err := c.FindLoanPhone(ctx, loan.PhoneID)
		if err != nil {
			return err
		}
		return do(c, loan, phone)
	})
}

func (c *change) loanChanged(action audit.Action, orderID, phone string, by exam.Actor, reason string) error {
	c.changed = append(c.changed, BoardKey)
	return c.audit(Entry{Action: action, By: by, OrderID: orderID, Reason: reason, Args: map[string]any{"loan_phone": phone}})
}
