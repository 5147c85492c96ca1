package authority

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/clock"
)

var start = time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// handshake connects over loopback as a phone that installed the root.
func handshake(t *testing.T, root *Authority, server *Server, name string, now time.Time) error {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{GetCertificate: server.GetCertificate, MinVersion: tls.VersionTLS12})
	must(t, err)
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			_ = c.(*tls.Conn).Handshake()
			c.Close()
		}
	}()
	pool := x509.NewCertPool()
	certificate, err := x509.ParseCertificate(root.Root())
	must(t, err)
	pool.AddCert(certificate)
	c, err := tls.Dial("tcp", l.Addr().String(), &tls.Config{RootCAs: pool, ServerName: name, Time: func() time.Time { return now }, MinVersion: tls.VersionTLS12})
	if err == nil {
		c.Close()
	}
	return err
}

func TestAPhoneWithTheRootTrustsTheCentreByNameAndAddress(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "authority.pem")
	names := []string{"kaodian.home.arpa", "exam.school.lan"}
	root, err := Open(path, names, start)
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file is %v", info.Mode())
	}
	clk := clock.NewFake(start)
	server := NewServer(root, names, clk)
	for _, name := range []string{"kaodian.home.arpa", "exam.school.lan", "127.0.0.1"} {
		must(t, handshake(t, root, server, name, start))
	}
	if handshake(t, root, server, "elsewhere.example", start) == nil {
		t.Error("it speaks for a name that is not its own")
	}

	again, err := Open(path, names, start.Add(time.Hour))
	must(t, err)
	if !bytes.Equal(root.Root(), again.Root()) {
		t.Error("a restart makes another root: every phone would install it again")
	}
}

// Years go by without a restart.
func TestTheServersCertificateIsRenewedInTime(t *testing.T) {
	root, err := Open(filepath.Join(t.TempDir(), "authority.pem"), []string{"kaodian.home.arpa"}, start)
	must(t, err)
	clk := clock.NewFake(start)
	server := NewServer(root, []string{"kaodian.home.arpa"}, clk)
	var last []byte
	renewals := 0
	for range 9 * 12 {
		must(t, handshake(t, root, server, "kaodian.home.arpa", clk.Now()))
		leaf, err := x509.ParseCertificate(server.current.Certificate[0])
		must(t, err)
		if leaf.NotAfter.Sub(leaf.NotBefore) > 398*24*time.Hour {
			t.Fatal("Apple's systems refuse certificates of more than 398 days")
		}
		if leaf.NotAfter.Sub(clk.Now()) < 29*24*time.Hour {
			t.Fatalf("at %s the certificate is good until %s only", clk.Now(), leaf.NotAfter)
		}
		if !bytes.Equal(last, leaf.Raw) {
			renewals++
		}
		last = leaf.Raw
		clk.Advance(30 * 24 * time.Hour)
	}
	if renewals < 9 || renewals > 12 {
		t.Errorf("renewed %d times in nine years", renewals)
	}
}

// Whoever installs the root trusts it with nothing else: phones refuse what it
// signs for another name, even if its key were stolen.
func TestTheRootIsWorthNothingForOtherNames(t *testing.T) {
	root, err := Open(filepath.Join(t.TempDir(), "authority.pem"), []string{"kaodian.home.arpa"}, start)
	must(t, err)
	thief := NewServer(root, []string{"bank.example"}, clock.NewFake(start))
	err = handshake(t, root, thief, "bank.example", start)
	if err == nil || !strings.Contains(err.Error(), "not permitted") {
		t.Errorf("a stolen root speaks for a bank: %v", err)
	}
	outside := NewServer(root, []string{"kaodian.home.arpa"}, clock.NewFake(start))
	outside.addresses = []net.IP{net.ParseIP("8.8.8.8")}
	if err := handshake(t, root, outside, "kaodian.home.arpa", start); err == nil {
		t.Error("the root signs for a public address")
	}
}

func TestAnotherNameOrADamagedFileIsSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "authority.pem")
	_, err := Open(path, []string{"kaodian.home.arpa"}, start)
	must(t, err)
	if _, err := Open(path, []string{"other.lan"}, start); err == nil || !strings.Contains(err.Error(), "other.lan") {
		t.Errorf("another name: %v", err)
	}
	if _, err := Open(path, []string{"phones.kaodian.home.arpa"}, start); err != nil {
		t.Errorf("a name below its own: %v", err)
	}
	text, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, text[:len(text)/2], 0o600))
	if _, err := Open(path, []string{"kaodian.home.arpa"}, start); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("half a file: %v", err)
	}
	after, err := os.ReadFile(path)
	must(t, err)
	if len(after) != len(text)/2 {
		t.Error("the damaged file was overwritten")
	}
}

// pair writes a certificate for the name as the province would send it.
func pair(t *testing.T, folder, name string) (certificate, key string) {
	t.Helper()
	root, err := Open(filepath.Join(folder, name+".pem"), []string{name}, start)
	must(t, err)
	leaf, err := NewServer(root, []string{name}, clock.NewFake(start)).GetCertificate(&tls.ClientHelloInfo{})
	must(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(leaf.PrivateKey)
	must(t, err)
	certificate, key = filepath.Join(folder, "server.crt"), filepath.Join(folder, "server.key")
	must(t, os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Certificate[0]}), 0o600))
	must(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	return certificate, key
}

func TestACertificateOfTheProvinceIsTakenWhenItsFilesChange(t *testing.T) {
	folder := t.TempDir()
	certificate, key := pair(t, folder, "first.example")
	files, err := OpenFiles(certificate, key)
	must(t, err)
	nameNow := func() string {
		got, err := files.GetCertificate(nil)
		must(t, err)
		return got.Leaf.DNSNames[0]
	}
	if files.Name(nil) != "first.example" || files.Name([]string{"other.lan", "first.example"}) != "first.example" || files.Name([]string{"other.lan"}) != "" {
		t.Errorf("it is for %s, %q", nameNow(), files.Name([]string{"other.lan"}))
	}
	pair(t, folder, "second.example")
	must(t, os.Chtimes(certificate, start, start))
	if nameNow() != "second.example" {
		t.Error("the renewed certificate is not used")
	}
	must(t, os.WriteFile(certificate, []byte("half of"), 0o600))
	if nameNow() != "second.example" {
		t.Error("a half-written file ends HTTPS")
	}
	if _, err := OpenFiles(certificate, key); err == nil {
		t.Error("at start a broken certificate is said")
	}
}
