package staff_test

import (
	"sync"
	"testing"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

type proposal struct {
	ID, State  string
	DecidedBy  string `json:"decided_by"`
	ProposedBy string `json:"proposed_by"`
	May        bool   `json:"may_confirm"`
	Done       bool
	Result     map[string]any
}

const proposals = "/api/v1/staff/proposals"

func removing(name string) map[string]any {
	return map[string]any{"kind": "remove_administrator", "args": map[string]any{"name": name}}
}

func with(body map[string]any, name, password string) map[string]any {
	body["name"], body["password"] = name, password
	return body
}

func TestAnAdministratorGoesOnlyWithTwo(t *testing.T) {
	c := webtest.New(t)
	boss, second := c.StaffNamed("boss", store.Administrator), c.StaffNamed("second", store.Administrator)
	c.StaffNamed("third", store.Administrator)
	mechanic := c.Staff(store.Technician)
	boss.WantCode(store.SecondNeeded, "POST", "/api/v1/staff/people/remove", map[string]string{"name": "third"})
	boss.WantCode(store.SecondNeeded, "POST", "/api/v1/staff/people/role", map[string]string{"name": "third", "role": "examiner"})
	mechanic.WantCode(exam.RoleNotAllowed, "POST", proposals, removing("third"))
	boss.WantCode(refusal.NotFound, "POST", proposals, removing("technician"))

	var made, seen proposal
	boss.Want(200, "POST", proposals, removing("third"), &made)
	if made.State != "waiting" || made.May {
		t.Errorf("made: %+v", made)
	}
	boss.WantCode(store.SecondSame, "POST", proposals+"/"+made.ID+"/confirm", nil)
	mechanic.WantCode(store.SecondNotAllowed, "POST", proposals+"/"+made.ID+"/confirm", nil)
	mechanic.WantCode(refusal.NotFound, "GET", proposals+"/"+made.ID, nil)
	mechanic.WantCode(refusal.NotFound, "POST", proposals+"/"+made.ID+"/reject", nil)
	var list []proposal
	second.Want(200, "GET", proposals, nil, &list)
	if len(list) != 1 || !list[0].May || list[0].ProposedBy != "boss" {
		t.Errorf("the second sees %+v", list)
	}
	second.Want(200, "POST", proposals+"/"+made.ID+"/confirm", nil, nil)
	boss.Want(200, "GET", proposals+"/"+made.ID, nil, &seen)
	if seen.State != "confirmed" || !seen.Done || seen.DecidedBy != "second" {
		t.Errorf("afterwards: %+v", seen)
	}
	if _, err := c.FindUser(t.Context(), "third"); !refusal.Is(err, refusal.NotFound) {
		t.Errorf("the account: %v", err)
	}
	if by := c.Notes("user_removed"); len(by) != 1 || by[0] != "boss" {
		t.Errorf("removed by %v", by)
	}
	if by := c.Notes("proposal_confirmed"); len(by) != 1 || by[0] != "second" {
		t.Errorf("confirmed by %v", by)
	}
	second.WantCode(store.ProposalOver, "POST", proposals+"/"+made.ID+"/confirm", nil)
}

func TestTheSecondPersonMayTypeAtTheSameScreen(t *testing.T) {
	c := webtest.New(t)
	boss := c.StaffNamed("boss", store.Administrator)
	c.StaffNamed("second", store.Administrator)
	c.StaffNamed("third", store.Administrator)
	c.StaffNamed("li", store.Invigilator)
	boss.WantCode(store.SecondSame, "POST", proposals, with(removing("third"), "boss", "correct horse"))
	boss.WantCode(login.Wrong, "POST", proposals, with(removing("third"), "second", "wrong horse"))
	boss.WantCode(store.SecondNotAllowed, "POST", proposals, with(removing("third"), "li", "correct horse"))
	if noted := c.Notes("proposed"); len(noted) != 0 {
		t.Errorf("a refused one was written down: %v", noted)
	}
	var done proposal
	boss.Want(200, "POST", proposals, with(removing("third"), "second", "correct horse"), &done)
	if done.State != "confirmed" || !done.Done {
		t.Errorf("%+v", done)
	}
}

// One administrator alone is not blocked for ever: an invigilator confirms.
func TestTheOnlyAdministratorsSecondIsAnInvigilator(t *testing.T) {
	c := webtest.New(t)
	boss, li := c.StaffNamed("boss", store.Administrator), c.StaffNamed("li", store.Invigilator)
	free := map[string]any{"kind": "free_room", "args": map[string]any{"reason": "磁盘快满了"}}
	var made, done proposal
	boss.Want(200, "POST", proposals, free, &made)
	li.Want(200, "POST", proposals+"/"+made.ID+"/confirm", nil, &done)
	if done.Result["clips"] != float64(0) {
		t.Errorf("%+v", done)
	}
	boss.Want(200, "POST", proposals, free, &made)
	c.Clock.Advance(10 * time.Minute)
	li.WantCode(store.ProposalOver, "POST", proposals+"/"+made.ID+"/confirm", nil)
	boss.Want(200, "POST", proposals, free, &made)
	boss.Want(204, "POST", proposals+"/"+made.ID+"/reject", nil, nil)
	li.WantCode(store.ProposalOver, "POST", proposals+"/"+made.ID+"/confirm", nil)
	c.Staff(store.Examiner).WantCode(exam.RoleNotAllowed, "GET", proposals, nil)
}

// Two administrators confirm at once: it is done once, and the other is told.
func TestTwoWhoConfirmAtOnceDoItOnce(t *testing.T) {
	c := webtest.New(t)
	boss := c.StaffNamed("boss", store.Administrator)
	seconds := []*webtest.Phone{c.StaffNamed("a", store.Administrator), c.StaffNamed("b", store.Administrator)}
	c.StaffNamed("third", store.Administrator)
	var made proposal
	boss.Want(200, "POST", proposals, removing("third"), &made)
	codes := make([]string, len(seconds))
	var both sync.WaitGroup
	for n, p := range seconds {
		both.Go(func() {
			var problem webkit.Problem
			p.Call("POST", proposals+"/"+made.ID+"/confirm", nil, &problem)
			codes[n] = problem.Code
		})
	}
	both.Wait()
	if codes[0]+codes[1] != string(store.ProposalOver) {
		t.Errorf("told %q", codes)
	}
}

func TestAnAccountIsLockedAndItsSessionsEnd(t *testing.T) {
	c := webtest.New(t)
	boss, li := c.StaffNamed("boss", store.Administrator), c.StaffNamed("li", store.Invigilator)
	type session struct {
		ID, Address string
		Own         bool
	}
	var people []struct {
		Name     string
		Sessions []session
	}
	boss.Want(200, "GET", "/api/v1/staff/people", nil, &people)
	if len(people) != 2 || len(people[1].Sessions) != 1 || people[1].Sessions[0].Address != "127.0.0.1" || !people[0].Sessions[0].Own {
		t.Fatalf("%+v", people)
	}
	// Somebody else's session is none of one's own.
	li.WantCode(refusal.NotFound, "DELETE", "/api/v1/staff/me/sessions/"+people[0].Sessions[0].ID, nil)
	boss.Want(204, "DELETE", "/api/v1/staff/people/sessions/"+people[1].Sessions[0].ID, nil, nil)
	li.WantCode(login.Needed, "GET", "/api/v1/staff/me", nil)

	li = c.StaffNamed("li", store.Invigilator)
	other := c.Phone()
	other.Want(200, "POST", "/api/v1/staff/login", map[string]string{"name": "li", "password": "correct horse"}, nil)
	li.Want(204, "POST", "/api/v1/staff/me/sessions/end", nil, nil)
	other.WantCode(login.Needed, "GET", "/api/v1/staff/me", nil)
	li.WantCode("present_password_wrong", "POST", "/api/v1/staff/me/password", map[string]string{"present": "wrong horse", "new": "a new long one"})
	li.Want(204, "POST", "/api/v1/staff/me/password", map[string]string{"present": "correct horse", "new": "a new long one"}, nil)
	li.Want(200, "GET", "/api/v1/staff/me", nil, nil)

	boss.Want(204, "POST", "/api/v1/staff/people/lock", map[string]string{"name": "li"}, nil)
	li.WantCode(login.Needed, "GET", "/api/v1/staff/me", nil)
	boss.WantCode(login.LastAdministrator, "POST", "/api/v1/staff/people/lock", map[string]string{"name": "boss"})
	boss.Want(204, "POST", "/api/v1/staff/people/unlock", map[string]string{"name": "li"}, nil)
	boss.Want(204, "POST", "/api/v1/staff/people/role", map[string]string{"name": "li", "role": "examiner"}, nil)
	boss.Want(204, "POST", "/api/v1/staff/people/remove", map[string]string{"name": "li"}, nil)
	boss.WantCode(refusal.NotFound, "POST", "/api/v1/staff/people/lock", map[string]string{"name": "li"})
	if by := c.Notes("user_locked"); len(by) != 1 || by[0] != "boss" {
		t.Errorf("locked by %v", by)
	}
}
