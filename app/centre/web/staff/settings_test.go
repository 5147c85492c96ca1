package staff_test

import (
	"slices"
	"testing"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func TestAnAdministratorChoosesASettingAndATechnicianLooks(t *testing.T) {
	c := webtest.New(t)
	const settings, name = "/api/v1/staff/settings", "/api/v1/staff/settings/exam.centre_name"
	chosen := map[string]any{"value": "济南一号考点"}
	admin := c.Staff("administrator")
	admin.Want(200, "POST", name, chosen, nil)
	for role, sees := range map[login.Role]bool{"technician": true, "invigilator": false, "examiner": false} {
		who := c.Staff(role)
		who.WantCode(exam.RoleNotAllowed, "POST", name, map[string]any{"value": "别的"})
		who.WantCode(exam.RoleNotAllowed, "DELETE", name, nil)
		if !sees {
			who.WantCode(exam.RoleNotAllowed, "GET", settings, nil)
			continue
		}
		var got struct{ Settings []staff.Setting }
		who.Want(200, "GET", settings, nil, &got)
		if len(got.Settings) != 1 || got.Settings[0].Value != "济南一号考点" {
			t.Errorf("%s sees %+v", role, got)
		}
	}
	admin.WantCode(refusal.NotFound, "POST", "/api/v1/staff/settings/exam.nothing", chosen)
	admin.Want(200, "POST", name, chosen, nil) // the same again: no line
	admin.Want(200, "DELETE", name, nil, nil)
	if by := c.Notes("setting_changed"); !slices.Equal(by, []string{"administrator", "administrator"}) {
		t.Errorf("the audit log has changes by %v", by)
	}
}
