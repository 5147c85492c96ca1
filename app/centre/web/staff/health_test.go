package staff_test

import (
	"testing"

	"kaodian/app/base/login"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func TestWhoLooksAfterTheServerSeesHowItIs(t *testing.T) {
	c := webtest.New(t)
	for _, role := range []login.Role{"administrator", "technician"} {
		who := c.Staff(role)
		for _, method := range []string{"GET", "POST"} {
			var state staff.HealthState
			who.Want(200, method, "/api/v1/staff/health", nil, &state)
			if len(state.Checks) != 1 || state.Checks[0].Count != 7 {
				t.Errorf("%s as %s: %+v", method, role, state)
			}
		}
	}
	for _, role := range []login.Role{"invigilator", "examiner"} {
		who := c.Staff(role)
		who.WantCode(exam.RoleNotAllowed, "GET", "/api/v1/staff/health", nil)
		who.WantCode(exam.RoleNotAllowed, "POST", "/api/v1/staff/health", nil)
	}
}
