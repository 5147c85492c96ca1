package main

import (
	"strings"
	"testing"
	"time"

	"kaodian/sync/drop"
	"kaodian/sync/outbox"
)

func TestACommandSaysHowFarItsRunIs(t *testing.T) {
	for want, p := range map[string]outbox.Progress{
		"fetching receipts":                                 {Stage: outbox.Receiving},
		"sealing batch 7: 0 of 2000 MB":                     {Stage: outbox.Sealing, Sequence: 7, Total: 2000 << 20},
		"sending batch 7: 1200 of 2000 MB, about 2m0s more": {Stage: outbox.Sending, Sequence: 7, Done: 1200 << 20, Total: 2000 << 20, Remaining: 120_400 * time.Millisecond},
	} {
		if got := progressText(p); got != want {
			t.Errorf("%+v is told as %q, want %q", p, got, want)
		}
	}
}

func TestTheStatusTellsOfARunAndOfTheRoad(t *testing.T) {
	there := time.Date(2026, 8, 3, 4, 0, 0, 0, time.UTC)
	p := &outbox.Progress{Stage: outbox.Sending, Sequence: 7, Total: 9 << 20}
	for want, s := range map[string]outbox.Status{
		"":                   {},
		"a run is under way": {Sending: true},
		"a run is under way: sending batch 7: 0 of 9 MB": {Sending: true, Progress: p},
		"the last sending failed: dial":                  {LastError: "dial"},
		"there is no line to the province at the moment (dial); it was last there on 2026-08-03 12:00, and what is final goes as soon as it is back": {LastError: "dial", NoLine: true, LastContact: there},
		"note: it stays there": {Note: drop.Note{Code: drop.Kept, Text: "it stays there"}},
	} {
		if got := strings.Join(roadLines(s, time.FixedZone("", 8*60*60)), "\n"); got != want {
			t.Errorf("%+v is told as %q, want %q", s, got, want)
		}
	}
}
