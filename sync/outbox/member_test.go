package outbox_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/gofrs/flock"

	"kaodian/sync/batch"
	"kaodian/sync/outbox"
)

// A token is good for one install: a second one made of the same file would be
// refused, and the first one lost.
func TestTheSameInvitationAgainChangesNothing(t *testing.T) {
	c := newCentre(t)
	before, err := outbox.LoadMember(c.folder)
	c.must(err)
	invitation := batch.Invitation{
		Version: 1, Centre: "jinan", Drop: "dir:" + c.stick, Recipient: c.identity.Recipient(),
		MinisignKey: c.signer.PublicKey(), Token: c.token,
	}
	after, err := outbox.Join(c.folder, invitation)
	if err != nil || after != before {
		t.Errorf("it is %+v, %v", after, err)
	}
	invitation.Token = "another token"
	if after, err = outbox.Join(c.folder, invitation); err != nil || after.Install == before.Install {
		t.Errorf("a new invitation made no new install: %+v, %v", after, err)
	}
}

func TestNeitherJoiningNorTidyingDisturbsARun(t *testing.T) {
	c := newCentre(t)
	building := filepath.Join(c.folder, "spool", "building")
	c.must(os.Mkdir(building, 0o700))
	other := flock.New(filepath.Join(c.folder, "sync.lock"))
	c.must(other.Lock())
	c.must(c.Tidy(t.Context()))
	if _, err := os.Stat(building); err != nil {
		t.Error("what another run builds was taken for a crash's")
	}
	_, err := outbox.Join(c.folder, batch.Invitation{Centre: "jinan", Token: "x"})
	if outbox.TroubleOf(err) != outbox.Busy {
		t.Errorf("joining while a run is sending: %v", err)
	}
	if err := c.Send(t.Context()); outbox.TroubleOf(err) != outbox.Busy {
		t.Errorf("sending while a run is sending: %v", err)
	}
	status, err := c.Status(t.Context())
	c.must(err)
	if status.LastError != "" {
		t.Errorf("it stands as a failure: %s", status.LastError)
	}
	c.must(other.Unlock())
	c.must(c.Tidy(t.Context()))
	if _, err := os.Stat(building); err == nil {
		t.Error("what a crash left stays")
	}
}
