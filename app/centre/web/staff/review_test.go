package staff_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/width"

	"kaodian/app/base/refusal"
	"kaodian/app/bodies"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func TestR15StaffAreToldWhereTheSameClipIs(t *testing.T) {
	c := webtest.New(t)
	order, clip, _ := c.FinalOrder()
	invigilator := c.Staff("invigilator")
	var body staff.ReviewBody
	invigilator.Want(200, "GET", "/api/v1/staff/review/"+clip, nil, &body)
	i := slices.IndexFunc(body.Findings, func(f bodies.FindingBody) bool { return f.Kind == exam.KindElsewhere })
	places := body.Findings[i].Evidence
	if gone := places[0].Other; *gone != (bodies.OtherClipBody{ClipID: webtest.OtherClip}) {
		t.Errorf("of one that was erased: %+v", gone)
	}
	if here := places[1].Other; here.ClipID != clip || here.OrderID != order || here.AttemptID == "" || here.Attempt != 1 {
		t.Errorf("%+v", here)
	}
}

func TestR21OpeningTheIdentityIsNoted(t *testing.T) {
	c := webtest.New(t)
	_, clip, frame := c.FinalOrder()
	judge := c.Staff("examiner")
	var body staff.ReviewBody
	judge.Want(200, "GET", "/api/v1/staff/review/"+clip, nil, &body)
	if len(c.Notes("identity_viewed")) != 0 || body.Candidate != nil || body.Worst != exam.Warn || len(body.Findings) != 5 {
		t.Errorf("before it is opened an examiner sees %+v", body)
	}
	var identity staff.IdentityBody
	judge.Want(200, "GET", "/api/v1/staff/review/"+clip+"/identity", nil, &identity)
	judge.Want(200, "GET", "/api/v1/staff/clips/"+clip+"/photo", nil, nil)
	judge.Want(200, "GET", "/api/v1/staff/evidence/"+frame, nil, nil)
	judge.Want(200, "GET", "/api/v1/staff/clips/"+clip+"/video", nil, nil)
	if identity.Name != webtest.SecretName || !identity.Photo || len(identity.Findings) != 2 {
		t.Errorf("behind the tab is %+v", identity)
	}
	if n := identity.Network; n == nil || n.Name != "fr_feature 87aacdfe5751" || n.Licence != "MIT" || n.Holder == "" || identity.Alike != nil { // below every rate
		t.Errorf("of the network it says %+v, of the number %+v", n, identity.Alike)
	}
	for _, action := range []string{"identity_viewed", "photo_viewed", "evidence_viewed", "video_viewed"} {
		if by := c.Notes(action); len(by) != 1 || by[0] != "examiner" {
			t.Errorf("%s is noted of %v", action, by)
		}
	}
}

// What went wrong is told with its category, also where nobody wrote a remark,
// and what was taken back as such (R31).
func TestR31BehindTheTabAreIrregularitiesWithTheirCategories(t *testing.T) {
	c := webtest.New(t)
	order, clip, _ := c.FinalOrder()
	by := exam.Actor{Role: exam.ByStaff, Name: "li"}
	for _, event := range []exam.Event{
		exam.NoteIrregularity{ID: "a", Category: "prompted", Remark: "开头两行看了谱", By: by},
		exam.NoteIrregularity{ID: "b", Category: "late", By: by},
		exam.UndoIrregularity{ID: "b", By: by, Reason: "没有迟到"},
	} {
		_, err := c.Apply(t.Context(), order, event)
		webtest.Must(t, err)
	}
	var identity staff.IdentityBody
	c.Staff("examiner").Want(200, "GET", "/api/v1/staff/review/"+clip+"/identity", nil, &identity)
	var said []string
	for _, one := range identity.Said {
		if strings.HasPrefix(one.Kind, "irregularity") {
			said = append(said, fmt.Sprint(one.Kind, " ", one.Category, " ", one.Text, " ", one.Undone))
		}
	}
	if want := []string{"irregularity_noted prompted 开头两行看了谱 false", "irregularity_noted late  true", "irregularity_undone  没有迟到 false"}; !slices.Equal(said, want) {
		t.Errorf("%q, want %q", said, want)
	}
}

