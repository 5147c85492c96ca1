package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/refusal"
	"kaodian/app/exam"
	"kaodian/app/province/store"
	"kaodian/app/province/store/storetest"
	"kaodian/app/webkit"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/records"
	"kaodian/sync/records/recordstest"
)

// province is a real server on loopback over a real store; only the clock is
// the test's.
type province struct {
	*store.Store
	t      *testing.T
	server *Server
	url    string
	clock  *clock.Fake
}

// changedLog is an audit log in which somebody changed a line.
type changedLog struct{}

func (changedLog) State() webkit.AuditState {
	return webkit.AuditState{Broken: true, Detail: "line 2"}
}

func newProvince(t *testing.T) *province {
	t.Helper()
	folder := t.TempDir()
	created, err := store.Create(t.Context(), folder)
	must(t, err)
	must(t, created.Close())
	clk := clock.NewFake(time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC))
	s, err := store.OpenAt(t.Context(), folder, clk)
	must(t, err)
	server := New(Config{
		Store: s, Version: "test", Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Pages: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>the pages")}}, Audit: changedLog{},
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		stop, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.Shutdown(stop)
		if err := errors.Join(<-ended, s.Close()); err != nil {
			t.Error(err)
		}
	})
	hash, err := webkit.HashPassword("correct horse")
	must(t, err)
	must(t, s.PutUser(t.Context(), store.User{Name: "wang", Role: "reviewer", Password: hash}))
	return &province{Store: s, t: t, server: server, url: "http://" + l.Addr().String(), clock: clk}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// install is the centre's only box.
func install(centre string) string { return batch.Sum([]byte(centre))[:16] }

// receive takes a batch in that holds one clip with rendition, photo and an
// evidence frame, and returns the plain bytes by role.
func (p *province) receive(centre string, sequence int64) map[string][]byte {
	p.t.Helper()
	ctx := p.t.Context()
	must(p.t, p.Invite(ctx, centre, "dir:/x", "token"))
	_, err := p.Enrol(ctx, store.Install{Centre: centre, Install: install(centre), MinisignKey: "k"}, "token")
	must(p.t, err)
	plain := map[string][]byte{
		store.RoleOriginal:  bytes.Repeat([]byte("original "+centre), 1000),
		store.RoleRendition: []byte("rendition " + centre),
		store.RolePhoto:     []byte("\x89PNG\r\n\x1a\nphoto " + centre),
		store.RoleEvidence:  []byte("\xff\xd8\xffframe " + centre),
	}
	types := map[string]string{store.RoleOriginal: "video/quicktime", store.RoleRendition: "video/mp4", store.RolePhoto: "image", store.RoleEvidence: "image/jpeg"}
	var media []batchtest.Media
	for role, content := range plain {
		sum := batch.Sum(content)
		media = append(media, batchtest.Media{SHA256: sum, Sealed: sum, Size: int64(len(content)), Type: types[role], Role: role, Owner: "o"})
		path := p.MediaPath(sum)
		must(p.t, os.MkdirAll(filepath.Dir(path), 0o700))
		must(p.t, os.WriteFile(path, content, 0o600))
	}
	ref := store.Ref{Centre: centre, Install: install(centre), Sequence: sequence}
	sent := recordstest.Records(p.t, p.t.TempDir(), batch.Ref(ref), media)
	r, err := records.Open(ctx, store.SQLite{}, bytes.NewReader(sent), int64(len(sent)))
	must(p.t, err)
	must(p.t, r.Judge(ctx))
	_, err = p.TakeIn(ctx, store.Batch{Ref: ref, ManifestSHA256: batch.Sum([]byte(centre)), Files: 5, Bytes: 5000}, "", r)
	must(p.t, errors.Join(err, r.Close()))
	return plain
}

// browser is a browser with its cookies.
type browser struct {
	*province
	client *http.Client
}

func (p *province) browser() *browser {
	jar, err := cookiejar.New(nil)
	must(p.t, err)
	return &browser{province: p, client: &http.Client{Jar: jar, Timeout: time.Minute}}
}

