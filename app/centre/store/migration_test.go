package store_test

import (
	"database/sql"
	"os"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/migrate"
	"kaodian/app/centre/jobs"
	"kaodian/app/exam"
)

// schemaUpTo is what the program had when that migration was its newest.
func schemaUpTo(t *testing.T, newest string) fstest.MapFS {
	t.Helper()
	files, err := os.ReadDir("migrations")
	check(t, err)
	schema := fstest.MapFS{}
	for _, file := range files {
		if file.Name()[:len(newest)] <= newest {
			data, err := os.ReadFile("migrations/" + file.Name())
			check(t, err)
			schema["migrations/"+file.Name()] = &fstest.MapFile{Data: data}
		}
	}
	return schema
}

// jobsOfOld are jobs as migration 20's program left them when it was killed:
// of a running attempt, of one that ended and of a practice run; waiting ones,
// one that failed, one that ran, a parked one, and some of nobody's clip.
const jobsOfOld = `
	INSERT INTO attempts (id, order_id, practice, number, state, started_at, deadline, limit_ms, extra_ms, code, device, rules_version) VALUES
		('ended', 'o', 0, 1, 'submitted', 1, 2, 1, 0, '', '', ''),
		('practice', 'o', 1, 1, 'running', 1, 9999999999999, 1, 0, '', '', ''),
		('running', 'o', 0, 2, 'running', 1, 9999999999999, 1, 0, '', '', '');
	INSERT INTO clips (id, attempt_id, item_id, name, size, received_at) VALUES
		('first', 'ended', '1', '', 10, 1), ('second', 'ended', '2', '', 20, 2), ('practised', 'practice', '1', '', 30, 3),
		('played', 'running', '1', '', 40, 4), ('half', 'running', '2', '', 50, 5), ('hopeless', 'running', '3', '', 60, 6);
	INSERT INTO goqite (id, created, queue, body, timeout, received) VALUES
		('m_2', '2026-07-01T00:00:02.000Z', 'inspect', CAST('{"kind":"inspect","clip_id":"second"}' AS BLOB), '2026-07-01T00:00:02.000Z', 0),
		('m_1', '2026-07-01T00:00:01.000Z', 'inspect', CAST('{"kind":"inspect","clip_id":"first"}' AS BLOB), '2026-07-01T00:00:01.000Z', 0),
		('m_3', '2026-07-01T00:00:03.000Z', 'inspect', CAST('{"kind":"inspect","clip_id":"practised"}' AS BLOB), '2099-01-01T00:00:00.000Z', 0),
		('m_4', '2026-07-01T00:00:04.000Z', 'inspect', CAST('{"kind":"inspect","clip_id":"played"}' AS BLOB), '2099-01-01T00:00:00.000Z', 2),
		('m_5', '2026-07-01T00:00:05.000Z', 'inspect', CAST('{"kind":"inspect","clip_id":"half"}' AS BLOB), '2099-01-01T00:00:00.000Z', 2),
		('m_6', '2026-07-01T00:00:06.000Z', 'rendition', CAST('{"kind":"rendition","clip_id":"half"}' AS BLOB), '2026-07-01T00:00:06.000Z', 0),
		('m_7', '2026-07-01T00:00:07.000Z', 'inspect', CAST('{"kind":"inspect","clip_id":"gone"}' AS BLOB), '2026-07-01T00:00:07.000Z', 0),
		('m_8', '2026-07-01T00:00:08.000Z', 'inspect', x'00ff', '2026-07-01T00:00:08.000Z', 0);
	INSERT INTO running_jobs (id, boot, started_at) VALUES ('m_5', 'the boot before', 1);
	INSERT INTO failed_jobs (id, last_error, failed_at) VALUES ('m_4', 'no luck', 1782864000000), ('m_5', 'bad luck', 1782864001000);
	INSERT INTO parked_jobs (id, kind, body, tries, last_error, parked_at) VALUES
		('m_9', 'preview', CAST('{"kind":"preview","clip_id":"hopeless"}' AS BLOB), 3, 'no hope', 1782864002000),
		('m_10', 'preview', CAST('{"kind":"preview","clip_id":"gone"}' AS BLOB), 3, 'no hope', 1782864003000);`

