package store_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// worked runs the real lanes until they have nothing left, and returns which
// clips they came to, in order.
func (c *centre) worked(kind jobs.Kind) []string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	var clips []string
	q := &untilEmpty{Queue: c.Queue("boot"), end: cancel}
	runner := &jobs.Runner{Queue: q, Handlers: map[jobs.Kind]jobs.Handler{kind: func(_ context.Context, job jobs.Job) error {
		clips = append(clips, job.ClipID)
		return nil
	}}}
	c.must(runner.Run(ctx))
	return clips
}

// untilEmpty ends the lanes when no job is due.
type untilEmpty struct {
	*store.Queue
	end func()
}

func (q *untilEmpty) ReceiveJob(ctx context.Context, kind jobs.Kind, lease time.Duration) (*jobs.Job, error) {
	job, err := q.Queue.ReceiveJob(ctx, kind, lease)
	if job == nil {
		q.end()
	}
	return job, err
}

// R12, R19: whose attempt runs waits for hints and previews, so his clips come
// first, whatever came first; also when the program was killed meanwhile, with
// a job half done.
func TestR19_ClipsOfRunningAttemptsAreLookedAtFirst(t *testing.T) {
	for name, c := range map[string]struct {
		then func(w *queueWorld)
		want []string
	}{
		"all run": {func(*queueWorld) {}, []string{"a1", "a2", "b1", "c1", "p1"}},
		"one was submitted": {func(w *queueWorld) {
			w.apply(w.orders[0].ID, exam.Submit{AttemptID: w.attempts[0].ID, Device: "phone"})
		}, []string{"b1", "c1", "p1", "a1", "a2"}},
		"two ended, who came first goes first again": {func(w *queueWorld) {
			w.apply(w.orders[1].ID, exam.Submit{AttemptID: w.attempts[1].ID, Device: "phone"})
			w.apply(w.orders[0].ID, exam.Submit{AttemptID: w.attempts[0].ID, Device: "phone"})
		}, []string{"c1", "p1", "a1", "a2", "b1"}},
		"all ran out while the server was down, then one got extra time": {func(w *queueWorld) {
			w.must(w.Close())
			w.clock.Advance(2 * time.Hour)
			w.open()
			_, err := w.Tick(w.t.Context())
			w.must(err)
			w.apply(w.orders[2].ID, exam.GiveExtraTime{ID: "grant", AttemptID: w.attempts[2].ID, By: staff, Duration: 3 * time.Hour, Reason: "停电"})
		}, []string{"c1", "p1", "a1", "a2", "b1"}},
		"somebody waits to see one": {func(w *queueWorld) { w.must(w.WantClip(w.t.Context(), w.clips["c1"])) }, []string{"c1", "a1", "a2", "b1", "p1"}},
		"somebody waits to see one of those that ended": {func(w *queueWorld) {
			w.apply(w.orders[0].ID, exam.Submit{AttemptID: w.attempts[0].ID, Device: "phone"})
			w.must(w.WantClip(w.t.Context(), w.clips["a2"]))
		}, []string{"a2", "b1", "c1", "p1", "a1"}},
		"one was reset": {func(w *queueWorld) {
			w.apply(w.orders[0].ID, exam.ResetAttempt{AttemptID: w.attempts[0].ID, Device: "phone"})
		}, []string{"b1", "c1", "p1"}},
		"one was deleted": {func(w *queueWorld) {
			w.apply(w.orders[0].ID, exam.DeleteClip{ClipID: w.clips["a1"], Device: "phone"})
		}, []string{"a2", "b1", "c1", "p1"}},
		"one was replaced, the new one is the last": {func(w *queueWorld) {
			w.clips["a1"] = w.send(w.attempts[0], "1")
		}, []string{"a2", "b1", "c1", "a1", "p1"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newQueueWorld(t)
			// killed while the first was looked at
			for _, kind := range []jobs.Kind{jobs.Inspect, jobs.Preview} {
				job, err := w.Queue("boot").ReceiveJob(t.Context(), kind, time.Minute)
				if err != nil || job.ClipID != w.clips["a1"] {
					t.Fatalf("%+v, %v", job, err)
				}
			}
			c.then(w)
			w.restart()
			for _, kind := range []jobs.Kind{jobs.Inspect, jobs.Preview} {
				if diff := cmp.Diff(c.want, w.names(w.worked(kind))); diff != "" {
					t.Errorf("%s: %s", kind, diff)
				}
			}
		})
	}
}

