package queue_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/queue"
	"kaodian/app/exam"
)

func openDB(t *testing.T) *sql.DB {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "kaodian.db"), exam.DefaultRules(time.UTC), clock.New(time.Time{}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s.DB()
}

const lease = time.Minute

func receive(t *testing.T, q *queue.Queue) *jobs.Job {
	t.Helper()
	job, err := q.ReceiveJob(t.Context(), jobs.Inspect, lease)
	if err != nil {
		t.Fatal(err)
	}
	return job
}

func add(t *testing.T, db *sql.DB, kind jobs.Kind, clip string) {
	t.Helper()
	tx, err := db.BeginTx(t.Context(), nil)
	check(t, err)
	check(t, queue.Add(t.Context(), db, tx, kind, clip))
	check(t, tx.Commit())
}

func list(t *testing.T, q *queue.Queue) []jobs.Failed {
	t.Helper()
	failed, err := q.ListJobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return failed
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAJobIsHandedOutOnceInItsOwnLane(t *testing.T) {
	db := openDB(t)
	q := queue.New(db, "boot 1")
	add(t, db, jobs.Rendition, "other")
	add(t, db, jobs.Inspect, "clip")
	job := receive(t, q)
	if job == nil || job.ClipID != "clip" || job.Kind != jobs.Inspect || job.Tries != 1 {
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
	db := openDB(t)
	q := queue.New(db, "boot 1")
	add(t, db, jobs.Inspect, "clip")
	for try := 1; try <= jobs.MaxTries; try++ {
		job := receive(t, q)
		if job == nil || job.Tries != try {
			t.Fatalf("try %d: %+v", try, job)
		}
		check(t, q.FailJob(t.Context(), job.ID, "no luck", 0))
		failed := list(t, q)
		if len(failed) != 1 || failed[0].Parked != (try == jobs.MaxTries) || failed[0].Tries != try || failed[0].LastError != "no luck" {
			t.Errorf("after try %d staff see %+v", try, failed)
		}
	}
	if job := receive(t, q); job != nil {
		t.Fatalf("a parked job was handed out: %+v", job)
	}
	check(t, q.RetryJob(t.Context(), list(t, q)[0].ID))
	if job := receive(t, q); job == nil || job.Tries != 1 || job.ClipID != "clip" || len(list(t, q)) != 0 {
		t.Errorf("after staff let it try again: %+v", job)
	}
	if err := q.RetryJob(t.Context(), "unknown"); !errors.Is(err, exam.Refuse(exam.NotFound)) {
		t.Errorf("an unknown one: %v", err)
	}
}

func TestOurOwnStopIsNoStrike(t *testing.T) {
	db := openDB(t)
	q := queue.New(db, "boot 1")
	add(t, db, jobs.Inspect, "clip")
	for range 2 * jobs.MaxTries {
		job := receive(t, q)
		if job == nil || job.Tries != 1 {
			t.Fatalf("%+v", job)
		}
		check(t, q.ReturnJob(t.Context(), job.ID))
	}
}

func TestAPowerCutIsNoStrike(t *testing.T) {
	db := openDB(t)
	add(t, db, jobs.Inspect, "clip")
	for range 2 * jobs.MaxTries {
		q := queue.New(db, time.Now().String()) // each another run of the machine
		check(t, q.RecoverJobs(t.Context()))
		if job := receive(t, q); job == nil || job.Tries != 1 {
			t.Fatalf("%+v", job)
		}
	}
}

func TestAJobThatEndsTheProgramIsParkedAfterThree(t *testing.T) {
	db := openDB(t)
	q := queue.New(db, "boot 1")
	add(t, db, jobs.Inspect, "clip")
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

func TestADelayIsKeptAndALeaseEnds(t *testing.T) {
	db := openDB(t)
	q := queue.New(db, "boot 1")
	add(t, db, jobs.Inspect, "clip")
	_, err := q.ReceiveJob(t.Context(), jobs.Inspect, 30*time.Millisecond)
	check(t, err)
	time.Sleep(50 * time.Millisecond)
	job := receive(t, q)
	if job == nil || job.Tries != 2 {
		t.Fatalf("after the lease: %+v", job)
	}
	check(t, q.FailJob(t.Context(), job.ID, "later", 4*time.Minute))
	if job := receive(t, q); job != nil {
		t.Error("handed out before its delay")
	}
	_, err = db.ExecContext(t.Context(), `update goqite set timeout = strftime('%Y-%m-%dT%H:%M:%fZ', timeout, '-4 minutes')`)
	check(t, err)
	if receive(t, q) == nil {
		t.Error("not handed out after its delay")
	}
}

func TestAnExtendedLeaseHolds(t *testing.T) {
	db := openDB(t)
	q := queue.New(db, "boot 1")
	add(t, db, jobs.Inspect, "clip")
	job, err := q.ReceiveJob(t.Context(), jobs.Inspect, 30*time.Millisecond)
	check(t, err)
	check(t, q.ExtendJob(t.Context(), job.ID, lease))
	time.Sleep(50 * time.Millisecond)
	if receive(t, q) != nil {
		t.Error("handed out while it runs")
	}
}

func TestAClockSetBackHoldsUpNoJob(t *testing.T) {
	db := openDB(t)
	q := queue.New(db, "boot 1")
	add(t, db, jobs.Inspect, "clip")
	_, err := db.ExecContext(t.Context(), `update goqite set timeout = '2099-01-01T00:00:00.000Z'`)
	check(t, err)
	if receive(t, q) == nil {
		t.Error("a job made before the clock was set back waits for decades")
	}
}

func TestABodyThatIsNoneOfOursIsHandedOutWithoutAClip(t *testing.T) {
	db := openDB(t)
	_, err := db.ExecContext(t.Context(), `insert into goqite (queue, body) values ('inspect', x'00ff')`)
	check(t, err)
	if job := receive(t, queue.New(db, "")); job == nil || job.ClipID != "" {
		t.Errorf("%+v", job)
	}
}

func TestFailingAJobThatIsGoneIsNoError(t *testing.T) {
	db := openDB(t)
	q := queue.New(db, "boot 1")
	check(t, q.FailJob(context.WithoutCancel(t.Context()), "gone", "why", 0))
	if failed := list(t, q); len(failed) != 0 {
		t.Errorf("%+v", failed)
	}
}
