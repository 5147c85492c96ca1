package store_test

import (
	"fmt"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
)

const lease = time.Minute

// newQueue is a centre with the jobs of one clip, and the clip.
func newQueue(t *testing.T) (c *centre, clip string) {
	t.Helper()
	c = newCentre(t)
	return c, c.send(c.start(c.enrol("T1")), "1")
}

func receive(t *testing.T, q *store.Queue) *jobs.Job {
	t.Helper()
	job, err := q.ReceiveJob(t.Context(), jobs.Inspect, lease)
	check(t, err)
	return job
}

func list(t *testing.T, q *store.Queue) []jobs.Failed {
	t.Helper()
	failed, err := q.ListJobs(t.Context())
	check(t, err)
	return failed
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAJobIsHandedOutOnceInItsOwnLane(t *testing.T) {
	c, clip := newQueue(t) // with a job of another kind, which came first
	q := c.Queue("boot 1")
	job := receive(t, q)
	if job == nil || job.ClipID != clip || job.Kind != jobs.Inspect || job.Tries != 1 {
		t.Fatalf("%+v", job)
	}
	if again := receive(t, q); again != nil {
		t.Errorf("it was handed out twice: %+v", again)
	}
	check(t, q.RemoveJob(t.Context(), job.ID))
	check(t, q.RemoveJob(t.Context(), job.ID)) // recording the result may have removed it
	check(t, q.RecoverJobs(t.Context()))
	if again := receive(t, q); again != nil || len(list(t, q)) != 0 {
		t.Errorf("it came back: %+v", again)
	}
}

func TestTheThirdStrikeParksAJobWhereStaffSeeIt(t *testing.T) {
	c, clip := newQueue(t)
	q := c.Queue("boot 1")
	for try := 1; try <= jobs.MaxTries; try++ {
		job := receive(t, q)
		if job == nil || job.Tries != try {
			t.Fatalf("try %d: %+v", try, job)
		}
		check(t, q.FailJob(t.Context(), job.ID, "no luck", 0))
		failed := list(t, q)
		if len(failed) != 1 || failed[0].Parked != (try == jobs.MaxTries) || failed[0].Tries != try || failed[0].LastError != "no luck" || !failed[0].At.Equal(c.Now()) {
			t.Errorf("after try %d staff see %+v", try, failed)
		}
	}
	if job := receive(t, q); job != nil {
		t.Fatalf("a parked job was handed out: %+v", job)
	}
	check(t, q.RecoverJobs(t.Context()))
	if job := receive(t, q); job != nil {
		t.Fatalf("a parked job was handed out after a start: %+v", job)
	}
	check(t, q.RetryJob(t.Context(), list(t, q)[0].ID))
	if job := receive(t, q); job == nil || job.Tries != 1 || job.ClipID != clip || len(list(t, q)) != 0 {
		t.Errorf("after staff let it try again: %+v", job)
	}
	if err := q.RetryJob(t.Context(), "unknown"); !refusal.Is(err, refusal.NotFound) {
		t.Errorf("an unknown one: %v", err)
	}
}

// A job that staff let try again comes after those that waited meanwhile.
func TestARetriedJobIsTheLastOfItsKind(t *testing.T) {
	c := newCentre(t)
	attempt := c.start(c.enrol("T1"))
	first := c.send(attempt, "1")
	q := c.Queue("boot 1")
	for range jobs.MaxTries {
		check(t, q.FailJob(t.Context(), receive(t, q).ID, "no luck", 0))
	}
	second := c.send(attempt, "2")
	check(t, q.RetryJob(t.Context(), list(t, q)[0].ID))
	for _, want := range []string{second, first} {
		if job := receive(t, q); job == nil || job.ClipID != want {
			t.Errorf("%+v, want %s", job, want)
		}
	}
}

func TestOurOwnStopIsNoStrike(t *testing.T) {
	c, _ := newQueue(t)
	q := c.Queue("boot 1")
	for range 2 * jobs.MaxTries {
		job := receive(t, q)
		if job == nil || job.Tries != 1 {
			t.Fatalf("%+v", job)
		}
		check(t, q.ReturnJob(t.Context(), job.ID))
	}
}

func TestAPowerCutIsNoStrike(t *testing.T) {
	c, _ := newQueue(t)
	for n := range 2 * jobs.MaxTries {
		q := c.Queue(fmt.Sprint("boot ", n)) // each another run of the machine
		check(t, q.RecoverJobs(t.Context()))
		if job := receive(t, q); job == nil || job.Tries != 1 {
			t.Fatalf("%+v", job)
		}
	}
}

func TestAJobThatEndsTheProgramIsParkedAfterThree(t *testing.T) {
	for _, boot := range []string{"boot 1", ""} { // also where the kernel names no run
		c, _ := newQueue(t)
		q := c.Queue(boot)
		for try := 1; try <= jobs.MaxTries; try++ {
			if job := receive(t, q); job == nil || job.Tries != try {
				t.Fatalf("try %d: %+v", try, job)
			}
			check(t, q.RecoverJobs(t.Context())) // the program was started anew
		}
		if failed := list(t, q); len(failed) != 1 || !failed[0].Parked {
			t.Errorf("%+v", failed)
		}
	}
}

func TestADelayIsKeptAndALeaseEnds(t *testing.T) {
	c, _ := newQueue(t)
	q := c.Queue("boot 1")
	receive(t, q)
	c.clock.Advance(lease - time.Millisecond)
	if job := receive(t, q); job != nil {
		t.Errorf("handed out within the lease: %+v", job)
	}
	c.clock.Advance(time.Millisecond)
	job := receive(t, q)
	if job == nil || job.Tries != 2 {
		t.Fatalf("after the lease: %+v", job)
	}
	check(t, q.FailJob(t.Context(), job.ID, "later", 4*time.Minute))
	c.clock.Advance(4*time.Minute - time.Millisecond)
	if job := receive(t, q); job != nil {
		t.Error("handed out before its delay")
	}
	c.clock.Advance(time.Millisecond)
	if receive(t, q) == nil {
		t.Error("not handed out after its delay")
	}
}

func TestAnExtendedLeaseHolds(t *testing.T) {
	c, _ := newQueue(t)
	q := c.Queue("boot 1")
	job := receive(t, q)
	c.clock.Advance(lease - time.Second)
	check(t, q.ExtendJob(t.Context(), job.ID, lease))
	c.clock.Advance(lease - time.Second)
	if receive(t, q) != nil {
		t.Error("handed out while it runs")
	}
}

// A clock that was decades ahead holds up no job when a start goes by a right one.
func TestAClockSetBackHoldsUpNoJob(t *testing.T) {
	c, _ := newQueue(t)
	q := c.Queue("boot 1")
	c.clock.Set(noon.AddDate(70, 0, 0))
	check(t, q.FailJob(t.Context(), receive(t, q).ID, "no luck", time.Minute))
	c.clock.Set(noon)
	if job := receive(t, q); job != nil {
		t.Fatalf("handed out before its delay: %+v", job)
	}
	c.restart()
	q = c.Queue("boot 1")
	check(t, q.RecoverJobs(t.Context()))
	if receive(t, q) == nil {
		t.Error("a job that failed before the clock was set back waits for decades")
	}
}

// A person sets the clock: delays and leases go on as long as they would have.
func TestAClockThatIsRedatedLeavesDelaysAndLeases(t *testing.T) {
	for _, to := range []time.Time{noon.AddDate(-3, 0, 0), noon.AddDate(3, 0, 0)} {
		c, _ := newQueue(t)
		q := c.Queue("boot 1")
		job := receive(t, q)
		redate := func(to time.Time) {
			t.Helper()
			check(t, c.Redate(t.Context(), store.Redating{From: c.Now(), To: to, Counted: c.Now(), Doubted: c.Now(), By: staff, Mark: store.Setting{Name: "mark", Value: "x"}}))
			c.clock.Set(to)
		}
		redate(to)
		c.clock.Advance(lease - time.Second)
		if again := receive(t, q); again != nil {
			t.Fatalf("handed out while it runs: %+v", again)
		}
		check(t, q.FailJob(t.Context(), job.ID, "no luck", time.Minute))
		redate(noon)
		c.clock.Advance(time.Minute - time.Second)
		if again := receive(t, q); again != nil {
			t.Fatalf("handed out before its delay: %+v", again)
		}
		c.clock.Advance(time.Second)
		if receive(t, q) == nil {
			t.Error("not handed out after its delay")
		}
	}
}

func TestFailingAJobThatIsGoneIsNoError(t *testing.T) {
	c, _ := newQueue(t)
	q := c.Queue("boot 1")
	job := receive(t, q)
	check(t, q.RemoveJob(t.Context(), job.ID))
	check(t, q.FailJob(t.Context(), job.ID, "why", 0))
	if failed := list(t, q); len(failed) != 0 {
		t.Errorf("%+v", failed)
	}
}
