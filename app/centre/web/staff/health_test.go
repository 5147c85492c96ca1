package staff_test

import (
	"testing"

	"kaodian/app/base/login"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

var healthCalls = [][2]string{{"GET", "/api/v1/staff/health"}, {"POST", "/api/v1/staff/health"}, {"POST", "/api/v1/staff/health/files"}}

func TestWhoLooksAfterTheServerSeesHowItIs(t *testing.T) {
	c := webtest.New(t)
	for _, role := range []login.Role{"administrator", "technician"} {
		who := c.Staff(role)
		for _, call := range healthCalls {
			var state staff.HealthState
			who.Want(200, call[0], call[1], nil, &state)
			if len(state.Checks) != 1 || state.Checks[0].Count != 7 {
				t.Errorf("%s as %s: %+v", call, role, state)
			}
		}
	}
	var log struct{ Lines []staff.LogLine }
	c.Staff("technician").Want(200, "GET", "/api/v1/staff/log?least=warn", nil, &log)
	if len(log.Lines) != 1 || log.Lines[0].Message != "warn" {
		t.Errorf("%+v", log)
	}
	c.Staff("technician").Want(200, "GET", "/api/v1/staff/support", nil, nil)
	c.Staff("technician").Want(422, "GET", "/api/v1/staff/log?least=all", nil, nil)
	for _, role := range []login.Role{"invigilator", "examiner"} {
		who := c.Staff(role)
		for _, call := range healthCalls {
			who.WantCode(exam.RoleNotAllowed, call[0], call[1], nil)
		}
		who.WantCode(exam.RoleNotAllowed, "GET", "/api/v1/staff/log", nil)
		who.WantCode(exam.RoleNotAllowed, "GET", "/api/v1/staff/support", nil)
		who.WantCode(exam.RoleNotAllowed, "GET", "/api/v1/staff/shut-down", nil)
		who.WantCode(exam.RoleNotAllowed, "POST", "/api/v1/staff/shut-down", map[string]any{"reason": "x", "running": 0, "preparing": 0})
	}
}
