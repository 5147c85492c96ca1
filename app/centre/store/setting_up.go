package store

import (
	"context"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// SetupStepName is a step of setting a centre up.
type SetupStepName string

// The steps after the first administrator's account, in their order.
const (
	SetupName        SetupStepName = "name"
	SetupClock       SetupStepName = "clock"
	SetupWifi        SetupStepName = "wifi"
	SetupProvince    SetupStepName = "province"
	SetupCertificate SetupStepName = "certificate"
	SetupChecks      SetupStepName = "checks"
)

// SetupSteps are all of them.
func SetupSteps() []SetupStepName {
	return []SetupStepName{SetupName, SetupClock, SetupWifi, SetupProvince, SetupCertificate, SetupChecks}
}

// SetupOutcome is how a step was left behind.
type SetupOutcome string

// The outcomes.
const (
	SetupDone      SetupOutcome = "done"
	SetupNotNeeded SetupOutcome = "not_needed" // here
)

// SetupStep is a step that is behind the centre.
type SetupStep struct {
	Name    SetupStepName
	Outcome SetupOutcome
	At      time.Time // zero where the centre was set up before there were steps
	By      string
}

// ListSetupSteps returns the steps that are behind the centre.
func (s *Store) ListSetupSteps(ctx context.Context) (steps []SetupStep, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListSetupSteps(ctx)
		for _, row := range rows {
			step := SetupStep{Name: SetupStepName(row.Name), Outcome: SetupOutcome(row.Outcome), By: row.ByName}
			if row.At > 0 {
				step.At = s.at(row.At)
			}
			steps = append(steps, step)
		}
		return err
	})
	return steps, err
}

// FinishSetupStep notes that the step is behind the centre; once more changes
// only what is another outcome.
func (s *Store) FinishSetupStep(ctx context.Context, name SetupStepName, outcome SetupOutcome, by exam.Actor) error {
	return s.write(ctx, func(c *change) error {
		rows, err := c.ListSetupSteps(ctx)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.Name == string(name) && row.Outcome == string(outcome) {
				return nil
			}
		}
		err = c.PutSetupStep(ctx, query.PutSetupStepParams{Name: string(name), At: c.now.UnixMilli(), ByName: by.Name, Outcome: string(outcome)})
		if err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionSetupStep, By: by, Args: map[string]any{"step": name, "outcome": outcome}})
	})
}

// The refusals of joining a province on the page.
const (
	EnrolmentInvalid refusal.Code = "enrolment_invalid"
	AlreadyEnrolled  refusal.Code = "already_enrolled"
)
