package main

import (
	"testing"
	"time"

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
