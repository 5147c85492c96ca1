package store_test

import (
	"testing"
	"time"

	"kaodian/app/centre/store"
)

// R4: a log-in that ends in its middle, as by a kill between the pass and its
// session, leaves the pass as it was, also after a restart.
func TestR4APassAndItsSessionAreOneAct(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	_, err := c.CreatePass(t.Context(), order.ID, store.PhonePass, "token")
	c.must(err)
	session := store.Session{Kind: "nobody's", ExpiresAt: c.Now().Add(time.Hour)}
	if _, err := c.UsePass(t.Context(), "token", "first", "secret", session); err == nil {
		t.Fatal("a session of no kind was made")
	}
	c.restart()
	session.Kind = store.CandidateSession
	got, err := c.UsePass(t.Context(), "token", "second", "secret", session)
	c.must(err)
	if found, err := c.FindSession(t.Context(), "secret", store.CandidateSession); err != nil || got != order.ID || found.Subject != order.PersonKey() {
		t.Errorf("order %q, session %+v: %v", got, found, err)
	}
	_, err = c.FindPass(t.Context(), "token", "first")
	wantCode(t, err, store.PassUsed)
}
