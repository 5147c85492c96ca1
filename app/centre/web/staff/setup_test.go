package staff_test

import (
	"testing"

	"kaodian/app/base/login"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

type setupState struct {
	Done, Total int
	Steps       []struct{ Name, State, By string }
}

func TestACentreIsSetUpStepByStep(t *testing.T) {
	c := webtest.New(t)
	const setup = "/api/v1/staff/setup"
	nobody := c.Phone()
	var first struct{ First bool }
	nobody.Want(200, "GET", setup+"/first", nil, &first)
	if !first.First {
		t.Error("a new centre has an account")
	}
	admin := c.Staff("administrator")
	nobody.Want(200, "GET", setup+"/first", nil, &first)
	if first.First {
		t.Error("a centre with an administrator says that it has none")
	}
	var state setupState
	admin.Want(200, "GET", setup, nil, &state)
	if state.Done != 1 || state.Total != 7 {
		t.Errorf("a new centre is %+v", state)
	}
	admin.Want(200, "POST", setup+"/steps/name", map[string]any{"outcome": "done"}, &state)
	admin.Want(200, "POST", setup+"/steps/wifi", map[string]any{"outcome": "not_needed"}, &state)
	admin.Want(200, "POST", setup+"/steps/wifi", map[string]any{"outcome": "not_needed"}, &state)
	if state.Done != 3 || state.Steps[1].State != "done" || state.Steps[1].By != "administrator" || state.Steps[3].State != "not_needed" || state.Steps[2].State != "open" {
		t.Errorf("after two steps it is %+v", state)
	}
	admin.Want(200, "POST", setup+"/steps/certificate", map[string]any{"outcome": "done"}, &state)
	if state.Done != 3 || state.Steps[5].Name != "certificate" || state.Steps[5].State != "open" {
		t.Errorf("a secure connection that is not there is %+v", state)
	}
	if by := c.Notes("setup_step"); len(by) != 3 {
		t.Errorf("the audit log has %v", by)
	}
	admin.Want(422, "POST", setup+"/steps/account", map[string]any{"outcome": "done"}, nil)
	admin.WantCode(store.EnrolmentInvalid, "POST", setup+"/province", map[string]any{"enrolment": "not one"})
	admin.Want(200, "POST", setup+"/checks", nil, nil)
	for role, looks := range map[login.Role]bool{"technician": true, "invigilator": false, "examiner": false} {
		who := c.Staff(role)
		who.WantCode(exam.RoleNotAllowed, "POST", setup+"/steps/name", map[string]any{"outcome": "done"})
		who.WantCode(exam.RoleNotAllowed, "POST", setup+"/province", map[string]any{"enrolment": "{}"})
		if looks {
			who.Want(200, "GET", setup, nil, &state)
			who.Want(200, "POST", setup+"/checks", nil, nil)
			continue
		}
		who.WantCode(exam.RoleNotAllowed, "GET", setup, nil)
		who.WantCode(exam.RoleNotAllowed, "POST", setup+"/checks", nil)
	}
}
