package store_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/audit"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

var lead = exam.Actor{Role: exam.ByStaff, Name: "li"}

// aDay is a centre with an order in every status, each of a person of its own.
func aDay(t *testing.T) (*centre, map[string]exam.Order) {
	c := newCentre(t)
	orders := map[string]exam.Order{}
	list := []exam.Registration{}
	for i, ticket := range []string{"SUBMITTED", "TIMEDOUT", "EMPTY", "RESET", "CHEAT", "VOIDED", "OPEN", "RUNNING", "LATER", "PAST"} {
		r := registration(ticket)
		r.IDNumber, r.Name = fmt.Sprint("id", i), "考生"+ticket
		switch ticket {
		case "LATER":
			r.Window = exam.Window{OpensAt: noon.Add(24 * time.Hour), ClosesAt: noon.Add(36 * time.Hour)}
		case "PAST":
			r.Window = exam.Window{OpensAt: noon.Add(-72 * time.Hour), ClosesAt: noon.Add(-48 * time.Hour)}
		}
		list = append(list, r)
	}
	_, err := c.ImportOrders(t.Context(), list, false, false)
	c.must(err)
	for _, r := range list {
		ids, err := c.ListOrders(t.Context(), r.PersonKey())
		c.must(err)
		orders[r.Ticket] = ids[0]
	}
	for _, ticket := range []string{"SUBMITTED", "TIMEDOUT", "EMPTY", "RESET", "CHEAT", "VOIDED"} {
		order := orders[ticket]
		attempt := c.start(order)
		if ticket != "EMPTY" {
			c.sendOf(order.PersonKey(), attempt, "1")
		}
		switch ticket {
		case "SUBMITTED", "CHEAT":
			c.apply(order.ID, exam.Submit{AttemptID: attempt.ID, Device: "phone"})
		case "RESET":
			c.apply(order.ID, exam.ResetAttempt{AttemptID: attempt.ID, Device: "phone"})
		case "VOIDED":
			c.apply(order.ID, exam.Void{AttemptID: attempt.ID, By: lead, Reason: "停电"})
		}
	}
	c.apply(orders["CHEAT"].ID, exam.Decide{ID: "d1", Kind: exam.Disqualify, Reason: "替考", By: lead})
	c.clock.Advance(time.Hour)
	c.start(orders["RUNNING"])
	return c, orders
}

// What the reckoning says of an order is what the order itself says, at every
// moment of its day: it reads it in another way.
func TestR17TheReckoningSaysWhatTheOrdersSay(t *testing.T) {
	c, orders := aDay(t)
	seen := map[exam.Status]bool{}
	for range 3 {
		outcomes, err := c.Reckon(t.Context(), store.Scope{})
		c.must(err)
		if len(outcomes) != len(orders) {
			t.Fatalf("%d of %d orders", len(outcomes), len(orders))
		}
		for _, one := range outcomes {
			order, err := c.FindOrder(t.Context(), one.OrderID)
			c.must(err)
			if want := order.Status(c.Rules(), c.Now()); one.Status != want || one.Final != order.IsFinal(c.Rules(), c.Now()) || one.Attempts != order.AttemptsUsed() {
				t.Errorf("at %s %s is %+v, want %s", c.Now(), one.Ticket, one, want)
			}
			seen[one.Status] = true
		}
		c.clock.Advance(24 * time.Hour)
	}
	for _, status := range exam.Statuses() {
		if !seen[status] {
			t.Errorf("no order was ever %s", status)
		}
	}
}

func TestAScopeChoosesByDayWindowExamAndName(t *testing.T) {
	c, orders := aDay(t)
	chosen := func(f store.Scope) string {
		outcomes, err := c.Reckon(t.Context(), f)
		c.must(err)
		var tickets []string
		for _, one := range outcomes {
			tickets = append(tickets, one.Ticket)
		}
		return strings.Join(tickets, " ")
	}
	const all = "CHEAT EMPTY OPEN RESET RUNNING SUBMITTED TIMEDOUT VOIDED"
	for name, one := range map[string]struct {
		scope store.Scope
		want  string
	}{
		"the day of a window that is over": {store.Scope{Day: noon.Add(-72 * time.Hour)}, "PAST"},
		"a day":                            {store.Scope{Day: noon}, all},
		"a day with another window":        {store.Scope{Day: noon.Add(30 * time.Hour)}, all + " LATER"},
		"a window":                         {store.Scope{Window: orders["LATER"].Window}, "LATER"},
		"one order":                        {store.Scope{OrderID: orders["OPEN"].ID}, "OPEN"},
		"a ticket":                         {store.Scope{Who: "ubmitt"}, "SUBMITTED"},
		"another subject":                  {store.Scope{Subject: "钢琴"}, ""},
		"another grade":                    {store.Scope{Grade: 4}, ""},
	} {
		if got := chosen(one.scope); got != one.want {
			t.Errorf("%s: %s, want %s", name, got, one.want)
		}
	}
}

