package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// found records an examination: of a clip that opens, or of one that does not.
func (c *centre) found(clip string, opens bool) {
	c.t.Helper()
	verdict := exam.Fail
	if opens {
		verdict = exam.Pass
	}
	c.must(c.RecordInspection(c.t.Context(), clip, store.Inspection{
		SHA256: (strings.ToLower(clip) + strings.Repeat("0", 64))[:64], MediaType: "video/mp4",
		Findings: []exam.Finding{
			{Kind: exam.KindReadable, Verdict: verdict},
			{Kind: exam.KindFacePresent, Verdict: exam.Pass, Evidence: []exam.Evidence{{Frame: "of " + clip}}},
		},
	}))
}

// files is the trash.
func (c *centre) files() (paths []string) {
	c.t.Helper()
	rows, err := c.DB().QueryContext(c.t.Context(), "SELECT path FROM trash")
	c.must(err)
	defer rows.Close()
	for rows.Next() {
		var path string
		c.must(rows.Scan(&path))
		paths = append(paths, path)
	}
	c.must(rows.Err())
	return paths
}

// keeps checks that nothing of a clip is in the trash, that its frame is not
// swept, and that its side work can go on: it may stand again.
func (c *centre) keeps(clip string) {
	c.t.Helper()
	used, err := c.EvidenceInUse(c.t.Context(), "of "+clip)
	c.must(err)
	_, err = c.FindClipForInspection(c.t.Context(), clip)
	if trash := c.files(); err != nil || !used || slices.Contains(trash, store.ClipFile(clip)) || slices.Contains(trash, store.ThumbnailFile(clip)) {
		c.t.Errorf("not kept: %v, frame in use %v, trash %v", err, used, trash)
	}
}

func (c *centre) standing(orderID, item string) exam.Item {
	c.t.Helper()
	order, err := c.FindOrder(c.t.Context(), orderID)
	c.must(err)
	return *order.Attempts[len(order.Attempts)-1].FindItem(item)
}

