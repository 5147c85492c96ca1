package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/centre"
)

// serverName is whom the certificate is for.
const serverName = "centre.example"

// site is the centre with a clip, the province that received it, and nginx with
// a file of the same size.
type site struct {
	ctx      context.Context
	roots    *x509.CertPool
	source   string
	centre   *centre.Centre
	phone    *centre.Phone
	secure   string // the centre's address by HTTPS
	clip     string // its id
	peer     peer
	province *exec.Cmd
	received target
}

func newSite(ctx context.Context) (*site, error) {
	s := &site{ctx: ctx, source: filepath.Join(scratch, "www", "clip.mp4")}
	for _, step := range []func() error{s.makeCertificate, s.makeSource, s.startCentre, s.startNginx, s.startProvince} {
		if err := step(); err != nil {
			s.end()
			return nil, err
		}
	}
	return s, nil
}

func (s *site) end() {
	if s.centre != nil {
		s.centre.End()
	}
	for _, cmd := range []*exec.Cmd{s.peer.cmd, s.province} {
		if cmd != nil && cmd.Process != nil {
			_ = cmd.Process.Signal(unix.SIGTERM)
			_ = cmd.Wait()
		}
	}
}

// certificate and key are what both servers show.
func certificate() string { return filepath.Join(scratch, "certificate.pem") }
func key() string         { return filepath.Join(scratch, "key.pem") }

func (s *site) makeCertificate() error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: serverName}, DNSNames: []string{serverName},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		return err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	s.roots = x509.NewCertPool()
	s.roots.AddCert(leaf)
	return errors.Join(
		os.WriteFile(certificate(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(key(), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}), 0o600),
	)
}

// makeSource writes what stands for the clip; it is never decoded.
func (s *site) makeSource() error {
	if err := os.MkdirAll(filepath.Dir(s.source), 0o755); err != nil {
		return err
	}
	file, err := os.Create(s.source)
	if err != nil {
		return err
	}
	_, err = io.CopyN(file, rand.Reader, clip)
	return errors.Join(err, file.Close())
}

// startCentre serves the demonstration; one candidate has sent the clip and
// submitted, so that it can be sent on.
func (s *site) startCentre() (err error) {
	if s.secure, err = centre.FreeAddress(); err != nil {
		return err
	}
	settings := filepath.Join(scratch, "kaodian.toml")
	text := fmt.Sprintf("[exam]\nreview_time = \"0s\"\n[http]\nhosts = [%q]\ncertificate = %q\nkey = %q\nmax_sockets_per_address = 1000\n", serverName, certificate(), key())
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		return err
	}
	if s.centre, err = centre.Start(s.ctx, s.data(), "--https", s.secure, "--config", settings); err != nil {
		return err
	}
	if s.phone, err = s.centre.Phone(s.ctx, 0); err != nil {
		return err
	}
	if err := s.phone.Upload(s.ctx, s.source); err != nil {
		return err
	}
	seen, err := s.phone.Look(s.ctx)
	s.clip = seen.ID
	return err
}

func (s *site) data() string { return filepath.Join(scratch, "centre") }

// atPhone is the candidate's own clip.
func (s *site) atPhone(secure bool) target {
	return s.atCentre(secure, s.phone.Client, "/api/v1/clips/"+s.clip+"/video")
}

func (s *site) atCentre(secure bool, client *http.Client, path string) target {
	t := target{name: "ours", address: strings.TrimPrefix(s.centre.URL, "http://"), header: cookiesOf(client, s.centre.URL), path: path, pid: s.centre.Cmd.Process.Pid}
	if secure {
		t.address, t.roots = s.secure, s.roots
	}
	return t
}

// cookiesOf are the client's cookies as a header.
func cookiesOf(client *http.Client, address string) string {
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	var list []string
	for _, cookie := range client.Jar.Cookies(at) {
		list = append(list, cookie.Name+"="+cookie.Value)
	}
	return "Cookie: " + strings.Join(list, "; ") + "\r\n"
}
