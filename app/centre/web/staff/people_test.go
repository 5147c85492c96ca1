package staff_test

import (
	"strings"
	"testing"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

type invitation struct{ ID, Kind, Name, Role, State, URL string }

func (i invitation) token() string { _, token, _ := strings.Cut(i.URL, "#"); return token }

func TestAnInvitedPersonSetsAPasswordAndIsIn(t *testing.T) {
	c := webtest.New(t)
	boss := c.Staff(store.Administrator)
	var made, seen invitation
	boss.Want(200, "POST", "/api/v1/staff/invitations", map[string]string{"name": "王老师", "role": "examiner"}, &made)
	if !strings.HasPrefix(made.URL, c.URL+"/staff/in#") || len(made.token()) < 26 {
		t.Fatalf("the link is %q", made.URL)
	}
	var list []invitation
	boss.Want(200, "GET", "/api/v1/staff/invitations", nil, &list)
	if len(list) != 1 || list[0].State != "open" || list[0].URL != "" {
		t.Errorf("listed: %+v", list)
	}

	wang := c.Phone()
	wang.Want(200, "POST", "/api/v1/staff/invitation", map[string]string{"token": made.token()}, &seen)
	if seen.Name != "王老师" || seen.Role != "examiner" || seen.Kind != "account" {
		t.Errorf("seen: %+v", seen)
	}
	use := func(p *webtest.Phone, password string, code refusal.Code) {
		t.Helper()
		p.WantCode(code, "POST", "/api/v1/staff/invitation/use", map[string]string{"token": made.token(), "password": password})
	}
	use(wang, "short", webkit.PasswordShort)
	use(wang, strings.Repeat("密", 100), webkit.PasswordInvalid)
	wang.WantCode(login.Needed, "GET", "/api/v1/staff/me", nil)
	wang.Want(200, "POST", "/api/v1/staff/invitation/use", map[string]string{"token": made.token(), "password": "a good long one"}, nil)
	var me struct{ Name, Role string }
	wang.Want(200, "GET", "/api/v1/staff/me", nil, &me)
	if me.Name != "王老师" || me.Role != "examiner" {
		t.Errorf("in as %+v", me)
	}
	use(c.Phone(), "another long one", login.InvitationUsed)
	c.Phone().Want(200, "POST", "/api/v1/staff/login", map[string]string{"name": "王老师", "password": "a good long one"}, nil)
}

func TestALinkMayBeWithdrawnAndTheFirstAdministratorIsAlone(t *testing.T) {
	c := webtest.New(t)
	_, err := c.CreateFirstInvitation(t.Context(), "the first secret")
	webtest.Must(t, err)
	body := map[string]string{"token": "the first secret", "password": "a good long one"}
	first := c.Phone()
	first.WantCode(webkit.AccountNameInvalid, "POST", "/api/v1/staff/invitation/use", body)
	body["name"] = "管理员"
	first.Want(200, "POST", "/api/v1/staff/invitation/use", body, nil)

	var made invitation
	first.Want(200, "POST", "/api/v1/staff/invitations/password", map[string]string{"name": "管理员"}, &made)
	first.Want(204, "DELETE", "/api/v1/staff/invitations/"+made.ID, nil, nil)
	first.WantCode(login.InvitationWithdrawn, "POST", "/api/v1/staff/invitation", map[string]string{"token": made.token()})
	first.WantCode(login.InvitationNotValid, "POST", "/api/v1/staff/invitation", map[string]string{"token": "guessed"})
	first.WantCode(login.UserExists, "POST", "/api/v1/staff/invitations", map[string]string{"name": "管理员", "role": "examiner"})
	first.WantCode(webkit.AccountNameInvalid, "POST", "/api/v1/staff/invitations", map[string]string{"name": " li", "role": "examiner"})
	c.Staff(store.Technician).WantCode(exam.RoleNotAllowed, "GET", "/api/v1/staff/invitations", nil)
}
