package outbox_test

import (
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/sync/outbox"
)

// R17: by a date that nobody confirmed an order is absent for ever; so nothing
// is sealed and sent by one, by no road and however it is asked for.
func TestR17NothingGoesByADateInDoubt(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.clock.SetJump(80 * 24 * time.Hour)
	for name, run := range map[string]func() error{
		"a run": func() error { return c.Outbox.Send(t.Context()) },
		"asked": func() error { return c.Outbox.Resend(t.Context(), "") },
		"stick": func() error { return c.Outbox.Resend(t.Context(), "dir:"+t.TempDir()) },
	} {
		if err := run(); refusal.CodeOf(err) != store.DateNotConfirmed || outbox.TroubleOf(err) != outbox.DateInDoubt {
			t.Errorf("%s: %v", name, err)
		}
	}
	if states := c.states(); len(states) > 0 {
		t.Errorf("sealed: %v", states)
	}
	c.clock.SetJump(0)
	c.must(c.Outbox.Send(t.Context()))
	if states := c.states(); len(states) != 1 || states[0] != store.BatchSent {
		t.Errorf("after the date was confirmed: %v", states)
	}
}
