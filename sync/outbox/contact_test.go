package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kaodian/sync/drop"
	"kaodian/sync/drop/open"
	"kaodian/sync/outbox"
)

// away is a drop that nobody answers at, found out only when it is asked for
// something, as with FTP.
type away struct{ drop.Drop }

var errAway = drop.Because(drop.Unreachable, drop.Temporary(errors.New("nobody answers")))

func (away) Put(context.Context, string, int64, func(int64) (io.ReadCloser, error)) error {
	return errAway
}
func (away) List(context.Context, string) ([]drop.Entry, error) { return nil, errAway }
func (away) Get(context.Context, string, int64) (io.ReadCloser, error) {
	return nil, errAway
}

// leave lets nobody answer at the drop until the returned function is called.
func (c *centre) leave() (back func()) {
	c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
		d, err := open.Open(place, noted)
		return away{d}, err
	}
	return func() { c.host.open = open.Open }
}

// delivered is a centre whose only batch is accepted: nothing is left to do.
func delivered(t *testing.T) *centre {
	t.Helper()
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	_, m := c.batchOnStick(1)
	c.answer(m, nil, c.signer)
	member, err := outbox.LoadMember(c.folder)
	c.must(err)
	member.Answered = true
	text, err := json.Marshal(member)
	c.must(err)
	c.must(os.WriteFile(filepath.Join(c.folder, "keys", "member.json"), text, 0o600))
	c.must(c.Send(t.Context()))
	return c
}

func (c *centre) status() outbox.Status {
	c.t.Helper()
	s, err := c.Status(c.t.Context())
	c.must(err)
	return s
}

func TestOnlyContactIsSuccess(t *testing.T) {
	c := delivered(t)
	before := c.status().LastSuccess
	c.clock.Advance(24 * time.Hour)
	back := c.leave()
	if err := c.Send(t.Context()); outbox.TroubleOf(err) != outbox.Trouble(drop.Unreachable) {
		t.Errorf("with nothing to send, a dead drop is %v", err)
	}
	if got := c.status().LastSuccess; !got.Equal(before) {
		t.Errorf("the last success is %s, without any contact", got)
	}
	back()
	c.must(c.Send(t.Context()))
	if got := c.status().LastSuccess; !got.Equal(c.Clock.Now()) {
		t.Errorf("the last success is %s", got)
	}
}

// A stick is not the province's drop: what was written to it says nothing of the road.
func TestAStickIsNoSuccessOfTheRoad(t *testing.T) {
	c := delivered(t)
	before := c.status().LastSuccess
	c.clock.Advance(time.Hour)
	c.must(c.Resend(t.Context(), "dir:"+t.TempDir()))
	if got := c.status().LastSuccess; !got.Equal(before) {
		t.Errorf("the last success is %s", got)
	}
}

func TestAFailedRunIsTriedAgainSoonAndTheStatusSaysWhen(t *testing.T) {
	c := delivered(t)
	evening := c.status().NextDue
	c.leave()
	failed := make(chan error, 100)
	c.host.failed = func(err error) { failed <- err }
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	c.SendNow(false)
	select {
	case <-failed:
	case <-time.After(time.Minute):
		t.Fatal("nobody is told")
	}
	if due := c.status().NextDue; due.IsZero() || due.After(c.Clock.Now().Add(time.Minute)) || !due.Before(evening) {
		t.Errorf("the next try is told for %v, the evening's run is at %s", due, evening)
	}
	stop()
	c.must(<-ended)
}

// What waits is also what is sealed and has no receipt.
func TestTheStatusCountsWhatIsSealedAndWhatIsNotFinal(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	back := c.leave()
	if c.Send(t.Context()) == nil {
		t.Fatal("it was sent to nobody")
	}
	back()
	// Nothing is sealed while the enrolment cannot be left.
	if got := c.status(); got.WaitingOrders+got.Unmarked != 1 || got.Unanswered != 0 {
		t.Errorf("%+v", got)
	}
	left := 1
	c.host.open = func(place drop.Place, noted func(drop.Note)) (drop.Drop, error) {
		d, err := open.Open(place, noted)
		return dying{d, &left}, err
	}
	if c.Send(t.Context()) == nil {
		t.Fatal("one put was enough")
	}
	if got := c.status(); got.WaitingOrders != 0 || got.Unanswered != 1 {
		t.Errorf("a sealed batch that was not sent: %+v", got)
	}
	c.host.open = open.Open
	c.must(c.Send(t.Context()))
	if got := c.status(); got.Unanswered != 1 {
		t.Errorf("a batch without a receipt: %+v", got)
	}
	_, m := c.batchOnStick(1)
	c.answer(m, nil, c.signer)
	c.must(c.Send(t.Context()))
	if got := c.status(); got.Unanswered != 0 {
		t.Errorf("with its receipt: %+v", got)
	}
}

// R15, R16: an attempt that ran out can be reset until the day ends.
func TestTheStatusNamesOrdersThatAreNotFinal(t *testing.T) {
	c := newCentre(t)
	_, registration := c.beginIn(48*time.Hour, "T1", "a video")
	c.clock.Advance(time.Hour)
	_, err := c.Tick(t.Context())
	c.must(err)
	got := c.status()
	if got.OpenOrders != 1 || !got.OpenUntil.After(c.Clock.Now()) || got.OpenUntil.After(registration.Window.ClosesAt) {
		t.Errorf("%+v", got)
	}
}
