package staff_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// told is what the phone hears of the desk's acts.
type told struct {
	State      exam.AttemptState `json:"state"`
	ResetsLeft int               `json:"resets_left"`
	Desk       []struct {
		Kind, Reason, Item, Category string
	} `json:"desk"`
}

func (t told) kinds() (kinds []string) {
	for _, one := range t.Desk {
		kinds = append(kinds, one.Kind)
	}
	return kinds
}

func hears(p *webtest.Phone, attempt string) (body told) {
	p.T.Helper()
	p.Want(200, "GET", "/api/v1/attempts/"+attempt, nil, &body)
	return body
}

// opened is an attempt as the board's open row shows it.
type opened struct {
	State          exam.AttemptState
	May            map[string]bool
	AttemptsUsed   int `json:"attempts_used"`
	Irregularities []struct {
		ID, Category, Remark, By string
		UndoneFor                string    `json:"undone_for"`
		UndoneAt                 time.Time `json:"undone_at"`
	}
	Decisions []struct{ ID, Kind string }
	Facts     []struct {
		Kind, By, Reason string
		OfClip           bool `json:"of_clip"`
	}
}

func open(p *webtest.Phone, attempt string) (body opened) {
	p.T.Helper()
	p.Want(200, "GET", "/api/v1/staff/attempts/"+attempt, nil, &body)
	return body
}

func why(seen exam.AttemptState) map[string]any {
	return map[string]any{"reason": "手机没电了", "seen": seen}
}

func exams(t *testing.T) (*webtest.Centre, *webtest.Phone, *webtest.Phone, webtest.Attempt, string) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p, teacher := c.Candidate("T1", "1"), c.Staff("invigilator")
	attempt := p.Start()
	return c, p, teacher, attempt, "/api/v1/staff/attempts/" + attempt.ID
}

func TestR14TheDeskSubmitsAndThePhoneIsTold(t *testing.T) {
	c, p, teacher, attempt, path := exams(t)
	other := c.StaffNamed("other", store.Invigilator)
	teacher.WantCode(exam.NothingToSubmit, "POST", path+"/submit", why("running"))
	p.Upload(attempt.ID, "1", "a video")
	if may := open(teacher, attempt.ID).May; !may["submit"] || !may["reset"] || !may["void"] || may["undo_void"] || may["reopen"] {
		t.Errorf("may %v", may)
	}
	teacher.WantCode(exam.ReasonMissing, "POST", path+"/submit", map[string]any{"reason": " "})
	teacher.Want(204, "POST", path+"/submit", why("running"), nil)
	other.WantCode(exam.AttemptChanged, "POST", path+"/submit", why("running")) // the other helper is told
	other.WantCode(exam.AttemptChanged, "POST", path+"/void", why("running"))
	if got := hears(p, attempt.ID); got.State != exam.Submitted || len(got.Desk) != 1 || got.Desk[0].Kind != "submitted" || got.Desk[0].Reason != "手机没电了" {
		t.Errorf("the phone hears %+v", got)
	}
	if facts := open(teacher, attempt.ID).Facts; len(facts) != 1 || facts[0].Kind != "submitted" || facts[0].By != "invigilator" || facts[0].OfClip {
		t.Errorf("facts %+v", facts)
	}
}

func TestR15TheDeskResetsAndItCounts(t *testing.T) {
	_, p, teacher, attempt, path := exams(t)
	teacher.Want(204, "POST", path+"/reset", why("running"), nil)
	if got := hears(p, attempt.ID); got.State != exam.Reset || got.ResetsLeft != 1 || !slices.Equal(got.kinds(), []string{"reset"}) {
		t.Errorf("the phone hears %+v", got)
	}
}

func TestR22AVoidAndItsUndo(t *testing.T) {
	_, p, teacher, attempt, path := exams(t)
	teacher.Want(204, "POST", path+"/void", why("running"), nil)
	teacher.WantCode(exam.AlreadyVoided, "POST", path+"/void", map[string]any{"reason": "停电"})
	if got := hears(p, attempt.ID); got.State != exam.Voided || !slices.Equal(got.kinds(), []string{"voided"}) {
		t.Errorf("the phone hears %+v", got)
	}
	if body := open(teacher, attempt.ID); body.AttemptsUsed != 0 || !body.May["undo_void"] || body.May["void"] {
		t.Errorf("the board shows %+v", body)
	}
	teacher.Want(204, "POST", path+"/void/undo", map[string]any{"reason": "点错了"}, nil)
	teacher.WantCode(exam.NotVoided, "POST", path+"/void/undo", map[string]any{"reason": "点错了"})
	if got := hears(p, attempt.ID); got.State != exam.Running || !slices.Equal(got.kinds(), []string{"voided", "void_undone"}) {
		t.Errorf("the phone hears %+v", got)
	}
}

