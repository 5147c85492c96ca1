package web_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kaodian/app/base/login"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/webtest"
)

// TestEveryRouteForEveryRole goes through the route list itself, so that no
// new route escapes: without a log-in 401, with a foreign id 404.
func TestEveryRouteForEveryRole(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	c.Register("T2", "2")
	owner := c.Candidate("T1", "1")
	attempt := owner.Start()
	clip := owner.Upload(attempt.ID, "1", "a video")
	stranger, anonymous, invigilator := c.Candidate("T2", "2"), c.Phone(), c.Staff("invigilator")
	judge, mechanic := c.Staff("examiner"), c.Staff("technician")
	ids := strings.NewReplacer("orders/{id}", "orders/"+attempt.OrderID, "attempts/{id}", "attempts/"+attempt.ID,
		"clips/{id}", "clips/"+clip, "review/{id}", "review/"+clip, "{departure}", "departure", "{decision}", "decision", "{item}", "1", "{number}", "123456", "{sha256}", strings.Repeat("0", 64))
	for _, r := range web.Routes() {
		path := ids.Replace(r.Path)
		t.Run(r.Method+" "+r.Path, func(t *testing.T) {
			check := func(who string, p *webtest.Phone, want int) {
				if got := p.Call(r.Method, path, webtest.BodyFor(r.Path), nil).StatusCode; got != want {
					t.Errorf("%s: %d, want %d", who, got, want)
				}
			}
			switch r.Access {
			case access.Candidates:
				check("nobody", anonymous, http.StatusUnauthorized)
				check("staff", invigilator, http.StatusUnauthorized)
				if strings.Contains(r.Path, "{id}") {
					check("a stranger", stranger, http.StatusNotFound)
				}
			case access.Staff, access.Desk, access.Machine, access.Reviewers, access.Deciders, access.Examiners, access.Administrators:
				check("nobody", anonymous, http.StatusUnauthorized)
				check("a candidate", owner, http.StatusUnauthorized)
			}
			if roles := r.Access.Roles(); roles != nil {
				for role, p := range map[login.Role]*webtest.Phone{store.Examiner: judge, store.Technician: mechanic, store.Invigilator: invigilator} {
					if !slices.Contains(roles, role) {
						check("R21: "+string(role), p, http.StatusForbidden)
					}
				}
			}
			if r.Access == access.Machine && strings.Contains(r.Path, "{id}") {
				check("a technician", mechanic, http.StatusNotFound)
			}
		})
	}
}

// unknown are the answers to an id that nobody has, where it is not 404: an act
// that was done already is no error, and what comes in pieces names its version.
var unknown = map[string]int{
	"DELETE /api/v1/staff/intake/{id}":            http.StatusNoContent,
	"DELETE /api/v1/staff/syllabus/previews/{id}": http.StatusNoContent,
	"POST /api/v1/staff/setup/steps/{step}":       http.StatusUnprocessableEntity,
	"HEAD /api/v1/staff/desk-uploads/{id}":        http.StatusPreconditionFailed,
	"PATCH /api/v1/staff/desk-uploads/{id}":       http.StatusPreconditionFailed,
	"DELETE /api/v1/staff/desk-uploads/{id}":      http.StatusPreconditionFailed,
	"OPTIONS /api/v1/staff/desk-uploads/{id}":     http.StatusNoContent,
}

// TestEveryStaffRouteForIDsThatNobodyHas goes through the route list: an id that
// nobody has is 404 to every role that may ask, and a locked account is out.
func TestEveryStaffRouteForIDsThatNobodyHas(t *testing.T) {
	c := webtest.New(t)
	of := map[login.Role]*webtest.Phone{}
	for _, role := range store.Roles() {
		of[role] = c.StaffNamed("a "+string(role), role)
	}
	locked := c.StaffNamed("locked", store.Invigilator)
	of[store.Administrator].Want(204, "POST", "/api/v1/staff/people/lock", map[string]any{"name": "locked"}, nil)
	ids, shaped := regexp.MustCompile(`\{[a-z0-9]+\}`), strings.NewReplacer("{number}", "000000", "{install}", strings.Repeat("0", 16), "{sequence}", "1")
	for _, r := range web.Routes() {
		roles := r.Access.Roles()
		if roles == nil {
			continue
		}
		path := ids.ReplaceAllString(shaped.Replace(r.Path), "nobodys")
		if got := locked.Call(r.Method, path, webtest.BodyFor(r.Path), nil).StatusCode; got != http.StatusUnauthorized {
			t.Errorf("%s %s: %d to a locked account", r.Method, r.Path, got)
		}
		if path == r.Path {
			continue
		}
		want := cmp.Or(unknown[r.Method+" "+r.Path], http.StatusNotFound)
		for _, role := range roles {
			if got := of[role].Call(r.Method, path, webtest.BodyFor(r.Path), nil).StatusCode; got != want {
				t.Errorf("%s %s: %d to the %s, want %d", r.Method, r.Path, got, role, want)
			}
		}
	}
}

func TestTheDescriptionNamesEveryRoute(t *testing.T) {
	text, err := web.Describe()
	webtest.Must(t, err)
	var described struct {
		Paths map[string]map[string]json.RawMessage
	}
	webtest.Must(t, json.Unmarshal(text, &described))
	for _, r := range web.Routes() {
		if described.Paths[r.Path][strings.ToLower(r.Method)] == nil {
			t.Errorf("%s %s is not in openapi.json", r.Method, r.Path)
		}
	}
	c := webtest.New(t)
	c.Phone().Want(200, "GET", "/api/openapi.json", nil, nil)
}

// The pages' types are made of the committed description.
func TestTheCommittedDescriptionIsCurrent(t *testing.T) {
	text, err := web.Describe()
	webtest.Must(t, err)
	committed, err := os.ReadFile("../../../ui/openapi/centre.json")
	webtest.Must(t, err)
	if !bytes.Equal(bytes.TrimSpace(committed), text) {
		t.Error("ui/openapi/centre.json is not this API's description; run: make generate")
	}
}
