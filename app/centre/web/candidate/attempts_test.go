package candidate_test

import (
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func TestAnExamOverHTTP(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "370102201605060011")
	p := c.Candidate(" ｔ1 ", "370102201605060011")
	attempt := p.Start()
	path := "/api/v1/attempts/" + attempt.ID
	if attempt.Code != "" {
		t.Error("R8: the code is told before it was asked for")
	}
	p.Want(200, "POST", path+"/acknowledge", nil, &attempt)
	if len(attempt.Code) != 4 || attempt.Deadline.Sub(attempt.StartedAt) != 30*time.Minute {
		t.Errorf("code %q, %s for grade 3", attempt.Code, attempt.Deadline.Sub(attempt.StartedAt))
	}
	p.WantCode(exam.NothingToSubmit, "POST", path+"/submit", nil)
	clip := p.Upload(attempt.ID, "1", "a video")
	var got webtest.Clip
	p.Want(200, "GET", "/api/v1/clips/"+clip, nil, &got)
	if got.State != "received" || got.Size != 7 {
		t.Errorf("the clip is %+v", got)
	}
	p.Want(204, "POST", "/api/v1/clips/"+clip+"/previewed", nil, nil)
	p.Want(204, "POST", "/api/v1/clips/"+clip+"/move", map[string]string{"item": "2"}, nil)
	p.Want(200, "POST", path+"/submit", nil, &attempt)
	if attempt.State != exam.Submitted || attempt.Items[1].Clip == nil || attempt.Items[1].Clip.ID != clip {
		t.Errorf("after submitting: %+v", attempt)
	}
	p.Want(200, "POST", path+"/submit", nil, nil) // two taps do one thing
	p.WantCode(exam.OrderSubmitted, "POST", path+"/reset", nil)
	p.WantCode(exam.AttemptOver, "DELETE", "/api/v1/clips/"+clip, nil)
}

func TestR10TheSecondDeviceLooksUntilItTakesOver(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	first := c.Candidate("T1", "1")
	attempt := first.Start()
	path := "/api/v1/attempts/" + attempt.ID
	first.Upload(attempt.ID, "1", "a video")
	second := c.Candidate("T1", "1")
	var seen webtest.Attempt
	second.Want(200, "GET", path, nil, &seen)
	if seen.Holds || seen.Items[0].Clip == nil {
		t.Errorf("the second device sees %+v", seen)
	}
	second.WantCode(exam.OtherDevice, "POST", path+"/submit", nil)
	second.WantCode(exam.OtherDevice, "POST", path+"/reset", nil)
	second.Want(200, "POST", path+"/takeover", nil, nil)
	first.WantCode(exam.OtherDevice, "POST", path+"/submit", nil)
	second.Want(200, "POST", path+"/submit", nil, nil)
}

func TestR16AnAttemptThatRanOutIsSubmittedWhateverThePhoneDoes(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	attempt := p.Start()
	p.Upload(attempt.ID, "1", "a video")
	c.Clock.Advance(30 * time.Minute)
	var orders []webtest.Order
	p.Want(200, "GET", "/api/v1/orders", nil, &orders)
	if orders[0].Status != exam.StatusAutoSubmitted || orders[0].ResetsLeft != 2 || orders[0].ResetUntil.IsZero() {
		t.Errorf("at the deadline the order is %+v", orders[0])
	}
	p.WantCode(exam.AttemptOver, "POST", "/api/v1/attempts/"+attempt.ID+"/submit", nil)
	p.Want(200, "POST", "/api/v1/attempts/"+attempt.ID+"/reset", nil, &attempt)
	if attempt.State != exam.Reset || attempt.Items[0].Clip != nil {
		t.Errorf("R15: after the reset: %+v", attempt)
	}
	second := p.Start()
	if second.Number != 2 {
		t.Errorf("the next attempt has number %d", second.Number)
	}
}

