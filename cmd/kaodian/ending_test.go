package main

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"kaodian/app/centre/store"
)

// A technician ends the program with a reason, and never under somebody whom
// nobody was shown; it ends with its own status, and all is there at the next start.
func TestTheDeskShutsTheProgramDown(t *testing.T) {
	data := emptyCentre(t)
	if status := run([]string{"import", "orders", list(t, row("T1", "钢琴", "3")), "--data", data}); status != 0 {
		t.Fatalf("import: %d", status)
	}
	p, d := openDesk(t, data)
	const path = "/api/v1/staff/shut-down"
	state := func() (s struct{ Running, Preparing int }) {
		t.Helper()
		d.want(http.StatusOK, "GET", path, nil, &s)
		return s
	}
	ask := func(reason string, running, preparing int) map[string]any {
		return map[string]any{"reason": reason, "running": running, "preparing": preparing}
	}
	if s := state(); s.Running != 0 || s.Preparing != 0 {
		t.Errorf("of an idle centre: %+v", s)
	}
	d.refused("reason_missing", path, ask(" ", 0, 0))

	v := p.visitor(t, "T1")
	v.want(http.StatusOK, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "11010119900307123X"}, nil)
	var orders []struct{ ID string }
	v.want(http.StatusOK, "GET", "/api/v1/orders", nil, &orders)
	v.want(http.StatusNoContent, "POST", "/api/v1/orders/"+orders[0].ID+"/consent", map[string]bool{"face": false}, nil)
	if s := state(); s.Running != 0 || s.Preparing != 1 {
		t.Errorf("between consent and start: %+v", s)
	}
	d.refused(string(store.ShutDownDisturbs), path, ask("换电源", 0, 0))
	var rules struct {
		Version string `json:"rules_version"`
	}
	v.want(http.StatusOK, "GET", "/api/v1/orders/"+orders[0].ID+"/rules", nil, &rules)
	v.want(http.StatusCreated, "POST", "/api/v1/orders/"+orders[0].ID+"/attempts", map[string]any{"agreed": true, "rules_version": rules.Version}, nil)
	if s := state(); s.Running != 1 || s.Preparing != 0 {
		t.Errorf("of an attempt that runs: %+v", s)
	}
	d.refused(string(store.ShutDownDisturbs), path, ask("换电源", 0, 1))
	if p.isOver() {
		t.Fatal("it ended although it was refused")
	}

	d.want(http.StatusNoContent, "POST", path, ask("换电源", 1, 0), nil)
	<-p.ended
	if status := p.ProcessState.ExitCode(); status != exitShutDown || !strings.Contains(p.words(), "shut down at the desk") {
		t.Errorf("it ended with %d:\n%s", status, p.words())
	}
	again := startProgram(t, data)
	v.p = again
	v.want(http.StatusOK, "GET", "/api/v1/orders", nil, &orders)
	c, err := (&common{Data: data}).open(t.Context())
	must(t, err)
	defer c.Close()
	if _, err := c.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// A part that waits for a dead disk keeps nobody from shutting the program down.
func TestAnEndThatHangsIsCutOff(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	status := make(chan int)
	ending{stop, time.Millisecond, func(s int) { status <- s }}.Begin()
	if got := <-status; got != exitShutDown || atDesk(ctx) == nil {
		t.Errorf("status %d, %v", got, atDesk(ctx))
	}
}
