package staff_test

import (
	"net/http"
	"testing"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/webkit"
)

// changedLog is an audit log in which somebody changed a line.
type changedLog struct{}

func (changedLog) State() webkit.AuditState {
	return webkit.AuditState{Broken: true, Detail: "line 2"}
}

// failedDisk is one that failed before the last start.
type failedDisk struct{ seen bool }

func (d *failedDisk) State() staff.StorageState {
	if d.seen {
		return staff.StorageState{RoomLeft: 1}
	}
	at := time.Date(2026, 8, 3, 9, 0, 0, 0, time.UTC)
	return staff.StorageState{FailedAt: at, Failure: "input/output error", RoomLeft: 0.5}
}

func (d *failedDisk) Seen() error {
	d.seen = true
	return nil
}

func TestStaffSeeThatTheDiskFailedUntilTheySayThatTheySawIt(t *testing.T) {
	c := webtest.New(t, func(config *web.Config) { config.Staff.Storage = &failedDisk{} })
	desk := c.Staff(store.Technician)
	var state staff.StorageState
	desk.Want(http.StatusOK, "GET", "/api/v1/staff/storage", nil, &state)
	if state.FailedAt.IsZero() || state.Failure == "" || state.RoomLeft != 0.5 {
		t.Errorf("%+v", state)
	}
	state = staff.StorageState{}
	desk.Want(http.StatusOK, "POST", "/api/v1/staff/storage/seen", nil, &state)
	if !state.FailedAt.IsZero() {
		t.Errorf("after it was seen: %+v", state)
	}
}

// Who looks after the server learns that the audit log is not what was
// written, and nobody else.
func TestAChangedAuditLogIsSaidAtTheDesk(t *testing.T) {
	c := webtest.New(t, func(config *web.Config) { config.Staff.Audit = changedLog{} })
	for _, role := range []login.Role{store.Administrator, store.Technician} {
		var state webkit.AuditState
		c.Staff(role).Want(http.StatusOK, "GET", "/api/v1/staff/audit", nil, &state)
		if !state.Broken || state.Cut || state.Detail != "line 2" {
			t.Errorf("%s: %+v", role, state)
		}
	}
	for _, role := range []login.Role{store.Invigilator, store.Examiner} {
		c.Staff(role).Want(http.StatusForbidden, "GET", "/api/v1/staff/audit", nil, nil)
	}
}

func TestAParkedJobIsTriedAgain(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	owner := c.Candidate("T1", "1")
	owner.Upload(owner.Start().ID, "1", "a video")
	q := c.Queue("this boot")
	for range jobs.MaxTries {
		job, err := q.ReceiveJob(t.Context(), jobs.Inspect, time.Minute)
		webtest.Must(t, err)
		webtest.Must(t, q.FailJob(t.Context(), job.ID, "no disk", 0))
	}
	technician := c.Staff("technician")
	var list []staff.JobBody
	technician.Want(200, "GET", "/api/v1/staff/jobs", nil, &list)
	if len(list) != 1 || !list[0].Parked {
		t.Fatalf("jobs %+v", list)
	}
	retry := "/api/v1/staff/jobs/" + list[0].ID + "/retry"
	technician.Want(http.StatusNoContent, "POST", retry, nil, nil)
	technician.WantCode(refusal.NotFound, "POST", retry, nil)
	technician.Want(200, "GET", "/api/v1/staff/jobs", nil, &list)
	if job, err := q.ReceiveJob(t.Context(), jobs.Inspect, time.Minute); err != nil || job == nil || len(list) != 0 {
		t.Errorf("it does not wait again: %v, %v, list %+v", job, err, list)
	}
}
