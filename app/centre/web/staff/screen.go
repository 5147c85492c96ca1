package staff

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

// The call screen hangs on a wall that strangers read: whoever is called finds
// himself by the end of his ticket, and the name is masked before it leaves.

const (
	nextOnScreen  = 3  // of each room
	callsOnScreen = 12 // the latest; more at once than anybody calls
)

type screenOutput struct{ Body screenBody }

type screenBody struct {
	At    time.Time    `json:"at"`
	Halls []screenHall `json:"halls"`
	Calls []screenCall `json:"calls" doc:"The last ones, newest first"`
}

type screenHall struct {
	Number int         `json:"number"`
	Name   string      `json:"name,omitempty"`
	Called []screenOne `json:"called" doc:"Who was called and has not come yet"`
	Next   []screenOne `json:"next" doc:"Who is called next"`
}

type screenOne struct {
	Tail string `json:"tail" doc:"The end of the ticket"`
	Name string `json:"name" doc:"Masked"`
}

type screenCall struct {
	Tail    string    `json:"tail"`
	Name    string    `json:"name" doc:"Masked"`
	Seq     int64     `json:"seq" doc:"Grows from call to call"`
	At      time.Time `json:"at"`
	Hall    int       `json:"hall"`
	Count   int       `json:"count" doc:"The how many-th call of this candidate today"`
	Current bool      `json:"current" doc:"Nobody came yet, and it was not called again"`
}

func (s *Server) getScreen(ctx context.Context, _ *struct{}) (*screenOutput, error) {
	day, err := s.Store.ListTurns(ctx)
	if err != nil {
		return nil, err
	}
	tails := tailsOf(day)
	body := screenBody{At: day.At, Halls: []screenHall{}, Calls: callsOf(day, tails)}
	for _, hall := range day.Halls {
		body.Halls = append(body.Halls, screenHallOf(hall, day, tails))
	}
	return &screenOutput{Body: body}, nil
}

func screenHallOf(hall store.Hall, day store.TurnsOfDay, tails map[string]string) screenHall {
	body := screenHall{Number: hall.Number, Name: hall.Name, Called: []screenOne{}, Next: []screenOne{}}
	for _, turn := range day.Turns {
		one := screenOne{Tail: tails[turn.Ticket], Name: exam.MaskName(turn.Name)}
		switch {
		case turn.Hall != hall.Number || turn.Begun:
		case turn.State == exam.TurnCalled:
			body.Called = append(body.Called, one)
		case turn.State == exam.TurnWaiting && len(body.Next) < nextOnScreen:
			body.Next = append(body.Next, one)
		}
	}
	return body
}

// callsOf are the last calls that were not taken back, newest first.
func callsOf(day store.TurnsOfDay, tails map[string]string) []screenCall {
	calls := []screenCall{}
	for _, turn := range day.Turns {
		count := 0
		for _, act := range turn.Acts {
			if act.Kind != exam.TurnCalled {
				continue
			}
			count++
			calls = append(calls, screenCall{
				Tail: tails[turn.Ticket], Name: exam.MaskName(turn.Name),
				Seq: act.Seq, At: act.At, Hall: act.Hall, Count: count, Current: act.Seq == turn.Last() && !turn.Begun,
			})
		}
	}
	slices.SortFunc(calls, func(a, b screenCall) int { return int(b.Seq - a.Seq) })
	return calls[:min(callsOnScreen, len(calls))]
}

func (s *Server) screenEvents(c *fiber.Ctx) error {
	s.streams.Follow(c, s.Centre, shared.Followed{
		Of: access.Of(c.UserContext()).Secret, Key: store.TurnsKey, Event: "screen",
		Look: func(ctx context.Context) (any, error) {
			out, err := s.getScreen(ctx, nil)
			if err != nil {
				return nil, err
			}
			return out.Body, nil
		},
	})
	return nil
}
