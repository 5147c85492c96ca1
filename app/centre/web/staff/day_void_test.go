package staff_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

type dayAttempts struct{ Attempts, Candidates, Running, Sealed int }

type dayProposal struct {
	proposal
	Then, Now   *dayAttempts
	RejectedFor string `json:"rejected_for"`
	Refused     string
}

type voidedDay struct {
	Day, Reason, By                                string
	ConfirmedBy                                    string `json:"confirmed_by"`
	Attempts, Candidates, Refused, Waiting, Undone int
}

func voiding(day string) map[string]any {
	return map[string]any{"kind": "void_day", "args": map[string]any{"day": day, "reason": " 上午停电，全部重考 "}}
}

const thisDay = "2026-08-03"

// R22: two people void a day: whoever proposed it alone does not, and the number
// is the one at the confirmation.
func TestR22ADayIsVoidedByTwo(t *testing.T) {
	c := webtest.New(t)
	for _, ticket := range []string{"T1", "T2", "T3", "T4"} {
		c.Register(ticket, ticket)
	}
	boss, second, li := c.StaffNamed("boss", store.Administrator), c.StaffNamed("second", store.Administrator), c.StaffNamed("li", store.Invigilator)
	submitted, running, late := c.Candidate("T1", "T1"), c.Candidate("T2", "T2"), c.Candidate("T3", "T3")
	first := submitted.Start()
	submitted.Upload(first.ID, "1", "a video")
	submitted.Want(200, "POST", "/api/v1/attempts/"+first.ID+"/submit", nil, nil)
	runs := running.Start()
	part := running.Begin(runs.ID, "1", "half", 100)

	for code, body := range map[refusal.Code]map[string]any{
		store.NothingToVoid: voiding("2026-08-02"),
		exam.ReasonMissing:  {"kind": "void_day", "args": map[string]any{"day": thisDay, "reason": "……"}},
		store.ActNotOffered: {"kind": "erase", "args": map[string]any{"name": "王小明", "reason": "家长要求"}},
	} {
		li.WantCode(code, "POST", proposals, body)
	}
	boss.Want(422, "POST", proposals, voiding("3.8."), nil)
	boss.WantCode(store.ActNotOffered, "POST", proposals, map[string]any{"kind": "restore", "args": map[string]any{}})
	c.Staff(store.Technician).WantCode(exam.RoleNotAllowed, "POST", proposals, voiding(thisDay))
	c.Staff(store.Examiner).WantCode(exam.RoleNotAllowed, "POST", proposals, voiding(thisDay))
	var count dayAttempts
	li.Want(200, "GET", "/api/v1/staff/day/void?day="+thisDay, nil, &count)
	if count != (dayAttempts{2, 2, 1, 0}) {
		t.Errorf("counts %+v", count)
	}
	li.Want(422, "GET", "/api/v1/staff/day/void?day=soon", nil, nil)

	var made, again, seen dayProposal
	boss.Want(200, "POST", proposals, voiding(thisDay), &made)
	late.Start()
	boss.Want(200, "POST", proposals, voiding(thisDay), &again) // another number is no other proposal
	if made.State != "waiting" || made.ID != again.ID || *made.Then != (dayAttempts{2, 2, 1, 0}) || *again.Now != (dayAttempts{3, 3, 2, 0}) {
		t.Errorf("made %+v, again %+v", made, again)
	}
	boss.WantCode(store.SecondSame, "POST", proposals+"/"+made.ID+"/confirm", nil)
	li.WantCode(store.SecondNotAllowed, "POST", proposals+"/"+made.ID+"/confirm", nil)
	if got := hears(submitted, first.ID).State; got != exam.Submitted {
		t.Errorf("before the second person it is %s", got)
	}
	second.Want(200, "GET", proposals+"/"+made.ID, nil, &seen)
	if !seen.May || seen.Now.Attempts != 3 || seen.Then.Attempts != 2 {
		t.Errorf("the second person sees %+v", seen)
	}
	second.Want(200, "POST", proposals+"/"+made.ID+"/confirm", nil, &seen)
	if seen.State != "confirmed" || !seen.Done || seen.Result["attempts"] != float64(3) || seen.Result["candidates"] != float64(3) || seen.Refused != "" {
		t.Errorf("afterwards %+v", seen)
	}

	// As after a single void: the phone is told, with the reason; what it still sends ends; none is spent.
	for p, attempt := range map[*webtest.Phone]string{submitted: first.ID, running: runs.ID} {
		told := hears(p, attempt)
		if told.State != exam.Voided || !slices.Contains(told.kinds(), "voided") || told.Desk[len(told.Desk)-1].Reason != "上午停电，全部重考" {
			t.Errorf("the phone hears %+v", told)
		}
		if order := p.Orders()[0]; order.AttemptsUsed != 0 {
			t.Errorf("an attempt is spent: %+v", order)
		}
	}
	if status := running.Call("HEAD", "/api/v1/uploads/"+part, nil, nil).StatusCode; status != 404 && status != 410 {
		t.Errorf("the upload that was under way answers %d", status)
	}
	if by := c.Notes("voided"); !slices.Equal(by, []string{"boss", "boss", "boss"}) {
		t.Errorf("voided by %v", by)
	}
	if by := c.Notes("day_voided"); !slices.Equal(by, []string{"boss"}) {
		t.Errorf("the day, by %v", by)
	}
	second.WantCode(store.ProposalOver, "POST", proposals+"/"+made.ID+"/confirm", nil)
	boss.WantCode(store.NothingToVoid, "POST", proposals, voiding(thisDay))
	li.Want(204, "POST", "/api/v1/staff/attempts/"+first.ID+"/void/undo", map[string]any{"reason": "这一个没停电"}, nil)
	if got := hears(submitted, first.ID).State; got != exam.Submitted {
		t.Errorf("taken back it is %s", got)
	}
	theDayIsOnRecord(t, li)
}

