package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fakeQueue keeps what it was told, in order.
type fakeQueue struct {
	mu    sync.Mutex
	due   []Job
	told  []string
	fault error // of the next ReceiveJob

	running []Job
	reads   int // of a whole lane
}

func (q *fakeQueue) tell(format string, args ...any) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.told = append(q.told, fmt.Sprintf(format, args...))
	return nil
}

func (q *fakeQueue) heard() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.told)
}

func (q *fakeQueue) add(job Job) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.due = append(q.due, job)
}

func (q *fakeQueue) ReceiveJob(_ context.Context, kind Kind, _ time.Duration) (*Job, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err := q.fault; err != nil {
		q.fault = nil
		return nil, err
	}
	i := slices.IndexFunc(q.due, func(j Job) bool { return j.Kind == kind })
	if i < 0 {
		return nil, nil
	}
	for n, j := range q.due {
		if j.Kind == kind && j.Urgency < q.due[i].Urgency {
			i = n
		}
	}
	job := q.due[i]
	q.running = append(q.running, job)
	q.due = slices.Delete(q.due, i, i+1)
	return &job, nil
}

// Overtaken is the order of the jobs' urgency.
func (q *fakeQueue) Overtaken(_ context.Context, job Job) (bool, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.ContainsFunc(q.due, func(j Job) bool { return j.Kind == job.Kind && j.Urgency < job.Urgency }), nil
}

func (q *fakeQueue) ListInOrder(_ context.Context, kind Kind) (list []Job, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.reads++
	for _, job := range append(slices.Clone(q.running), q.due...) {
		if job.Kind == kind {
			list = append(list, job)
		}
	}
	return list, nil
}

func (q *fakeQueue) RecoverJobs(context.Context) error { return q.tell("recover") }
func (q *fakeQueue) ExtendJob(_ context.Context, id string, _ time.Duration) error {
	return q.tell("extend %s", id)
}
func (q *fakeQueue) ReturnJob(_ context.Context, id string) error {
	q.mu.Lock()
	i := slices.IndexFunc(q.running, func(j Job) bool { return j.ID == id })
	q.due, q.running = append(q.due, q.running[i]), slices.Delete(q.running, i, i+1)
	q.mu.Unlock()
	return q.tell("return %s", id)
}
func (q *fakeQueue) FailJob(_ context.Context, id, why string, delay time.Duration) error {
	return q.tell("fail %s: %s, again in %s", id, why, delay)
}
func (q *fakeQueue) RemoveJob(_ context.Context, id string) error { return q.tell("remove %s", id) }
func (q *fakeQueue) ListJobs(context.Context) ([]Failed, error)   { return nil, nil }
func (q *fakeQueue) RetryJob(_ context.Context, id string) error  { return q.tell("retry %s", id) }

func TestHowATryEndsIsWrittenDown(t *testing.T) {
	cases := []struct {
		name  string
		tries int
		do    Handler
		want  string
	}{
		{"a good end", 1, func(context.Context, Job) error { return nil }, "remove a"},
		{"a bad first one", 1, func(context.Context, Job) error { return errors.New("bad") }, "fail a: bad, again in 5s"},
		{"a bad second one", 2, func(context.Context, Job) error { return errors.New("bad") }, "fail a: bad, again in 1m0s"},
		{"a bad third one", 3, func(context.Context, Job) error { return errors.New("bad") }, "fail a: bad, again in 1m0s"},
		{"a panic", 1, func(context.Context, Job) error { panic("oh") }, "fail a: panic: oh, again in 5s"},
		{"a deadline of its own is its fault", 1, func(context.Context, Job) error { return context.DeadlineExceeded }, "fail a: context deadline exceeded, again in 5s"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				q := &fakeQueue{due: []Job{{ID: "a", Kind: Inspect, Tries: c.tries}}}
				r := &Runner{Queue: q, Handlers: map[Kind]Handler{Inspect: c.do}}
				go func() { _ = r.Run(ctx) }()
				synctest.Wait()
				if diff := cmp.Diff([]string{"recover", c.want}, q.heard()); diff != "" {
					t.Error(diff)
				}
				cancel()
				synctest.Wait()
			})
		})
	}
}