// R16, R28: what counts of a recording that came in part is not known before it
// was put together, and no order says until then that nothing came.
func TestR28AnOrderSaysThatARecordingIsPutTogether(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	attempt := p.Start()
	order, err := c.FindAttemptOrder(t.Context(), attempt.ID)
	webtest.Must(t, err)
	u := store.Upload{
		ID: store.NewID(), Owner: order.PersonKey(), Attempt: attempt.ID, Item: "1", Size: 1 << 20, Live: true,
		Device: order.Attempts[0].Device, CreatedAt: c.Now(), ExpiresAt: c.Now().Add(24 * time.Hour),
	}
	_, err = c.CreateUpload(t.Context(), u, func(int64) error { return nil })
	webtest.Must(t, err)
	arrived := c.Now()
	webtest.Must(t, c.RecordOffsets(t.Context(), []store.Offset{{ID: u.ID, Bytes: 5000, ArrivedAt: arrived}}))
	arriving := func(when string, want bool) {
		t.Helper()
		var orders []struct{ Arriving bool }
		p.Want(200, "GET", "/api/v1/orders", nil, &orders)
		if orders[0].Arriving != want {
			t.Errorf("%s: arriving is %v", when, orders[0].Arriving)
		}
	}
	arriving("while it runs, the attempt itself says it", false)
	c.Clock.Advance(attempt.Deadline.Sub(c.Now()) + 5*time.Minute)
	_, err = c.Tick(t.Context())
	webtest.Must(t, err)
	arriving("the time is over", true)
	reset := "/api/v1/attempts/" + attempt.ID + "/reset"
	p.WantCode(exam.StillArriving, "POST", reset, nil)
	c.Staff("invigilator").WantCode(exam.StillArriving, "POST", "/api/v1/staff/attempts/"+attempt.ID+"/reset", map[string]any{"reason": "重考"})
	var desk struct{ May struct{ Reset bool } }
	c.Staff("invigilator").Want(200, "GET", "/api/v1/staff/attempts/"+attempt.ID, nil, &desk)
	if desk.May.Reset {
		t.Error("the desk offers what is refused")
	}
	if orders := p.Orders(); orders[0].ResetsLeft != 2 {
		t.Errorf("R15: a reset was spent: %+v", orders[0])
	}
	webtest.Must(t, c.SettleUpload(t.Context(), u.ID, 5000))
	webtest.Must(t, c.FinishUpload(t.Context(), u.ID, arrived))
	arriving("it is a clip", false)
	for range 2 { // the phone may not have seen the first answer
		p.Want(200, "POST", reset, nil, nil)
	}
	if orders := p.Orders(); orders[0].ResetsLeft != 1 {
		t.Errorf("R15: after one reset told twice: %+v", orders[0])
	}
}

func TestR13WhatCameTooLateDoesNotArriveForEver(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	attempt := p.Start()
	p.Begin(attempt.ID, "1", "the beginning of a video", 100)
	arriving := func(when string, want bool) {
		t.Helper()
		var seen webtest.Attempt
		p.Want(200, "GET", "/api/v1/attempts/"+attempt.ID, nil, &seen)
		if got := seen.Items[0].Receiving != nil; got != want {
			t.Errorf("%s: arriving is %v", when, got)
		}
	}
	arriving("while it runs", true)
	c.Clock.Advance(30 * time.Minute)
	arriving("at the deadline", false)
	c.Staff("invigilator").Want(204, "POST", "/api/v1/staff/attempts/"+attempt.ID+"/extra-time", map[string]any{"grant": "the grant", "minutes": 5, "reason": "停电"}, nil)
	arriving("R22: after extra time", true)
}

func TestR1R2AnOrderSaysHowItsCandidateIsAnnouncedAndIdentified(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	if order := p.Orders()[0]; order.Photo || order.Compares {
		t.Errorf("without a photo and a network: %+v", order)
	}
	attempt := p.Start()
	var got webtest.Attempt
	p.Want(200, "GET", "/api/v1/attempts/"+attempt.ID, nil, &got)
	if got.SubjectPinyin != "gāng qín" || got.Items[1].Pinyin != "xiǎo bù wǔ qǔ" {
		t.Errorf("announced: %q, %+v", got.SubjectPinyin, got.Items)
	}
}

func TestR26APracticeRunOverHTTP(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	order := p.Orders()[0]
	path := "/api/v1/orders/" + order.ID + "/practice"
	var run webtest.Attempt
	p.Want(201, "POST", path, nil, &run)
	if !run.Practice || run.State != exam.Running || len(run.Items) != 1 || run.Number != 0 {
		t.Fatalf("the run is %+v", run)
	}
	c.Candidate("T1", "1").Want(200, "POST", path, nil, nil) // a second device joins it (R10)
	if got := p.Orders()[0]; got.PracticeID != run.ID || got.Practiced || got.AttemptsUsed != 0 || got.Status != exam.StatusOpen {
		t.Errorf("while it runs the order is %+v", got)
	}
	attempt := "/api/v1/attempts/" + run.ID
	p.Want(200, "POST", attempt+"/acknowledge", nil, &run)
	if len(run.Code) != 4 {
		t.Errorf("code %q", run.Code)
	}
	p.Upload(run.ID, "1", "a video")
	var board []struct{}
	c.Staff("invigilator").Want(200, "GET", "/api/v1/staff/attempts", nil, &board)
	if len(board) != 0 {
		t.Errorf("a practice run is on the board of exams: %+v", board)
	}
	p.Want(200, "POST", attempt+"/submit", nil, &run)
	if got := p.Orders()[0]; !got.Practiced || got.PracticeID != "" || got.AttemptsUsed != 0 {
		t.Errorf("afterwards the order is %+v", got)
	}
	waiting, err := c.ListWaiting(t.Context(), "an install")
	webtest.Must(t, err)
	if len(waiting.Ready)+len(waiting.Unmarked)+waiting.Busy != 0 {
		t.Errorf("a practised order waits to be sealed: %+v", waiting)
	}
	p.Want(201, "POST", path, nil, &run)
	p.Want(200, "POST", "/api/v1/attempts/"+run.ID+"/reset", nil, &run)
	if run.State != exam.Reset {
		t.Errorf("reset: %+v", run)
	}
	p.WantCode(refusal.NotFound, "GET", "/api/v1/attempts/"+run.ID, nil)
	p.Start() // spends the first attempt only now
	p.WantCode(exam.AttemptRunning, "POST", path, nil)
}