func TestR31AnIrregularityIsNotedAndTakenBack(t *testing.T) {
	_, p, teacher, attempt, path := exams(t)
	note := func(id, category, remark string) map[string]any {
		return map[string]any{"id": id, "category": category, "remark": remark}
	}
	teacher.Want(204, "POST", path+"/irregularities", note("note-no-1", "power_cut", "停电两分钟"), nil)
	teacher.Want(204, "POST", path+"/irregularities", note("note-no-2", "cheating", "旁边有人提示"), nil)
	teacher.WantCode(exam.IrregularityUnknown, "POST", path+"/irregularities", note("note-no-3", "ghost", ""))
	got := hears(p, attempt.ID) // of a suspicion it is not told (R20)
	if len(got.Desk) != 1 || got.Desk[0].Category != "power_cut" || got.Desk[0].Reason != "" {
		t.Errorf("the phone hears %+v", got)
	}
	teacher.Want(204, "POST", path+"/irregularities/note-no-1/undo", map[string]any{"reason": "记错人了"}, nil)
	teacher.WantCode(exam.AlreadyUndone, "POST", path+"/irregularities/note-no-1/undo", map[string]any{"reason": "记错人了"})
	if got := hears(p, attempt.ID); len(got.Desk) != 0 {
		t.Errorf("the phone still hears %+v", got)
	}
	if list := open(teacher, attempt.ID).Irregularities; len(list) != 2 || list[0].UndoneFor != "记错人了" || list[1].Remark != "旁边有人提示" || list[1].By != "invigilator" {
		t.Errorf("the board shows %+v", list)
	}
}

func TestR20TheBoardDecidesAndUndoes(t *testing.T) {
	c, p, teacher, attempt, path := exams(t)
	decision := map[string]any{"id": "decision-no-1", "kind": "disqualified", "reason": "替考"}
	c.StaffNamed("mechanic", store.Technician).WantCode(exam.RoleNotAllowed, "POST", path+"/decisions", decision)
	teacher.Want(204, "POST", path+"/decisions", decision, nil)
	if status := p.Orders()[0].Status; status != exam.StatusDisqualified {
		t.Errorf("the order is %s", status)
	}
	teacher.Want(204, "POST", path+"/decisions/decision-no-1/undo", map[string]any{"reason": "误会"}, nil)
	if status := p.Orders()[0].Status; status != exam.StatusRunning {
		t.Errorf("the order is %s", status)
	}
	clip := p.Upload(attempt.ID, "1", "a video")
	teacher.Want(204, "POST", path+"/decisions", map[string]any{"id": "decision-no-2", "kind": "clip_invalid", "clip_id": clip, "reason": "不是本人"}, nil)
	teacher.WantCode(refusal.NotFound, "POST", path+"/decisions", map[string]any{"id": "decision-no-3", "kind": "clip_invalid", "reason": "不是本人"})
}

func TestR13TheDeskTakesAFileIn(t *testing.T) {
	c, p, teacher, attempt, _ := exams(t)
	id := teacher.TakeIn(attempt.ID, "1", "a video by cable")
	got := hears(p, attempt.ID)
	if len(got.Desk) != 1 || got.Desk[0].Kind != "taken_in" || got.Desk[0].Item == "" {
		t.Errorf("the phone hears %+v", got)
	}
	var clip struct {
		TakenIn string `json:"taken_in_by"`
	}
	teacher.Want(200, "GET", "/api/v1/staff/review/"+id, nil, &clip)
	if clip.TakenIn != "invigilator" {
		t.Errorf("the reviewer is told it was taken in by %q", clip.TakenIn)
	}
	if facts := open(teacher, attempt.ID).Facts; len(facts) != 1 || facts[0].Kind != "clip_received" || facts[0].By != "invigilator" {
		t.Errorf("facts %+v", facts)
	}
	p.Upload(attempt.ID, "1", "a better one by the phone") // it is the candidate's clip still (R12)
	c.Clock.Advance(2 * time.Hour)
	response := teacher.Call("POST", "/api/v1/staff/desk-uploads", nil, nil)
	if response.StatusCode < 400 {
		t.Errorf("without a header: %s", response.Status)
	}
}