func TestOurOwnStopReturnsTheJobAndWaitsForIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		q := &fakeQueue{due: []Job{{ID: "a", Kind: Inspect}}}
		stubborn := func(ctx context.Context, _ Job) error {
			<-ctx.Done()
			time.Sleep(time.Second)
			return fmt.Errorf("stopped: %w", ctx.Err())
		}
		r := &Runner{Queue: q, Handlers: map[Kind]Handler{Inspect: stubborn}}
		ended := make(chan error)
		go func() { ended <- r.Run(ctx) }()
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"recover", "return a"}, q.heard()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestALongJobKeepsItsLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		q := &fakeQueue{due: []Job{{ID: "a", Kind: Inspect}}}
		long := func(context.Context, Job) error { time.Sleep(100 * time.Second); return nil }
		r := &Runner{Queue: q, Handlers: map[Kind]Handler{Inspect: long}, Lease: 2 * time.Minute}
		go func() { _ = r.Run(ctx) }()
		time.Sleep(101 * time.Second)
		if diff := cmp.Diff([]string{"recover", "extend a", "extend a", "remove a"}, q.heard()); diff != "" {
			t.Error(diff)
		}
		cancel()
		synctest.Wait()
	})
}

func TestALaneIsNotHeldUpByAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		q := &fakeQueue{due: []Job{{ID: "long", Kind: Rendition}}}
		r := &Runner{Queue: q, Handlers: map[Kind]Handler{
			Rendition: func(ctx context.Context, _ Job) error { <-ctx.Done(); return ctx.Err() },
			Inspect:   func(context.Context, Job) error { return nil },
		}}
		go func() { _ = r.Run(ctx) }()
		synctest.Wait()
		start := time.Now()
		q.add(Job{ID: "quick", Kind: Inspect})
		r.Wake(Inspect)
		synctest.Wait()
		if diff := cmp.Diff([]string{"recover", "remove quick"}, q.heard()); diff != "" || time.Since(start) != 0 {
			t.Errorf("woken after %s\n%s", time.Since(start), diff)
		}
		cancel()
		synctest.Wait()
	})
}

func TestAFaultOfTheQueueIsToldAndOutlived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		q := &fakeQueue{due: []Job{{ID: "a", Kind: Inspect}}, fault: errors.New("disk I/O error")}
		var told []string
		r := &Runner{
			Queue:    q,
			Handlers: map[Kind]Handler{Inspect: func(context.Context, Job) error { return nil }},
			Report:   func(_ Job, err error) { told = append(told, err.Error()) },
		}
		go func() { _ = r.Run(ctx) }()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if diff := cmp.Diff([]string{"recover", "remove a"}, q.heard()); diff != "" || len(told) != 1 {
			t.Errorf("told %v\n%s", told, diff)
		}
		cancel()
		synctest.Wait()
	})
}

func TestWorkAtAClipThatWentIsBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		q := &fakeQueue{due: []Job{{ID: "a", Kind: Inspect, ClipID: "gone"}, {ID: "b", Kind: Inspect, ClipID: "other"}, {ID: "c", Kind: Rendition, ClipID: "other"}}}
		work := func(ctx context.Context, _ Job) error {
			select {
			case <-ctx.Done():
				return nil // as one does that finds its clip gone
			case <-time.After(time.Hour):
				return errors.New("nobody ended it")
			}
		}
		r := &Runner{Queue: q, Handlers: map[Kind]Handler{Inspect: work, Rendition: work}}
		go func() { _ = r.Run(ctx) }()
		synctest.Wait()
		r.Drop("nobody's")
		synctest.Wait()
		if diff := cmp.Diff([]string{"recover"}, q.heard()); diff != "" {
			t.Error(diff)
		}
		r.Drop("gone")
		synctest.Wait()
		if diff := cmp.Diff([]string{"recover", "remove a"}, q.heard()); diff != "" {
			t.Error(diff)
		}
		r.Drop("other")
		synctest.Wait()
		if heard := q.heard(); len(heard) != 4 || !slices.Contains(heard, "remove b") || !slices.Contains(heard, "remove c") {
			t.Errorf("both lanes were at it: %v", heard)
		}
		cancel()
		synctest.Wait()
	})
}

