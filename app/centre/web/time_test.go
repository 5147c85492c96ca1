package web

import (
	"net/http"
	"testing"
	"time"

	"kaodian/app/centre/timekeeper"
	"kaodian/app/exam"
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
