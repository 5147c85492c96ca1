package staff

import (
	"context"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/shared"
	"kaodian/app/exam"
)

// deskAttemptBody is what the board shows of an attempt when its row is open.
type deskAttemptBody struct {
	State          exam.AttemptState  `json:"state" enum:"running,submitted,auto_submitted,reset,voided"`
	May            mayBody            `json:"may" doc:"What the desk may do now"`
	AttemptsUsed   int                `json:"attempts_used"`
	MaxAttempts    int                `json:"max_attempts"`
	ResetsLeft     int                `json:"resets_left"`
	ClosesAt       time.Time          `json:"closes_at" doc:"The end of the order's window: without a new attempt by then a reset order is forfeited (R15)"`
	Sealed         bool               `json:"sealed" doc:"The order is in a batch; what is noted now travels later"`
	Irregularities []irregularityBody `json:"irregularities" doc:"Of the whole order, oldest first"`
	Categories     []string           `json:"categories" doc:"Of irregularities"`
	Decisions      []decisionBody     `json:"decisions"`
	Facts          []factBody         `json:"facts" doc:"What staff did at the order, oldest first (R31)"`
}

// mayBody is exam.DeskActs.
type mayBody struct {
	Submit     bool `json:"submit"`
	Reset      bool `json:"reset"`
	Void       bool `json:"void"`
	UndoVoid   bool `json:"undo_void"`
	ExtraTime  bool `json:"extra_time"`
	Reopen     bool `json:"reopen"`
	TakeIn     bool `json:"take_in"`
	Disqualify bool `json:"disqualify"`
}

type irregularityBody struct {
	ID       string    `json:"id"`
	Category string    `json:"category"`
	Remark   string    `json:"remark,omitempty"`
	By       string    `json:"by"`
	At       time.Time `json:"at"`
	Number   int       `json:"attempt_number,omitempty" doc:"Absent: of the order as a whole"`
	UndoneAt time.Time `json:"undone_at,omitzero"`
	// Who took it back, and why, as its fact says.
	UndoneBy  string `json:"undone_by,omitempty"`
	UndoneFor string `json:"undone_for,omitempty"`
}

type deskAttemptOutput struct{ Body deskAttemptBody }

func (s *Server) getDeskAttempt(ctx context.Context, in *shared.IDInput) (*deskAttemptOutput, error) {
	order, err := s.Store.FindAttemptOrder(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	facts, err := s.Store.ListFacts(ctx, order.ID)
	if err != nil {
		return nil, err
	}
	arriving, err := s.Store.Arriving(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	rules, now := s.Store.Rules(), s.Store.Now()
	body := deskAttemptBody{
		State:          order.FindAttempt(in.ID).StateAt(now),
		May:            mayBody(order.DeskActs(rules, in.ID, now)),
		AttemptsUsed:   order.AttemptsUsed(),
		MaxAttempts:    rules.MaxAttempts,
		ResetsLeft:     order.ResetsLeft(rules, now),
		ClosesAt:       order.Window.ClosesAt,
		Sealed:         !order.SealedAt.IsZero(),
		Irregularities: irregularitiesOf(order, facts),
		Categories:     []string{},
		Decisions:      decisionsOf(order, ""),
		Facts:          factsOf(ctx, order, "", byStaff(facts)),
	}
	body.May.Reset = body.May.Reset && (!arriving || body.State == exam.Running)
	tellUndone(body.Decisions, facts)
	for _, category := range exam.IrregularityCategories() {
		if !category.OfClip {
			body.Categories = append(body.Categories, category.Name)
		}
	}
	return &deskAttemptOutput{Body: body}, nil
}

func irregularitiesOf(o exam.Order, facts []store.Entry) []irregularityBody {
	all := []irregularityBody{}
	for _, i := range o.Irregularities {
		body := irregularityBody{ID: i.ID, Category: i.Category, Remark: i.Remark, By: i.By.Name, At: i.At, UndoneAt: i.UndoneAt}
		if attempt := o.FindAttempt(i.AttemptID); attempt != nil {
			body.Number = attempt.Number
		}
		for _, e := range facts {
			if e.Action == audit.Action(exam.FactNoteUndone) && e.Args["irregularity"] == i.ID {
				body.UndoneBy, body.UndoneFor = e.By.Name, e.Reason
			}
		}
		all = append(all, body)
	}
	return all
}

// byStaff are the facts that staff made.
func byStaff(facts []store.Entry) (own []store.Entry) {
	for _, e := range facts {
		if e.By.Role == exam.ByStaff {
			own = append(own, e)
		}
	}
	return own
}
