package web

import (
	"net/http"
	"syscall"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/timekeeper"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

func TestStaffSeeHowTheClockStandsAndSayWhatTimeItIs(t *testing.T) {
	c := newCentre(t)
	times := &watch{state: timekeeper.ClockState{Time: c.Now(), Machine: c.Now().Add(80 * 24 * time.Hour), Doubted: true}}
	c.server.Time = times
	desk := c.staff(invigilator)
	var state timekeeper.ClockState
	desk.want(http.StatusOK, "GET", "/api/v1/staff/time", nil, &state)
	if !state.Doubted || !state.Machine.Equal(times.state.Machine) {
		t.Errorf("%+v", state)
	}
	desk.want(http.StatusOK, "POST", "/api/v1/staff/time", map[string]any{"time": state.Machine}, nil)
	if len(times.confirmed) != 1 || !times.confirmed[0].Equal(state.Machine) || times.by[0] != (exam.Actor{Role: exam.ByStaff, Name: invigilator}) {
		t.Errorf("confirmed %v by %v", times.confirmed, times.by)
	}
	desk.want(http.StatusUnprocessableEntity, "POST", "/api/v1/staff/time", map[string]any{"time": "soon"}, nil)
	c.staff(examiner).want(http.StatusForbidden, "POST", "/api/v1/staff/time", map[string]any{"time": state.Machine}, nil)
}

func TestAPhoneTellsItsTimeAtTheLogIn(t *testing.T) {
	c := newCentre(t)
	times := &watch{}
	c.server.Time = times
	c.register("T1", "11010119900307123X")
	shows := "2026-11-26T14:00:00Z"
	for _, clock := range []string{shows, "", "yesterday"} {
		c.phone().want(http.StatusOK, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "11010119900307123X", "clock": clock}, nil)
	}
	if len(times.heard) != 1 || times.heard[0].Format(time.RFC3339) != shows {
		t.Errorf("heard %v", times.heard)
	}
}

// failedDisk is one that failed before the last start.
type failedDisk struct{ seen bool }

func (d *failedDisk) State() StorageState {
	if d.seen {
		return StorageState{RoomLeft: 1}
	}
	at := time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)
	return StorageState{FailedAt: &at, Failure: "input/output error", RoomLeft: 0.5}
}

func (d *failedDisk) Seen() error {
	d.seen = true
	return nil
}

func TestStaffSeeThatTheDiskFailedUntilTheySayThatTheySawIt(t *testing.T) {
	c := newCentre(t)
	c.server.Storage = &failedDisk{}
	desk := c.staff(technician)
	var state StorageState
	desk.want(http.StatusOK, "GET", "/api/v1/staff/storage", nil, &state)
	if state.FailedAt == nil || state.Failure == "" || state.RoomLeft != 0.5 {
		t.Errorf("%+v", state)
	}
	state = StorageState{}
	desk.want(http.StatusOK, "POST", "/api/v1/staff/storage/seen", nil, &state)
	if state.FailedAt != nil {
		t.Errorf("after it was seen: %+v", state)
	}
}

// I7, I8: once the disk failed every call is refused with what to do next, the
// records' too, and a monitor sees it; the pages are shown.
func TestI7AfterADiskFailureNoCallIsAnswered(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "11010119900307123X")
	p := c.candidate("T1", "11010119900307123X")
	c.server.Engine.Fault.Note(syscall.EIO)
	for _, call := range [][2]string{
		{"GET", "/healthz"}, {"GET", "/readyz"}, {"GET", "/Healthz/"}, {"GET", "/api/v1/orders"}, {"GET", "/API/V1/orders"}, {"POST", "/api/v1/logout"}, {"POST", "/api/v1/login"}, {"POST", "/api/v1/uploads"}, {"HEAD", "/api/v1/uploads/x"},
	} {
		var problem webkit.Problem
		into := any(&problem)
		if call[0] == "HEAD" {
			into = nil
		}
		p.want(http.StatusServiceUnavailable, call[0], call[1], nil, into)
		if into != nil && problem.Code != string(refusal.StorageFailed) {
			t.Errorf("%s: %+v", call, problem)
		}
	}
	p.want(http.StatusOK, "GET", "/", nil, nil)
}