// What waited, ran, failed and was parked is carried over, in its order.
func TestJobsOfTheFormerTablesAreCarriedOver(t *testing.T) {
	for boot, tries := range map[string]int{"the boot before": 3, "another boot": 2} {
		c := newCentre(t)
		c.must(c.Close())
		c.must(os.Remove(c.path))
		db, err := sql.Open("sqlite3", "file:"+c.path)
		check(t, err)
		check(t, migrate.Up(t.Context(), db, schemaUpTo(t, "00020"), c.path))
		_, err = db.ExecContext(t.Context(), jobsOfOld)
		check(t, err)
		check(t, db.Close())

		c.open()
		q := c.Queue(boot)
		check(t, q.RecoverJobs(t.Context()))
		failed := []jobs.Failed{
			{Job: jobs.Job{ID: "m_4", Kind: jobs.Inspect, ClipID: "played", Tries: 2}, LastError: "no luck", At: time.UnixMilli(1782864000000)},
			{Job: jobs.Job{ID: "m_5", Kind: jobs.Inspect, ClipID: "half", Tries: 1}, LastError: "bad luck", At: time.UnixMilli(1782864001000)},
			{Job: jobs.Job{ID: "m_9", Kind: jobs.Preview, ClipID: "hopeless", Tries: 3}, Parked: true, LastError: "no hope", At: time.UnixMilli(1782864002000)},
		}
		if boot == "the boot before" { // the try during which the program ended is charged
			failed[1], failed[2] = failed[2], failed[1]
			failed[2].Tries, failed[2].LastError, failed[2].At = 2, "the program ended while this job ran", c.Now()
		}
		if diff := cmp.Diff(failed, list(t, q)); diff != "" {
			t.Errorf("%s: %s", boot, diff)
		}
		want := []jobs.Job{
			{ID: "m_4", Kind: jobs.Inspect, ClipID: "played", Tries: 3, Urgency: jobs.Running, Bytes: 40},
			{ID: "m_5", Kind: jobs.Inspect, ClipID: "half", Tries: tries, Urgency: jobs.Running, Bytes: 50},
			{ID: "m_3", Kind: jobs.Inspect, ClipID: "practised", Tries: 1, Urgency: jobs.Practice, Bytes: 30},
			{ID: "m_1", Kind: jobs.Inspect, ClipID: "first", Tries: 1, Urgency: jobs.Rest, Bytes: 10},
			{ID: "m_2", Kind: jobs.Inspect, ClipID: "second", Tries: 1, Urgency: jobs.Rest, Bytes: 20},
		}
		var got []jobs.Job
		for job := receive(t, q); job != nil; job = receive(t, q) {
			got = append(got, *job)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", boot, diff)
		}
		rendition, err := q.ReceiveJob(t.Context(), jobs.Rendition, lease)
		if check(t, err); rendition == nil || rendition.ID != "m_6" {
			t.Errorf("%s: of another kind: %+v", boot, rendition)
		}
		check(t, q.RetryJob(t.Context(), "m_9"))
		if job, err := q.ReceiveJob(t.Context(), jobs.Preview, lease); err != nil || job == nil || job.ClipID != "hopeless" || job.Tries != 1 {
			t.Errorf("%s: the parked one, tried again: %+v, %v", boot, job, err)
		}
		for _, table := range []string{"goqite", "running_jobs", "failed_jobs", "parked_jobs"} {
			var rows int
			c.must(c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM sqlite_master WHERE name = ?", table).Scan(&rows))
			if rows != 0 {
				t.Errorf("%s is still there", table)
			}
		}
	}
}

// What earlier programs judged gets the side by which they did.
func TestFormerFindingsGetTheirSide(t *testing.T) {
	c := newCentre(t)
	c.must(c.Close())
	c.must(os.Remove(c.path))
	db, err := sql.Open("sqlite3", "file:"+c.path)
	check(t, err)
	check(t, migrate.Up(t.Context(), db, schemaUpTo(t, "00021"), c.path))
	_, err = db.ExecContext(t.Context(), `
		INSERT INTO attempts (id, order_id, practice, number, state, started_at, deadline, limit_ms, extra_ms, code, device, rules_version)
			VALUES ('a', 'o', 0, 1, 'submitted', 1, 2, 1, 0, '', '', '');
		INSERT INTO clips (id, attempt_id, item_id, name, size, received_at) VALUES ('c', 'a', '1', '', 10, 1);
		INSERT INTO findings (clip_id, place, kind, verdict, limit_value, unit, note, engine) VALUES
			('c', 0, 'readable', 'pass', NULL, '', '', ''),
			('c', 1, 'size', 'pass', 9, 'bytes', '', ''),
			('c', 2, 'loudness', 'warn', -40, 'LUFS', 'too_quiet', ''),
			('c', 3, 'light', 'pass', 40, '', '', ''),
			('c', 4, 'light', 'warn', 220, '', 'too_bright', ''),
			('c', 5, 'light', 'warn', 5, 's', 'dark_stretch', ''),
			('c', 6, 'orientation', 'warn', 1, '', 'portrait', ''),
			('c', 7, 'face_match', 'warn', 0.4, '', 'between_thresholds', ''),
			('c', 8, 'face_match', 'fail', 0.25, '', '', ''),
			('c', 9, 'same_person', 'pass', 2, '', '', '');`)
	check(t, err)
	check(t, db.Close())

	c.open()
	clip, err := c.FindClip(t.Context(), "c")
	check(t, err)
	want := []exam.Side{"", exam.AtMost, exam.AtLeast, exam.AtLeast, exam.AtMost, exam.AtMost, exam.MoreThan, exam.AtLeast, exam.MoreThan, exam.LessThan}
	for n, f := range clip.Findings {
		if f.Side != want[n] {
			t.Errorf("%d, %s %s: %q, want %q", n, f.Kind, f.Note, f.Side, want[n])
		}
	}
	if len(clip.Findings) != len(want) {
		t.Errorf("%d findings, want %d", len(clip.Findings), len(want))
	}
}
