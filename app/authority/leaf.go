package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"net"
	"slices"
	"sync"
	"time"

	"kaodian/app/base/clock"
)

const (
	// leafLife is below the 398 days that Apple's systems accept.
	leafLife = 390 * 24 * time.Hour
	// renewal is how long before its end a leaf is made anew.
	renewal = 30 * 24 * time.Hour
)

// Server is the server's certificate: for the centre's names and for the
// addresses at which phones reached it so far. It is kept in memory only, and
// made anew in time and for a new address; phones trust the root.
type Server struct {
	authority *Authority
	names     []string
	clock     clock.Clock

	mu        sync.Mutex
	addresses []net.IP
	current   *tls.Certificate
	until     time.Time
}

// NewServer makes the certificate source of a server with those names.
func NewServer(a *Authority, names []string, clk clock.Clock) *Server {
	return &Server{authority: a, names: names, clock: clk}
}

// GetCertificate is for tls.Config.
func (s *Server) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	if s.know(hello.Conn) && s.current != nil && now.Before(s.until) {
		return s.current, nil
	}
	leaf, err := s.issue(now)
	if err != nil {
		return nil, err
	}
	s.current, s.until = leaf, now.Add(leafLife-early-renewal)
	return leaf, nil
}

// know says whether the certificate covers the address that the phone reached,
// and notes the address if not.
func (s *Server) know(conn net.Conn) bool {
	if conn == nil {
		return true
	}
	address, ok := conn.LocalAddr().(*net.TCPAddr)
	if !ok || !isPrivate(address.IP) || slices.ContainsFunc(s.addresses, address.IP.Equal) {
		return true
	}
	s.addresses = append(s.addresses, address.IP)
	return false
}

// isPrivate: the root must not sign for others.
func isPrivate(ip net.IP) bool {
	return slices.ContainsFunc(private(), func(network *net.IPNet) bool { return network.Contains(ip) })
}

func (s *Server) issue(now time.Time) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: s.names[0]},
		NotBefore:             now.Add(-early),
		NotAfter:              now.Add(leafLife - early),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              s.names,
		IPAddresses:           s.addresses,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, s.authority.root, &key.PublicKey, s.authority.key)
	if err != nil {
		return nil, err
	}
	return &tls.Certificate{Certificate: [][]byte{der, s.authority.root.Raw}, PrivateKey: key}, nil
}