// What somebody waits for goes before all other work: a long job that nobody
// waits for is put back, without a strike, and done afterwards.
func TestR12AJobThatNobodyWaitsForGivesWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		q := &fakeQueue{}
		for n := range 50 { // a queue that is full
			q.add(Job{ID: fmt.Sprintf("rest %d", n), ClipID: fmt.Sprint(n), Kind: Rendition, Urgency: Rest})
		}
		work := func(ctx context.Context, job Job) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Minute):
				return nil
			}
		}
		r := &Runner{Queue: q, Handlers: map[Kind]Handler{Rendition: work}}
		go func() { _ = r.Run(ctx) }()
		synctest.Wait()
		began := time.Now()
		q.add(Job{ID: "running", ClipID: "running", Kind: Rendition, Urgency: Running})
		q.add(Job{ID: "wanted", ClipID: "wanted", Kind: Rendition, Urgency: Wanted})
		r.Wake(Rendition)
		synctest.Wait()
		for range 3 { // as urgent, or less: nothing is put back for it
			q.add(Job{ID: "more", ClipID: "more", Kind: Rendition, Urgency: Wanted})
			r.Wake(Rendition)
			synctest.Wait()
		}
		time.Sleep(61 * time.Second)
		want := []string{"recover", "return rest 0", "extend wanted", "remove wanted"}
		if diff := cmp.Diff(want, q.heard()); diff != "" || time.Since(began) > 2*time.Minute {
			t.Error(diff)
		}
		time.Sleep(3 * time.Hour)
		done := q.heard()
		if last := done[len(done)-1]; !strings.HasPrefix(last, "remove rest") || !slices.Contains(done, "remove rest 0") || !slices.Contains(done, "remove running") {
			t.Errorf("at the end: %s of %v", last, done)
		}
		cancel()
		synctest.Wait()
	})
}

// How long somebody waits is said from what jobs took here: what comes before,
// what is left of the one that runs, and the clip's own.
func TestHowLongAJobWillTakeIsLearntFromThoseBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		q := &fakeQueue{}
		const size = 10 << 20
		for n := range 30 {
			q.add(Job{ID: fmt.Sprint(n), ClipID: fmt.Sprint(n), Kind: Inspect, Bytes: size})
		}
		work := func(ctx context.Context, _ Job) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(40 * time.Second):
				return nil
			}
		}
		r := &Runner{Queue: q, Handlers: map[Kind]Handler{Inspect: work}}
		if _, known, err := r.ReadyIn(ctx, "nobody's", Inspect); known || err != nil {
			t.Errorf("of a clip without a job: %v, %v", known, err)
		}
		go func() { _ = r.Run(ctx) }()
		time.Sleep(20*40*time.Second + 10*time.Second) // ten seconds into the 21st
		synctest.Wait()
		q.mu.Lock()
		q.running = q.running[len(q.running)-1:]
		q.mu.Unlock()
		left, known, err := r.ReadyIn(ctx, "24", Inspect)
		if want := (30 + 4*40) * time.Second; !known || err != nil || left < want-15*time.Second || left > want+15*time.Second {
			t.Errorf("%s, want about %s (%v, %v)", left, want, known, err)
		}
		for range 1000 { // phones that ask
			_, _, _ = r.ReadyIn(ctx, "29", Inspect)
		}
		if q.reads != 2 {
			t.Errorf("the lane was read through %d times", q.reads)
		}
		cancel()
		synctest.Wait()
	})
}
