package outbox_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/drop"
)

// newMarkedCentre has an examiner, and waits three days for marks.
func newMarkedCentre(t *testing.T) *centre {
	c := newCentre(t)
	c.must(c.Close())
	rules := exam.DefaultRules(time.UTC)
	rules.ReviewTime = 72 * time.Hour
	var err error
	c.Store, err = store.Open(t.Context(), c.folder+"/kaodian.db", rules, c.clock)
	c.must(err)
	c.Outbox.Store = c.Store
	c.must(c.PutUser(t.Context(), store.User{Name: "评委", Role: "examiner", Password: "x"}))
	return c
}

// R21: the evening's run leaves what is not marked; who asks for it sends it
// too, once; and after its time it goes by itself.
func TestR21WhatIsNotMarkedWaitsAndGoesWhenSomebodySaysSo(t *testing.T) {
	c := newMarkedCentre(t)
	c.submit("T1", "a video of somebody")
	c.must(c.Send(t.Context()))
	status, err := c.Status(t.Context())
	c.must(err)
	if len(c.states()) != 0 || status.WaitingOrders != 1 || status.Unmarked != 1 || status.UnmarkedUntil.IsZero() {
		t.Fatalf("batches %v, status %+v", c.states(), status)
	}
	c.Unmarked = true
	c.must(c.Send(t.Context()))
	c.Unmarked = false
	if len(c.states()) != 1 {
		t.Errorf("asked for: batches %v", c.states())
	}
	c.submit("T2", "another video")
	c.must(c.Send(t.Context()))
	if len(c.states()) != 1 {
		t.Errorf("the next one waits too: batches %v", c.states())
	}
	c.clock.Advance(72 * time.Hour)
	c.must(c.Send(t.Context()))
	if len(c.states()) != 2 {
		t.Errorf("after its time: batches %v", c.states())
	}
}

// R31: what happens to an order after it was sealed is told apart from what the
// batch holds, and a mark and a decision carry their time and who.
func TestR31WhatHappensAfterSealingIsALaterFact(t *testing.T) {
	c := newCentre(t)
	order := c.submit("T1", "a video of somebody")
	c.must(c.Send(t.Context()))
	facts, err := c.ListFacts(t.Context(), order.ID)
	c.must(err)
	for _, f := range facts {
		if f.Later {
			t.Errorf("%s is in the batch", f.Action)
		}
	}
	c.clock.Advance(time.Hour)
	staff := exam.Actor{Role: exam.ByStaff, Name: "评委"}
	mark := exam.Mark{ItemID: "1", Technique: exam.LevelGood, Tempo: exam.LevelGood, Interpretation: exam.LevelGood, Level: exam.LevelGood, By: staff}
	c.must(c.GiveMark(t.Context(), order.ID, mark))
	c.must(c.Decide(t.Context(), order.ID, exam.Decide{ID: "d1", Kind: exam.Disqualify, Reason: "替考", By: staff}, true))
	facts, err = c.ListFacts(t.Context(), order.ID)
	c.must(err)
	later := map[string]int{}
	for _, f := range facts {
		if f.Later {
			later[string(f.Action)]++
			if f.By != staff || !f.At.Equal(c.Now()) {
				t.Errorf("%+v", f)
			}
		}
	}
	if later["marked"] != 1 || later["decided"] != 1 || len(later) != 2 {
		t.Errorf("later facts %v", later)
	}
	after, err := c.FindOrder(t.Context(), order.ID)
	c.must(err)
	if len(after.Marks) != 1 || !after.Marks[0].At.After(after.SealedAt) || len(after.Decisions) != 1 || !after.Decisions[0].At.After(after.SealedAt) {
		t.Errorf("marks %+v, decisions %+v, sealed at %s", after.Marks, after.Decisions, after.SealedAt)
	}
}

// stalled is a drop at which a run waits, so that a test comes in between.
type stalled struct {
	drop.Drop
	once        sync.Once
	began, goOn chan struct{}
}

func (s *stalled) List(ctx context.Context, dir string) ([]drop.Entry, error) {
	s.once.Do(func() {
		close(s.began)
		<-s.goOn
	})
	return s.Drop.List(ctx, dir)
}

// R21: what is asked for while a run goes on that was asked for without it is
// the next run's.
func TestR21WhoAsksForTheUnmarkedDuringARunGetsIt(t *testing.T) {
	c := newMarkedCentre(t)
	c.submit("T1", "a video of somebody")
	wait := &stalled{began: make(chan struct{}), goOn: make(chan struct{})}
	open := c.host.open
	c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
		real, err := open(place, noted)
		wait.Drop = real
		return wait, err
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	c.SendNow(false)
	<-wait.began
	c.SendNow(true)
	close(wait.goOn)
	for deadline := time.Now().Add(time.Minute); len(c.states()) == 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it is not sent")
		}
	}
	stop()
	c.must(<-ended)
}
