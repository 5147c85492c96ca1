package main

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
	"kaodian/cmd/kaodian/doctor"
	"kaodian/sync/batch"
	"kaodian/sync/outbox"
)

// settingUp is what the page that sets a centre up needs of the program.
type settingUp struct {
	centre *centre
	out    *outbox.Outbox
	log    *slog.Logger
	mu     *sync.Mutex // one examination or joining at a time
}

// Join is staff.Setup's. A centre that has joined stays what it is: another
// enrolment begins a new chain of batches, which is for a command.
func (s settingUp) Join(ctx context.Context, enrolment string, by exam.Actor) (staff.JoinedBody, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	invitation, err := batch.ParseInvitation([]byte(enrolment))
	if err != nil {
		s.log.Warn("an enrolment file was not taken", "error", err)
		return staff.JoinedBody{}, refusal.New(store.EnrolmentInvalid)
	}
	member, same, err := s.centre.mayJoin(invitation)
	if err != nil {
		return staff.JoinedBody{}, err
	}
	if !same {
		if member, err = s.centre.join(ctx, invitation, by); err != nil {
			return staff.JoinedBody{}, err
		}
	}
	untold := s.out.RequestEnrolment(ctx)
	if untold != nil {
		s.log.Warn("the province could not be told of the enrolment yet", "error", untold)
	}
	return staff.JoinedBody{Centre: member.Centre, Told: untold == nil}, nil
}

// mayJoin refuses where the centre has joined by another enrolment file; same
// says that it has by this one.
func (c *centre) mayJoin(invitation batch.Invitation) (member outbox.Member, same bool, err error) {
	member, err = outbox.LoadMember(c.folder)
	if err != nil { // none, or a damaged one: joining is the way out
		return member, false, nil
	}
	if _, same, err = outbox.JoinedBy(c.folder, invitation); err == nil && !same {
		err = refusal.New(store.AlreadyEnrolled, "centre", member.Centre)
	}
	return member, same, err
}

// join makes the membership and notes it.
func (c *centre) join(ctx context.Context, invitation batch.Invitation, by exam.Actor) (outbox.Member, error) {
	member, err := outbox.Join(c.folder, invitation)
	if err != nil {
		return member, err
	}
	return member, c.Audit(ctx, store.Entry{Action: store.ActionProvinceJoined, By: by, Args: map[string]any{"centre": member.Centre, "install": member.Install}})
}

// lookedAt are the doctor's checks that somebody who sets a centre up can act on.
var lookedAt = []string{"data", "disk", "camera", "ffmpeg", "models", "sync"}

// Examine is staff.Setup's.
func (s settingUp) Examine(ctx context.Context) ([]staff.MachineCheck, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	checks := []staff.MachineCheck{}
	err := s.centre.machine().Examine(ctx, func(c doctor.Check) {
		checks = append(checks, staff.MachineCheck{Name: c.Name, State: string(c.State), Found: c.Found, Next: c.Next})
	}, lookedAt...)
	return checks, errors.Join(err, ctx.Err())
}
