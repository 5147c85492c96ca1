// Package authority is the centre's own certificate authority: with its root
// installed, a phone trusts the centre's HTTPS, which is what gives a page the
// camera and the wake lock where no province has sent a certificate down.
//
// It owns one file with the root's key and certificate, written at once, so
// after a crash it is wholly there or made anew. The root is constrained to the
// centre's own names and private addresses (name constraints), so that a phone
// trusts it with nothing else. It imports nothing of the house but durable and
// clock.
package authority

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kaodian/app/base/durable"
)

const (
	// rootLife is as long as a server lives: every phone would have to install
	// a new root.
	rootLife = 10 * 365 * 24 * time.Hour
	// early is how long before its creation a certificate begins: phones' clocks
	// are often slow.
	early = 48 * time.Hour
)

// Authority signs the centre's certificates.
type Authority struct {
	key  *ecdsa.PrivateKey
	root *x509.Certificate
}

// Open reads the authority from the file, or makes one for the names and their
// subdomains. Errors say what to do.
func Open(path string, names []string, now time.Time) (*Authority, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return create(path, names, now)
	}
	if err != nil {
		return nil, fmt.Errorf("read the local authority: %w", err)
	}
	a, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("the local authority in %s is damaged (%w); restore it from the backup, or move it away: then a new one is made and every phone installs it again", path, err)
	}
	for _, name := range names {
		if !a.speaksFor(name) {
			return nil, fmt.Errorf("the local authority in %s does not speak for %s: its names are %s; move the file away to make a new one, which every phone installs again", path, name, strings.Join(a.root.PermittedDNSDomains, ", "))
		}
	}
	return a, nil
}

// Root is the root's certificate in DER, which phones install.
func (a *Authority) Root() []byte { return a.root.Raw }

func (a *Authority) speaksFor(name string) bool {
	for _, domain := range a.root.PermittedDNSDomains {
		if name == domain || strings.HasSuffix(name, "."+domain) {
			return true
		}
	}
	return false
}

// private are the addresses that a centre's server may have.
func private() []*net.IPNet {
	var list []*net.IPNet
	for _, block := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "::1/128"} {
		_, network, err := net.ParseCIDR(block)
		if err != nil {
			panic(err) // they are written above
		}
		list = append(list, network)
	}
	return list
}

func create(path string, names []string, now time.Time) (*Authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:                serial,
		Subject:                     pkix.Name{CommonName: "Kaodian 考点 (" + names[0] + ")", Organization: []string{"Kaodian exam centre"}},
		NotBefore:                   now.Add(-early),
		NotAfter:                    now.Add(rootLife),
		KeyUsage:                    x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         names,
		PermittedIPRanges:           private(),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	text, err := encode(key, der)
	if err != nil {
		return nil, err
	}
	if err := durable.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	if err := durable.WriteFile(path, text, 0o600); err != nil {
		return nil, fmt.Errorf("keep the local authority: %w", err)
	}
	return parse(text)
}

func encode(key *ecdsa.PrivateKey, der []byte) ([]byte, error) {
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	for _, block := range []*pem.Block{{Type: "PRIVATE KEY", Bytes: private}, {Type: "CERTIFICATE", Bytes: der}} {
		if err := pem.Encode(&text, block); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

func parse(text []byte) (*Authority, error) {
	keyBlock, rest := pem.Decode(text)
	certificate, _ := pem.Decode(rest)
	if keyBlock == nil || certificate == nil {
		return nil, errors.New("it holds no key and certificate")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, err
	}
	root, err := x509.ParseCertificate(certificate.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(root.PublicKey) {
		return nil, errors.New("key and certificate do not belong together")
	}
	return &Authority{key: key, root: root}, nil
}

func newSerial() (*big.Int, error) {
	const bits = 127
	return rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), bits))
}
