package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// LoanNow is what a loan phone is told.
type LoanNow struct {
	Phone  string // its name, "" of a browser that is no loan phone
	LoanID string // "" while it is not lent
	State  LoanState
	Ticket string // of the candidate, for the log-in
}

// TellLoan takes what the phone says to have and returns what is to be done. A
// phone that was asked to remove all, and has videos that the centre has not,
// keeps them: its loan goes on.
func (s *Store) TellLoan(ctx context.Context, device string, held []Held) (now LoanNow, err error) {
	loan := query.Loan{}
	err = s.read(ctx, func(q *query.Queries) error {
		now, loan, err = s.loanNow(ctx, q, device)
		return err
	})
	if err != nil || now.LoanID == "" {
		return now, err
	}
	text, err := json.Marshal(append([]Held{}, held...))
	if err != nil || string(text) == loan.Held && (now.State != LoanReturning || len(held) == 0) {
		return now, err
	}
	err = s.write(ctx, func(c *change) error {
		if now, loan, err = s.loanNow(ctx, c.Queries, device); err != nil || now.LoanID == "" {
			return err
		}
		loan.Held = string(text)
		if err := c.SetLoanHeld(ctx, query.SetLoanHeldParams{Held: loan.Held, ID: loan.ID}); err != nil {
			return err
		}
		if now.State != LoanReturning || loan.ForcedAt != nil {
			return nil
		}
		return s.mayKeep(c, loan, device, &now)
	})
	return now, err
}

// mayKeep lets a loan go on whose phone has videos that the centre has not.
func (s *Store) mayKeep(c *change, loan query.Loan, device string, now *LoanNow) error {
	unsent, err := s.unsent(c.ctx, c.Queries, loan, device, c.now)
	if err != nil || unsent.Clips == 0 {
		return err
	}
	if err := c.RefuseLoanBack(c.ctx, loan.ID); err != nil {
		return err
	}
	now.State = LoanOut
	if loan.OutAt == nil {
		now.State = LoanChecking
	}
	return c.loanChanged(ActionLoanReturnRefused, loan.OrderID, now.Phone, exam.Actor{Role: exam.BySystem}, "")
}

func (s *Store) loanNow(ctx context.Context, q *query.Queries, device string) (now LoanNow, loan query.Loan, err error) {
	phone, err := q.FindLoanPhoneOfDevice(ctx, device)
	if errors.Is(err, sql.ErrNoRows) || err == nil && phone.RetiredAt != nil {
		return now, loan, nil
	}
	if err != nil {
		return now, loan, err
	}
	now.Phone = phone.Name
	loan, err = q.FindOpenLoan(ctx, phone.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return now, loan, nil
	}
	if err != nil {
		return now, loan, err
	}
	order, err := q.FindOrder(ctx, loan.OrderID)
	now.LoanID, now.State, now.Ticket = loan.ID, LoanState(loan.State), order.Ticket
	return now, loan, err
}

// IsChecking says whether the device is a loan phone that checks itself now.
func (s *Store) IsChecking(ctx context.Context, device string) (is bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		now, _, err := s.loanNow(ctx, q, device)
		is = now.State == LoanChecking
		return err
	})
	return is, err
}

// TellLoanCheck takes what the phone's check found; one that passed hands the
// phone out.
func (s *Store) TellLoanCheck(ctx context.Context, device, loanID string, parts []Part) error {
	text, err := json.Marshal(parts)
	if err != nil {
		return err
	}
	return s.atOwnLoan(ctx, device, loanID, func(c *change, loan query.Loan, phone query.LoanPhone) error {
		if loan.State != string(LoanChecking) {
			return nil
		}
		err := c.SetLoanCheck(ctx, query.SetLoanCheckParams{Parts: string(text), CheckedAt: new(c.now.UnixMilli()), ID: loan.ID})
		if err != nil {
			return err
		}
		if !checkPassed(parts) {
			return c.loanChanged(ActionLoanCheckFailed, loan.OrderID, phone.Name, exam.Actor{Role: exam.BySystem}, "")
		}
		return c.handOut(loan, phone, "", exam.Actor{Role: exam.ByStaff, Name: loan.BegunBy})
	})
}

// ClearedLoan takes the phone's word that nothing of the candidate remains in
// it; the server's own part, who is logged in there, goes in the same act. It is
// also heard of a loan that was given up before.
func (s *Store) ClearedLoan(ctx context.Context, device, loanID string, removed Removed) error {
	return s.atOwnLoan(ctx, device, loanID, func(c *change, loan query.Loan, phone query.LoanPhone) error {
		state := LoanState(loan.State)
		switch {
		case loan.ClearedAt != nil:
			return nil
		case state != LoanReturning && state != LoanIsOver:
			return refusal.New(LoanOver) // nobody asked for it
		}
		if state == LoanReturning {
			ended, err := c.endSessions(phone)
			if err != nil {
				return err
			}
			removed.Session = ended > 0
		}
		text, err := json.Marshal(removed)
		if err != nil {
			return err
		}
		if err := c.ClearLoan(ctx, query.ClearLoanParams{ClearedAt: new(c.now.UnixMilli()), Removed: string(text), ID: loan.ID}); err != nil {
			return err
		}
		return c.loanChanged(ActionLoanReturned, loan.OrderID, phone.Name, exam.Actor{Role: exam.BySystem}, "")
	})
}

// atOwnLoan does an act of a phone at its own loan.
func (s *Store) atOwnLoan(ctx context.Context, device, id string, do func(*change, query.Loan, query.LoanPhone) error) error {
	return s.atLoan(ctx, id, func(c *change, loan query.Loan, phone query.LoanPhone) error {
		if device == "" || phone.Device != device {
			return sqlkit.Absent(sql.ErrNoRows)
		}
		return do(c, loan, phone)
	})
}