// queueWorld has three running attempts and a practice run, whose clips came in
// this order: p1, a1, a2, b1, c1.
type queueWorld struct {
	*centre
	orders   []exam.Order
	attempts []exam.Attempt
	clips    map[string]string // ids by name
}

func newQueueWorld(t *testing.T) *queueWorld {
	t.Helper()
	w := &queueWorld{centre: newCentre(t), clips: map[string]string{}}
	w.orders = []exam.Order{w.enrol("T1"), w.enrolOther("T2", "110101201501019999"), w.enrolOther("T3", "110101201501018888")}
	w.clips["p1"] = w.practise(w.enrolOther("T4", "110101201501017777"))
	for _, order := range w.orders {
		w.attempts = append(w.attempts, w.start(order))
	}
	w.clips["a1"], w.clips["a2"] = w.send(w.attempts[0], "1"), w.send(w.attempts[0], "2")
	w.clips["b1"] = w.sendOf(w.orders[1].PersonKey(), w.attempts[1], "1")
	w.clips["c1"] = w.sendOf(w.orders[2].PersonKey(), w.attempts[2], "1")
	return w
}

func (c *centre) practise(order exam.Order) string {
	c.t.Helper()
	order, _, err := c.StartPractice(c.t.Context(), order.ID, "phone", exam.ItemSpec{Name: "练习", Kind: exam.ItemPiece}, func(int64) error { return nil })
	c.must(err)
	return c.sendOf(order.PersonKey(), order.Practice[0], "1")
}

func (w *queueWorld) names(ids []string) []string {
	var names []string
	for _, id := range ids {
		for name, known := range w.clips {
			if known == id {
				names = append(names, name)
			}
		}
	}
	return names
}

// lanes remember what they were told.
type lanes struct {
	mu   sync.Mutex
	told []string
}

func (l *lanes) Wake(kind jobs.Kind) { l.tell("wake " + string(kind)) }
func (l *lanes) Drop(clipID string)  { l.tell("drop " + clipID) }

func (l *lanes) tell(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.told = append(l.told, what)
}

func (l *lanes) heard() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	told := l.told
	l.told = nil
	return told
}

func TestTheLanesAreToldOfWhatWasCommitted(t *testing.T) {
	c, l := newCentre(t), &lanes{}
	c.TellLanes(l)
	order := c.enrol("T1")
	attempt := c.start(order)
	if told := l.heard(); told != nil {
		t.Errorf("of no clip: %v", told)
	}
	first := c.send(attempt, "1")
	if diff := cmp.Diff([]string{"wake preview", "wake inspect"}, l.heard()); diff != "" {
		t.Error(diff)
	}
	next := c.send(attempt, "1")
	if told := l.heard(); !slices.Equal(told, []string{"wake preview", "wake inspect"}) {
		t.Errorf("of a clip that replaces %s: %v", first, told)
	}
	c.found(next, true)
	if told := l.heard(); !slices.Equal(told, []string{"drop " + first}) {
		t.Errorf("of a replacement that opens: %v", told)
	}
	_, err := c.Apply(t.Context(), order.ID, exam.DeleteClip{ClipID: first, Device: "phone"})
	wantCode(t, err, refusal.NotFound)
	if told := l.heard(); told != nil {
		t.Errorf("of what was refused: %v", told)
	}
}

