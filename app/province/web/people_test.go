package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kaodian/app/base/login"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

// as is a browser of a new account; centres limit it.
func (p *province) as(role login.Role, centres ...string) *browser {
	p.t.Helper()
	hash, err := webkit.HashPassword("correct horse")
	must(p.t, err)
	name := fmt.Sprint(role, " ", strings.Join(centres, " "))
	must(p.t, p.PutUser(p.t.Context(), store.User{Name: name, Role: role, Password: hash, Centres: login.JoinCentres(centres)}))
	b := p.browser()
	b.want(http.StatusOK, "POST", "/api/v1/login", `{"name":"`+name+`","password":"correct horse"}`)
	return b
}

// Every route answers exactly the roles that it is for: whom it refuses, it
// refuses before anything else.
func TestEveryRouteIsForItsRolesOnly(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	admitted := map[access][]string{
		users:     {"head", "administrator", "reviewer", "viewer"},
		reviewers: {"head", "administrator", "reviewer"},
		heads:     {"head"},
	}
	browsers := map[string]*browser{
		"head": p.as(store.Administrator), "administrator": p.as(store.Administrator, "jinan"), "reviewer": p.as(store.Reviewer), "viewer": p.as(store.Viewer),
	}
	for _, r := range New(Config{}).routes() {
		if r.Access == public || strings.HasSuffix(r.Path, "/logout") || strings.HasPrefix(r.Path, "/api/v1/me/") {
			continue
		}
		path := strings.NewReplacer("{id}", "x", "{centre}", "nowhere", "{sha256}", strings.Repeat("a", 64)).Replace(r.Path)
		for role, b := range browsers {
			response, text := b.ask(r.Method, path, "{}")
			refused := strings.Contains(string(text), `"code":"role_not_allowed"`) && response.StatusCode == http.StatusForbidden
			if want := !slices.Contains(admitted[r.Access], role); refused != want {
				t.Errorf("%s %s by %s: %d, refused %t, want %t: %.200s", r.Method, path, role, response.StatusCode, refused, want, text)
			}
		}
	}
}

// An account that is limited to a centre finds nothing of another, by whatever
// way it asks.
func TestALimitedAccountSeesItsCentresOnly(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	p.receive("qingdao", 1)
	must(t, p.RecordNotices(t.Context(), []store.Notice{{Name: "qingdao/x", Kind: store.Junk}, {Name: "jinan/x", Kind: store.Junk}, {Name: "qingdao/jinan/x", Kind: store.Junk}, {Name: "enrol/jinan/x", Kind: store.Junk}}))
	all := get[clipPage](p.reviewer(), "/api/v1/clips").Clips
	b := p.as(store.Reviewer, "jinan")
	if got := get[meBody](b, "/api/v1/me").Centres; !slices.Equal(got, []string{"jinan"}) {
		t.Errorf("it is told %v", got)
	}
	for path, want := range map[string]string{
		"/api/v1/centres": `"centre":"qingdao"`, "/api/v1/batches": `"centre":"qingdao"`, "/api/v1/orders": `"centre":"qingdao"`,
		"/api/v1/clips": `"centre":"qingdao"`, "/api/v1/notices": "qingdao",
		"/api/v1/batches?centre=qingdao": "qingdao", "/api/v1/orders?centre=qingdao": "qingdao", "/api/v1/clips?centre=qingdao": "qingdao",
	} {
		text := string(b.want(http.StatusOK, "GET", path, ""))
		if strings.Contains(text, want) {
			t.Errorf("%s tells of another centre: %s", path, text)
		}
		if !strings.Contains(path, "?") && !strings.Contains(text, "jinan") {
			t.Errorf("%s tells nothing of the own centre: %s", path, text)
		}
	}
	for _, clip := range all {
		want := http.StatusOK
		if clip.Centre == "qingdao" {
			want = http.StatusNotFound
		}
		for _, path := range []string{"/api/v1/clips/" + clip.ID + "/video", "/api/v1/clips/" + clip.ID + "/photo", "/api/v1/evidence/" + clip.Findings[0].Evidence[0].Frame} {
			b.want(want, "GET", path, "")
		}
	}
}

