package main

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/app/centre/web/staff"
	"kaodian/cmd/kaodian/doctor"
)

func (d desk) health() (state staff.HealthState) {
	d.t.Helper()
	d.want(http.StatusOK, "GET", "/api/v1/staff/health", nil, &state)
	return state
}

// looked is how the machine is after it was looked at.
func (d desk) looked() (state staff.HealthState) {
	d.t.Helper()
	d.want(http.StatusOK, "POST", "/api/v1/staff/health", nil, &state)
	if !state.Looking {
		d.t.Error("nothing is looked at")
	}
	d.p.await(d.t, "look at the machine", func() bool { state = d.health(); return !state.Looking })
	return state
}

// The page says what the command says, of a centre that is served: the same parts
// in the same order.
func TestTheDeskHasTheDoctorLookAtTheMachine(t *testing.T) {
	data := emptyCentre(t)
	_, d := openDesk(t, data)
	for _, c := range d.health().Checks {
		if c.State != "unknown" {
			t.Errorf("before anybody looked: %+v", c)
		}
	}
	for range 2 {
		state := d.looked()
		for i, name := range doctor.Names() {
			c := state.Checks[i]
			if c.Name != healthName(name) || c.State == "unknown" || c.Code == "" || c.LookedAt.IsZero() || (c.State == "good") != (c.Next == "") {
				t.Errorf("%s: %+v", name, c)
			}
		}
		if c := state.Checks[10]; c.Code != string(doctor.BackupNoKey) {
			t.Errorf("backup: %+v", c)
		}
	}
	found, _ := examined(t, "--data", data)
	if found["backup"].Code != doctor.BackupNoKey {
		t.Errorf("the command says %+v", found["backup"])
	}
}

// A certificate that lies on a share which does not answer keeps no other part
// from being looked at, and is not asked a second time.
func TestWhatDoesNotAnswerHoldsNothingUp(t *testing.T) {
	data := emptyCentre(t)
	share := filepath.Join(t.TempDir(), "certificate.pem")
	must(t, unix.Mkfifo(share, 0o600)) // opening it blocks, as a dead share does
	config := write(t, "[http]\ncertificate = '"+share+"'\nkey = '"+share+"'\n")
	opened, err := (&common{Data: data, Config: config}).open(t.Context())
	must(t, err)
	h := newHealth(opened, slog.New(slog.DiscardHandler))
	h.patience = 50 * time.Millisecond
	for range 2 {
		if c, _ := h.check(t.Context(), "camera"); c.Code != doctor.Hangs || c.State != doctor.Wrong {
			t.Errorf("%+v", c)
		}
	}
	h.patience = doctor.CheckTime
	if c, _ := h.check(t.Context(), "clock"); c.Code != doctor.ClockGood {
		t.Errorf("%+v", c)
	}
	openShare(t, share) // of the certificate and, where it goes on, of the key
	came := <-h.hanging["camera"]
	if came.Code != doctor.CameraBroken {
		t.Errorf("after it answered: %+v", came)
	}
	must(t, opened.Close())
}

// openShare ends whoever waits for the share.
func openShare(t *testing.T, share string) {
	t.Helper()
	file, err := os.OpenFile(share, os.O_WRONLY, 0)
	must(t, err)
	must(t, os.Remove(share))
	must(t, file.Close())
}