// What goes with a clip: its jobs, also parked ones, and nobody else's.
func TestAClipsJobsGoWithIt(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	gone, stays := c.send(attempt, "1"), c.send(attempt, "2")
	q := c.Queue("boot")
	for range jobs.MaxTries {
		job, err := q.ReceiveJob(t.Context(), jobs.Inspect, time.Minute)
		c.must(err)
		c.must(q.FailJob(t.Context(), job.ID, "no luck", 0))
	}
	failed, err := q.ListJobs(t.Context())
	if err != nil || len(failed) != 1 || !failed[0].Parked || failed[0].ClipID != gone {
		t.Fatalf("%+v, %v", failed, err)
	}
	_, err = c.Apply(t.Context(), order.ID, exam.DeleteClip{ClipID: gone, Device: "phone"})
	c.must(err)
	if failed, err = q.ListJobs(t.Context()); err != nil || len(failed) != 0 {
		t.Errorf("staff see the jobs of a clip that is gone: %+v, %v", failed, err)
	}
	if clips := append(c.worked(jobs.Inspect), c.worked(jobs.Preview)...); !slices.Equal(clips, []string{stays, stays}) {
		t.Errorf("worked at %v, want %s", clips, stays)
	}
}

// R12: a phone that cannot play a clip waits while something to play may come,
// from the clip's first moment on, and no longer.
func TestR12APhoneIsToldThatSomethingToPlayIsOnItsWay(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	clip := c.send(c.start(order), "1")
	converting := func() bool {
		records, err := c.ListClipRecords(t.Context(), order.ID)
		c.must(err)
		alone, err := c.FindClip(t.Context(), clip)
		c.must(err)
		if records[clip].Converting != alone.Converting {
			t.Errorf("the attempt says %v, the clip %v", records[clip].Converting, alone.Converting)
		}
		return alone.Converting
	}
	if !converting() {
		t.Error("a clip that was not looked at yet counts as one that nothing will come of")
	}
	q := c.Queue("boot")
	for _, kind := range []jobs.Kind{jobs.Inspect, jobs.Preview} {
		for range jobs.MaxTries {
			job, err := q.ReceiveJob(t.Context(), kind, time.Minute)
			c.must(err)
			c.must(q.FailJob(t.Context(), job.ID, "no luck", 0))
		}
	}
	if converting() {
		t.Error("nobody works at it any more, and the phone waits")
	}
	failed, err := q.ListJobs(t.Context())
	c.must(err)
	c.must(q.RetryJob(t.Context(), failed[0].ID))
	if !converting() {
		t.Error("it is tried again, and the phone does not wait")
	}
}

// R12: a job under way is overtaken by one for which somebody waits more
// urgently, and by no other.
func TestR12AJobKnowsWhetherItIsOvertaken(t *testing.T) {
	w := newQueueWorld(t)
	q := w.Queue("boot")
	overtaken := func(job *jobs.Job) bool {
		t.Helper()
		is, err := q.Overtaken(t.Context(), *job)
		w.must(err)
		return is
	}
	job, err := q.ReceiveJob(t.Context(), jobs.Preview, time.Minute)
	w.must(err)
	if job.ClipID != w.clips["a1"] || job.Urgency != jobs.Running || job.Bytes == 0 || overtaken(job) {
		t.Fatalf("%+v, overtaken by one that is as urgent: %v", job, overtaken(job))
	}
	w.must(w.WantClip(t.Context(), w.clips["p1"]))
	if !overtaken(job) {
		t.Error("somebody waits to see another, and it goes on")
	}
	list, err := q.ListInOrder(t.Context(), jobs.Preview)
	w.must(err)
	var names []string
	for _, one := range list {
		names = append(names, w.names([]string{one.ClipID})...)
	}
	if diff := cmp.Diff([]string{"a1", "p1", "a2", "b1", "c1"}, names); diff != "" {
		t.Errorf("the order: %s", diff)
	}
	w.must(q.ReturnJob(t.Context(), job.ID))
	next, err := q.ReceiveJob(t.Context(), jobs.Preview, time.Minute)
	if w.must(err); next.ClipID != w.clips["p1"] || next.Urgency != jobs.Wanted || overtaken(next) {
		t.Errorf("next %+v", next)
	}
	w.must(q.RemoveJob(t.Context(), next.ID))
	again, err := q.ReceiveJob(t.Context(), jobs.Preview, time.Minute)
	if w.must(err); again.ID != job.ID || again.Tries != 1 {
		t.Errorf("the one that gave way lost a try: %+v", again)
	}
	w.apply(w.orders[0].ID, exam.Submit{AttemptID: w.attempts[0].ID, Device: "phone"})
	if !overtaken(again) {
		t.Error("its attempt ended, others run, and it goes on")
	}
}
