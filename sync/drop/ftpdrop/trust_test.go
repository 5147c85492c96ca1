//go:build unix

package ftpdrop_test

import (
	"crypto/x509"
	"net"
	"strings"
	"testing"
	"time"

	"kaodian/sync/drop"
	"kaodian/sync/drop/droptest"
	"kaodian/sync/drop/ftpdrop"
)

// Each server has a certificate that no authority of the system knows.
func TestACertificateIsKnownByItsAuthorityOrItsFingerprint(t *testing.T) {
	good, ca, pin := droptest.MakeCertificate(t)
	_, otherCA, otherPin := droptest.MakeCertificate(t)
	old, oldCA, oldPin := droptest.MakeCertificate(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })
	far, farCA, farPin := droptest.MakeCertificate(t, func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(10, 0, 0, 1)} })
	for name, test := range map[string]struct {
		certificate string
		trust       drop.Trust
		cause       drop.Cause
		says        string
	}{
		"by its authority":                        {good, drop.Trust{CA: ca}, "", ""},
		"by one of several authorities":           {good, drop.Trust{CA: otherCA + ca}, "", ""},
		"by its fingerprint":                      {good, drop.Trust{Pin: pin}, "", ""},
		"by its fingerprint, though it is old":    {old, drop.Trust{Pin: oldPin}, "", ""},
		"by its fingerprint, under another name":  {far, drop.Trust{Pin: farPin}, "", ""},
		"by nobody":                               {good, drop.Trust{}, drop.CertificateUnknown, pin},
		"by another authority: it was changed":    {good, drop.Trust{CA: otherCA}, drop.CertificateChanged, "sync.drop_ca"},
		"by another fingerprint: it was changed":  {good, drop.Trust{Pin: otherPin}, drop.CertificateChanged, "sync.drop_pin = \"" + pin},
		"by its authority, but it is old":         {old, drop.Trust{CA: oldCA}, drop.CertificateDate, "clock"},
		"by its authority, but for another place": {far, drop.Trust{CA: farCA}, drop.CertificateUnknown, farPin},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, droptest.StartVSFTPD(t, test.certificate).URL, ftpdrop.Options{Deadline: time.Minute, Trust: test.trust})
			err := d.Put(t.Context(), "file", 3, droptest.Source([]byte("abc"))) // over a data connection, too
			if drop.CauseOf(err) != test.cause || (err == nil) != (test.cause == "") {
				t.Fatalf("%q: %v", drop.CauseOf(err), err)
			}
			if err != nil && (drop.IsTemporary(err) || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("it does not say %q: %v", test.says, err)
			}
			_ = d.Close()
		})
	}
}

func TestAServerWithoutTLSIsNotSpokenToInTheClear(t *testing.T) {
	server := droptest.StartVSFTPD(t, "")
	d := open(t, strings.Replace(server.URL, "ftp://", "ftps://", 1), patient)
	if _, err := d.List(t.Context(), ""); drop.CauseOf(err) != drop.Unsuitable || !strings.Contains(err.Error(), "offers no TLS") {
		t.Errorf("%q: %v", drop.CauseOf(err), err)
	}
}

func TestAServerThatInsistsOnTLSIsNotCalledAWrongPassword(t *testing.T) {
	certificate, _, _ := droptest.MakeCertificate(t)
	for name, start := range servers {
		d := open(t, strings.Replace(start(t, certificate).URL, "ftps://", "ftp://", 1), patient)
		if _, err := d.List(t.Context(), ""); drop.CauseOf(err) != drop.NeedsTLS {
			t.Errorf("%s: %q: %v", name, drop.CauseOf(err), err)
		}
	}
}