func (p *province) reviewer() *browser {
	p.t.Helper()
	b := p.browser()
	b.want(http.StatusOK, "POST", "/api/v1/login", `{"name":"wang","password":"correct horse"}`)
	return b
}

// ask sends a request; headers are pairs.
func (b *browser) ask(method, path, body string, headers ...string) (*http.Response, []byte) {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.url+path, strings.NewReader(body))
	must(b.t, err)
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.client.Do(request)
	must(b.t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(b.t, err)
	return response, text
}

func (b *browser) want(status int, method, path, body string, headers ...string) []byte {
	b.t.Helper()
	response, text := b.ask(method, path, body, headers...)
	if response.StatusCode != status {
		b.t.Fatalf("%s %s is %d, not %d: %s", method, path, response.StatusCode, status, text)
	}
	return text
}

// get decodes the answer's JSON.
func get[T any](b *browser, path string) (out T) {
	b.t.Helper()
	must(b.t, json.Unmarshal(b.want(http.StatusOK, "GET", path, ""), &out))
	return out
}

func TestEveryRouteButTheLogInAsksWhoItIs(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	stranger := p.browser()
	for _, r := range New(Config{}).routes() {
		if r.Access == public {
			continue
		}
		path := strings.NewReplacer("{id}", "clip-"+install("jinan")+"-1-0", "{sha256}", strings.Repeat("a", 64)).Replace(r.Path)
		stranger.want(http.StatusUnauthorized, r.Method, path, "{}")
		forged := stranger.want(http.StatusUnauthorized, r.Method, path, "{}", "Cookie", cookie+"=guessed")
		if !strings.Contains(string(forged), `"code":"login_needed"`) {
			t.Errorf("%s %s: %s", r.Method, path, forged)
		}
	}
}

// Who looks after the server learns that the audit log is not what was
// written, and nobody else.
func TestAChangedAuditLogIsSaidToAdministrators(t *testing.T) {
	p := newProvince(t)
	text := p.reviewer().want(http.StatusForbidden, "GET", "/api/v1/audit", "")
	if !strings.Contains(string(text), string(exam.RoleNotAllowed)) {
		t.Errorf("a reviewer: %s", text)
	}
	must(t, p.SetRole(t.Context(), "wang", store.Administrator))
	state := get[webkit.AuditState](p.reviewer(), "/api/v1/audit")
	if !state.Broken || state.Cut || state.Detail != "line 2" {
		t.Errorf("%+v", state)
	}
}

func TestTheDescriptionNamesEveryRoute(t *testing.T) {
	text, err := Describe()
	must(t, err)
	var description struct {
		Paths map[string]map[string]any
	}
	must(t, json.Unmarshal(text, &description))
	routes := New(Config{}).routes()
	count := 0
	for _, methods := range description.Paths {
		count += len(methods)
	}
	if count != len(routes) {
		t.Errorf("it describes %d calls, there are %d", count, len(routes))
	}
	for _, r := range routes {
		if description.Paths[r.Path][strings.ToLower(r.Method)] == nil {
			t.Errorf("it does not describe %s %s", r.Method, r.Path)
		}
	}
}

// The pages' types are made of the committed description.
func TestTheCommittedDescriptionIsCurrent(t *testing.T) {
	text, err := Describe()
	must(t, err)
	committed, err := os.ReadFile("../../../ui/openapi/province.json")
	must(t, err)
	if !bytes.Equal(bytes.TrimSpace(committed), text) {
		t.Error("ui/openapi/province.json is not this API's description; run: make generate")
	}
}

func TestALogInEndsWithTheLogOut(t *testing.T) {
	p := newProvince(t)
	b := p.reviewer()
	if me := get[meBody](b, "/api/v1/me"); me.Name != "wang" || me.Role != "reviewer" || len(me.Centres) != 0 {
		t.Errorf("got %+v", me)
	}
	response, _ := b.ask("POST", "/api/v1/login", `{"name":"wang","password":"correct horse"}`)
	set := response.Header.Get("Set-Cookie")
	for _, want := range []string{cookie + "=", "HttpOnly", "SameSite=Lax"} {
		if !strings.Contains(set, want) {
			t.Errorf("the cookie %q has no %s", set, want)
		}
	}
	b.want(http.StatusNoContent, "POST", "/api/v1/logout", "")
	b.want(http.StatusUnauthorized, "GET", "/api/v1/me", "")
}

