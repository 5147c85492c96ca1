package web

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// What nobody but the desk may learn of a candidate (R21).
var personal = map[string]string{
	"pinyin": "Zhuge Xiaohuan", "ID number": "370102201605060088", "phone": "13912345678",
	"address": "历下区某路九号", "ticket": "TICKET-77", "another order": "古筝",
}

const secretName = "诸葛小欢"

// finalOrder is a submitted order with everything personal filled in, its
// examined clip and a frame of the face.
func (c *centre) finalOrder() (order, clip, frame string) {
	c.t.Helper()
	now := c.Now()
	photo := strings.Repeat("ab", 32)
	registration := exam.Registration{
		Ticket: personal["ticket"], Name: secretName, Pinyin: personal["pinyin"], IDType: "居民身份证", IDNumber: personal["ID number"],
		GuardianAddress: personal["address"], Phone: personal["phone"], Subject: "钢琴", Grade: 3, BirthDate: exam.Date{Year: 2016, Month: 5, Day: 6},
		Window: exam.Window{OpensAt: now.Add(-time.Hour), ClosesAt: now.Add(48 * time.Hour)}, Photo: photo,
		Pieces: []exam.Piece{{Item: "练习曲", Title: "车尔尼 599"}, {Item: "乐曲", Title: "小步舞曲"}},
	}
	other := registration
	other.Ticket, other.Subject = "TICKET-78", personal["another order"]
	imported, err := c.ImportOrders(c.t.Context(), []exam.Registration{registration, other}, false, false)
	must(c.t, err)
	if len(imported.Refused) > 0 {
		c.t.Fatal(imported.Refused)
	}
	owner := c.candidate(registration.Ticket, registration.IDNumber)
	var orders []orderBody
	owner.want(200, "GET", "/api/v1/orders", nil, &orders)
	for _, o := range orders {
		if o.Subject == "钢琴" {
			order = o.ID
		}
	}
	owner.want(204, "POST", "/api/v1/orders/"+order+"/consent", map[string]any{"face": true, "guardian": "诸葛大人"}, nil)
	var rules struct {
		RulesVersion string `json:"rules_version"`
	}
	owner.want(200, "GET", "/api/v1/orders/"+order+"/rules", nil, &rules)
	var attempt attemptBody
	owner.want(201, "POST", "/api/v1/orders/"+order+"/attempts", map[string]any{"agreed": true, "rules_version": rules.RulesVersion}, &attempt)
	owner.want(200, "POST", "/api/v1/attempts/"+attempt.ID+"/acknowledge", nil, nil)
	clip = owner.upload(attempt.ID, "1", "a video")
	frame = c.examine(clip)
	owner.want(200, "POST", "/api/v1/attempts/"+attempt.ID+"/submit", nil, nil)
	for name, content := range map[string]string{store.PhotoFile(photo): "\xff\xd8\xff a photo", store.EvidenceFile(frame): "\xff\xd8\xff a frame"} {
		path := c.server.file(name)
		must(c.t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(c.t, os.WriteFile(path, []byte(content), 0o600))
	}
	return order, clip, frame
}

func TestR5TheTicketShowsItsOwnersPhotoToNobodyElse(t *testing.T) {
	c := newCentre(t)
	c.server.CentreName = "济南一号考点"
	order, _, _ := c.finalOrder()
	c.register("T2", "2")
	owner, stranger := c.candidate(personal["ticket"], personal["ID number"]), c.candidate("T2", "2")
	var body orderBody
	owner.want(200, "GET", "/api/v1/orders/"+order, nil, &body)
	if !body.Photo || body.Centre != "济南一号考点" || body.Clips != 1 || body.ClipsWanted != 2 {
		t.Errorf("%+v", body)
	}
	answer := owner.call("GET", "/api/v1/orders/"+order+"/photo", nil, nil)
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	stranger.wantCode(refusal.NotFound, "GET", "/api/v1/orders/"+order+"/photo", nil)
	var orders []orderBody
	stranger.want(200, "GET", "/api/v1/orders", nil, &orders)
	stranger.wantCode(refusal.NotFound, "GET", "/api/v1/orders/"+orders[0].ID+"/photo", nil) // 照片待补
	if orders[0].Photo {
		t.Error("a photo that nobody has")
	}
}

// otherClip is a clip of another order that was erased since.
const otherClip = "anotherordersclip"

func (c *centre) examine(clip string) (frame string) {
	c.t.Helper()
	frame = strings.Repeat("cd", 32)
	q := c.Queue("this boot")
	job, err := q.ReceiveJob(c.t.Context(), jobs.Inspect, time.Minute)
	must(c.t, err)
	shown := []exam.Evidence{{From: 2 * time.Second, To: 2 * time.Second, Frame: frame}}
	must(c.t, c.RecordInspection(c.t.Context(), clip, store.Inspection{
		JobID: job.ID, SHA256: strings.Repeat("ef", 32), MediaType: "video/mp4", Measurement: exam.Measurement{Duration: time.Minute},
		Findings: []exam.Finding{
			{Kind: exam.KindReadable, Verdict: exam.Pass},
			{Kind: exam.KindLight, Verdict: exam.Warn, Note: exam.NoteTooDark, Evidence: []exam.Evidence{{From: 30 * time.Second, To: 40 * time.Second}}},
			{Kind: exam.KindElsewhere, Verdict: exam.Warn, Note: exam.NoteSameRecording, Evidence: []exam.Evidence{{OtherID: otherClip}, {OtherID: clip}}},
			{Kind: exam.KindEditing, Verdict: exam.Pass, Detail: secretName + "的手机"},
			{Kind: exam.KindFacePresent, Verdict: exam.Pass, Evidence: shown},
			{Kind: exam.KindFaceMatch, Verdict: exam.Fail, Value: new(0.123), Evidence: shown},
		},
	}))
	return frame
}

func (p *phone) answer(method, path string, body any) (status int, text string) {
	p.t.Helper()
	sent, err := json.Marshal(body)
	must(p.t, err)
	request, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, bytes.NewReader(sent))
	must(p.t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := p.client.Do(request)
	must(p.t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	must(p.t, err)
	return response.StatusCode, string(answer)
}

// writeNameEverywhere puts the candidate's name into every field that people
// fill in freely, and returns what of it belongs behind the identity tab.
func (c *centre) writeNameEverywhere(order, clip string, invigilator *phone) (behind []string) {
	c.t.Helper()
	review := "/api/v1/staff/review/" + clip
	words := func(what string) string {
		behind = append(behind, secretName+what)
		return secretName + what
	}
	invigilator.want(204, "POST", review+"/announcement", map[string]any{"part": "name", "heard": "wrong"}, nil)
	invigilator.want(204, "POST", review+"/decisions", map[string]any{"id": "decision-1", "kind": "clip_invalid", "reason": words("看谱")}, nil)
	invigilator.want(204, "POST", review+"/decisions/decision-1/undo", map[string]any{"reason": words("误判")}, nil)
	invigilator.want(204, "POST", review+"/departures", map[string]any{"id": "departure-1", "category": "hat", "remark": words("戴帽子")}, nil)
	staff := exam.Actor{Role: exam.ByStaff, Name: "invigilator"}
	for action, reason := range map[exam.FactKind]string{
		exam.FactExtraTime: words("停电"), exam.FactReopened: words("断网"), exam.FactVoided: words("琴坏了"), exam.FactWindowMoved: words("生病"),
	} {
		must(c.t, c.Audit(c.t.Context(), store.Entry{Action: string(action), By: staff, OrderID: order, Reason: reason}))
	}
	other := exam.Mark{ItemID: "1", Technique: exam.LevelGood, Tempo: exam.LevelGood, Interpretation: exam.LevelGood, Level: exam.LevelGood,
		Remarks: secretName + "很稳", By: exam.Actor{Role: exam.ByStaff, Name: "another examiner"}}
	must(c.t, c.GiveMark(c.t.Context(), order, other))
	must(c.t, c.SaveMarkDraft(c.t.Context(), order, other))
	owner := c.candidate(personal["ticket"], personal["ID number"])
	owner.want(200, "POST", "/api/v1/help", map[string]any{"reason": "unwell", "page": secretName, "last_error": secretName, "connection": secretName}, nil)
	var calls []helpCallBody
	invigilator.want(200, "GET", "/api/v1/staff/help", nil, &calls)
	invigilator.want(204, "POST", "/api/v1/staff/help/"+calls[0].ID+"/answer", map[string]any{"kind": "text", "text": secretName + "，我来了"}, nil)
	for _, statement := range []string{"UPDATE clips SET name = ?", "UPDATE orders SET consent_guardian = ?"} {
		_, err := c.DB().ExecContext(c.t.Context(), statement, secretName+".mp4")
		must(c.t, err)
	}
	return behind
}

// It goes through the route list itself, so that no new route escapes: what an
// examiner must not know is in no answer of the server.
func TestR21NoAnswerTellsAnExaminerWhoPlays(t *testing.T) {
	c := newCentre(t)
	order, clip, frame := c.finalOrder()
	invigilator, judge := c.staff("invigilator"), c.staff("examiner")
	typed := c.writeNameEverywhere(order, clip, invigilator)
	ids := strings.NewReplacer("orders/{id}", "orders/"+order, "clips/{id}", "clips/"+clip, "review/{id}", "review/"+clip,
		"{id}", clip, "{sha256}", frame, "{departure}", "x", "{decision}", "decision-1", "{number}", "123456", "{item}", "1")
	answered := 0
	for _, r := range (&Server{}).routes() {
		if strings.HasSuffix(r.Path, "logout") || r.Access == public {
			continue
		}
		status, text := judge.answer(r.Method, ids.Replace(r.Path), bodyFor(r.Path))
		if status < 300 {
			answered++
		}
		for what, secret := range personal {
			if strings.Contains(text, secret) {
				t.Errorf("%s %s tells an examiner the %s", r.Method, r.Path, what)
			}
		}
		if strings.Contains(text, otherClip) {
			t.Errorf("%s %s tells an examiner of another order's clip", r.Method, r.Path)
		}
		identity := strings.HasSuffix(r.Path, "/identity")
		for _, words := range typed {
			if identity && !strings.Contains(text, words) {
				t.Errorf("%s %s does not tell what staff wrote: %s", r.Method, r.Path, words)
			}
		}
		if strings.Contains(text, secretName) != identity {
			t.Errorf("%s %s: the name is in the answer: %t", r.Method, r.Path, !identity)
		}
		for _, secret := range []string{"0.123", string(exam.KindFaceMatch), frame} {
			if strings.Contains(text, secret) != identity && !strings.Contains(r.Path, "evidence") {
				t.Errorf("%s %s: the comparison's %s is in the answer: %t", r.Method, r.Path, secret, !identity)
			}
		}
	}
	if answered < 9 {
		t.Errorf("only %d routes answered an examiner: this proves little", answered)
	}
}

func TestR15StaffAreToldWhereTheSameClipIs(t *testing.T) {
	c := newCentre(t)
	order, clip, _ := c.finalOrder()
	invigilator := c.staff("invigilator")
	for _, path := range []string{"/api/v1/staff/clips/", "/api/v1/staff/review/"} {
		var body struct {
			Findings []findingBody `json:"findings"`
		}
		invigilator.want(200, "GET", path+clip, nil, &body)
		i := slices.IndexFunc(body.Findings, func(f findingBody) bool { return f.Kind == exam.KindElsewhere })
		places := body.Findings[i].Evidence
		if gone := places[0].Other; *gone != (otherClipBody{ClipID: otherClip}) {
			t.Errorf("%s: of one that was erased: %+v", path, gone)
		}
		if here := places[1].Other; here.ClipID != clip || here.OrderID != order || here.AttemptID == "" || here.Attempt != 1 {
			t.Errorf("%s: %+v", path, here)
		}
	}
}

func (c *centre) notes(action string) (by []string) {
	c.t.Helper()
	rows, err := c.DB().QueryContext(c.t.Context(), "SELECT by_name FROM audit WHERE action = ? ORDER BY seq", action)
	must(c.t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		must(c.t, rows.Scan(&name))
		by = append(by, name)
	}
	must(c.t, rows.Err())
	return by
}

func TestR21OpeningTheIdentityIsNoted(t *testing.T) {
	c := newCentre(t)
	_, clip, frame := c.finalOrder()
	judge := c.staff("examiner")
	var body reviewBody
	judge.want(200, "GET", "/api/v1/staff/review/"+clip, nil, &body)
	if len(c.notes("identity_viewed")) != 0 || body.Candidate != nil || body.Worst != exam.Warn || len(body.Findings) != 5 {
		t.Errorf("before it is opened an examiner sees %+v", body)
	}
	var identity identityBody
	judge.want(200, "GET", "/api/v1/staff/review/"+clip+"/identity", nil, &identity)
	judge.want(200, "GET", "/api/v1/staff/clips/"+clip+"/photo", nil, nil)
	judge.want(200, "GET", "/api/v1/staff/evidence/"+frame, nil, nil)
	judge.want(200, "GET", "/api/v1/staff/clips/"+clip+"/video", nil, nil)
	if identity.Name != secretName || !identity.Photo || len(identity.Findings) != 2 {
		t.Errorf("behind the tab is %+v", identity)
	}
	for _, action := range []string{"identity_viewed", "photo_viewed", "evidence_viewed", "video_viewed"} {
		if by := c.notes(action); len(by) != 1 || by[0] != "examiner" {
			t.Errorf("%s is noted of %v", action, by)
		}
	}
}

func TestR21AnExaminerSeesFinalOrdersOnly(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "1")
	owner := c.candidate("T1", "1")
	attempt := owner.start()
	clip := owner.upload(attempt.ID, "1", "a video")
	judge, invigilator := c.staff("examiner"), c.staff("invigilator")
	closed := func(want refusal.Code, listed int) {
		t.Helper()
		for _, path := range []string{"/api/v1/staff/review/" + clip, "/api/v1/staff/review/" + clip + "/identity", "/api/v1/staff/clips/" + clip + "/video", "/api/v1/staff/clips/" + clip + "/photo"} {
			judge.wantCode(want, "GET", path, nil)
		}
		judge.wantCode(want, "POST", "/api/v1/staff/review/"+clip+"/marks", bodyFor("/marks"))
		var page reviewQueueBody
		judge.want(200, "GET", "/api/v1/staff/review", nil, &page)
		if len(page.Clips) != listed {
			t.Errorf("the queue has %+v", page.Clips)
		}
		invigilator.want(200, "GET", "/api/v1/staff/review/"+clip, nil, nil)
		invigilator.wantCode(exam.OrderNotFinal, "POST", "/api/v1/staff/review/"+clip+"/announcement", bodyFor("/announcement"))
	}
	closed(exam.OrderNotFinal, 0)
	c.clock.Advance(45 * time.Minute)
	_, err := c.Tick(t.Context())
	must(t, err)
	closed(exam.OrderNotFinal, 0) // it may still be reset today (R16)
	c.clock.Advance(24 * time.Hour)
	judge = c.staff("examiner") // the session is over too
	var page reviewQueueBody
	judge.want(200, "GET", "/api/v1/staff/review", nil, &page)
	judge.want(200, "GET", "/api/v1/staff/review/"+clip, nil, nil)
	if len(page.Clips) != 1 || page.Clips[0].Candidate != nil {
		t.Errorf("final it is in the queue: %+v", page.Clips)
	}
}

func TestAReviewFromTheQueueToTheMark(t *testing.T) {
	c := newCentre(t)
	order, clip, _ := c.finalOrder()
	judge, invigilator := c.staff("examiner"), c.staff("invigilator")
	review := "/api/v1/staff/review/" + clip
	var page reviewQueueBody
	invigilator.want(200, "GET", "/api/v1/staff/review?open=true&verdict=fail&subject=%E9%92%A2%E7%90%B4&state=examined", nil, &page)
	if len(page.Clips) != 1 || page.Count != 1 || page.Clips[0].Worst != exam.Fail || page.Clips[0].Candidate == nil {
		t.Fatalf("the queue: %+v", page)
	}
	for _, part := range exam.Parts {
		judge.want(204, "POST", review+"/announcement", map[string]any{"part": part, "heard": "heard"}, nil)
	}
	invigilator.want(200, "GET", "/api/v1/staff/review?open=true", nil, &page)
	if len(page.Clips) != 0 || page.Count != 0 {
		t.Errorf("R33: ticked it is still open: %+v", page)
	}
	invigilator.want(204, "POST", review+"/departures", map[string]any{"id": "departure-1", "category": "hat", "ms": 1500, "remark": "白帽子"}, nil)
	invigilator.wantCode(exam.CategoryUnknown, "POST", review+"/departures", map[string]any{"id": "departure-2", "category": "not_front_view"})
	mark := map[string]any{"level": "good", "technique": "good", "tempo": "pass", "interpretation": "excellent", "remarks": "稳"}
	judge.wantCode(exam.MarkItemsFirst, "POST", review+"/marks", map[string]any{"whole": true, "level": "good"})
	judge.want(204, "POST", review+"/marks", map[string]any{"draft": true, "level": "pass"}, nil)
	var body reviewBody
	judge.want(200, "GET", review, nil, &body)
	if len(body.Drafts) != 1 || body.Drafts[0].Level != exam.LevelPass || len(body.Marks) != 0 {
		t.Errorf("the draft: %+v, marks %+v", body.Drafts, body.Marks)
	}
	judge.want(204, "POST", review+"/marks", mark, nil)
	judge.want(204, "POST", review+"/marks", map[string]any{"whole": true, "level": "good"}, nil)
	judge.want(200, "GET", review, nil, &body)
	if len(body.Drafts) != 0 || len(body.Marks) != 2 || len(body.Departures) != 1 || *body.Departures[0].Ms != 1500 || body.Departures[0].By != "invigilator" {
		t.Errorf("after marking: %+v %+v %+v", body.Drafts, body.Marks, body.Departures)
	}
	for _, h := range body.Announcement {
		if h.Heard != exam.HeardWell || h.By != "examiner" || h.At == nil {
			t.Errorf("R33: %+v", h)
		}
	}
	told := ""
	for _, fact := range body.Facts {
		told += fact.Kind + " "
	}
	if !strings.Contains(told, "submitted") || !strings.Contains(told, "marked") || strings.Contains(told, "viewed") {
		t.Errorf("R31: the facts are %s", told)
	}
	must2 := func(_ exam.Order, err error) { must(t, err) }
	must2(c.Apply(t.Context(), order, exam.Seal{}))
	mark["level"] = "fail"
	for path, body := range map[string]any{"/marks": mark, "/departures": bodyFor("/departures"), "/announcement": map[string]any{"part": "code"}} {
		judge.want(204, "POST", review+path, body, nil)
	}
	invigilator.want(204, "POST", review+"/decisions", bodyFor("/decisions"), nil)
	invigilator.want(200, "GET", review, nil, &body)
	if body.Closed != "" || !body.Sealed {
		t.Errorf("R31: sealed is %t, closed: %q", body.Sealed, body.Closed)
	}
}

// What is in a batch leaves the queue, what is marked leaves the unmarked ones
// of who marked it, and whoever may looks for a candidate by name (R21).
func TestTheQueueShowsWhatIsLeftToDo(t *testing.T) {
	c := newCentre(t)
	order, clip, _ := c.finalOrder()
	judge, invigilator := c.staff(examiner), c.staff("invigilator")
	listed := func(p *phone, query string, want int) {
		t.Helper()
		var page reviewQueueBody
		p.want(200, "GET", "/api/v1/staff/review?"+query, nil, &page)
		if len(page.Clips) != want || page.Count != want {
			t.Errorf("%q shows %d clips and counts %d, want %d", query, len(page.Clips), page.Count, want)
		}
		if !slices.Equal(page.Grades, []int{3}) {
			t.Errorf("the grades to choose are %v", page.Grades)
		}
	}
	for _, who := range []string{secretName, string([]rune(secretName)[:2]), " " + personal["ticket"] + " ", strings.ToLower(personal["ticket"])} {
		listed(invigilator, "who="+url.QueryEscape(who), 1)
		judge.wantCode(exam.RoleNotAllowed, "GET", "/api/v1/staff/review?who="+url.QueryEscape(who), nil)
	}
	listed(invigilator, "who=%25", 0)
	listed(judge, "grade=3", 1)
	listed(judge, "grade=8", 0)
	listed(judge, "unmarked=true", 1)
	judge.want(204, "POST", "/api/v1/staff/review/"+clip+"/marks", bodyFor("/marks"), nil)
	listed(judge, "unmarked=true", 0)
	listed(invigilator, "unmarked=true", 0)
	listed(judge, "", 1)
	other := c.staffNamed("second", examiner)
	listed(other, "unmarked=true", 1) // its own mark is not given yet
	_, err := c.Apply(t.Context(), order, exam.Seal{})
	must(t, err)
	for query, want := range map[string]int{"": 0, "sealed=no": 0, "sealed=yes": 1, "sealed=all": 1} {
		listed(judge, query, want)
		listed(invigilator, query, want)
	}
	invigilator.want(204, "POST", "/api/v1/staff/review/"+clip+"/decisions", map[string]any{"id": "decision-1", "kind": "clip_invalid", "reason": "看谱"}, nil)
	listed(other, "unmarked=true&sealed=all", 0) // R20: its item is not marked
}

func TestR20ADecisionIsReportedAndTakenBack(t *testing.T) {
	c := newCentre(t)
	_, clip, _ := c.finalOrder()
	invigilator := c.staff("invigilator")
	review := "/api/v1/staff/review/" + clip
	body := map[string]any{"id": "decision-1", "kind": "disqualified", "reason": "替考", "all_orders": true}
	invigilator.want(204, "POST", review+"/decisions", body, nil)
	invigilator.want(204, "POST", review+"/decisions", body, nil) // told again
	if by := c.notes(string(exam.FactDecided)); len(by) != 2 {
		t.Errorf("two orders of the person are decided by %v", by)
	}
	var seen reviewBody
	invigilator.want(200, "GET", review, nil, &seen)
	if len(seen.Decisions) != 1 || seen.Decisions[0].Reason != "替考" || seen.Decisions[0].By != "invigilator" {
		t.Fatalf("decisions %+v", seen.Decisions)
	}
	c.staff("examiner").wantCode(exam.Disqualified, "POST", review+"/marks", bodyFor("/marks"))
	undo := review + "/decisions/" + seen.Decisions[0].ID + "/undo"
	invigilator.want(204, "POST", undo, map[string]any{"reason": "误判"}, nil)
	invigilator.wantCode(exam.AlreadyUndone, "POST", undo, map[string]any{"reason": "误判"})
	invigilator.want(200, "GET", review, nil, &seen)
	if d := seen.Decisions[0]; d.UndoneAt == nil || d.UndoneBy != "invigilator" || d.UndoneFor != "误判" {
		t.Errorf("taken back: %+v", d)
	}
}

// R20: as the centre is set up by itself, what it decides holds at once, also
// of an order that went to the province: the candidate reads it, and an undo
// makes the order what it was. All of it is dated facts (R31).
func TestR20TheCentresDecisionCountsAlsoAfterSending(t *testing.T) {
	c := newCentre(t)
	orderID, clip, _ := c.finalOrder()
	_, err := c.Apply(t.Context(), orderID, exam.Seal{})
	must(t, err)
	owner, invigilator := c.candidate(personal["ticket"], personal["ID number"]), c.staff("invigilator")
	review := "/api/v1/staff/review/" + clip
	told := func() (o orderBody) {
		owner.want(200, "GET", "/api/v1/orders/"+orderID, nil, &o)
		return o
	}
	before := told()
	for _, kind := range []exam.DecisionKind{exam.Disqualify, exam.ClipInvalid} {
		c.clock.Advance(time.Minute)
		id := "decision-of-" + string(kind)
		invigilator.want(204, "POST", review+"/decisions", map[string]any{"id": id, "kind": kind, "reason": "理由：" + string(kind)}, nil)
		switch o := told(); {
		case kind == exam.Disqualify && (o.Status != exam.StatusDisqualified || o.Reason != "理由：disqualified"):
			t.Errorf("the candidate reads %s, %q", o.Status, o.Reason)
		case kind == exam.ClipInvalid && (len(o.Invalid) != 1 || o.Invalid[0].Reason != "理由：clip_invalid" || o.Invalid[0].Item != "练习曲"):
			t.Errorf("the candidate reads %+v", o.Invalid)
		}
		invigilator.want(204, "POST", review+"/decisions/"+id+"/undo", map[string]any{"reason": "误判"}, nil)
		if o := told(); o.Status != before.Status || len(o.Invalid) != 0 || o.Reason != "" {
			t.Errorf("undone it is %s, %+v", o.Status, o.Invalid)
		}
	}
	var body reviewBody
	invigilator.want(200, "GET", review, nil, &body)
	later := map[string]int{}
	for _, fact := range body.Facts {
		if fact.Later {
			later[fact.Kind]++
		}
	}
	// This order was sealed by hand, so no batch says what it holds.
	if len(body.Decisions) != 2 || len(later) != 0 {
		t.Errorf("decisions %+v, later facts %v", body.Decisions, later)
	}
}
