package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/base/text"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// The refusals of loan phones.
const (
	LoanPhoneNameTaken refusal.Code = "loan_phone_name_taken"
	LoanPhoneNameEmpty refusal.Code = "loan_phone_name_empty"
	LoanPhoneRetired   refusal.Code = "loan_phone_retired"
	LoanPhoneUnbound   refusal.Code = "loan_phone_unbound" // no browser opened its link yet
	LoanPhoneOut       refusal.Code = "loan_phone_out"
	LoanPhoneHolds     refusal.Code = "loan_phone_holds" // a candidate is logged in on it
	LoanPhoneKnown     refusal.Code = "loan_phone_known" // the browser is another loan phone
	LoanLinkNotValid   refusal.Code = "loan_link_not_valid"
)

// loanLinkLife is how long the link of a loan phone can be opened.
const loanLinkLife = 15 * time.Minute

// LoanPhone is one of the centre's own phones.
type LoanPhone struct {
	ID        string
	Name      string
	AddedAt   time.Time
	RetiredAt time.Time // zero: in use
	Device    string    // the browser that is it, "" before one opened its link
	BoundAt   time.Time
}

func (s *Store) loanPhone(row query.LoanPhone) LoanPhone {
	return LoanPhone{
		ID: row.ID, Name: row.Name, AddedAt: s.at(row.AddedAt), RetiredAt: maybeAt(row.RetiredAt, s.Rules().Location),
		Device: row.Device, BoundAt: maybeAt(row.BoundAt, s.Rules().Location),
	}
}

// AddLoanPhone adds a phone of that name.
func (s *Store) AddLoanPhone(ctx context.Context, name string, by exam.Actor) (id string, err error) {
	id = NewID()
	name, err = loanPhoneName(name)
	if err != nil {
		return "", err
	}
	return id, s.write(ctx, func(c *change) error {
		if err := c.checkLoanPhoneName(id, name); err != nil {
			return err
		}
		if err := c.InsertLoanPhone(ctx, query.InsertLoanPhoneParams{ID: id, Name: name, AddedAt: c.now.UnixMilli()}); err != nil {
			return err
		}
		return c.loanPhoneChanged(ActionLoanPhoneAdded, name, by)
	})
}

// RenameLoanPhone gives a phone another name.
func (s *Store) RenameLoanPhone(ctx context.Context, id, name string, by exam.Actor) error {
	name, err := loanPhoneName(name)
	if err != nil {
		return err
	}
	return s.atLoanPhone(ctx, id, func(c *change, phone query.LoanPhone) error {
		if phone.Name == name {
			return nil
		}
		if err := c.checkLoanPhoneName(id, name); err != nil {
			return err
		}
		if err := c.Queries.RenameLoanPhone(ctx, query.RenameLoanPhoneParams{Name: name, ID: id}); err != nil {
			return err
		}
		return c.loanPhoneChanged(ActionLoanPhoneRenamed, name, by)
	})
}

func loanPhoneName(name string) (string, error) {
	name = strings.TrimSpace(name)
	if text.Blank(name) {
		return "", refusal.New(LoanPhoneNameEmpty)
	}
	return name, text.CheckLine(name)
}

func (c *change) checkLoanPhoneName(id, name string) error {
	count, err := c.CountLoanPhonesNamed(c.ctx, query.CountLoanPhonesNamedParams{Name: name, ID: id})
	if err == nil && count > 0 {
		err = refusal.New(LoanPhoneNameTaken, "name", name)
	}
	return err
}

// RetireLoanPhone takes a phone out of use that is not lent, or was given up.
func (s *Store) RetireLoanPhone(ctx context.Context, id string, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		phone, err := c.FindLoanPhone(ctx, id)
		if err != nil || phone.RetiredAt != nil {
			return sqlkit.Absent(err)
		}
		if err := c.endForced(phone); err != nil {
			return err
		}
		if err := c.Queries.RetireLoanPhone(ctx, query.RetireLoanPhoneParams{RetiredAt: new(c.now.UnixMilli()), ID: id}); err != nil {
			return err
		}
		return c.loanPhoneChanged(ActionLoanPhoneRetired, phone.Name, by)
	})
}

