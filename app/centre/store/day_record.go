package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// DayRecord is what the record 考试情况记录 of a scope says.
type DayRecord struct {
	Outcomes      []Standing
	Interventions []Entry // what people did to these orders (R20, R22, R31), oldest first
	Staff         []StaffOfDay
	Voided        []DayVoid       // days that two people voided
	Restored      map[string]bool // clips that were set aside for a file and stand again, by ID
}

// untold is what people do at an order that is none of the record's: they look,
// they examine, they answer calls, they take photos in, they make room. All else is told, also what
// is not thought of yet.
var untold = []audit.Action{
	ActionDayExported, ActionDayRecorded, ActionEvidenceViewed, ActionIDNumberViewed, ActionIdentityViewed, ActionOrdersExported,
	ActionPapersMade, ActionPhotoChanged, ActionPhotoViewed, ActionSheetViewed, ActionVideoViewed,
	ActionLoginUnlocked, ActionPassCreated,
	ActionContactViewed, ActionPackPrinted, ActionPaperViewed, ActionQuestionViewed,
	ActionLoanBegun, ActionLoanReturnAsked, // what came of them is told
	ActionTurnCalled, ActionTurnCame, // of every candidate
	audit.Action(exam.FactCheckedIn),
	audit.Action(exam.FactClipRemoved), // of a reset, which is told
	audit.Action(exam.FactFreed),
	audit.Action(exam.FactHeard), audit.Action(exam.FactDeparture), audit.Action(exam.FactDepartureUndone), audit.Action(exam.FactMarked),
	audit.Action(exam.FactResultConfirmed), audit.Action(exam.FactResultPublished), audit.Action(exam.FactResultWithdrawn), // of every candidate, on lists of their own
	audit.Action(exam.FactHelpAnswered), audit.Action(exam.FactHelpClosed),
}

// StaffOfDay is an account that acted, and how often.
type StaffOfDay struct {
	Name string
	Role login.Role // "" of an account that is no more
	Acts int
}

// RecordDay reads the record of a scope at one moment; of its day where it has
// one, else of all that ever happened to its orders. Who reads it to print is
// one line of the audit log.
func (s *Store) RecordDay(ctx context.Context, f Scope) (record DayRecord, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		if record.Outcomes, err = s.reckon(ctx, q, f); err != nil {
			return err
		}
		if record.Interventions, err = s.interventions(ctx, q, f, record.Outcomes); err != nil {
			return err
		}
		if record.Restored, err = s.restored(ctx, q, record.Interventions); err != nil {
			return err
		}
		if record.Voided, err = s.dayVoids(ctx, q, f, record.Outcomes); err != nil {
			return err
		}
		record.Staff, err = s.staffOf(ctx, q, f, record.Outcomes)
		return err
	})
	return record, err
}

func (s *Store) interventions(ctx context.Context, q *query.Queries, f Scope, outcomes []Standing) (entries []Entry, err error) {
	list, err := idsOfStanding(outcomes)
	if err != nil {
		return nil, err
	}
	since, until := f.span(s.Rules().Location)
	not, err := json.Marshal(untold)
	if err != nil {
		return nil, err
	}
	rows, err := q.ListInterventions(ctx, query.ListInterventionsParams{Ids: list, Untold: string(not), Since: milli(since), Until: milli(until)})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		entry, err := s.entry(row)
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

// restored are the clips that people set aside and that stand again, because the
// file in their place held no video: the machine did that, so it is no act of theirs.
func (s *Store) restored(ctx context.Context, q *query.Queries, done []Entry) (map[string]bool, error) {
	again := map[string]bool{}
	read := map[string]bool{}
	for _, e := range done {
		if e.Action != audit.Action(exam.FactClipSetAside) || read[e.OrderID] {
			continue
		}
		read[e.OrderID] = true
		rows, err := q.ListOrderAudit(ctx, e.OrderID)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			switch exam.FactKind(row.Action) {
			case exam.FactClipSetAside:
				again[row.ClipID] = false
			case exam.FactClipRestored:
				again[row.ClipID] = true
			}
		}
	}
	return again, nil
}

// staffOf are the accounts that acted on the scope's day, or, without one,
// while its windows were open.
func (s *Store) staffOf(ctx context.Context, q *query.Queries, f Scope, outcomes []Standing) (staff []StaffOfDay, err error) {
	since, until := f.span(s.Rules().Location)
	if f.Day.IsZero() {
		since, until = spanned(outcomes)
	}
	rows, err := q.ListStaffOf(ctx, query.ListStaffOfParams{Since: milli(since), Until: milli(until)})
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		user, err := q.FindUser(ctx, row.ByName)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
		staff = append(staff, StaffOfDay{Name: row.ByName, Role: login.Role(user.Role), Acts: int(row.Acts)})
	}
	return staff, nil
}

func spanned(outcomes []Standing) (since, until time.Time) {
	if len(outcomes) == 0 {
		return since, until
	}
	opens := func(a, b Standing) int { return a.Window.OpensAt.Compare(b.Window.OpensAt) }
	closes := func(a, b Standing) int { return a.Window.ClosesAt.Compare(b.Window.ClosesAt) }
	return slices.MinFunc(outcomes, opens).Window.OpensAt, slices.MaxFunc(outcomes, closes).Window.ClosesAt
}
