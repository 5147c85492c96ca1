package outbox_test

import (
	"strings"
	"testing"

	"kaodian/sync/batch"
	"kaodian/sync/drop"
	"kaodian/sync/drop/droptest"
	"kaodian/sync/outbox"
)

// joinBy joins the centre by an invitation to an ftps:// drop.
func (c *centre) joinBy(url, ca, pin string) error {
	c.t.Helper()
	invitation := batch.Invitation{
		Version: 1, Centre: "jinan", Drop: url, Recipient: c.identity.Recipient(), MinisignKey: c.signer.PublicKey(), Token: "of " + url + pin,
	}.Knowing(ca, pin)
	text, err := batch.Canonical(invitation) // as the province writes it, and the centre reads it
	c.must(err)
	read, err := batch.ParseInvitation(text)
	c.must(err)
	_, err = outbox.Join(c.folder, read)
	return err
}

func TestTheEnrolmentFileSaysByWhatTheServerIsKnown(t *testing.T) {
	certificate, ca, pin := droptest.MakeCertificate(t)
	_, _, otherPin := droptest.MakeCertificate(t)
	server := droptest.StartVSFTPD(t, certificate)
	for name, test := range map[string]struct {
		ca, pin string
		want    drop.Cause
	}{
		"by its authority":          {ca, "", ""},
		"by its fingerprint":        {"", pin, ""},
		"by nobody":                 {"", "", drop.CertificateUnknown},
		"by a former certificate's": {"", otherPin, drop.CertificateChanged},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentre(t)
			c.must(c.joinBy(server.URL, test.ca, test.pin))
			c.submit("T1", "a video")
			err := c.Send(t.Context())
			if outbox.TroubleOf(err) != outbox.Trouble(test.want) {
				t.Errorf("%q: %v", outbox.TroubleOf(err), err)
			}
			if test.want == drop.CertificateChanged && !strings.Contains(err.Error(), "sync.drop_pin = \""+pin) {
				t.Errorf("the technician is not told what to set: %v", err)
			}
		})
	}
}

func TestAnEnrolmentFileWhoseTrustCannotBeReadIsRefused(t *testing.T) {
	c := newCentre(t)
	before, err := outbox.LoadMember(c.folder)
	c.must(err)
	for _, test := range [][2]string{{"no certificate", ""}, {"", "12ab"}} {
		if err := c.joinBy("ftps://u:p@drop.example/", test[0], test[1]); err == nil || !strings.Contains(err.Error(), "enrolment file") {
			t.Errorf("%q: %v", test, err)
		}
	}
	if after, err := outbox.LoadMember(c.folder); err != nil || after != before {
		t.Errorf("the membership changed: %v", err)
	}
}