func TestASessionEndsAfterItsTime(t *testing.T) {
	p := newProvince(t)
	b := p.reviewer()
	p.clock.Advance(webkit.SessionLife)
	b.want(http.StatusUnauthorized, "GET", "/api/v1/me", "")
}

func TestGuessingIsSlowedDown(t *testing.T) {
	p := newProvince(t)
	b := p.browser()
	for range 5 {
		b.want(http.StatusUnauthorized, "POST", "/api/v1/login", `{"name":"wang","password":"wrong"}`)
	}
	b.want(http.StatusTooManyRequests, "POST", "/api/v1/login", `{"name":"wang","password":"correct horse"}`)
	b.want(http.StatusTooManyRequests, "POST", "/api/v1/login", `{"name":"nobody","password":"wrong"}`)
	p.reviewer() // on another machine
	p.clock.Advance(3 * time.Second)
	b.want(http.StatusOK, "POST", "/api/v1/login", `{"name":"wang","password":"correct horse"}`)
}

func TestManyGuessesAtOnceAreNoMoreThanAFew(t *testing.T) {
	p := newProvince(t)
	var tried atomic.Int32
	var group sync.WaitGroup
	b := p.browser()
	b.want(http.StatusUnauthorized, "POST", "/api/v1/login", `{"name":"wang","password":"wrong"}`)
	for range 20 {
		group.Go(func() {
			if response, _ := b.ask("POST", "/api/v1/login", `{"name":"wang","password":"wrong"}`); response.StatusCode == http.StatusUnauthorized {
				tried.Add(1)
			}
		})
	}
	group.Wait()
	if got := tried.Load(); got != 4 {
		t.Errorf("%d of 20 guesses at once were tried after the first, not 4", got)
	}
}

// A device that was wrong too often waits; the command lets it in again.
func TestAnUnlockedUserMayLogInAtOnce(t *testing.T) {
	p := newProvince(t)
	b := p.browser()
	for range 5 {
		b.want(http.StatusUnauthorized, "POST", "/api/v1/login", `{"name":"wang","password":"wrong"}`)
	}
	b.want(http.StatusTooManyRequests, "POST", "/api/v1/login", `{"name":"wang","password":"correct horse"}`)
	if err := p.UnlockUser(t.Context(), "nobody"); refusal.CodeOf(err) != refusal.NotFound {
		t.Error(err)
	}
	must(t, p.UnlockUser(t.Context(), "wang"))
	b.want(http.StatusOK, "POST", "/api/v1/login", `{"name":"wang","password":"correct horse"}`)
}

func TestWhatIsNoLogInIsRefused(t *testing.T) {
	b := newProvince(t).browser()
	for name, body := range map[string]string{
		"rubbish": "rubbish", "empty": "{}", "an unknown field": `{"name":"wang","password":"correct horse","x":1}`,
		"a long name": `{"name":"` + strings.Repeat("w", 65) + `","password":"x"}`,
	} {
		if response, text := b.ask("POST", "/api/v1/login", body); response.StatusCode/100 != 4 {
			t.Errorf("%s: %d %s", name, response.StatusCode, text)
		}
	}
	response, _ := b.ask("POST", "/api/v1/login", strings.Repeat("x", smallBody+1))
	if response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a long body: %d", response.StatusCode)
	}
}

func TestAnotherOriginCannotActForAReviewer(t *testing.T) {
	b := newProvince(t).reviewer()
	b.want(http.StatusForbidden, "POST", "/api/v1/logout", "", "Origin", "http://elsewhere.example")
	b.want(http.StatusOK, "GET", "/api/v1/me", "")
}

