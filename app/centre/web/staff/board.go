package staff

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

type candidateBody struct {
	Name   string `json:"name"`
	Ticket string `json:"ticket"`
}

type boardBody struct {
	ID         string            `json:"id"`
	OrderID    string            `json:"order_id"`
	Number     int               `json:"number"`
	State      exam.AttemptState `json:"state" enum:"running,submitted,auto_submitted,reset,voided"`
	StartedAt  time.Time         `json:"started_at"`
	Deadline   time.Time         `json:"deadline"`
	EndedAt    time.Time         `json:"ended_at,omitzero"`
	ServerTime time.Time         `json:"server_time"`
	Code       string            `json:"code,omitempty"`
	Candidate  candidateBody     `json:"candidate"`
	Subject    string            `json:"subject"`
	Grade      int               `json:"grade"`
	FaceCheck  string            `json:"face_consent" enum:"none,given,declined" doc:"declined: identify the candidate at the desk (R25)"`
	Photo      bool              `json:"photo" doc:"false: 照片待补, identify at the desk (R2)"`
	Document   exam.Document     `json:"document,omitempty" enum:"id_card,household_register,passport,travel_permit,school_card" doc:"By which the check-in identified the candidate: nothing is left to do"`
	Device     string            `json:"device_number" doc:"Of the device that holds the attempt (R10)"`
	LoanPhone  string            `json:"loan_phone,omitempty" doc:"The centre's phone that the candidate has"`
	LostSince  time.Time         `json:"lost_since,omitzero" doc:"Nothing is heard of that device since then"`
	Closed     *closedRowBody    `json:"closed,omitempty"`
	Items      []boardItemBody   `json:"items"`
}

type boardItemBody struct {
	ID        string                `json:"id"`
	Name      string                `json:"name"`
	ClipID    string                `json:"clip_id,omitempty"`
	ClipState exam.ClipState        `json:"clip_state,omitempty"`
	Hints     []string              `json:"hints" doc:"What the candidate is told of the clip, because it helps to record again (R19)"`
	TakenIn   string                `json:"taken_in_by,omitempty" doc:"Who took the file in at the desk"`
	Receiving *shared.ReceivingBody `json:"receiving,omitempty"`
}

// closedRowBody is a row that staff closed.
type closedRowBody struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	Hidden bool      `json:"hidden" doc:"Nothing happened since: false when the row came back by itself"`
}

// boardPause keeps a room in which everybody uploads from having its board read
// all the time.
const boardPause = 3 * time.Second

// boardEvents tells that the board or the calls for help changed, and not how: both
// are read anew.
func (s *Server) boardEvents(c *fiber.Ctx) error {
	told := 0
	s.streams.Follow(c, s.Centre, shared.Followed{
		Of: access.Of(c.UserContext()).Secret, Key: store.BoardKey, Event: "board", Pause: boardPause,
		Look: func(context.Context) (any, error) { told++; return told, nil },
	})
	return nil
}

type boardOutput struct{ Body []boardBody }

func (s *Server) listBoard(ctx context.Context, _ *struct{}) (*boardOutput, error) {
	board, err := s.Store.ListBoard(ctx)
	if err != nil {
		return nil, err
	}
	out := &boardOutput{Body: []boardBody{}}
	calls, err := s.Store.ListHelp(ctx)
	if err != nil {
		return nil, err
	}
	called := map[string]time.Time{}
	for _, call := range calls {
		called[call.AttemptID] = call.AskedAt
	}
	now := s.Store.Now()
	for _, entry := range board {
		out.Body = append(out.Body, s.boardOf(entry, called[entry.ID], now))
	}
	return out, nil
}

func (s *Server) boardOf(a store.OnBoard, called, now time.Time) boardBody {
	body := boardBody{
		ID:         a.ID,
		OrderID:    a.OrderID,
		Number:     a.Number,
		State:      a.StateAt(now),
		StartedAt:  a.StartedAt,
		Deadline:   a.Deadline,
		EndedAt:    a.EndAt(now),
		ServerTime: now,
		Candidate:  candidateBody{Name: a.Name, Ticket: a.Ticket},
		Subject:    a.Subject,
		Grade:      a.Grade,
		FaceCheck:  a.Consent.Name(),
		Photo:      a.Photo,
		Document:   a.Document,
		Device:     store.DeviceNumber(a.Device),
		LoanPhone:  a.LoanPhone,
		Items:      []boardItemBody{},
	}
	if !a.AcknowledgedAt.IsZero() {
		body.Code = a.Code
	}
	if body.State == exam.Running {
		body.LostSince = s.Door.Phones.LostSince(a.Device, a.StartedAt, now)
	}
	if c := a.Closed; c != nil {
		body.Closed = &closedRowBody{At: c.At, By: c.By, Reason: c.Reason, Hidden: c.Holds(s.Door.Phones.Heard(a.Device), called)}
	}
	for _, item := range a.Items {
		entry := boardItemBody{ID: item.ID, Name: item.Name, ClipID: item.ClipID, ClipState: item.ClipState, Hints: item.Hints, TakenIn: item.TakenIn}
		if item.Upload != nil {
			entry.Receiving = s.Receiving(*item.Upload)
		}
		body.Items = append(body.Items, entry)
	}
	return body
}
