package ftpdrop

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"kaodian/sync/drop"
)

// tlsConfig uses TLS 1.2: with 1.3 vsftpd loses the end of an upload. Neither
// the name nor the dates of a pinned certificate are checked, so that a box
// whose clock is wrong still sends.
func tlsConfig(trust drop.Trust, host string) (*tls.Config, error) {
	config := &tls.Config{ServerName: host}
	config.MinVersion, config.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	if trust.Pin != "" {
		config.InsecureSkipVerify = true // VerifyConnection does it, also for sessions that are resumed
		// A session of a certificate that is out of date is not resumed, and
		// without that servers take no data connection.
		config.Time = func() time.Time { return time.Unix(0, 0) }
		config.VerifyConnection = func(state tls.ConnectionState) error {
			if got := fingerprint(state.PeerCertificates[0]); got != trust.Pin {
				return changed{want: trust.Pin, got: got}
			}
			return nil
		}
		return config, nil
	}
	if trust.CA == "" {
		return config, nil
	}
	var err error
	config.RootCAs, err = drop.Authorities(trust.CA)
	return config, err
}

func fingerprint(certificate *x509.Certificate) string {
	sum := sha256.Sum256(certificate.Raw)
	return hex.EncodeToString(sum[:])
}

// changed says that a server presents another certificate than the pinned one.
type changed struct{ want, got string }

func (c changed) Error() string {
	return fmt.Sprintf("the FTP server shows the certificate %s, not %s", c.got, c.want)
}

// distrust explains why a certificate was refused; nil if none was.
func (s *server) distrust(err error) error {
	if other, ok := errors.AsType[changed](err); ok {
		return drop.Because(drop.CertificateChanged, fmt.Errorf("%w; ask the province whether it has a new certificate; if so, set sync.drop_pin = %q in the settings", err, other.got))
	}
	refused, ok := errors.AsType[*tls.CertificateVerificationError](err)
	if !ok {
		return nil
	}
	sum := ""
	if len(refused.UnverifiedCertificates) > 0 {
		sum = fingerprint(refused.UnverifiedCertificates[0])
	}
	invalid, _ := errors.AsType[x509.CertificateInvalidError](err)
	_, otherName := errors.AsType[x509.HostnameError](err)
	switch {
	case invalid.Reason == x509.Expired && len(refused.UnverifiedCertificates) > 0:
		return drop.Because(drop.CertificateDate, fmt.Errorf("%w; it is good from %s to %s: set this machine's clock right, or ask whoever runs the FTP server for a new certificate",
			err, day(refused.UnverifiedCertificates[0].NotBefore), day(refused.UnverifiedCertificates[0].NotAfter)))
	case otherName:
		return drop.Because(drop.CertificateUnknown, fmt.Errorf("%w; ask the province for an enrolment file with the name that the certificate has, or, if it tells you this fingerprint, set sync.drop_pin = %q in the settings", err, sum))
	case s.options.Trust.CA != "":
		return drop.Because(drop.CertificateChanged, fmt.Errorf("%w; it is not of the authority that this centre was told; ask the province whether it has a new one; if so, set sync.drop_ca to its file in the settings", err))
	}
	return drop.Because(drop.CertificateUnknown, fmt.Errorf("%w; ask the province for an enrolment file with its authority (kaodian-province enrol --drop-ca FILE), or, if it tells you this fingerprint, set sync.drop_pin = %q in the settings", err, sum))
}

func day(t time.Time) string { return t.Format(time.DateOnly) }
