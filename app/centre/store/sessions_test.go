package store_test

import (
	"fmt"
	"testing"
	"time"

	"kaodian/app/centre/store"
)

// R4: the last log-in holds, also when the clock was set back meanwhile and
// all others were made «later».
func TestTheLastLogInHoldsAfterTheClockWentBack(t *testing.T) {
	c := newCentre(t)
	c.must(c.PutUser(t.Context(), store.User{Name: "老师", Role: "invigilator", Password: "x"}))
	logIn := func(n int) string {
		secret := fmt.Sprint("secret ", n)
		session := store.Session{Kind: store.StaffSession, Subject: "老师", Device: fmt.Sprint("device ", n), ExpiresAt: c.Now().Add(12 * time.Hour)}
		if err := c.CreateSession(t.Context(), secret, session); err != nil {
			t.Fatal(err)
		}
		return secret
	}
	first := logIn(0)
	for n := range 20 {
		logIn(1 + n)
	}
	if _, err := c.FindSession(t.Context(), first, store.StaffSession); err == nil {
		t.Error("the oldest of 21 log-ins still holds")
	}
	c.clock.Set(c.Now().Add(-240 * time.Hour))
	if _, err := c.FindSession(t.Context(), logIn(99), store.StaffSession); err != nil {
		t.Errorf("the log-in just made does not hold: %v", err)
	}
}
