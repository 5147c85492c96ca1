package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

var helper = exam.Actor{Role: exam.ByStaff, Name: "李老师"}

func rehearsal(id string) store.Rehearsal {
	return store.Rehearsal{ID: id, Length: 3 * time.Minute, Expected: 12, Clips: 4, ClipBytes: 100 << 20}
}

func TestARecordOfARehearsal(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	c.must(c.StartRehearsal(ctx, rehearsal("r1"), helper))
	if err := c.StartRehearsal(ctx, rehearsal("r2"), exam.Actor{Role: exam.ByStaff, Name: "other"}); refusal.CodeOf(err) != store.RehearsalRuns {
		t.Errorf("beside another: %v", err)
	}
	phone := store.RehearsalPhone{Number: 1, Browser: "iPhone · Safari"}
	c.must(c.JoinRehearsal(ctx, "r1", phone))
	c.must(c.RecordRehearsal(ctx, "r1", []store.RehearsalPhone{{Number: 1, Bytes: 2000}, {Number: 9, Bytes: 1}}))
	c.must(c.RecordRehearsal(ctx, "r1", []store.RehearsalPhone{{Number: 1, Bytes: 1000}})) // never less
	if list, err := c.ListRehearsals(ctx, 10); err != nil || len(list) > 0 {
		t.Errorf("one that runs is among the last: %v %v", list, err)
	}
	c.clock.Advance(time.Minute)
	end := store.Rehearsal{ID: "r1", State: store.RehearsalFinished, Verdict: `{"outcome":"go"}`, Phones: []store.RehearsalPhone{{Number: 1, Browser: phone.Browser, Rate: 500, Retries: 2, Stalls: 3}}}
	c.must(c.EndRehearsal(ctx, end, helper))
	end.State = store.RehearsalStopped
	c.must(c.EndRehearsal(ctx, end, helper)) // it has ended
	list, err := c.ListRehearsals(ctx, 10)
	c.must(err)
	want := rehearsal("r1")
	want.StartedAt, want.EndedAt, want.By, want.State, want.Verdict = noon, noon.Add(time.Minute), "李老师", store.RehearsalFinished, `{"outcome":"go"}`
	want.Phones = []store.RehearsalPhone{{Number: 1, Browser: phone.Browser, Bytes: 2000, Rate: 500, Retries: 2, Stalls: 3}}
	if diff := cmp.Diff([]store.Rehearsal{want}, list); diff != "" {
		t.Error(diff)
	}
}

func TestARehearsalWaitsForAttemptsThatCount(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	c.start(c.enrol("T1"))
	err := c.StartRehearsal(ctx, rehearsal("r1"), helper)
	if refusal.CodeOf(err) != store.RehearsalAttempts {
		t.Errorf("beside an exam: %v", err)
	}
	c.clock.Advance(31 * time.Minute) // its deadline is past, whether or not that was written down
	c.must(c.StartRehearsal(ctx, rehearsal("r1"), helper))
}

func TestOldRehearsalsGo(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	for n := range 60 {
		id := fmt.Sprintf("r%d", n)
		c.must(c.StartRehearsal(ctx, rehearsal(id), helper))
		c.must(c.JoinRehearsal(ctx, id, store.RehearsalPhone{Number: 1}))
		if n%2 == 0 {
			c.must(c.EndRehearsal(ctx, store.Rehearsal{ID: id, State: store.RehearsalStopped}, helper))
		} else {
			c.restart()
			if cut, err := c.CutOffRehearsal(ctx); !cut || err != nil {
				t.Fatal(cut, err)
			}
		}
		c.clock.Advance(time.Minute)
	}
	if cut, err := c.CutOffRehearsal(ctx); cut || err != nil {
		t.Error(cut, err)
	}
	list, err := c.ListRehearsals(ctx, 1000)
	c.must(err)
	if len(list) != 50 || list[0].ID != "r59" || list[0].State != store.RehearsalCutOff || len(list[0].Phones) != 1 {
		t.Errorf("%d, the newest %+v", len(list), list[0])
	}
}