type boardRow struct {
	ID        string
	LostSince time.Time `json:"lost_since"`
	Closed    *struct {
		At     time.Time
		Hidden bool
		Reason string
	}
}

func rowOf(p *webtest.Phone, attempt string) boardRow {
	p.T.Helper()
	var rows []boardRow
	p.Want(200, "GET", "/api/v1/staff/attempts", nil, &rows)
	i := slices.IndexFunc(rows, func(r boardRow) bool { return r.ID == attempt })
	return rows[i]
}

func TestARowOfALostPhoneIsClosedAndComesBack(t *testing.T) {
	c, p, teacher, attempt, path := exams(t)
	if row := rowOf(teacher, attempt.ID); !row.LostSince.IsZero() {
		t.Errorf("lost since %s", row.LostSince)
	}
	c.Clock.Advance(2 * time.Minute)
	if row := rowOf(teacher, attempt.ID); row.LostSince.IsZero() {
		t.Error("two minutes of silence are nothing")
	}
	teacher.WantCode(exam.ReasonMissing, "POST", path+"/row/close", map[string]any{"reason": "…"})
	teacher.Want(204, "POST", path+"/row/close", map[string]any{"reason": "考生回家了"}, nil)
	teacher.WantCode(store.RowClosed, "POST", path+"/row/close", map[string]any{"reason": "手机坏了"}) // another helper was faster
	closed := rowOf(teacher, attempt.ID).Closed
	if closed == nil || !closed.Hidden || closed.Reason != "考生回家了" {
		t.Fatalf("closed %+v", closed)
	}
	c.Clock.Advance(time.Minute)
	hears(p, attempt.ID) // it speaks again
	row := rowOf(teacher, attempt.ID)
	if row.Closed == nil || row.Closed.Hidden || !row.LostSince.IsZero() {
		t.Errorf("it does not come back: %+v", row)
	}
	c.Clock.Advance(2 * time.Minute)
	teacher.Want(204, "POST", path+"/row/close", map[string]any{"reason": "又没有消息了", "known": closed.At}, nil)
	teacher.Want(204, "POST", path+"/row/show", nil, nil)
	if row := rowOf(teacher, attempt.ID); row.Closed != nil {
		t.Errorf("shown again it is closed: %+v", row.Closed)
	}
	var kinds []string
	for _, fact := range open(teacher, attempt.ID).Facts {
		kinds = append(kinds, fact.Kind)
	}
	if got := strings.Join(kinds, " "); got != "row_closed row_closed row_shown" {
		t.Errorf("facts %s", got)
	}
}

// A call for help outlives its attempt: the board says that it is over (R30).
func TestR30ACallSaysThatItsAttemptIsOver(t *testing.T) {
	_, p, teacher, attempt, path := exams(t)
	p.Want(200, "POST", "/api/v1/help", map[string]any{"reason": "unwell", "page": "attempt", "attempt_id": attempt.ID}, nil)
	state := func() string {
		var calls []struct {
			AttemptID string `json:"attempt_id"`
			State     string `json:"attempt_state"`
		}
		teacher.Want(200, "GET", "/api/v1/staff/help", nil, &calls)
		if len(calls) != 1 || calls[0].AttemptID != attempt.ID {
			t.Fatalf("%+v", calls)
		}
		return calls[0].State
	}
	if got := state(); got != "running" {
		t.Errorf("while it runs: %s", got)
	}
	teacher.Want(204, "POST", path+"/void", why("running"), nil)
	if got := state(); got != "voided" {
		t.Errorf("after the void: %s", got)
	}
}

// The child is told to record again: nobody at the desk reads that all is well (R19).
func TestR19TheBoardSaysWhatTheChildIsTold(t *testing.T) {
	c, p, teacher, attempt, _ := exams(t)
	p.Upload(attempt.ID, "1", "a video")
	_, err := c.DB().ExecContext(t.Context(), `UPDATE clips SET state = 'examined', hints = '["too_short","portrait"]'`)
	webtest.Must(t, err)
	var board []struct {
		Items []struct{ Hints []string }
	}
	teacher.Want(200, "GET", "/api/v1/staff/attempts", nil, &board)
	if hints := board[0].Items[0].Hints; !slices.Equal(hints, []string{"too_short", "portrait"}) {
		t.Errorf("%q", hints)
	}
}
