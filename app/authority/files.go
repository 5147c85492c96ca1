package authority

import (
	"crypto/tls"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// Files is a certificate from elsewhere, such as the province's; it is read
// again when its files change, so that a renewal needs no restart.
type Files struct {
	certificate, key string

	mu      sync.Mutex
	current *tls.Certificate
	changed [2]time.Time
}

// OpenFiles reads the certificate (PEM, with its chain) and its key.
func OpenFiles(certificate, key string) (*Files, error) {
	f := &Files{certificate: certificate, key: key}
	if err := f.read(); err != nil {
		return nil, fmt.Errorf("http.certificate and http.key: %w", err)
	}
	return f, nil
}

// Name is the first of the names that the certificate covers; without names, the
// certificate's own first name that is no wildcard. "" if there is none.
func (f *Files) Name(names []string) string {
	if len(names) == 0 {
		names = f.current.Leaf.DNSNames
	}
	for _, name := range names {
		if !strings.Contains(name, "*") && f.current.Leaf.VerifyHostname(name) == nil {
			return name
		}
	}
	return ""
}

// GetCertificate is for tls.Config. New files that cannot be read, being half
// written perhaps, leave the former certificate in use.
func (f *Files) GetCertificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if changed, err := f.times(); err == nil && changed != f.changed {
		_ = f.read() // tried again with the next phone
	}
	return f.current, nil
}

func (f *Files) read() error {
	changed, err := f.times()
	if err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(f.certificate, f.key)
	if err != nil {
		return err
	}
	f.current, f.changed = &pair, changed
	return nil
}

func (f *Files) times() (changed [2]time.Time, err error) {
	for i, path := range []string{f.certificate, f.key} {
		info, err := os.Stat(path)
		if err != nil {
			return changed, err
		}
		changed[i] = info.ModTime()
	}
	return changed, nil
}