func TestCentresAndBatchesAreListed(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	p.receive("qingdao", 1)
	must(t, p.Invite(t.Context(), "yantai", "dir:/x", "token"))
	_, err := p.RecordOutcome(t.Context(), store.Batch{
		Ref: store.Ref{Centre: "jinan", Install: install("jinan"), Sequence: 3}, ManifestSHA256: "b", Status: store.Waiting, Reasons: []string{"batch 2 is missing"},
	})
	must(t, err)
	b := p.reviewer()
	centres := get[[]centreBody](b, "/api/v1/centres")
	if len(centres) != 3 || centres[0].Centre != "jinan" || centres[0].Gap != 2 || centres[0].Batches != 1 || centres[0].Orders != 1 {
		t.Errorf("got %+v", centres)
	}
	if len(centres) == 3 && (!centres[2].EnrolledAt.IsZero() || centres[1].EnrolledAt.IsZero()) {
		t.Error("a centre that was only invited counts as enrolled")
	}
	all := get[[]batchBody](b, "/api/v1/batches")
	of := get[[]batchBody](b, "/api/v1/batches?centre=qingdao")
	if len(all) != 3 || len(of) != 1 || of[0].Centre != "qingdao" || of[0].Status != store.Accepted || of[0].Clips != 1 {
		t.Errorf("got %d batches, %+v", len(all), of)
	}
}

// The centre sends a damaged batch again by itself; the province must be updated
// for one of a newer version, of which it knows no file.
func TestWhatABatchWaitsForIsTold(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	ref := func(sequence int64) store.Ref {
		return store.Ref{Centre: "jinan", Install: install("jinan"), Sequence: sequence}
	}
	for _, b := range []store.Batch{
		{Ref: ref(2), Status: store.Damaged},
		{Ref: ref(3), ManifestSHA256: "c", Status: store.Waiting},
		{Ref: ref(4), ManifestSHA256: "d", Status: store.Waiting, Sums: []string{"e"}},
		{Ref: ref(5), ManifestSHA256: "f", Status: store.Refused},
	} {
		_, err := p.RecordOutcome(t.Context(), b)
		must(t, err)
	}
	b := p.reviewer()
	if c := get[[]centreBody](b, "/api/v1/centres")[0]; c.Refused != 2 || c.Damaged != 1 || c.OfNewer != 1 {
		t.Errorf("got %+v", c)
	}
	var told []string
	for _, row := range get[[]batchBody](b, "/api/v1/batches") {
		told = append(told, string(row.Status)+" "+row.Manifest)
	}
	slices.Sort(told[:4])
	if want := []string{"damaged ", "of_newer c", "refused f", "waiting d"}; !slices.Equal(told[:4], want) {
		t.Errorf("got %q", told)
	}
}

type clipPage struct {
	Clips []clipBody
	Next  string
}

func TestClipsComeWithTheirFindingsPageByPage(t *testing.T) {
	p := newProvince(t)
	for i := range 3 {
		p.receive(fmt.Sprint("centre", i), 1)
	}
	b := p.reviewer()
	first := get[clipPage](b, "/api/v1/clips?limit=2")
	second := get[clipPage](b, "/api/v1/clips?limit=2&before="+first.Next)
	if len(first.Clips) != 2 || len(second.Clips) != 1 || second.Next != "" || first.Clips[0].Centre != "centre2" {
		t.Fatalf("got %+v and %+v", first, second)
	}
	clip := second.Clips[0]
	if clip.Code != "7412" || clip.Worst != "warn" || len(clip.Findings) != 1 || clip.Findings[0].Evidence[0].FromMs != 1000 || clip.Candidate.Name != "王小明" {
		t.Errorf("got %+v", clip)
	}
	if byID := get[clipPage](b, "/api/v1/clips?id="+clip.ID); len(byID.Clips) != 1 || byID.Clips[0].ID != clip.ID {
		t.Errorf("got %+v", byID)
	}
	one := get[clipPage](b, "/api/v1/clips?centre=centre1&install="+install("centre1")+"&sequence=1")
	none := get[clipPage](b, "/api/v1/clips?centre=centre1&sequence=2")
	if len(one.Clips) != 1 || none.Clips == nil || len(none.Clips) != 0 {
		t.Errorf("got %d and %v", len(one.Clips), none.Clips)
	}
	b.want(http.StatusNotFound, "GET", "/api/v1/clips?before=x", "")
}

