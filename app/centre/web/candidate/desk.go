package candidate

import (
	"context"
	"slices"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// deskBody is one act of staff at the attempt, as the candidate is told of it.
type deskBody struct {
	Kind     string    `json:"kind" enum:"submitted,reset,voided,void_undone,taken_in,noted,unmarkable"`
	At       time.Time `json:"at"`
	Reason   string    `json:"reason,omitempty" doc:"As staff wrote it"`
	Item     string    `json:"item,omitempty" doc:"The name of the item whose file was taken in"`
	Category string    `json:"category,omitempty" doc:"Of what was noted; a suspicion is not told here (R20)"`
}

// toldOf are the facts of which the candidate is told, where there can be any:
// an attempt that only runs has none, and phones ask often.
func (s *Server) toldOf(ctx context.Context, o exam.Order, a exam.Attempt) ([]store.Entry, error) {
	taken := false
	for _, item := range a.Items {
		taken = taken || item.Clip != nil && item.Clip.TakenIn != ""
	}
	if a.State == exam.Running && len(a.Grants) == 0 && len(o.Irregularities) == 0 && a.VoidedFrom == "" && !taken {
		return nil, nil
	}
	return s.Store.ListFacts(ctx, o.ID)
}

// deskOf are the acts of staff at the attempt, beside extra time. What was
// noted and taken back is not told.
func deskOf(a exam.Attempt, facts []store.Entry) (all []deskBody) {
	undone := map[any]bool{}
	for _, fact := range facts {
		if exam.FactKind(fact.Action) == exam.FactNoteUndone {
			undone[fact.Args["irregularity"]] = true
		}
	}
	for _, fact := range facts {
		if fact.By.Role != exam.ByStaff || fact.AttemptID != a.ID || undone[fact.Args["irregularity"]] && fact.Args["irregularity"] != nil {
			continue
		}
		if body, told := deskFact(a, fact); told {
			all = append(all, body)
		}
	}
	return all
}

func deskFact(a exam.Attempt, fact store.Entry) (body deskBody, told bool) {
	body = deskBody{Kind: string(fact.Action), At: fact.At, Reason: fact.Reason}
	switch exam.FactKind(fact.Action) {
	case exam.FactSubmitted, exam.FactReset, exam.FactVoided, exam.FactVoidUndone:
		return body, true
	case exam.FactClipReceived:
		id, _ := fact.Args["item"].(string)
		if item := a.FindItem(id); item != nil {
			body.Kind, body.Item = "taken_in", item.Name
			return body, true
		}
	case exam.FactNoted:
		category, _ := fact.Args["category"].(string)
		if category == exam.Unmarkable { // its reason is written for the candidate
			body.Kind = category
			return body, stands(a, fact.ClipID)
		}
		body.Kind, body.Category, body.Reason = "noted", category, ""
		return body, !exam.Suspicious(category)
	}
	return body, false
}

// stands says that the clip is the attempt's still: of one that another took the
// place of nothing is left to decide.
func stands(a exam.Attempt, clipID string) bool {
	return slices.ContainsFunc(a.Items, func(i exam.Item) bool { return i.Clip != nil && i.Clip.ID == clipID })
}