// Nobody's ID number, phone or address is in any answer: what is not shown
// needs no note of a view.
func TestNoAnswerHasAnIDNumber(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	b := p.as(store.Administrator)
	for _, r := range New(Config{}).routes() {
		if r.Method != http.MethodGet || strings.Contains(r.Path, "{") {
			continue
		}
		_, text := b.ask("GET", r.Path, "")
		for _, secret := range []string{"370102201505060015", "id_number", "guardian", "phone\":"} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s has %s", r.Path, secret)
			}
		}
	}
}

func TestAnInvitedPersonSetsAPasswordAndIsIn(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	boss := p.as(store.Administrator)
	boss.want(http.StatusUnprocessableEntity, "POST", "/api/v1/invitations", `{"name":"li","role":"viewer","centres":["nowhere"]}`)
	var made invitationBody
	must(t, json.Unmarshal(boss.want(http.StatusOK, "POST", "/api/v1/invitations", `{"name":"李老师","role":"reviewer","centres":["jinan"]}`), &made))
	at, token, _ := strings.Cut(made.URL, "#")
	if at != p.url+"/in" || len(token) < 26 {
		t.Fatalf("the link is %q", made.URL)
	}
	if list := get[[]invitationBody](boss, "/api/v1/invitations"); len(list) != 1 || list[0].URL != "" || list[0].State != "open" {
		t.Errorf("listed: %+v", list)
	}
	li := p.browser()
	li.want(http.StatusOK, "POST", "/api/v1/invitation", `{"token":"`+token+`"}`)
	li.want(http.StatusUnprocessableEntity, "POST", "/api/v1/invitation/use", `{"token":"`+token+`","password":"short"}`)
	li.want(http.StatusOK, "POST", "/api/v1/invitation/use", `{"token":"`+token+`","password":"a good long one"}`)
	if me := get[meBody](li, "/api/v1/me"); me.Name != "李老师" || me.Role != store.Reviewer || !slices.Equal(me.Centres, []string{"jinan"}) {
		t.Errorf("in as %+v", me)
	}
	p.browser().want(http.StatusGone, "POST", "/api/v1/invitation/use", `{"token":"`+token+`","password":"another long one"}`)
	li.want(http.StatusConflict, "POST", "/api/v1/me/password", `{"present":"wrong one","new":"a better long one"}`)
	li.want(http.StatusNoContent, "POST", "/api/v1/me/password", `{"present":"a good long one","new":"a better long one"}`)
	get[meBody](li, "/api/v1/me")

	people := get[[]accountBody](boss, "/api/v1/people")
	i := slices.IndexFunc(people, func(one accountBody) bool { return one.Name == "李老师" })
	if i < 0 || len(people[i].Sessions) != 1 {
		t.Fatalf("%+v", people)
	}
	boss.want(http.StatusNoContent, "POST", "/api/v1/people/role", `{"name":"李老师","role":"viewer"}`)
	li.want(http.StatusUnauthorized, "GET", "/api/v1/me", "")
	if people = get[[]accountBody](boss, "/api/v1/people"); !slices.Equal(people[i].Centres, []string{"jinan"}) {
		t.Errorf("another role took the limit away: %+v", people[i])
	}
	boss.want(http.StatusNoContent, "POST", "/api/v1/people/lock", `{"name":"李老师"}`)
	li.want(http.StatusForbidden, "POST", "/api/v1/login", `{"name":"李老师","password":"a better long one"}`)
	boss.want(http.StatusNoContent, "POST", "/api/v1/people/unlock", `{"name":"李老师"}`)
	li.want(http.StatusOK, "POST", "/api/v1/login", `{"name":"李老师","password":"a better long one"}`)
	boss.want(http.StatusNoContent, "POST", "/api/v1/people/sessions/end", `{"name":"李老师"}`)
	li.want(http.StatusUnauthorized, "GET", "/api/v1/me", "")
	boss.want(http.StatusNoContent, "POST", "/api/v1/people/remove", `{"name":"李老师"}`)
	if lines := get[struct{ Lines []auditLineBody }](boss, "/api/v1/audit/lines?text=李老师").Lines; len(lines) < 8 || lines[0].Action != "user_removed" || lines[0].By != "administrator " {
		t.Errorf("the log: %+v", lines)
	}
}

