package webkit

import (
	"testing"
	"time"

	"kaodian/app/base/refusal"
)

func TestR4GuessingIsSlowedDownAndAClockSetBackLocksNobodyOut(t *testing.T) {
	now := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name     string
		failures int
		last     time.Time
		refused  bool
	}{
		{"a few wrong ones", 4, now, false},
		{"too many just now", 5, now.Add(-time.Second), true},
		{"too many, a while ago", 5, now.Add(-2 * time.Second), false},
		{"too many by a clock that was years ahead", 50, now.AddDate(9, 0, 0), false},
	} {
		if got := refusal.CodeOf(CheckWait(c.failures, c.last, now)) == TooManyTries; got != c.refused {
			t.Errorf("%s: refused %v", c.name, got)
		}
	}
}
