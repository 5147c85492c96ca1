package staff

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/webkit"
)

// dayAttempts is what a void of a day concerns.
type dayAttempts struct {
	Attempts   int `json:"attempts" doc:"That would be voided: begun on that day, in whatever state, and not voided"`
	Candidates int `json:"candidates" doc:"Whose they are"`
	Running    int `json:"running" doc:"Of the attempts, now"`
	Sealed     int `json:"sealed" doc:"Beside them, of orders in a batch: they stay as they are"`
}

type voidDayInput struct {
	Day string `query:"day" required:"true" format:"date" doc:"By the centre's clock"`
}

type voidDayOutput struct{ Body dayAttempts }

// getVoidDay says what a void of the day would void now.
func (s *Server) getVoidDay(ctx context.Context, in *voidDayInput) (*voidDayOutput, error) {
	count, err := s.Store.CountDayAttempts(ctx, store.VoidDay{Day: in.Day})
	return &voidDayOutput{Body: dayAttempts(count)}, err
}

func voidDayOf(args json.RawMessage) (store.VoidDay, error) {
	v, err := argsOf[store.VoidDay](args)
	if err != nil {
		return v, err
	}
	v.Reason = strings.TrimSpace(v.Reason)
	if _, err := time.Parse(time.DateOnly, v.Day); err != nil {
		return v, webkit.Wrong(http.StatusUnprocessableEntity, "the day is to be a date, as 2026-08-03")
	}
	return v, nil
}

func (s *Server) checkVoidDay(ctx context.Context, args json.RawMessage) (any, error) {
	v, err := voidDayOf(args)
	if err != nil {
		return nil, err
	}
	_, err = s.Store.CheckVoidDay(ctx, v)
	return v, err
}

func (s *Server) countVoidDay(ctx context.Context, args json.RawMessage) (*dayAttempts, error) {
	v, err := voidDayOf(args)
	if err != nil {
		return nil, err
	}
	count, err := s.Store.CountDayAttempts(ctx, v)
	now := dayAttempts(count)
	return &now, err
}

// voidDays goes on with what was confirmed; what an error leaves, upkeep does.
func (s *Server) voidDays(ctx context.Context) error {
	return s.Store.VoidDays(ctx, s.Engine.EndAttempt)
}

// dayVoidBody is a day that two people voided.
type dayVoidBody struct {
	Day         string    `json:"day"`
	Reason      string    `json:"reason"`
	At          time.Time `json:"at" doc:"Of the confirmation"`
	By          string    `json:"by" doc:"Who proposed it"`
	ConfirmedBy string    `json:"confirmed_by"`
	Attempts    int       `json:"attempts" doc:"That were voided"`
	Candidates  int       `json:"candidates"`
	Refused     int       `json:"refused" doc:"That could not be voided: their orders were in a batch"`
	Waiting     int       `json:"waiting" doc:"Whose turn comes"`
	Undone      int       `json:"undone" doc:"Of those voided, that were taken back since"`
}

func dayVoidsOf(list []store.DayVoid) []dayVoidBody {
	bodies := []dayVoidBody{}
	for _, one := range list {
		bodies = append(bodies, dayVoidBody{
			Day: one.Day, Reason: one.Reason, At: one.At, By: one.By, ConfirmedBy: one.ConfirmedBy,
			Attempts: one.Attempts, Candidates: one.Candidates, Refused: one.Refused, Waiting: one.Waiting, Undone: one.Undone,
		})
	}
	return bodies
}