// A locked account is locked for every way in, and an empty name lifts no limit.
func TestALockedAccountHasNoWayBack(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	boss := p.as(store.Administrator)
	p.as(store.Reviewer, "jinan")
	link := func() (token string) {
		var made invitationBody
		must(t, json.Unmarshal(boss.want(http.StatusOK, "POST", "/api/v1/invitations/password", `{"name":"reviewer jinan"}`), &made))
		_, token, _ = strings.Cut(made.URL, "#")
		return token
	}
	token := link()
	boss.want(http.StatusNoContent, "POST", "/api/v1/people/lock", `{"name":"reviewer jinan"}`)
	p.browser().want(http.StatusGone, "POST", "/api/v1/invitation/use", `{"token":"`+token+`","password":"a good long one"}`)
	for _, centres := range []string{`[""]`, `[" "]`, `["jinan",""]`, `["jinan,"]`} {
		boss.want(http.StatusUnprocessableEntity, "POST", "/api/v1/people/centres", `{"name":"reviewer jinan","centres":`+centres+`}`)
		boss.want(http.StatusUnprocessableEntity, "POST", "/api/v1/invitations", `{"name":"li","role":"viewer","centres":`+centres+`}`)
	}
}

// Somebody who sees all centres and looks after the accounts always remains.
func TestTheLastAdministratorOfAllCentresIsNotLimited(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	boss := p.as(store.Administrator)
	p.as(store.Administrator, "jinan")
	for _, act := range []string{`centres","centres":["jinan"]`, `lock"`, `remove"`, `role","role":"viewer"`} {
		path, more, _ := strings.Cut(act, `"`)
		text := boss.want(http.StatusConflict, "POST", "/api/v1/people/"+path, `{"name":"administrator "`+more+`}`)
		if !strings.Contains(string(text), string(login.LastAdministrator)) {
			t.Errorf("%s: %s", path, text)
		}
	}
}

func TestTheAuditLogIsReadInPagesAndExported(t *testing.T) {
	p := newProvince(t)
	boss := p.as(store.Administrator)
	for range 60 {
		must(t, p.Audit(t.Context(), store.Entry{Action: store.ActionVideoViewed, By: "wang", Subject: `=HYPERLINK("http://x")`}))
	}
	type page struct {
		Lines []auditLineBody
		Next  int64
	}
	first := get[page](boss, "/api/v1/audit/lines?by=wang&action=video_viewed")
	second := get[page](boss, fmt.Sprint("/api/v1/audit/lines?by=wang&action=video_viewed&before=", first.Next))
	if len(first.Lines) != 50 || len(second.Lines) != 10 || second.Next != 0 || second.Lines[0].Seq >= first.Lines[49].Seq {
		t.Errorf("pages of %d and %d, next %d", len(first.Lines), len(second.Lines), second.Next)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(boss.want(http.StatusOK, "GET", "/api/v1/audit/export?as=csv&by=wang", ""), []byte("\ufeff")))).ReadAll()
	must(t, err)
	if len(rows) != 61 || !strings.HasPrefix(rows[1][4], "'=") {
		t.Errorf("CSV: %d rows, %q", len(rows), rows[1])
	}
	if file := boss.want(http.StatusOK, "GET", "/api/v1/audit/export?as=xlsx", ""); !bytes.HasPrefix(file, []byte("PK")) {
		t.Error("that is no workbook")
	}
	if noted := get[page](boss, "/api/v1/audit/lines?action=audit_exported").Lines; len(noted) != 2 || noted[0].By != "administrator " {
		t.Errorf("noted: %+v", noted)
	}
	boss.want(http.StatusUnprocessableEntity, "GET", "/api/v1/audit/export?from=yesterday", "")
}
