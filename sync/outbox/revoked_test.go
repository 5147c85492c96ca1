package outbox_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/centre/store"
	"kaodian/sync/batch"
	"kaodian/sync/outbox"
)

// admit puts the province's signed answer to the enrolment on the stick.
func (c *centre) admit(status batch.ReceiptStatus, reasons ...string) {
	c.t.Helper()
	member, err := outbox.LoadMember(c.folder)
	c.must(err)
	text, err := batch.Canonical(batch.Answer{
		Version: batch.MessageVersion, Centre: "jinan", Install: member.Install, MinisignKey: c.installKey(member),
		Status: status, Reasons: append([]string{}, reasons...), AnsweredAt: c.Now().UTC(),
	})
	c.must(err)
	signature, err := c.signer.Sign(text, "")
	c.must(err)
	path := filepath.Join(c.stick, batch.AnswerName("jinan", member.Install))
	c.must(os.MkdirAll(filepath.Dir(path), 0o700))
	c.must(errors.Join(os.WriteFile(path, text, 0o600), os.WriteFile(path+batch.Signature, signature, 0o600)))
}

func TestARevokedCentreIsToldInItsNextRun(t *testing.T) {
	c := newCentre(t)
	c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	c.admit(batch.Accepted)
	c.must(c.Send(t.Context()))
	c.admit(batch.Refused, "the province revoked this centre")
	c.submit("T2", "another video")
	_, m := c.batchOnStick(1)
	c.answer(m, nil, c.signer)
	err := c.Send(t.Context())
	if outbox.TroubleOf(err) != outbox.Refused || !strings.Contains(err.Error(), "revoked") || !strings.Contains(err.Error(), "new enrolment file") {
		t.Errorf("it is told %v", err)
	}
	if got := c.states(); len(got) != 1 || got[0] != store.BatchAccepted || c.waiting() != 1 {
		t.Errorf("batches %v, %d orders wait", got, c.waiting())
	}
}

// An answer that cannot be read revokes nobody: it may be what a crash left.
func TestADamagedAnswerRevokesNobody(t *testing.T) {
	c := newCentre(t)
	c.must(c.Send(t.Context()))
	c.admit(batch.Accepted)
	c.must(c.Send(t.Context()))
	member, err := outbox.LoadMember(c.folder)
	c.must(err)
	c.must(os.WriteFile(filepath.Join(c.stick, batch.AnswerName("jinan", member.Install)), []byte("{"), 0o600))
	c.must(c.Send(t.Context()))
}
