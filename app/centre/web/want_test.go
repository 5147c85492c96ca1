package web

import (
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/jobs"
)

// R12: a page says about how long it takes until there is something to play,
// and who waits there comes before all others.
func TestR12WhoWaitsIsToldHowLongAndComesFirst(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "ID1")
	c.register("T2", "ID2")
	first, second := c.candidate("T1", "ID1"), c.candidate("T2", "ID2")
	one := first.start()
	before := first.upload(one.ID, "1", "a clip")
	other := second.start()
	clip := second.upload(other.ID, "1", "a clip of somebody else")
	told := func() clipBody {
		t.Helper()
		var attempt attemptBody
		second.want(200, "GET", "/api/v1/attempts/"+other.ID, nil, &attempt)
		var alone clipBody
		second.want(200, "GET", "/api/v1/clips/"+clip, nil, &alone)
		got := attempt.Items[0].Clip
		if got == nil || got.ReadySeconds != alone.ReadySeconds || got.CheckedSeconds != alone.CheckedSeconds {
			t.Fatalf("the attempt says %+v, the clip %+v", got, alone)
		}
		return alone
	}
	inTurn := told()
	if inTurn.ReadySeconds <= 0 || inTurn.CheckedSeconds <= 0 {
		t.Fatalf("it says %+v", inTurn)
	}
	first.wantCode(refusal.NotFound, "POST", "/api/v1/clips/"+clip+"/want", nil)
	second.want(204, "POST", "/api/v1/clips/"+clip+"/want", nil, nil)
	if now := told(); now.ReadySeconds >= inTurn.ReadySeconds {
		t.Errorf("%d s in its turn, %d s when somebody waits", inTurn.ReadySeconds, now.ReadySeconds)
	}
	job, err := c.Queue("this boot").ReceiveJob(t.Context(), jobs.Preview, time.Minute)
	must(t, err)
	if job.ClipID != clip {
		t.Errorf("%s comes first, not %s (before it: %s)", job.ClipID, clip, before)
	}
}
