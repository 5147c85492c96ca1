package main

import (
	"bytes"
	"image"
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
	h, err := newHealth(t.Context(), opened, slog.New(slog.DiscardHandler))
	must(t, err)
	h.patience = 50 * time.Millisecond
	var asked chan doctor.Check
	for n := range 2 {
		if c, _ := h.check(t.Context(), "camera"); c.Code != doctor.Hangs || c.State != doctor.Wrong {
			t.Errorf("%+v", c)
		}
		if n == 1 && h.hanging["camera"] != asked {
			t.Error("what hangs was asked again")
		}
		asked = h.hanging["camera"]
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

// A score that loses a bit is named by the page, the command and the board's
// number, and is well again when it was brought back.
func TestADamagedFileIsNamedAtTheDesk(t *testing.T) {
	data, folder := emptyCentre(t), t.TempDir()
	must(t, os.WriteFile(filepath.Join(folder, "syllabus.csv"), []byte("专业,级别,科目,类型,抽题,组\n钢琴,1-10,视奏,sight_reading,yes,\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "bank.csv"), []byte("subject,grades,item,title,file\n钢琴,1-10,视奏,视奏一,score.png\n"), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "score.png"), asPNG(t, image.NewGray(image.Rect(0, 0, 400, 200))), 0o600))
	if _, complained, status := typed(t, "", "import", "syllabus", folder, "--data", data); status != 0 {
		t.Fatal(complained)
	}
	scores, err := filepath.Glob(filepath.Join(data, "vault", "bank", "*"))
	must(t, err)
	if len(scores) != 1 {
		t.Fatal(scores)
	}
	score, err := os.ReadFile(scores[0])
	must(t, err)
	_, d := openDesk(t, data)
	read := func() (state staff.HealthState) {
		t.Helper()
		before := d.health().Files.DoneAt
		d.want(http.StatusOK, "POST", "/api/v1/staff/health/files", nil, nil)
		d.p.await(t, "read the files", func() bool { state = d.health(); return state.Files.DoneAt.After(before) && !state.Files.Waits })
		return d.looked()
	}
	if state := read(); state.Files.DoneFiles != 1 || len(state.Files.Problems) != 0 || state.Checks[11].Code != string(doctor.FilesGood) {
		t.Errorf("of whole files: %+v", state)
	}
	flipped := bytes.Clone(score)
	flipped[len(flipped)/2] ^= 4
	must(t, os.WriteFile(scores[0], flipped, 0o600))
	state := read()
	if c := state.Checks[11]; c.Code != string(doctor.FilesDamaged) || c.Count != 1 || c.State != "wrong" {
		t.Errorf("a flipped bit: %+v", c)
	}
	if p := state.Files.Problems; len(p) != 1 || p[0].Kind != "score" || p[0].Wrong != "damaged" || filepath.Join(data, p[0].Path) != scores[0] {
		t.Errorf("a flipped bit: %+v", p)
	}
	if found, _ := examined(t, "--data", data); found["files"].Code != doctor.FilesDamaged {
		t.Errorf("the command says %+v", found["files"])
	}
	must(t, os.WriteFile(scores[0], score, 0o600))
	if state := read(); len(state.Files.Problems) != 0 || state.Checks[11].State != "good" {
		t.Errorf("brought back: %+v", state)
	}
}
