package staff

import (
	"context"
	"net/http"
	"strings"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// DeskRoutes are the acts at one attempt of the board, beside extra time.
func (s *Server) DeskRoutes() []access.Route {
	const attempt = "/api/v1/staff/attempts/{id}"
	return []access.Route{
		webkit.Call(http.MethodGet, attempt, access.Desk, "An attempt: what may be done at it, and what was done", s.getDeskAttempt),
		webkit.Call(http.MethodPost, attempt+"/submit", access.Desk, "Submit in the candidate's place (R14)", s.submitFor),
		webkit.Call(http.MethodPost, attempt+"/reset", access.Desk, "Reset in the candidate's name, within R15's limits", s.resetFor),
		webkit.Call(http.MethodPost, attempt+"/void", access.Desk, "Void it for a fault of the centre (R22)", s.voidAttempt),
		webkit.Call(http.MethodPost, attempt+"/void/undo", access.Desk, "Take the void back", s.undoVoid),
		webkit.Call(http.MethodPost, attempt+"/irregularities", access.Desk, "Note an irregularity 异常记录 (R31)", s.noteIrregularity),
		webkit.Call(http.MethodPost, attempt+"/irregularities/{note}/undo", access.Desk, "Take an irregularity back", s.undoIrregularity),
		webkit.Call(http.MethodPost, attempt+"/decisions", access.Deciders, "Decide about one of its clips, or its order (R20)", s.decideAtDesk),
		webkit.Call(http.MethodPost, attempt+"/decisions/{decision}/undo", access.Deciders, "Take a decision back (R20)", s.undoAtDesk),
		webkit.Call(http.MethodPost, attempt+"/row/close", access.Desk, "Close the row of a phone that is not heard", s.closeRow),
		webkit.Call(http.MethodPost, attempt+"/row/show", access.Desk, "Show a closed row again", s.showRow),
	}
}

// BoardAct is why staff act, and on what.
type BoardAct struct {
	Reason string            `json:"reason" minLength:"1" maxLength:"500"`
	Seen   exam.AttemptState `json:"seen,omitempty" enum:"running,submitted,auto_submitted,reset,voided" doc:"The state that the page showed: refused where it is another"`
}

type deskActInput struct {
	shared.IDInput
	Body BoardAct
}

func (in *deskActInput) reason() string { return strings.TrimSpace(in.Body.Reason) }

// atDesk applies a staff event at the attempt's order, and stops what the
// attempt still receives where it ended.
func (s *Server) atDesk(ctx context.Context, attemptID string, event exam.Event) (*struct{}, error) {
	return s.actAtDesk(ctx, attemptID, func(order string) (exam.Order, error) { return s.Store.Apply(ctx, order, event) })
}

func (s *Server) actAtDesk(ctx context.Context, attemptID string, act func(order string) (exam.Order, error)) (*struct{}, error) {
	order, err := s.Store.FindAttemptOrder(ctx, attemptID)
	if err != nil {
		return nil, err
	}
	after, err := act(order.ID)
	if err != nil {
		return nil, err
	}
	if attempt := after.FindAttempt(attemptID); attempt == nil || attempt.State != exam.Running {
		s.Engine.EndAttempt(attemptID)
	}
	return nil, nil
}

func (s *Server) submitFor(ctx context.Context, in *deskActInput) (*struct{}, error) {
	return s.atDesk(ctx, in.ID, exam.SubmitFor{AttemptID: in.ID, By: access.Of(ctx).Staff(), Reason: in.reason(), Seen: in.Body.Seen})
}

func (s *Server) resetFor(ctx context.Context, in *deskActInput) (*struct{}, error) {
	return s.actAtDesk(ctx, in.ID, func(order string) (exam.Order, error) {
		return s.Store.ResetAttempt(ctx, order, in.ID, func(arriving bool) exam.Event {
			return exam.ResetFor{AttemptID: in.ID, By: access.Of(ctx).Staff(), Reason: in.reason(), Seen: in.Body.Seen, Arriving: arriving}
		})
	})
}

func (s *Server) voidAttempt(ctx context.Context, in *deskActInput) (*struct{}, error) {
	return s.atDesk(ctx, in.ID, exam.Void{AttemptID: in.ID, By: access.Of(ctx).Staff(), Reason: in.reason(), Seen: in.Body.Seen})
}

// ReasonInput is why something is taken back.
type ReasonInput struct {
	shared.IDInput
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Server) undoVoid(ctx context.Context, in *ReasonInput) (*struct{}, error) {
	order, err := s.Store.FindAttemptOrder(ctx, in.ID)
	if err == nil {
		_, err = s.Store.UndoVoid(ctx, order.ID, exam.UndoVoid{AttemptID: in.ID, By: access.Of(ctx).Staff(), Reason: strings.TrimSpace(in.Body.Reason)})
	}
	return nil, err
}

type noteInput struct {
	shared.IDInput
	Body struct {
		ID       string `json:"id" minLength:"8" maxLength:"64" doc:"A name of this act by whoever asks: told twice it counts once"`
		Category string `json:"category" maxLength:"32"`
		Remark   string `json:"remark,omitempty" maxLength:"500"`
		Whole    bool   `json:"whole,omitempty" doc:"Of the order as a whole: before the attempt, or after it"`
	}
}

func (s *Server) noteIrregularity(ctx context.Context, in *noteInput) (*struct{}, error) {
	event := exam.NoteIrregularity{
		ID: in.Body.ID, AttemptID: in.ID, Category: in.Body.Category, Remark: strings.TrimSpace(in.Body.Remark), By: access.Of(ctx).Staff(),
	}
	if in.Body.Whole {
		event.AttemptID = ""
	}
	return s.applyAt(ctx, in.ID, event)
}

type undoNoteInput struct {
	ReasonInput
	Note string `path:"note" maxLength:"64"`
}

func (s *Server) undoIrregularity(ctx context.Context, in *undoNoteInput) (*struct{}, error) {
	return s.applyAt(ctx, in.ID, exam.UndoIrregularity{ID: in.Note, By: access.Of(ctx).Staff(), Reason: strings.TrimSpace(in.Body.Reason)})
}

// applyAt applies an event that ends no attempt.
func (s *Server) applyAt(ctx context.Context, attemptID string, event exam.Event) (*struct{}, error) {
	order, err := s.Store.FindAttemptOrder(ctx, attemptID)
	if err == nil {
		_, err = s.Store.Apply(ctx, order.ID, event)
	}
	return nil, err
}

type decideAtDeskInput struct {
	shared.IDInput
	Body struct {
		Decision
		ClipID string `json:"clip_id,omitempty" maxLength:"64" doc:"For an invalid clip"`
	}
}

func (s *Server) decideAtDesk(ctx context.Context, in *decideAtDeskInput) (*struct{}, error) {
	order, err := s.Store.FindAttemptOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.Decide(ctx, order.ID, in.Body.event(ctx, in.Body.ClipID), in.Body.forAll())
}

type boardUndoInput struct {
	ReasonInput
	Decision string `path:"decision" maxLength:"128"`
}

func (s *Server) undoAtDesk(ctx context.Context, in *boardUndoInput) (*struct{}, error) {
	return s.applyAt(ctx, in.ID, exam.UndoDecision{ID: in.Decision, By: access.Of(ctx).Staff(), Reason: strings.TrimSpace(in.Body.Reason)})
}

type closeRowInput struct {
	shared.IDInput
	Body struct {
		Reason string    `json:"reason" minLength:"1" maxLength:"500"`
		Known  time.Time `json:"known,omitzero" doc:"When the row was closed before, as the page shows it"`
	}
}

func (s *Server) closeRow(ctx context.Context, in *closeRowInput) (*struct{}, error) {
	row := store.ClosedRow{Reason: strings.TrimSpace(in.Body.Reason), By: access.Of(ctx).Session.Subject}
	return nil, s.Store.CloseRow(ctx, in.ID, row, in.Body.Known)
}

func (s *Server) showRow(ctx context.Context, in *shared.IDInput) (*struct{}, error) {
	return nil, s.Store.ShowRow(ctx, in.ID, access.Of(ctx).Session.Subject)
}
