package candidate_test

import (
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/web/webtest"
)

// R12: a page says about how long it takes until there is something to play,
// and who waits there comes before all others.
func TestR12WhoWaitsIsToldHowLongAndComesFirst(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "ID1")
	c.Register("T2", "ID2")
	first, second := c.Candidate("T1", "ID1"), c.Candidate("T2", "ID2")
	one := first.Start()
	before := first.Upload(one.ID, "1", "a clip")
	other := second.Start()
	clip := second.Upload(other.ID, "1", "a clip of somebody else")
	told := func() webtest.Clip {
		t.Helper()
		var attempt webtest.Attempt
		second.Want(200, "GET", "/api/v1/attempts/"+other.ID, nil, &attempt)
		var alone webtest.Clip
		second.Want(200, "GET", "/api/v1/clips/"+clip, nil, &alone)
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
	first.WantCode(refusal.NotFound, "POST", "/api/v1/clips/"+clip+"/want", nil)
	second.Want(204, "POST", "/api/v1/clips/"+clip+"/want", nil, nil)
	if now := told(); now.ReadySeconds >= inTurn.ReadySeconds {
		t.Errorf("%d s in its turn, %d s when somebody waits", inTurn.ReadySeconds, now.ReadySeconds)
	}
	job, err := c.Queue("this boot").ReceiveJob(t.Context(), jobs.Preview, time.Minute)
	webtest.Must(t, err)
	if job.ClipID != clip {
		t.Errorf("%s comes first, not %s (before it: %s)", job.ClipID, clip, before)
	}
}