func TestAVideoIsServedInPartsAndEachLookIsNoted(t *testing.T) {
	p := newProvince(t)
	plain := p.receive("jinan", 1)
	b := p.reviewer()
	clip := get[clipPage](b, "/api/v1/clips").Clips[0]
	video, before := "/api/v1/clips/"+clip.ID+"/video", p.looks(0)
	if got := b.want(http.StatusOK, "GET", video, ""); !bytes.Equal(got, plain[store.RoleOriginal]) {
		t.Error("the original is not the same")
	}
	response, part := b.ask("GET", video, "", "Range", "bytes=9-17")
	if response.StatusCode != http.StatusPartialContent || !bytes.Equal(part, plain[store.RoleOriginal][9:18]) || response.Header.Get("Content-Type") != "video/quicktime" {
		t.Errorf("a part: %d %q %v", response.StatusCode, part, response.Header)
	}
	b.want(http.StatusRequestedRangeNotSatisfiable, "GET", video, "", "Range", "bytes=999999-")
	if got := b.want(http.StatusOK, "GET", video+"?as=rendition", ""); !bytes.Equal(got, plain[store.RoleRendition]) {
		t.Error("the rendition is not the same")
	}
	if got := b.want(http.StatusOK, "GET", "/api/v1/clips/"+clip.ID+"/photo", ""); !bytes.Equal(got, plain[store.RolePhoto]) {
		t.Error("the photo is not the same")
	}
	frame := clip.Findings[0].Evidence[0].Frame
	if got := b.want(http.StatusOK, "GET", "/api/v1/evidence/"+frame, ""); !bytes.Equal(got, plain[store.RoleEvidence]) {
		t.Error("the frame is not the same")
	}
	if got := p.looks(before); got != 3 { // the clip in whatever form and part, photo, frame
		t.Errorf("%d looks are noted, not 3", got)
	}
	before = p.looks(0)
	p.clock.Advance(2 * time.Hour)
	for _, url := range []string{video, "/api/v1/clips/" + clip.ID + "/photo", "/api/v1/evidence/" + frame} {
		b.want(http.StatusPartialContent, "GET", url, "", "Range", "bytes=1-")
	}
	if got := p.looks(before); got != 3 {
		t.Errorf("all but the first byte of each: %d looks are noted, not 3", got)
	}
}

// looks is how many lines the audit log has grown by.
func (p *province) looks(before int) int {
	p.t.Helper()
	lines, err := p.VerifyAudit(p.t.Context())
	must(p.t, err)
	return lines - before
}

func TestOnlyWhatIsOfferedIsServed(t *testing.T) {
	p := newProvince(t)
	plain := p.receive("jinan", 1)
	b := p.reviewer()
	clip := get[clipPage](b, "/api/v1/clips").Clips[0].ID
	for _, path := range []string{
		"/api/v1/clips/unknown/video",
		"/api/v1/clips/unknown/photo",
		"/api/v1/clips/" + clip + "/video?as=photo",
		"/api/v1/evidence/" + batch.Sum(plain[store.RoleOriginal]), // a file, but no frame
		"/api/v1/evidence/..%2F..%2Fprovince.db",
		"/api/v1/evidence/x",
		"/api/v1/unknown",
	} {
		b.want(http.StatusNotFound, "GET", path, "")
	}
}

func TestThePagesAreServedUnderAStrictPolicy(t *testing.T) {
	b := newProvince(t).browser()
	response, text := b.ask("GET", "/batches", "")
	if response.StatusCode != http.StatusOK || !strings.Contains(string(text), "the pages") {
		t.Errorf("%d %s", response.StatusCode, text)
	}
	if policy := response.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self'") {
		t.Errorf("the policy is %q", policy)
	}
	b.want(http.StatusOK, "GET", "/healthz", "")
}