// LinkLoanPhone makes a link whose token only the caller knows: the browser that
// opens it is the phone. It takes the place of a former one.
func (s *Store) LinkLoanPhone(ctx context.Context, id, token string) (expires time.Time, err error) {
	err = s.atLoanPhone(ctx, id, func(c *change, phone query.LoanPhone) error {
		if err := c.notLent(phone); err != nil {
			return err
		}
		expires = c.now.Add(loanLinkLife)
		return c.Queries.LinkLoanPhone(ctx, query.LinkLoanPhoneParams{Link: login.HashSecret(token), LinkExpiresAt: new(expires.UnixMilli()), ID: id})
	})
	return expires, err
}

// BindLoanPhone makes the browser the phone of that link. The same browser may
// ask again: its answer may have been lost.
func (s *Store) BindLoanPhone(ctx context.Context, token, device string) (phone LoanPhone, err error) {
	err = s.write(ctx, func(c *change) error {
		row, err := c.FindLoanPhoneOfLink(ctx, login.HashSecret(token))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return refusal.New(LoanLinkNotValid)
		case err != nil:
			return err
		case row.LinkExpiresAt == nil && row.Device == device:
			phone = s.loanPhone(row)
			return nil
		case row.LinkExpiresAt == nil || *row.LinkExpiresAt <= c.now.UnixMilli():
			return refusal.New(LoanLinkNotValid)
		}
		if err := c.mayBind(row, device); err != nil {
			return err
		}
		if err := c.Queries.BindLoanPhone(ctx, query.BindLoanPhoneParams{Device: device, BoundAt: new(c.now.UnixMilli()), ID: row.ID}); err != nil {
			return err
		}
		row.Device, row.BoundAt = device, new(c.now.UnixMilli())
		phone = s.loanPhone(row)
		return c.loanPhoneChanged(ActionLoanPhoneBound, row.Name, exam.Actor{Role: exam.BySystem})
	})
	return phone, err
}

// mayBind refuses a browser that is another loan phone or in which a candidate
// is logged in, which may be the candidate's own.
func (c *change) mayBind(phone query.LoanPhone, device string) error {
	other, err := c.FindLoanPhoneOfDevice(c.ctx, device)
	if err == nil && other.RetiredAt == nil && other.ID != phone.ID {
		return refusal.New(LoanPhoneKnown, "name", other.Name)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err := c.notLent(phone); err != nil {
		return err
	}
	return c.nobodyOn(phone.Name, device)
}

// nobodyOn refuses a browser in which a candidate is logged in.
func (c *change) nobodyOn(name, device string) error {
	count, err := c.CountDeviceSessions(c.ctx, query.CountDeviceSessionsParams{Device: device, ExpiresAt: c.now.UnixMilli()})
	if err == nil && count > 0 {
		err = refusal.New(LoanPhoneHolds, "name", name)
	}
	return err
}

// notLent refuses a phone that is lent, or of which nobody knows what it holds.
func (c *change) notLent(phone query.LoanPhone) error {
	loan, err := c.FindOpenLoan(c.ctx, phone.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return refusal.New(LoanPhoneOut, "name", phone.Name, "state", loan.State)
}

// endForced ends the loan that was given up; notLent where one was not.
func (c *change) endForced(phone query.LoanPhone) error {
	loan, err := c.FindOpenLoan(c.ctx, phone.ID)
	if err == nil && loan.ForcedAt != nil {
		return c.EndLoan(c.ctx, loan.ID)
	}
	return c.notLent(phone)
}

// atLoanPhone does an act at a phone that is in use.
func (s *Store) atLoanPhone(ctx context.Context, id string, do func(*change, query.LoanPhone) error) error {
	return s.write(ctx, func(c *change) error {
		phone, err := c.FindLoanPhone(ctx, id)
		if err != nil {
			return sqlkit.Absent(err)
		}
		if phone.RetiredAt != nil {
			return refusal.New(LoanPhoneRetired, "name", phone.Name)
		}
		return do(c, phone)
	})
}

func (c *change) loanPhoneChanged(action audit.Action, name string, by exam.Actor) error {
	return c.audit(Entry{Action: action, By: by, Args: map[string]any{"loan_phone": name}})
}
