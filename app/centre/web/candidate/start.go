package candidate

import (
	"context"
	"net/http"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/room"
	"kaodian/app/centre/rules"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
)

type startInput struct {
	UntilInput
	Body struct {
		Agreed       bool   `json:"agreed"`
		RulesVersion string `json:"rules_version" maxLength:"64"`
	}
}

func (s *Server) startAttempt(ctx context.Context, in *startInput) (*attemptOutput, error) {
	if _, err := s.ownOrder(ctx, s.Store.FindOrder, in.ID); err != nil {
		return nil, err
	}
	if err := s.Door.CheckPlace(ctx, access.Of(ctx)); err != nil {
		return nil, err
	}
	space, err := s.Space()
	if err != nil {
		return nil, err
	}
	agreement := store.Agreement{
		Device:       access.Of(ctx).Session.Device,
		Agreed:       in.Body.Agreed,
		RulesVersion: in.Body.RulesVersion,
		CurrentRules: rules.Version(),
		Until:        in.Until,
		Room:         s.roomIn(space),
	}
	order, started, err := s.Store.StartAttempt(ctx, in.ID, agreement)
	if refusal.CodeOf(err) == refusal.DiskFull && s.Rehearsal.Yield() { // it held the room
		if space, err = s.Space(); err != nil {
			return nil, err
		}
		agreement.Room = s.roomIn(space)
		order, started, err = s.Store.StartAttempt(ctx, in.ID, agreement)
	}
	if err != nil {
		return nil, err
	}
	go s.Rehearsal.Yield() // the Wi-Fi is the candidate's now, who waits for nothing of it
	out, err := s.answerAttempt(ctx, order, order.Attempts[len(order.Attempts)-1].ID)
	if started && err == nil {
		out.Status = http.StatusCreated
	}
	return out, err
}

// roomIn refuses a start after which the disk has no room for every clip at
// full size (R27).
func (s *Server) roomIn(space room.Space) func(reserved int64) error {
	return func(reserved int64) error {
		err := space.Check(reserved)
		if err != nil {
			s.Log.Warn("no disk for another attempt; free some disk or let the province confirm batches", "free", space.Free, "needed", reserved)
		}
		return err
	}
}
