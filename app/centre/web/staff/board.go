package staff

import (
	"context"
	"time"

	"kaodian/app/centre/store"
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
	State      exam.AttemptState `json:"state"`
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
	Device     string            `json:"device_number" doc:"Of the device that holds the attempt (R10)"`
	Items      []boardItemBody   `json:"items"`
}

type boardItemBody struct {
	ID        string                `json:"id"`
	Name      string                `json:"name"`
	ClipID    string                `json:"clip_id,omitempty"`
	ClipState exam.ClipState        `json:"clip_state,omitempty"`
	Receiving *shared.ReceivingBody `json:"receiving,omitempty"`
}

type boardOutput struct{ Body []boardBody }

func (s *Server) listBoard(ctx context.Context, _ *struct{}) (*boardOutput, error) {
	board, err := s.Store.ListBoard(ctx)
	if err != nil {
		return nil, err
	}
	out := &boardOutput{Body: []boardBody{}}
	now := s.Store.Now()
	for _, entry := range board {
		out.Body = append(out.Body, s.boardOf(entry, now))
	}
	return out, nil
}

func (s *Server) boardOf(a store.OnBoard, now time.Time) boardBody {
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
		Device:     store.DeviceNumber(a.Device),
		Items:      []boardItemBody{},
	}
	if !a.AcknowledgedAt.IsZero() {
		body.Code = a.Code
	}
	for _, item := range a.Items {
		entry := boardItemBody{ID: item.ID, Name: item.Name, ClipID: item.ClipID, ClipState: item.ClipState}
		if item.Upload != nil {
			entry.Receiving = s.Receiving(*item.Upload)
		}
		body.Items = append(body.Items, entry)
	}
	return body
}