func TestR21AnExaminerSeesFinalOrdersOnly(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	owner := c.Candidate("T1", "1")
	attempt := owner.Start()
	clip := owner.Upload(attempt.ID, "1", "a video")
	judge, invigilator := c.Staff("examiner"), c.Staff("invigilator")
	closed := func(want refusal.Code, listed int) {
		t.Helper()
		for _, path := range []string{"/api/v1/staff/review/" + clip, "/api/v1/staff/review/" + clip + "/identity", "/api/v1/staff/clips/" + clip + "/video", "/api/v1/staff/clips/" + clip + "/photo"} {
			judge.WantCode(want, "GET", path, nil)
		}
		judge.WantCode(want, "POST", "/api/v1/staff/review/"+clip+"/marks", webtest.BodyFor("/marks"))
		var page staff.ReviewQueueBody
		judge.Want(200, "GET", "/api/v1/staff/review", nil, &page)
		if len(page.Clips) != listed || page.Count != listed {
			t.Errorf("the queue has %+v and counts %d", page.Clips, page.Count)
		}
		invigilator.Want(200, "GET", "/api/v1/staff/review/"+clip, nil, nil)
		invigilator.WantCode(exam.OrderNotFinal, "POST", "/api/v1/staff/review/"+clip+"/announcement", webtest.BodyFor("/announcement"))
	}
	closed(exam.OrderNotFinal, 0)
	c.Clock.Advance(45 * time.Minute)
	_, err := c.Tick(t.Context())
	webtest.Must(t, err)
	closed(exam.OrderNotFinal, 0) // it may still be reset today (R16)
	c.Clock.Advance(24 * time.Hour)
	judge = c.Staff("examiner") // the session is over too
	var page staff.ReviewQueueBody
	judge.Want(200, "GET", "/api/v1/staff/review", nil, &page)
	judge.Want(200, "GET", "/api/v1/staff/review/"+clip, nil, nil)
	if len(page.Clips) != 1 || page.Clips[0].Candidate != nil {
		t.Errorf("final it is in the queue: %+v", page.Clips)
	}
}

