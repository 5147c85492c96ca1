package staff_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// asked are the orders that the check-in finds.
func asked(desk *webtest.Phone, who string) []staff.CheckInOrder {
	var body struct{ Orders []staff.CheckInOrder }
	desk.Want(200, "GET", "/api/v1/staff/check-ins?who="+who, nil, &body)
	return body.Orders
}

func TestTheDeskChecksACandidateIn(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "370102201605060011")
	desk, other := c.Staff("invigilator"), c.Staff("administrator")
	one := asked(desk, "t１")[0]
	path := "/api/v1/staff/orders/" + one.ID + "/check-in"
	if one.Refused != nil || !one.DocumentNeeded || one.Consent != "none" {
		t.Fatalf("%+v", one)
	}
	var after staff.CheckInOrder
	act := map[string]any{"id": "desk-one-1"}
	for range 2 { // told twice it counts once
		desk.Want(200, "POST", path, act, &after)
	}
	if after.CheckIn == nil || after.CheckIn.By != "invigilator" || after.Refused.Code != exam.CheckedInAlready {
		t.Fatalf("%+v", after)
	}
	other.WantCode(exam.CheckedInAlready, "POST", path, map[string]any{"id": "desk-two-1"})
	other.WantCode(exam.DocumentUnknown, "POST", path+"/document", map[string]any{"check_in": "desk-one-1", "document": "library_card"})
	other.Want(200, "POST", path+"/document", map[string]any{"check_in": "desk-one-1", "document": "id_card"}, &after)
	if after.CheckIn.Document != exam.DocumentIDCard {
		t.Errorf("%+v", after.CheckIn)
	}
	other.WantCode(exam.ReasonMissing, "POST", path+"/undo", map[string]any{"check_in": "desk-one-1", "reason": "。"})
	after = staff.CheckInOrder{}
	other.Want(200, "POST", path+"/undo", map[string]any{"check_in": "desk-one-1", "reason": "点错人"}, &after)
	if after.CheckIn != nil || after.Refused != nil {
		t.Errorf("%+v", after)
	}
	desk.WantCode(exam.NotCheckedIn, "POST", path+"/document", map[string]any{"check_in": "desk-one-1", "document": "id_card"})
	var order staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+one.ID, nil, &order)
	var told []string
	for _, fact := range order.Facts {
		told = append(told, fact.Kind+" "+fact.By)
	}
	if got := strings.Join(told, ", "); got != "checked_in invigilator, identified administrator, check_in_undone administrator" {
		t.Errorf("told %s", got)
	}
}

// R25, R31: a check-in is no condition of the exam, and what the page gets holds no ID number.
func TestTheListOfTodayTellsNoMoreThanNeeded(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "370102201605060011")
	desk := c.Staff("invigilator")
	response := desk.Call("GET", "/api/v1/staff/check-ins/today", nil, nil)
	if response.StatusCode != 200 {
		t.Fatal(response.Status)
	}
	var raw map[string]any
	desk.Want(200, "GET", "/api/v1/staff/check-ins/today", nil, &raw)
	rows := raw["orders"].([]any)
	if len(rows) != 1 {
		t.Fatalf("%+v", raw)
	}
	for _, value := range rows[0].(map[string]any) {
		if text, is := value.(string); is && strings.Contains(text, "37010220160506") {
			t.Errorf("it holds the ID number: %s", text)
		}
	}
	c.Candidate("T1", "370102201605060011").Start() // nobody checked in
	if one := asked(desk, "T1")[0]; one.Status != exam.StatusRunning || one.Refused != nil {
		t.Errorf("%+v", one)
	}
}

func TestATabletWithoutALineTellsLater(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	desk, other := c.Staff("invigilator"), c.StaffNamed("second", store.Invigilator)
	one := asked(desk, "T1")[0]
	path := "/api/v1/staff/orders/" + one.ID + "/check-in"
	read := c.Now()
	c.Clock.Advance(2 * time.Hour)
	bodies := []map[string]any{{"id": "tablet-one", "at": read}, {"id": "tablet-two", "at": read.Add(time.Second)}}
	var statuses [2]int
	var all sync.WaitGroup
	for n, p := range []*webtest.Phone{desk, other} {
		all.Go(func() {
			for range 2 {
				statuses[n] = p.Call("POST", path, bodies[n], nil).StatusCode
			}
		})
	}
	all.Wait()
	if statuses[0]+statuses[1] != http.StatusOK+http.StatusConflict {
		t.Errorf("statuses %v", statuses)
	}
	after := asked(desk, "T1")[0].CheckIn
	if after.At.Sub(read) > time.Second || !after.ArrivedAt.Equal(c.Now()) || len(c.Notes("checked_in")) != 1 {
		t.Errorf("%+v", after)
	}
}

func TestWhoChecksIn(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	one := asked(c.Staff("invigilator"), "T1")[0]
	for _, role := range []login.Role{store.Examiner, store.Technician} {
		p := c.Staff(role)
		for method, path := range map[string]string{"POST": "/api/v1/staff/orders/" + one.ID + "/check-in", "GET": "/api/v1/staff/check-ins?who=T1"} {
			if got := p.Call(method, path, map[string]any{"id": "desk-one-1"}, nil).StatusCode; got != http.StatusForbidden {
				t.Errorf("%s %s %s: %d", role, method, path, got)
			}
		}
	}
	if len(c.Notes("checked_in")) != 0 {
		t.Error("somebody checked in who may not")
	}
}