// R12, R14: whatever the moment at which the program is killed, the former
// clip is whole until the new one was opened.
func TestR12AFormerClipStandsAgainWithAllThatIsKnownOfIt(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	good := c.send(attempt, "1")
	c.found(good, true)
	c.apply(order.ID, exam.Previewed{ClipID: good})
	before, err := c.FindClip(t.Context(), good)
	c.must(err)

	bad := c.send(attempt, "1")
	c.restart()
	c.keeps(good)
	if item := c.standing(order.ID, "1"); item.Clip.ID != bad || len(item.Former) != 1 || item.Former[0].ID != good || !item.Former[0].Opened {
		t.Errorf("item %+v", item)
	}
	if _, err := c.FindClip(t.Context(), good); !refusal.Is(err, refusal.NotFound) {
		t.Errorf("what stands behind is shown: %v", err)
	}
	c.apply(order.ID, exam.Submit{AttemptID: attempt.ID, Device: attempt.Device})
	_, err = c.Tick(t.Context()) // forgets the hashes of what is gone (R15)
	c.must(err)
	c.found(bad, false)
	c.restart()

	c.keeps(good)
	after, err := c.FindClip(t.Context(), good)
	c.must(err)
	before.Restored = true
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	item := c.standing(order.ID, "1")
	if !item.Clip.Restored || !item.Clip.Previewed || item.Former != nil || !slices.Contains(c.files(), store.ClipFile(bad)) {
		t.Errorf("item %+v, trash %v", item, c.files())
	}
	var hash string
	c.must(c.DB().QueryRowContext(t.Context(), "SELECT sha256 FROM clips WHERE id = ?", bad).Scan(&hash))
	if hash == "" {
		t.Error("R15: the hash of what went is not kept")
	}
	if _, err := c.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestR12AFormerClipGoesWhenTheNewOneOpens(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	former := c.send(attempt, "1")
	c.found(former, true)
	next := c.send(attempt, "1")
	c.found(next, true)
	if item := c.standing(order.ID, "1"); item.Clip.ID != next || item.Former != nil || item.Clip.Restored {
		t.Errorf("item %+v", item)
	}
	if trash := c.files(); !slices.Contains(trash, store.ClipFile(former)) || !slices.Contains(trash, store.EvidenceFile("of "+former)) {
		t.Errorf("trash %v", trash)
	}
	c.keeps(next)
}

// R12: both are held, in their order, through restarts, and everybody's moves.
func TestR12SeveralFormerClipsKeepTheirOrder(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	first, second, third, other := c.send(attempt, "1"), c.send(attempt, "1"), c.send(attempt, "1"), c.send(attempt, "2")
	c.restart()
	c.apply(order.ID, exam.MoveClip{ClipID: third, ItemID: "2", Device: attempt.Device})
	if item := c.standing(order.ID, "1"); item.Clip.ID != other || len(item.Former) != 2 || item.Former[0].ID != first || item.Former[1].ID != second {
		t.Errorf("item %+v", item)
	}
	c.found(other, false)
	c.restart()
	if item := c.standing(order.ID, "1"); item.Clip.ID != second || len(item.Former) != 1 || item.Former[0].ID != first {
		t.Errorf("item %+v", item)
	}
	c.apply(order.ID, exam.DeleteClip{ClipID: second, Device: attempt.Device})
	if item := c.standing(order.ID, "1"); item.Clip.ID != first || item.Former != nil {
		t.Errorf("item %+v", item)
	}
}

// R15, R26: a reset erases what stands behind too.
func TestR15AResetTakesFormerClipsWithIt(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	former, next := c.send(attempt, "1"), c.send(attempt, "1")
	c.apply(order.ID, exam.ResetAttempt{AttemptID: attempt.ID, Device: attempt.Device})
	trash := c.files()
	if !slices.Contains(trash, store.ClipFile(former)) || !slices.Contains(trash, store.ClipFile(next)) {
		t.Errorf("trash %v", trash)
	}
	var left int
	c.must(c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM jobs").Scan(&left))
	if left > 0 {
		t.Errorf("%d jobs are left", left)
	}
}

// R12: side work of what stands behind goes on, after everybody else's.
func TestR12JobsOfFormerClipsComeLast(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	former, next := c.send(attempt, "1"), c.send(attempt, "1")
	q := c.Queue("boot")
	for _, want := range []string{next, former} {
		job, err := q.ReceiveJob(t.Context(), jobs.Inspect, time.Minute)
		c.must(err)
		if job == nil || job.ClipID != want {
			t.Fatalf("took %+v, want the job of %s", job, want)
		}
	}
	c.found(former, false)
	if item := c.standing(order.ID, "1"); item.Clip.ID != next || item.Former != nil {
		t.Errorf("a broken one is kept behind: %+v", item)
	}
}

// What people set aside for a file that held no video stands again, and the record of the day says so.
func TestTheRecordSaysThatAFormerClipCountsAgain(t *testing.T) {
	for _, opens := range []bool{true, false} {
		c := newCentre(t)
		order := c.enrol("T1")
		attempt := c.start(order)
		former := c.send(attempt, "1")
		c.found(former, true)
		file := store.Upload{ID: store.NewID(), Owner: registration("").PersonKey(), Attempt: attempt.ID, Item: "1", Size: 1, TakenIn: "li", CreatedAt: c.Now(), ExpiresAt: c.Now().Add(time.Hour)}
		_, err := c.CreateUpload(t.Context(), file, anyRoom)
		c.must(err)
		c.must(c.RecordOffsets(t.Context(), []store.Offset{{ID: file.ID, Bytes: 1, ArrivedAt: c.Now()}}))
		c.must(c.FinishUpload(t.Context(), file.ID, c.Now()))
		c.found(file.ID, opens)
		record, err := c.RecordDay(t.Context(), store.Scope{})
		c.must(err)
		if set := slices.ContainsFunc(record.Interventions, func(e store.Entry) bool { return e.ClipID == former }); !set || record.Restored[former] == opens {
			t.Errorf("the file opens: %v; told that it was set aside: %v, that it counts again: %v", opens, set, record.Restored)
		}
	}
}