func TestAReviewFromTheQueueToTheMark(t *testing.T) {
	c := webtest.New(t)
	order, clip, _ := c.FinalOrder()
	judge, invigilator := c.Staff("examiner"), c.Staff("invigilator")
	review := "/api/v1/staff/review/" + clip
	var page staff.ReviewQueueBody
	invigilator.Want(200, "GET", "/api/v1/staff/review?open=true&verdict=fail&subject=%E9%92%A2%E7%90%B4&state=examined", nil, &page)
	if len(page.Clips) != 1 || page.Count != 1 || page.Clips[0].Worst != exam.Fail || page.Clips[0].Candidate == nil {
		t.Fatalf("the queue: %+v", page)
	}
	for _, part := range exam.Parts {
		judge.Want(204, "POST", review+"/announcement", map[string]any{"part": part, "heard": "heard"}, nil)
	}
	invigilator.Want(200, "GET", "/api/v1/staff/review?open=true", nil, &page)
	if len(page.Clips) != 0 || page.Count != 0 {
		t.Errorf("R33: ticked it is still open: %+v", page)
	}
	invigilator.Want(204, "POST", review+"/departures", map[string]any{"id": "departure-1", "category": "hat", "ms": 1500, "remark": "白帽子"}, nil)
	invigilator.WantCode(exam.CategoryUnknown, "POST", review+"/departures", map[string]any{"id": "departure-2", "category": "not_front_view"})
	mark := map[string]any{"level": "good", "technique": "good", "tempo": "pass", "interpretation": "excellent", "remarks": "稳"}
	judge.WantCode(exam.MarkItemsFirst, "POST", review+"/marks", map[string]any{"whole": true, "level": "good"})
	judge.Want(204, "POST", review+"/marks", map[string]any{"draft": true, "level": "pass"}, nil)
	var body staff.ReviewBody
	judge.Want(200, "GET", review, nil, &body)
	if len(body.Drafts) != 1 || body.Drafts[0].Level != exam.LevelPass || len(body.Marks) != 0 {
		t.Errorf("the draft: %+v, marks %+v", body.Drafts, body.Marks)
	}
	judge.Want(204, "POST", review+"/marks", mark, nil)
	judge.Want(204, "POST", review+"/marks", map[string]any{"whole": true, "level": "good"}, nil)
	judge.Want(200, "GET", review, nil, &body)
	if len(body.Drafts) != 0 || len(body.Marks) != 2 || len(body.Departures) != 1 || *body.Departures[0].Ms != 1500 || body.Departures[0].By != "invigilator" {
		t.Errorf("after marking: %+v %+v %+v", body.Drafts, body.Marks, body.Departures)
	}
	for _, h := range body.Announcement {
		if h.Heard != exam.HeardWell || h.By != "examiner" || h.At.IsZero() {
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
	must2 := func(_ exam.Order, err error) { webtest.Must(t, err) }
	must2(c.Apply(t.Context(), order, exam.Seal{}))
	mark["level"] = "fail"
	for path, body := range map[string]any{"/marks": mark, "/departures": webtest.BodyFor("/departures"), "/announcement": map[string]any{"part": "code"}} {
		judge.Want(204, "POST", review+path, body, nil)
	}
	invigilator.Want(204, "POST", review+"/decisions", webtest.BodyFor("/decisions"), nil)
	invigilator.Want(200, "GET", review, nil, &body)
	if body.Closed != "" || !body.Sealed {
		t.Errorf("R31: sealed is %t, closed: %q", body.Sealed, body.Closed)
	}
}

// What is in a batch leaves the queue, what is marked leaves the unmarked ones
// of who marked it, and whoever may looks for a candidate by name (R21).
// Two windows: the second one's page does not know what the first one ticked.
func TestR33AllHeardFillsOnlyWhatNobodyTicked(t *testing.T) {
	c := webtest.New(t)
	_, clip, _ := c.FinalOrder()
	desk, review := c.Staff("invigilator"), "/api/v1/staff/review/"+clip
	desk.Want(204, "POST", review+"/announcement", map[string]any{"part": "code", "heard": "wrong"}, nil)
	desk.Want(204, "POST", review+"/announcement", map[string]any{"heard": "heard"}, nil)
	var seen staff.ReviewBody
	desk.Want(200, "GET", review, nil, &seen)
	for _, part := range seen.Announcement {
		if want := map[bool]exam.Heard{true: exam.HeardWrong, false: exam.HeardWell}[part.Part == exam.PartCode]; part.Heard != want {
			t.Errorf("%s: %q", part.Part, part.Heard)
		}
	}
}

func TestTheQueueShowsWhatIsLeftToDo(t *testing.T) {
	c := webtest.New(t)
	order, clip, _ := c.FinalOrder()
	judge, invigilator := c.Staff(store.Examiner), c.Staff("invigilator")
	listed := func(p *webtest.Phone, query string, want int) {
		t.Helper()
		var page staff.ReviewQueueBody
		p.Want(200, "GET", "/api/v1/staff/review?"+query, nil, &page)
		if len(page.Clips) != want || page.Count != want {
			t.Errorf("%q shows %d clips and counts %d, want %d", query, len(page.Clips), page.Count, want)
		}
		if !slices.Equal(page.Grades, []int{3}) {
			t.Errorf("the grades to choose are %v", page.Grades)
		}
	}
	for _, who := range []string{webtest.SecretName, string([]rune(webtest.SecretName)[:2]), " " + webtest.Personal["ticket"] + " ", strings.ToLower(webtest.Personal["ticket"]), width.Widen.String(webtest.Personal["ticket"])} {
		listed(invigilator, "who="+url.QueryEscape(who), 1)
		judge.WantCode(exam.RoleNotAllowed, "GET", "/api/v1/staff/review?who="+url.QueryEscape(who), nil)
	}
	listed(invigilator, "who=%25", 0)
	listed(judge, "grade=3", 1)
	listed(judge, "grade=8", 0)
	listed(judge, "unmarked=true", 1)
	judge.Want(204, "POST", "/api/v1/staff/review/"+clip+"/marks", webtest.BodyFor("/marks"), nil)
	listed(judge, "unmarked=true", 0)
	listed(invigilator, "unmarked=true", 0)
	listed(judge, "", 1)
	other := c.StaffNamed("second", store.Examiner)
	listed(other, "unmarked=true", 1) // its own mark is not given yet
	_, err := c.Apply(t.Context(), order, exam.Seal{})
	webtest.Must(t, err)
	for query, want := range map[string]int{"": 0, "sealed=no": 0, "sealed=yes": 1, "sealed=all": 1} {
		listed(judge, query, want)
		listed(invigilator, query, want)
	}
	invigilator.Want(204, "POST", "/api/v1/staff/review/"+clip+"/decisions", map[string]any{"id": "decision-1", "kind": "clip_invalid", "reason": "看谱"}, nil)
	listed(other, "unmarked=true&sealed=all", 0) // R20: its item is not marked
}

func TestR20ADecisionIsReportedAndTakenBack(t *testing.T) {
	c := webtest.New(t)
	_, clip, _ := c.FinalOrder()
	invigilator := c.Staff("invigilator")
	review := "/api/v1/staff/review/" + clip
	body := map[string]any{"id": "decision-1", "kind": "disqualified", "reason": "替考", "all_orders": true}
	invigilator.Want(204, "POST", review+"/decisions", body, nil)
	invigilator.Want(204, "POST", review+"/decisions", body, nil) // told again
	invigilator.WantCode(exam.AlreadyDecided, "POST", review+"/decisions", map[string]any{"id": "decision-2", "kind": "disqualified", "reason": "替考"})
	if by := c.Notes(string(exam.FactDecided)); len(by) != 2 {
		t.Errorf("two orders of the person are decided by %v", by)
	}
	again := map[string]any{"id": "decision-3", "kind": "disqualified", "reason": "替考", "all_orders": true}
	invigilator.WantCode(exam.AlreadyDecided, "POST", review+"/decisions", again)
	var seen staff.ReviewBody
	invigilator.Want(200, "GET", review, nil, &seen)
	if len(seen.Decisions) != 1 || seen.Decisions[0].Reason != "替考" || seen.Decisions[0].By != "invigilator" {
		t.Fatalf("decisions %+v", seen.Decisions)
	}
	c.Staff("examiner").WantCode(exam.Disqualified, "POST", review+"/marks", webtest.BodyFor("/marks"))
	undo := review + "/decisions/" + seen.Decisions[0].ID + "/undo"
	invigilator.Want(204, "POST", undo, map[string]any{"reason": "误判"}, nil)
	invigilator.WantCode(exam.AlreadyUndone, "POST", undo, map[string]any{"reason": "误判"})
	invigilator.Want(200, "GET", review, nil, &seen)
	if d := seen.Decisions[0]; d.UndoneAt.IsZero() || d.UndoneBy != "invigilator" || d.UndoneFor != "误判" {
		t.Errorf("taken back: %+v", d)
	}
}

// R20: as the centre is set up by itself, what it decides holds at once, also
// of an order that went to the province: the candidate reads it, and an undo
// makes the order what it was. All of it is dated facts (R31).
func TestR20TheCentresDecisionCountsAlsoAfterSending(t *testing.T) {
	c := webtest.New(t)
	orderID, clip, _ := c.FinalOrder()
	_, err := c.Apply(t.Context(), orderID, exam.Seal{})
	webtest.Must(t, err)
	owner, invigilator := c.Candidate(webtest.Personal["ticket"], webtest.Personal["ID number"]), c.Staff("invigilator")
	review := "/api/v1/staff/review/" + clip
	told := func() (o webtest.Order) {
		owner.Want(200, "GET", "/api/v1/orders/"+orderID, nil, &o)
		return o
	}
	before := told()
	for _, kind := range []exam.DecisionKind{exam.Disqualify, exam.ClipInvalid} {
		c.Clock.Advance(time.Minute)
		id := "decision-of-" + string(kind)
		invigilator.Want(204, "POST", review+"/decisions", map[string]any{"id": id, "kind": kind, "reason": "理由：" + string(kind)}, nil)
		switch o := told(); {
		case kind == exam.Disqualify && (o.Status != exam.StatusDisqualified || o.Reason != "理由：disqualified"):
			t.Errorf("the candidate reads %s, %q", o.Status, o.Reason)
		case kind == exam.ClipInvalid && (len(o.Invalid) != 1 || o.Invalid[0].Reason != "理由：clip_invalid" || o.Invalid[0].Item != "练习曲"):
			t.Errorf("the candidate reads %+v", o.Invalid)
		}
		invigilator.Want(204, "POST", review+"/decisions/"+id+"/undo", map[string]any{"reason": "误判"}, nil)
		if o := told(); o.Status != before.Status || len(o.Invalid) != 0 || o.Reason != "" {
			t.Errorf("undone it is %s, %+v", o.Status, o.Invalid)
		}
	}
	var body staff.ReviewBody
	invigilator.Want(200, "GET", review, nil, &body)
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

func TestEveryLookIsNotedWhateverPartItAsksFor(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	owner := c.Candidate("T1", "1")
	clip := owner.Upload(owner.Start().ID, "1", "a longer video of somebody")
	video := "/api/v1/staff/clips/" + clip + "/video"
	looks := func() (count int) {
		t.Helper()
		webtest.Must(t, c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM audit WHERE action = 'video_viewed' AND clip_id = ?", clip).Scan(&count))
		return count
	}
	first, second := c.Staff("invigilator"), c.Staff("technician")
	for _, part := range []string{"bytes=1-", "bytes=0-", "bytes=-7", "bytes=2-3"} {
		first.Part = part
		if got := first.Call("GET", video, nil, nil); got.StatusCode/100 != 2 {
			t.Errorf("%s: %s", part, got.Status)
		}
	}
	if got := looks(); got != 1 {
		t.Errorf("one look in parts is noted %d times", got)
	}
	second.Want(200, "GET", video, nil, nil)
	c.Clock.Advance(2 * time.Hour)
	first.Want(http.StatusPartialContent, "GET", video, nil, nil)
	if got := looks(); got != 3 {
		t.Errorf("another person and another hour make %d looks, not 3", got)
	}
}
