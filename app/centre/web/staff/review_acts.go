package staff

import (
	"context"
	"strings"
	"time"

	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

// reviewed applies a reviewer's event at the clip's order.
func (s *Server) reviewed(ctx context.Context, clipID string, event exam.Event) (*struct{}, error) {
	order, err := s.reviewedOrder(ctx, clipID)
	if err != nil {
		return nil, err
	}
	if examiner := examinerOf(ctx); examiner != "" {
		return nil, s.Store.Review(ctx, order.ID, examiner, event)
	}
	_, err = s.Store.Apply(ctx, order.ID, event)
	return nil, err
}

type hearInput struct {
	shared.IDInput
	Body struct {
		Part  exam.Part  `json:"part,omitempty" enum:"name,code,subject,grade,piece" doc:"Absent: every part that nobody ticked yet"`
		Heard exam.Heard `json:"heard,omitempty" enum:"heard,wrong,not_heard" doc:"Absent: the tick is taken back"`
	}
}

func (s *Server) hearAnnouncement(ctx context.Context, in *hearInput) (*struct{}, error) {
	if in.Body.Part == "" {
		return s.reviewed(ctx, in.ID, exam.HearRest{ClipID: in.ID, Heard: in.Body.Heard, By: access.Of(ctx).Staff()})
	}
	return s.reviewed(ctx, in.ID, exam.HearAnnouncement{ClipID: in.ID, Part: in.Body.Part, Heard: in.Body.Heard, By: access.Of(ctx).Staff()})
}

type markDepartureInput struct {
	shared.IDInput
	Body struct {
		ID       string `json:"id" minLength:"8" maxLength:"64" doc:"A name of this act by whoever asks: told twice it counts once"`
		Category string `json:"category" maxLength:"32"`
		Ms       *int64 `json:"ms,omitempty" minimum:"0" maximum:"86400000" doc:"From the clip's start; absent: the whole clip"`
		Remark   string `json:"remark,omitempty" maxLength:"500"`
	}
}

func (s *Server) markDeparture(ctx context.Context, in *markDepartureInput) (*struct{}, error) {
	event := exam.MarkDeparture{ID: in.Body.ID, ClipID: in.ID, Category: in.Body.Category, Remark: in.Body.Remark, By: access.Of(ctx).Staff()}
	if in.Body.Ms != nil {
		event.Moment = new(time.Duration(*in.Body.Ms) * time.Millisecond)
	}
	return s.reviewed(ctx, in.ID, event)
}

type departureInput struct {
	shared.IDInput
	Departure string `path:"departure" maxLength:"64"`
}

func (s *Server) withdrawDeparture(ctx context.Context, in *departureInput) (*struct{}, error) {
	return s.reviewed(ctx, in.ID, exam.WithdrawDeparture{ID: in.Departure, ClipID: in.ID, By: access.Of(ctx).Staff()})
}

// Decision is what a person decides. It is exported as shared.IDInput is.
type Decision struct {
	ID        string            `json:"id" minLength:"8" maxLength:"64" doc:"A name of this act by whoever asks: told twice it counts once"`
	Kind      exam.DecisionKind `json:"kind" enum:"clip_invalid,disqualified"`
	Reason    string            `json:"reason" minLength:"1" maxLength:"500" doc:"The candidate reads it"`
	AllOrders bool              `json:"all_orders,omitempty" doc:"Disqualified: all orders of the person"`
}

func (d Decision) event(ctx context.Context, clipID string) exam.Decide {
	event := exam.Decide{ID: d.ID, Kind: d.Kind, Reason: strings.TrimSpace(d.Reason), By: access.Of(ctx).Staff()}
	if d.Kind == exam.ClipInvalid {
		event.ClipID = clipID
	}
	return event
}

func (d Decision) forAll() bool { return d.AllOrders && d.Kind == exam.Disqualify }

type decideInput struct {
	shared.IDInput
	Body Decision
}

// decide reports what a person decided about a clip or its order (R20).
func (s *Server) decide(ctx context.Context, in *decideInput) (*struct{}, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.Decide(ctx, order.ID, in.Body.event(ctx, in.ID), in.Body.forAll())
}

type undoInput struct {
	shared.IDInput
	Decision string `path:"decision" maxLength:"128"`
	Body     struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (s *Server) undoDecision(ctx context.Context, in *undoInput) (*struct{}, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	_, err = s.Store.Apply(ctx, order.ID, exam.UndoDecision{ID: in.Decision, Reason: strings.TrimSpace(in.Body.Reason), By: access.Of(ctx).Staff()})
	return nil, err
}

type markInput struct {
	shared.IDInput
	Body struct {
		Whole          bool       `json:"whole,omitempty" doc:"The order as a whole, not the clip's item"`
		Draft          bool       `json:"draft,omitempty" doc:"Kept for later, not given"`
		Technique      exam.Level `json:"technique,omitempty" enum:"fail,pass,good,excellent" doc:"基本技巧"`
		Tempo          exam.Level `json:"tempo,omitempty" enum:"fail,pass,good,excellent" doc:"速度"`
		Interpretation exam.Level `json:"interpretation,omitempty" enum:"fail,pass,good,excellent" doc:"对作品的理解表达"`
		Level          exam.Level `json:"level,omitempty" enum:"fail,pass,good,excellent"`
		Remarks        string     `json:"remarks,omitempty" maxLength:"2000"`
	}
}

// giveMark gives or drafts an examiner's mark (R21).
func (s *Server) giveMark(ctx context.Context, in *markInput) (*struct{}, error) {
	order, err := s.reviewedOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	mark := exam.Mark{Level: in.Body.Level, Remarks: in.Body.Remarks, By: access.Of(ctx).Staff()}
	if _, item := order.FindClip(in.ID); !in.Body.Whole {
		mark.ItemID = item.ID
		mark.Technique, mark.Tempo, mark.Interpretation = in.Body.Technique, in.Body.Tempo, in.Body.Interpretation
	}
	if in.Body.Draft {
		return nil, s.Store.SaveMarkDraft(ctx, order.ID, mark)
	}
	return nil, s.Store.GiveMark(ctx, order.ID, mark)
}
