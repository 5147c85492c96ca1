package drop

import (
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"net/url"
	"strings"
)

// Place is where a drop is, and how its server is authenticated.
type Place struct {
	URL   string // ftp://, ftps:// or dir:
	Trust Trust
}

// Redacted is the URL without its password, for people to see.
func Redacted(address string) string {
	if strings.HasPrefix(address, "dir:") {
		return address
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		return "(unreadable)" // the password could be anywhere in it
	}
	return parsed.Redacted()
}

// Trust is how the certificate of an ftps:// server is verified: by one of the
// two, or by the system's authorities for neither. ParseTrust makes it.
type Trust struct {
	CA  string // a private authority's certificates, in PEM
	Pin string // SHA-256 of the server's own certificate, 64 hex digits
}

// ParseTrust reads an authority's certificates in PEM, or the fingerprint of a
// certificate as «openssl x509 -fingerprint -sha256» prints it.
func ParseTrust(ca, pin string) (Trust, error) {
	if ca != "" && pin != "" {
		return Trust{}, errors.New("a server is known by an authority or by a fingerprint; name one of them")
	}
	if ca != "" {
		_, err := Authorities(ca)
		return Trust{CA: ca}, err
	}
	if pin == "" {
		return Trust{}, nil
	}
	if _, value, named := strings.Cut(pin, "="); named { // «sha256 Fingerprint=AB:CD…»
		pin = value
	}
	pin = strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(strings.TrimSpace(pin)))
	if sum, err := hex.DecodeString(pin); err != nil || len(sum) != 32 {
		return Trust{}, errors.New("the fingerprint is not 64 hex digits; print it with: openssl x509 -in FILE -noout -fingerprint -sha256")
	}
	return Trust{Pin: pin}, nil
}

// Authorities reads certificates in PEM.
func Authorities(text string) (*x509.CertPool, error) {
	pool, found := x509.NewCertPool(), false
	for rest := []byte(text); ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, errors.New("the authority's file holds more than certificates («" + block.Type + "»); only its certificate belongs there")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("a certificate of the authority cannot be read; export it again in PEM")
		}
		pool.AddCert(certificate)
		found = true
	}
	if !found {
		return nil, errors.New("the authority's file holds no certificate in PEM («-----BEGIN CERTIFICATE-----»); convert it with: openssl x509 -inform DER -in FILE")
	}
	return pool, nil
}

// Note tells staff something about a drop that did its work.
type Note struct {
	Code NoteCode
	Text string // in full, for support
}

// NoteCode is a code that the pages translate.
type NoteCode string

// The notes.
const (
	// NotResumed is a file that was sent from its beginning, because the server
	// cannot resume one.
	NotResumed NoteCode = "not_resumed"
	// Kept is what the province has and the drop does not let be removed.
	Kept NoteCode = "kept"
)