// theDayIsOnRecord: the page, the record and its workbook name who voided the day
// and who confirmed it, and why.
func theDayIsOnRecord(t *testing.T, p *webtest.Phone) {
	t.Helper()
	want := voidedDay{Day: thisDay, Reason: "上午停电，全部重考", By: "boss", ConfirmedBy: "second", Attempts: 3, Candidates: 3, Undone: 1}
	var day struct{ Voided []voidedDay }
	p.Want(200, "GET", "/api/v1/staff/day?day="+thisDay, nil, &day)
	if !slices.Equal(day.Voided, []voidedDay{want}) {
		t.Errorf("the day: %+v", day)
	}
	var record struct{ Day struct{ Voided []voidedDay } }
	p.Want(200, "GET", "/api/v1/staff/day/record?day="+thisDay, nil, &record)
	if !slices.Equal(record.Day.Voided, []voidedDay{want}) {
		t.Errorf("the record: %+v", record)
	}
	events, err := workbookOf(t, p, "day="+thisDay).GetRows("经过 What people did")
	webtest.Must(t, err)
	first := strings.Join(events[1], "|")
	for _, part := range []string{"全天考试作废 whole day voided · 2026-08-03 · 3 次 attempts · 3 人 candidates", "已撤销 taken back: 1", "上午停电，全部重考", "boss；确认 confirmed by second"} {
		if !strings.Contains(first, part) {
			t.Errorf("the workbook's first event is %q, without %q", first, part)
		}
	}
}

// A no has a reason, which whoever proposed it reads; the proposer needs none.
func TestWhoSaysNoToAProposalSaysWhy(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	attempt := p.Start()
	boss, second := c.StaffNamed("boss", store.Administrator), c.StaffNamed("second", store.Administrator)
	var made, seen dayProposal
	boss.Want(200, "POST", proposals, voiding(thisDay), &made)
	for _, none := range []any{nil, map[string]any{}, map[string]any{"reason": "……"}} {
		second.WantCode(exam.ReasonMissing, "POST", proposals+"/"+made.ID+"/reject", none)
	}
	second.Want(204, "POST", proposals+"/"+made.ID+"/reject", map[string]any{"reason": " 只有二号琴房停电 "}, nil)
	boss.Want(200, "GET", proposals+"/"+made.ID, nil, &seen)
	if seen.State != "rejected" || seen.DecidedBy != "second" || seen.RejectedFor != "只有二号琴房停电" || seen.Now != nil {
		t.Errorf("the proposer reads %+v", seen)
	}
	second.WantCode(store.ProposalOver, "POST", proposals+"/"+made.ID+"/confirm", nil)

	boss.Want(200, "POST", proposals, voiding(thisDay), &made)
	boss.Want(204, "POST", proposals+"/"+made.ID+"/reject", nil, nil)
	boss.Want(200, "POST", proposals, voiding(thisDay), &made)
	c.Clock.Advance(10 * time.Minute) // it expires as others do
	second.WantCode(store.ProposalOver, "POST", proposals+"/"+made.ID+"/confirm", nil)
	if got := hears(p, attempt.ID).State; got != exam.Running {
		t.Errorf("nobody confirmed, and it is %s", got)
	}

	// What was voided meanwhile is not voided twice: both are told.
	boss.Want(200, "POST", proposals, voiding(thisDay), &made)
	boss.Want(204, "POST", "/api/v1/staff/attempts/"+attempt.ID+"/void", map[string]any{"reason": "停电"}, nil)
	second.WantCode(store.NothingToVoid, "POST", proposals+"/"+made.ID+"/confirm", nil)
	boss.Want(200, "GET", proposals+"/"+made.ID, nil, &seen)
	if seen.State != "confirmed" || !seen.Done || seen.Refused != string(store.NothingToVoid) {
		t.Errorf("the proposer reads %+v", seen)
	}
}

// The second person at the same screen does it at once.
func TestR22ADayIsVoidedByTwoAtTheSameScreen(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	attempt := p.Start()
	li := c.StaffNamed("li", store.Invigilator)
	c.StaffNamed("boss", store.Administrator)
	var done dayProposal
	li.Want(200, "POST", proposals, with(voiding(thisDay), "boss", "correct horse"), &done)
	if !done.Done || done.DecidedBy != "boss" || done.ProposedBy != "li" || hears(p, attempt.ID).State != exam.Voided {
		t.Errorf("%+v", done)
	}
}
