package staff_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/timekeeper"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// watch stands for the clock's keeper, whose own tests set real clocks.
type watch struct {
	state     timekeeper.ClockState
	confirmed []time.Time
	sure      []bool
	by        []exam.Actor
}

func (c *watch) State() timekeeper.ClockState { return c.state }

func (c *watch) Confirm(_ context.Context, to time.Time, sure bool, by exam.Actor) error {
	c.confirmed, c.sure, c.by = append(c.confirmed, to), append(c.sure, sure), append(c.by, by)
	return nil
}

func TestStaffSeeHowTheClockStandsAndSayWhatTimeItIs(t *testing.T) {
	times := &watch{}
	c := webtest.New(t, func(config *web.Config) { config.Staff.Time = times })
	times.state = timekeeper.ClockState{Time: c.Now(), Machine: c.Now().Add(80 * 24 * time.Hour), Doubted: true}
	desk := c.Staff(store.Invigilator)
	var state timekeeper.ClockState
	desk.Want(http.StatusOK, "GET", "/api/v1/staff/time", nil, &state)
	if !state.Doubted || !state.Machine.Equal(times.state.Machine) {
		t.Errorf("%+v", state)
	}
	desk.Want(http.StatusOK, "POST", "/api/v1/staff/time", map[string]any{"time": state.Machine}, nil)
	if len(times.confirmed) != 1 || !times.confirmed[0].Equal(state.Machine) || times.by[0] != (exam.Actor{Role: exam.ByStaff, Name: string(store.Invigilator)}) {
		t.Errorf("confirmed %v by %v", times.confirmed, times.by)
	}
	desk.Want(http.StatusOK, "POST", "/api/v1/staff/time", map[string]any{"time": state.Machine, "sure": true}, nil)
	if times.sure[0] || !times.sure[1] {
		t.Errorf("sure %v", times.sure)
	}
	desk.Want(http.StatusUnprocessableEntity, "POST", "/api/v1/staff/time", map[string]any{"time": "soon"}, nil)
	c.Staff(store.Examiner).Want(http.StatusForbidden, "POST", "/api/v1/staff/time", map[string]any{"time": state.Machine}, nil)
}
