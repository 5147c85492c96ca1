package main

import (
	"testing"
)

// Only what was sent makes room: a full disk must not keep a centre from
// sending while nobody is in the exam.
func TestSendingMayUseWhatIsLeftWhileNoAttemptRuns(t *testing.T) {
	c, err := (&common{Data: emptyCentre(t)}).open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.checkRoom(t.Context(), 1<<60); err != nil {
		t.Error(err)
	}
}
