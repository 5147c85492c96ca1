package staff_test

import (
	"testing"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func TestR21ADraftIsThereInEveryBrowserOfItsExaminerAndNowhereElse(t *testing.T) {
	c := webtest.New(t)
	_, clip, _ := c.FinalOrder()
	review := "/api/v1/staff/review/" + clip
	begun := map[string]any{"draft": true, "tempo": "pass", "remarks": "右手稳，踏板略多"}
	first := c.Staff(store.Examiner)
	first.Want(204, "POST", review+"/marks", begun, nil)
	first.Want(204, "POST", "/api/v1/staff/logout", nil, nil)
	has := func(who string, p *webtest.Phone, want int) {
		t.Helper()
		var body staff.ReviewBody
		p.Want(200, "GET", review, nil, &body)
		if len(body.Drafts) != want || want == 1 && (body.Drafts[0].Tempo != exam.LevelPass || body.Drafts[0].Remarks != "右手稳，踏板略多") {
			t.Errorf("%s: %+v", who, body.Drafts)
		}
	}
	again := c.Staff(store.Examiner)
	has("another browser", again, 1)
	has("another examiner", c.StaffNamed("second", store.Examiner), 0)
	for _, role := range store.Roles() {
		if role != store.Examiner {
			has(string(role), c.Staff(role), 0)
		}
	}
	c.Staff("invigilator").Want(204, "POST", review+"/decisions", map[string]any{"id": "decision-1", "kind": "clip_invalid", "reason": "看谱"}, nil)
	again.WantCode(exam.MarkClipInvalid, "POST", review+"/marks", begun)
	has("after a refusal", again, 1)
}