func TestTheRecordOfADayNamesWhatPeopleDid(t *testing.T) {
	c, orders := aDay(t)
	running, err := c.FindOrder(t.Context(), orders["RUNNING"].ID)
	c.must(err)
	_, err = c.GiveExtraTime(t.Context(), running.ID, exam.GiveExtraTime{ID: "g", AttemptID: running.Attempts[0].ID, By: lead, Duration: 10 * time.Minute, Reason: "断网"})
	c.must(err)
	record, err := c.RecordDay(t.Context(), store.Scope{Day: noon})
	c.must(err)
	var told []string
	for _, one := range record.Interventions {
		told = append(told, fmt.Sprint(one.Action, " ", one.By.Name, " ", one.Reason))
	}
	if diff := cmp.Diff([]string{"voided li 停电", "decided li 替考", "extra_time li 断网"}, told); diff != "" {
		t.Error(diff)
	}
	if len(record.Staff) != 1 || record.Staff[0].Name != "li" || record.Staff[0].Acts != 3 {
		t.Errorf("staff: %+v", record.Staff)
	}
	for _, one := range record.Outcomes {
		if one.Reset > 0 != (one.Ticket == "RESET") {
			t.Errorf("%s: %d reset", one.Ticket, one.Reset)
		}
		if one.Has(store.NoticeExtra) != (one.Ticket == "RUNNING") || one.Has(store.NoticeVoided) != (one.Ticket == "VOIDED") {
			t.Errorf("%s: extra %s, %d voided", one.Ticket, one.Extra, one.Voided)
		}
	}
	other, err := c.RecordDay(t.Context(), store.Scope{Day: noon.Add(48 * time.Hour)})
	c.must(err)
	if len(other.Interventions) > 0 || len(other.Staff) > 0 {
		t.Errorf("on another day nothing was done: %+v", other)
	}
}

// Everything that staff did to an order is in the record (R31): a test of one
// act alone would miss the next kind. What they looked at or marked is not.
func TestR31TheRecordOfADayLeavesOutNothingThatStaffDid(t *testing.T) {
	c, orders := aDay(t)
	open, running := orders["OPEN"], orders["RUNNING"]
	running, err := c.FindOrder(t.Context(), running.ID)
	c.must(err)
	attempt := running.Attempts[0]
	c.sendOf(running.PersonKey(), attempt, "1")
	c.apply(open.ID, exam.NoteIrregularity{ID: "i1", Category: "late", Remark: "晚到", By: lead})
	c.apply(open.ID, exam.NoteIrregularity{ID: "i2", Category: "prompted", By: lead})
	c.apply(open.ID, exam.UndoIrregularity{ID: "i2", By: lead, Reason: "看错人"})
	c.apply(running.ID, exam.Void{AttemptID: attempt.ID, By: lead, Reason: "误按"})
	c.apply(running.ID, exam.UndoVoid{AttemptID: attempt.ID, By: lead, Reason: "不用作废"})
	c.must(c.CloseRow(t.Context(), attempt.ID, store.ClosedRow{By: "li", Reason: "手机没电"}, c.Now()))
	c.apply(running.ID, exam.SubmitFor{AttemptID: attempt.ID, By: lead, Reason: "手机坏了"})
	timedOut, err := c.FindOrder(t.Context(), orders["TIMEDOUT"].ID)
	c.must(err)
	c.apply(timedOut.ID, exam.ResetFor{AttemptID: timedOut.Attempts[0].ID, By: lead, Reason: "重考"})
	for _, look := range []audit.Action{store.ActionVideoViewed, store.ActionIDNumberViewed} {
		c.must(c.Audit(t.Context(), store.Entry{Action: look, By: lead, OrderID: open.ID}))
	}
	c.must(c.Audit(t.Context(), store.Entry{Action: "an_act_of_tomorrow", By: lead, OrderID: open.ID, Reason: "新"}))
	record, err := c.RecordDay(t.Context(), store.Scope{Day: noon})
	c.must(err)
	var told []string
	for _, one := range record.Interventions {
		told = append(told, fmt.Sprint(one.Action, " ", one.Reason))
	}
	want := []string{
		"voided 停电", "decided 替考", "irregularity_noted 晚到", "irregularity_noted ", "irregularity_undone 看错人", "voided 误按", "void_undone 不用作废",
		"row_closed 手机没电", "submitted 手机坏了", "reset 重考", "an_act_of_tomorrow 新",
	}
	if diff := cmp.Diff(want, told); diff != "" {
		t.Error(diff)
	}
	for _, one := range record.Outcomes {
		if one.Has(store.NoticeIrregular) != (one.Ticket == "OPEN") {
			t.Errorf("%s: %+v", one.Ticket, one.Irregularities)
		}
	}
	c.apply(open.ID, exam.UndoIrregularity{ID: "i1", By: lead, Reason: "没晚"})
	outcomes, err := c.Reckon(t.Context(), store.Scope{OrderID: open.ID})
	c.must(err)
	if outcomes[0].Has(store.NoticeIrregular) || len(outcomes[0].Irregularities) != 2 {
		t.Errorf("taken back: %+v", outcomes[0].Irregularities)
	}
}

// Nobody is said to be identified at the desk before somebody did it (R2, R25).
func TestR25AnOrderIsToBeIdentifiedUntilItWas(t *testing.T) {
	c, orders := aDay(t)
	c.apply(orders["OPEN"].ID, exam.CheckInAt{ID: "with-a-document", By: lead, Document: exam.DocumentPassport})
	c.start(orders["OPEN"])
	outcomes, err := c.Reckon(t.Context(), store.Scope{})
	c.must(err)
	for _, one := range outcomes {
		if one.Ticket != "OPEN" && one.Ticket != "RUNNING" {
			continue
		}
		if one.Photo || one.Has(store.NoticeDesk) != (one.Ticket == "RUNNING") {
			t.Errorf("%s: photo %v, to be identified %v", one.Ticket, one.Photo, one.Has(store.NoticeDesk))
		}
	}
}

// Without the index the whole log would be read.
func TestTheRecordReadsOnlyItsLinesOfTheLog(t *testing.T) {
	c := newCentre(t)
	found := statements(t, regexp.MustCompile(`^-- name: List(Interventions|StaffOf) `))
	if len(found) != 2 {
		t.Fatalf("%d statements", len(found))
	}
	for _, statement := range found {
		plan := strings.Join(c.plan(statement), "; ")
		if !strings.Contains(plan, "audit_people") && !strings.Contains(plan, "audit_staff") {
			t.Error(plan)
		}
	}
}
