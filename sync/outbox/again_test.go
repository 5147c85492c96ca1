package outbox_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/sync/batch"
	"kaodian/sync/drop"
	"kaodian/sync/outbox"
)

// join makes a new install, as after a new enrolment file.
func (c *centre) join() {
	c.t.Helper()
	c.token = rand.Text()
	_, err := outbox.Join(c.folder, batch.Invitation{
		Version: 1, Centre: "jinan", Drop: "dir:" + c.stick, Recipient: c.identity.Recipient(),
		MinisignKey: c.signer.PublicKey(), Token: c.token,
	})
	c.must(err)
}

func (c *centre) refuse(m batch.Manifest) {
	c.answer(m, func(r *batch.Receipt) { r.Status, r.Reasons = batch.Refused, []string{"another batch has its place"} }, c.signer)
}

// waiting is how many orders are in no batch that may still arrive.
func (c *centre) waiting() int {
	c.t.Helper()
	status, err := c.Status(c.t.Context())
	c.must(err)
	return status.WaitingOrders
}

func TestNothingIsSealedBehindARefusedBatchUntilTheCentreJoinsAgain(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	_, m := c.batchOnStick(1)
	c.refuse(m)
	for i := range 2 {
		if err := c.Send(t.Context()); err == nil || !strings.Contains(err.Error(), "another batch has its place") || !strings.Contains(err.Error(), "kaodian enrol") {
			t.Fatalf("staff are told %v", err)
		}
		c.submit(fmt.Sprint("T", i+2), "another video")
	}
	if got := c.states(); len(got) != 1 || got[0] != store.BatchRefused || c.waiting() != 2 {
		t.Fatalf("batches %v, %d orders wait", got, c.waiting())
	}
	if got := c.status().RefusedOrders; got != 1 {
		t.Errorf("%d orders are said to be in a refused batch", got)
	}
	c.join()
	if got := c.status().RefusedOrders; got != 0 {
		t.Errorf("%d orders are said to be in a refused batch of the new install", got)
	}
	if c.waiting() != 3 {
		t.Errorf("%d orders wait for the new install", c.waiting())
	}
	c.must(c.Send(t.Context()))
	folder, again := c.batchOnStick(1)
	c.holdsVideo(folder, again, "a video")
	if again.Install == m.Install || c.waiting() != 0 {
		t.Errorf("install %s after %s, %d orders wait", again.Install, m.Install, c.waiting())
	}
}

func TestOnlyWhatWasNotAcceptedGoesOutAgainUnderANewInstall(t *testing.T) { // I2, I5
	c := newCentre(t)
	c.submit("T1", "a first video")
	c.must(c.Send(t.Context()))
	_, first := c.batchOnStick(1)
	c.answer(first, nil, c.signer)
	c.must(c.Send(t.Context()))
	c.submit("T2", "a second video")
	c.must(c.Send(t.Context())) // its receipt never comes
	c.join()
	c.must(c.Tidy(t.Context()))
	if left, err := os.ReadDir(filepath.Join(c.folder, "spool")); err != nil || len(left) != 0 {
		t.Errorf("the former install's spool is kept: %v, %v", left, err)
	}
	c.must(c.Send(t.Context()))
	folder, m := c.batchOnStick(1)
	c.holdsVideo(folder, m, "a second video")
	if got := c.states(); len(got) != 1 || c.waiting() != 0 {
		t.Errorf("batches %v, %d orders wait", got, c.waiting())
	}
	status, err := c.Status(t.Context())
	c.must(err)
	if status.Batches[0].Orders != 1 {
		t.Errorf("%d orders went out, the accepted one with them", status.Batches[0].Orders)
	}
}

func TestAReceiptThatDoesNotHoldKeepsNoOtherFromBeingRead(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	c.submit("T2", "another video")
	c.must(c.Send(t.Context()))
	_, first := c.batchOnStick(1)
	_, second := c.batchOnStick(2)
	c.answer(first, func(r *batch.Receipt) { r.Files = nil }, c.signer)
	c.answer(second, nil, c.signer)
	if err := c.Send(t.Context()); err == nil || !strings.Contains(err.Error(), "batch 1") {
		t.Errorf("nobody is told of the first: %v", err)
	}
	if got := c.states(); got[0] != store.BatchAccepted || got[1] != store.BatchSent {
		t.Errorf("states, newest first: %v", got)
	}
}

