package outbox_test

import (
	"testing"
	"time"

	"kaodian/sync/drop"
	"kaodian/sync/outbox"
)

// A command is a process of its own beside the server: how its run ended is
// what the staff's page says, and so it is the other way round.
func TestACommandsFailureStandsOnThePage(t *testing.T) {
	c := delivered(t)
	server := &outbox.Outbox{Store: c.Store, Folder: c.folder, Program: "test", Clock: c.clock, Schedule: c.Schedule, Host: c.host}
	page := func() outbox.Trouble {
		status, err := server.Status(t.Context())
		c.must(err)
		return status.LastErrorCode
	}
	back := c.leave()
	if err := c.Resend(t.Context(), ""); outbox.TroubleOf(err) != outbox.Trouble(drop.Unreachable) || page() != outbox.Trouble(drop.Unreachable) {
		t.Errorf("the command says %v, the page %q", err, page())
	}
	back()
	c.must(c.Resend(t.Context(), "dir:"+t.TempDir()))
	if page() == "" {
		t.Error("a stick that was written to says nothing of the drop")
	}
	c.clock.Advance(time.Hour)
	c.must(server.Send(t.Context()))
	if status := c.status(); page() != "" || status.LastError != "" {
		t.Errorf("after a run that went well: page %q, command %q", page(), status.LastError)
	}
}