func TestR33WhatPeopleAtTheCentreSaidIsShown(t *testing.T) {
	p := newProvince(t)
	p.receive("north", 1)
	// However often a hostile batch says that a decision was taken back, it is one.
	storetest.Exec(t, p.Folder(), "INSERT INTO facts SELECT batch, seq + 1000, at, recorded_at, action, by_role, by_name, order_id, attempt_id, clip_id, reason, args, hash "+
		"FROM facts WHERE action = 'decision_undone'")
	var page struct{ Clips []clipBody }
	must(t, json.Unmarshal(p.reviewer().want(http.StatusOK, http.MethodGet, "/api/v1/clips", ""), &page))
	review := page.Clips[0].Review
	if len(review.Announcement) != 1 || review.Announcement[0].Heard != exam.HeardWell || review.Announcement[0].By != "李老师" || review.CodeAt.IsZero() {
		t.Errorf("R33: %+v", review)
	}
	if len(review.Departures) != 1 || review.Departures[0].Category != "hat" || *review.Departures[0].Ms != 1500 || review.Departures[0].Remark != "白帽子" {
		t.Errorf("R32: %+v", review.Departures)
	}
	if len(review.Marks) != 1 || review.Marks[0].Whole || review.Marks[0].Level != exam.LevelGood || review.Marks[0].By != "考官甲" {
		t.Errorf("R21: %+v", review.Marks)
	}
	if len(review.Decisions) != 3 {
		t.Fatalf("R20: %+v", review.Decisions)
	}
	undone, reported := review.Decisions[1], review.Decisions[2]
	if undone.Kind != exam.ClipInvalid || undone.Reason != "看谱" || undone.By != "李老师" || undone.UndoneAt.IsZero() || undone.UndoneBy != "张主任" || undone.UndoneFor != "误判" {
		t.Errorf("R20: what was taken back: %+v", undone)
	}
	if reported.Kind != exam.Disqualify || reported.Reason != "替考" || reported.By != "张主任" || !reported.Pending || !reported.UndoneAt.IsZero() {
		t.Errorf("R20: what is reported: %+v", reported)
	}
}

// Whoever decides about a clip sees what the centre noted of its order, in
// whatever attempt, and what it took back as such (R31).
func TestR31IrregularitiesReachWhoDecides(t *testing.T) {
	p := newProvince(t)
	p.receive("north", 1)
	exec := func(statement string) { storetest.Exec(t, p.Folder(), statement) }
	exec("DELETE FROM irregularities")
	const row = "INSERT INTO irregularities SELECT batch, '%s', order_id, %s, '', '%s', '%s', 'staff', '李老师', %d, %s FROM attempts " +
		"WHERE id = (SELECT attempt_id FROM clips ORDER BY number DESC LIMIT 1)"
	exec(fmt.Sprintf(row, "i1", "id", "prompted", "开头两行看了谱", 1782900005000, "NULL"))
	exec(fmt.Sprintf(row, "i2", "''", "late", "", 1782900006000, "1782900007000"))
	exec("INSERT INTO facts SELECT batch, 5000, 1782900007000, 1782900007000, 'irregularity_undone', 'staff', '张主任', " +
		"order_id, '', '', '没有迟到', '{\"irregularity\":\"i2\"}', 'h' FROM irregularities LIMIT 1")
	var page struct{ Clips []clipBody }
	must(t, json.Unmarshal(p.reviewer().want(http.StatusOK, http.MethodGet, "/api/v1/clips", ""), &page))
	notes := page.Clips[0].Review.Irregularities
	if len(notes) != 2 {
		t.Fatalf("%+v", notes)
	}
	if one := notes[0]; one.Category != "prompted" || one.Remark != "开头两行看了谱" || one.Role != exam.ByStaff || one.By != "李老师" || !one.ThisAttempt || one.Whole || !one.UndoneAt.IsZero() {
		t.Errorf("%+v", one)
	}
	if one := notes[1]; one.Category != "late" || !one.Whole || one.ThisAttempt || one.UndoneAt.IsZero() || one.UndoneBy != "张主任" || one.UndoneFor != "没有迟到" {
		t.Errorf("%+v", one)
	}
}