func TestASpoolThatTheDiskHurtIsNotSentAgain(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	folder, m := c.batchOnStick(1)
	sent := filepath.Join(folder, filepath.FromSlash(m.Files[0].Name))
	c.must(os.Rename(sent, sent+".damaged")) // as the province sets it aside
	spooled := filepath.Join(c.folder, "spool", m.Install+"-00000001", filepath.FromSlash(m.Files[0].Name))
	content, err := os.ReadFile(spooled)
	c.must(err)
	content[len(content)/2] ^= 1
	c.must(os.WriteFile(spooled, content, 0o600))
	c.clock.Advance(25 * time.Hour)
	if err := c.Send(t.Context()); err == nil || !strings.Contains(err.Error(), "damaged on this disk") {
		t.Errorf("nobody is told: %v", err)
	}
	if _, err := os.Stat(sent); err == nil {
		t.Error("the damaged file was sent")
	}
}

// «kaodian clock reset» may follow a clock that was years ahead.
func TestASuccessInTheFutureKeepsNoRunWaiting(t *testing.T) {
	c := newCentre(t)
	c.must(c.SetSetting(t.Context(), "sync_last_success", fmt.Sprint(c.Clock.Now().AddDate(9, 0, 0).UnixMilli())))
	status, err := c.Status(t.Context())
	c.must(err)
	if !status.LastSuccess.IsZero() || status.NextDue.After(c.Clock.Now().AddDate(0, 0, 1)) {
		t.Errorf("the last success is %v, the next run is due %v", status.LastSuccess, status.NextDue)
	}
}

// I7: sending runs inside the server; a spool that it cannot read must not end
// the exam.
func TestASpoolThatCannotBeReadEndsNothing(t *testing.T) {
	c := newCentre(t)
	c.must(os.WriteFile(filepath.Join(c.folder, "keys", "member.json"), []byte("{"), 0o600))
	failed := make(chan error, 10)
	c.host.failed = func(err error) { failed <- err }
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	select {
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	case err := <-failed:
		if !strings.Contains(err.Error(), "spool") {
			t.Errorf("it says %v", err)
		}
	case <-time.After(time.Minute):
		t.Error("nobody is told")
	}
	stop()
	c.must(<-ended)
}

// R27: what could not be built gives its room back at once.
func TestAFailedBuildLeavesNothingBehind(t *testing.T) {
	c := newCentre(t)
	order := c.submit("T1", "a video")
	clip := order.Attempts[0].Items[0].Clip.ID
	c.must(os.WriteFile(filepath.Join(c.folder, store.ClipFile(clip)), []byte("a vidEo"), 0o600))
	if c.Send(t.Context()) == nil {
		t.Fatal("a damaged clip was sent")
	}
	if left, err := os.ReadDir(filepath.Join(c.folder, "spool")); err != nil || len(left) > 0 {
		t.Errorf("in the spool are %v, %v", left, err)
	}
}

// A batch that was answered is not sent again, also where its place at the drop
// has become something else meanwhile.
func TestAReceiptIsReadBeforeItsBatchIsSentAgain(t *testing.T) {
	for name, again := range map[string]func(*centre) error{
		"a day later": func(c *centre) error { c.clock.Advance(25 * time.Hour); return c.Send(t.Context()) },
		"by hand":     func(c *centre) error { return c.Resend(t.Context(), "") },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentre(t)
			c.submit("T1", "a video")
			c.must(c.Send(t.Context()))
			place := filepath.Join(c.stick, c.accept(1).Folder())
			c.must(os.RemoveAll(place))
			c.must(os.WriteFile(place, []byte("something else"), 0o600))
			c.must(again(c))
			if got := c.states(); got[0] != store.BatchAccepted {
				t.Errorf("states %v", got)
			}
			if text, err := os.ReadFile(place); err != nil || string(text) != "something else" {
				t.Errorf("what lay there is %q, %v", text, err)
			}
		})
	}
}

func TestWhatLiesInABatchsPlaceIsNamedAndKeepsNoReceiptFromBeingRead(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	folder, _ := c.batchOnStick(1)
	c.submit("T2", "another video")
	c.must(c.Send(t.Context()))
	c.must(os.RemoveAll(folder))
	c.must(os.WriteFile(folder, nil, 0o600))
	c.clock.Advance(25 * time.Hour)
	err := c.Send(t.Context())
	if outbox.TroubleOf(err) != outbox.Trouble(drop.InTheWay) || !strings.Contains(err.Error(), "something else lies in its place") {
		t.Fatalf("staff are told %s: %v", outbox.TroubleOf(err), err)
	}
	c.accept(2)
	if err := c.Send(t.Context()); outbox.TroubleOf(err) != outbox.Trouble(drop.InTheWay) {
		t.Fatal(err)
	}
	if got := c.states(); len(got) != 2 || got[0] != store.BatchAccepted && got[1] != store.BatchAccepted {
		t.Errorf("states %v", got)
	}
}
