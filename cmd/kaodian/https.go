package main

import (
	"crypto/tls"
	"errors"
	"net"
	"path/filepath"
	"slices"

	"kaodian/app/authority"
	"kaodian/app/base/clock"
	"kaodian/app/centre/web/transport"
)

// ownName is the HTTPS name of a centre that has no name of its own: home.arpa is
// for names that only a local network knows (RFC 8375).
const ownName = "kaodian.home.arpa"

// secure listens by HTTPS; nil if it is switched off. A given certificate is
// used, else the local authority issues one.
func (s *serveCommand) secure(centre *centre) (*secured, *transport.Secure, error) {
	given := centre.settings().HTTP.Certificate != "" || centre.settings().HTTP.Key != ""
	if s.HTTPS == "" {
		if given {
			return nil, nil, errors.New("http.certificate and http.key are for HTTPS; serve with --https too, or leave them out")
		}
		return nil, nil, nil
	}
	secure, source, err := certificateOf(centre, given)
	if err != nil {
		return nil, nil, err
	}
	listener, err := s.HTTPS.Listen("--https")
	if err != nil {
		return nil, nil, err
	}
	if _, secure.Port, err = net.SplitHostPort(listener.Addr().String()); err != nil {
		return nil, nil, errors.Join(err, listener.Close())
	}
	// Full records from the first byte on: videos are long, and a page's first
	// bytes come over a line of some milliseconds.
	config := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: source, DynamicRecordSizingDisabled: true}
	return &secured{Listener: listener, config: config}, secure, nil
}

type certificateSource = func(*tls.ClientHelloInfo) (*tls.Certificate, error)

func certificateOf(centre *centre, given bool) (*transport.Secure, certificateSource, error) {
	names := namesOnly(centre.settings().HTTP.Hosts)
	if given {
		files, err := authority.OpenFiles(centre.settings().HTTP.Certificate, centre.settings().HTTP.Key)
		if err != nil {
			return nil, nil, err
		}
		name := files.Name(names)
		if name == "" {
			return nil, nil, errors.New("http.certificate is for no name in http.hosts; add the name by which phones are to reach the centre")
		}
		return &transport.Secure{Name: name, Names: []string{name}, Trusted: true}, files.GetCertificate, nil
	}
	if len(names) == 0 {
		names = []string{ownName}
	}
	secure := &transport.Secure{Name: names[0], Names: names}
	root, err := authority.Open(filepath.Join(centre.folder, "keys", "authority.pem"), names, centre.clock.Now())
	if err != nil {
		return nil, nil, err
	}
	secure.Root = root.Root()
	return secure, authority.NewServer(root, names, clock.Clock(centre.clock)).GetCertificate, nil
}

// namesOnly leaves addresses out: the local root covers every private address
// anyway, and other certificates cover none.
func namesOnly(hosts []string) []string {
	return slices.DeleteFunc(slices.Clone(hosts), func(host string) bool { return net.ParseIP(host) != nil })
}

// secured carries what the web needs to put TLS on top of its own sockets.
type secured struct {
	net.Listener
	config *tls.Config
}
