package staff

import (
	"context"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/login"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/exam"
)

type dayRecordOutput struct{ Body dayRecordBody }

type dayRecordBody struct {
	Day           dayBody            `json:"day"`
	Orders        []dayOrder         `json:"orders"`
	Interventions []interventionBody `json:"interventions" doc:"What people did to these orders (R20, R22, R31), oldest first"`
	Staff         []staffOfDay       `json:"staff" doc:"The accounts that acted"`
}

type interventionBody struct {
	At       time.Time    `json:"at"`
	Action   audit.Action `json:"action"`
	Role     exam.Role    `json:"role" enum:"staff,province"`
	By       string       `json:"by,omitempty"`
	OrderID  string       `json:"order_id"`
	Reason   string       `json:"reason,omitempty"`
	Minutes  int          `json:"minutes,omitempty" doc:"Of extra time"`
	Kind     string       `json:"kind,omitempty" enum:"clip_invalid,disqualified" doc:"Of a decision"`
	Category string       `json:"category,omitempty" doc:"Of an irregularity"`
	Undone   bool         `json:"undone" doc:"Does not hold any more: an irregularity that was taken back, a clip set aside that stands again"`
}

type staffOfDay struct {
	Name string     `json:"name"`
	Role login.Role `json:"role,omitempty" enum:"administrator,invigilator,examiner,technician"`
	Acts int        `json:"acts"`
}

func (s *Server) getDayRecord(ctx context.Context, in *dayInput) (*dayRecordOutput, error) {
	scope, err := s.scopeOf(in.ScopeInput)
	if err != nil {
		return nil, err
	}
	record, err := s.Store.RecordDay(ctx, scope)
	if err != nil {
		return nil, err
	}
	out := &dayRecordOutput{Body: dayRecordBody{Day: s.dayBodyOf(record.Outcomes, record.Voided), Orders: []dayOrder{}, Interventions: []interventionBody{}, Staff: []staffOfDay{}}}
	for _, one := range record.Outcomes {
		out.Body.Orders = append(out.Body.Orders, dayOrderOf(one))
	}
	out.Body.Interventions = append(out.Body.Interventions, interventionsOf(record)...)
	for _, one := range record.Staff {
		out.Body.Staff = append(out.Body.Staff, staffOfDay(one))
	}
	return out, s.noteMade(ctx, store.ActionDayRecorded, in.ScopeInput, map[string]any{"orders": len(record.Outcomes)})
}

func interventionsOf(record store.DayRecord) (all []interventionBody) {
	undone := map[string]bool{}
	for _, order := range record.Outcomes {
		for _, one := range order.Irregularities {
			undone[one.ID] = !one.UndoneAt.IsZero()
		}
	}
	for _, e := range record.Interventions {
		body := interventionBody{At: e.At, Action: e.Action, Role: e.By.Role, By: e.By.Name, OrderID: e.OrderID, Reason: e.Reason}
		if seconds, ok := e.Args["seconds"].(float64); ok {
			body.Minutes = int(seconds) / 60
		}
		body.Kind, _ = e.Args["kind"].(string)
		body.Category, _ = e.Args["category"].(string)
		id, _ := e.Args["irregularity"].(string)
		body.Undone = undone[id] && e.Action == audit.Action(exam.FactNoted) || record.Restored[e.ClipID] && e.Action == audit.Action(exam.FactClipSetAside)
		all = append(all, body)
	}
	return all
}

// noteMade notes that somebody had a list or papers made, and of which orders;
// a name that was searched for is none of the log's business (I6).
func (s *Server) noteMade(ctx context.Context, what audit.Action, in ScopeInput, args map[string]any) error {
	for name, value := range map[string]string{"day": in.Day, "subject": in.Subject} {
		if value != "" {
			args[name] = value
		}
	}
	if !in.Closes.IsZero() {
		args["opens_at"], args["closes_at"] = in.Opens, in.Closes
	}
	if in.Grade > 0 {
		args["grade"] = in.Grade
	}
	return s.Store.Audit(ctx, store.Entry{Action: what, By: access.Of(ctx).Staff(), OrderID: in.Order, Args: args})
}
