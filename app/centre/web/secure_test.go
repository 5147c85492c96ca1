package web_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/app/authority"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/transport"
	"kaodian/app/centre/web/webtest"
)

const secureName = "kaodian.home.arpa"

// secureCentre is a centre that answers by HTTP and HTTPS.
func secureCentre(t *testing.T) (c *webtest.Centre, byHTTPS *webtest.Phone) {
	t.Helper()
	names := []string{secureName}
	root, err := authority.Open(filepath.Join(t.TempDir(), "authority.pem"), names, time.Now())
	webtest.Must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	webtest.Must(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	webtest.Must(t, err)
	c = webtest.New(t, func(config *web.Config) {
		config.Secure = &transport.Secure{Name: secureName, Names: names, Port: port, Root: root.Root()}
	})
	config := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: authority.NewServer(root, names, wall{}).GetCertificate}
	go func() { _ = c.Server.ServeTLS(l, config) }() // webtest shuts it down
	return c, trusting(c, root, "https://127.0.0.1:"+port)
}

// wall is the real time, which the phone's side of TLS goes by too.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

// trusting is a phone that has installed the root.
func trusting(c *webtest.Centre, root *authority.Authority, url string) *webtest.Phone {
	c.T.Helper()
	certificate, err := x509.ParseCertificate(root.Root())
	webtest.Must(c.T, err)
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	jar, err := cookiejar.New(nil)
	webtest.Must(c.T, err)
	own := *c
	own.URL = url
	way := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	c.T.Cleanup(way.CloseIdleConnections)
	return &webtest.Phone{Centre: &own, Client: &http.Client{Jar: jar, Transport: way, Timeout: time.Minute}}
}

func TestAnExamByHTTPS(t *testing.T) {
	c, p := secureCentre(t)
	c.Register("T1", "1")
	response := p.Call("POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	for _, cookie := range response.Cookies() {
		if !cookie.Secure || !cookie.HttpOnly || !strings.HasPrefix(cookie.Name, "__Host-") {
			t.Errorf("the cookie %s: secure %v, for scripts %v", cookie.Name, cookie.Secure, !cookie.HttpOnly)
		}
	}
	attempt := p.Start()
	content := strings.Repeat("a large video, in more than one record of TLS. ", 200_000)
	clip := p.Upload(attempt.ID, "1", content)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.URL+"/api/v1/clips/"+clip+"/video", nil)
	webtest.Must(t, err)
	video, err := p.Client.Do(request)
	webtest.Must(t, err)
	defer video.Body.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, video.Body)
	webtest.Must(t, err)
	if want := sha256.Sum256([]byte(content)); string(sum.Sum(nil)) != string(want[:]) {
		t.Error("what was sent by HTTPS comes back changed")
	}
	p.Want(200, "POST", "/api/v1/attempts/"+attempt.ID+"/submit", nil, nil)
	p.Want(204, "POST", "/api/v1/logout", nil, nil)
	p.WantCode(login.Needed, "GET", "/api/v1/me", nil)
}

// A phone that logged in by HTTP and then goes on by HTTPS stays logged in;
// and the other way round a log-in by HTTP still works.
func TestAPhoneUsesHTTPAndHTTPS(t *testing.T) {
	c, p := secureCentre(t)
	c.Register("T1", "1")
	plain := &webtest.Phone{Centre: c, Client: p.Client}
	plain.Want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	attempt := plain.Start()
	p.Want(200, "GET", "/api/v1/me", nil, nil)
	var seen webtest.Attempt
	p.Want(200, "GET", "/api/v1/attempts/"+attempt.ID, nil, &seen)
	if !seen.Holds {
		t.Error("R10: the same phone counts as another device by HTTPS")
	}
	p.Want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	p.Want(200, "GET", "/api/v1/attempts/"+attempt.ID, nil, &seen)
	if !seen.Holds {
		t.Error("R10: after a log-in by HTTPS it counts as another device")
	}
	plain.Want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	plain.Want(200, "GET", "/api/v1/me", nil, nil)
	plain.Want(204, "POST", "/api/v1/logout", nil, nil) // of the next child's phone nothing stays open
	plain.WantCode(login.Needed, "GET", "/api/v1/me", nil)
	p.WantCode(login.Needed, "GET", "/api/v1/me", nil)
}

// A cut connection reads as an end below TLS too: the declared length decides.
func TestI1ACutByHTTPSKeepsWhatWasPromised(t *testing.T) {
	c, p := secureCentre(t)
	c.Register("T1", "1")
	p.Want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	attempt := p.Start()
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.URL+"/api/v1/uploads", nil)
	webtest.Must(t, err)
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Upload-Length", "1000000")
	request.Header.Set("Upload-Metadata", "attempt "+encode(attempt.ID)+",item "+encode("1")+",filename "+encode("a.mp4"))
	made, err := p.Client.Do(request)
	webtest.Must(t, err)
	made.Body.Close()
	at := p.URL + made.Header.Get("Location")
	if strings.HasPrefix(made.Header.Get("Location"), "http") {
		at = made.Header.Get("Location")
	}
	ctx, cut := context.WithCancel(t.Context())
	body, feed := io.Pipe()
	patch, err := http.NewRequestWithContext(ctx, http.MethodPatch, at, body)
	webtest.Must(t, err)
	patch.ContentLength = 1_000_000
	patch.Header.Set("Tus-Resumable", "1.0.0")
	patch.Header.Set("Upload-Offset", "0")
	patch.Header.Set("Content-Type", "application/offset+octet-stream")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if response, err := p.Client.Do(patch); err == nil {
			response.Body.Close()
		}
	}()
	_, err = feed.Write(make([]byte, 300_000))
	webtest.Must(t, err)
	time.Sleep(200 * time.Millisecond)
	cut()
	_ = feed.CloseWithError(io.ErrUnexpectedEOF)
	<-ended
	head, err := http.NewRequestWithContext(t.Context(), http.MethodHead, at, nil)
	webtest.Must(t, err)
	head.Header.Set("Tus-Resumable", "1.0.0")
	response, err := p.Client.Do(head)
	webtest.Must(t, err)
	response.Body.Close()
	var offset int
	_, err = fmt.Sscan(response.Header.Get("Upload-Offset"), &offset)
	webtest.Must(t, err)
	if offset == 0 || offset > 300_000 {
		t.Errorf("after the cut %d of 300000 bytes are promised", offset)
	}
}

func TestThePageLearnsHowToBecomeSecure(t *testing.T) {
	c, p := secureCentre(t)
	plain := c.Phone()
	var told struct {
		Secure, Trusted bool
		SecureURL       string `json:"secure_url"`
		CertificateURL  string `json:"certificate_url"`
		ProfileURL      string `json:"profile_url"`
	}
	plain.Want(200, "GET", "/api/v1/centre", nil, &told)
	if told.Secure || told.Trusted || told.SecureURL != p.URL || told.CertificateURL != "/install/kaodian-root.crt" || told.ProfileURL != "/install/kaodian.mobileconfig" {
		t.Errorf("by HTTP: %+v", told)
	}
	p.Want(200, "GET", "/api/v1/centre", nil, &told)
	if !told.Secure || told.SecureURL != p.URL {
		t.Errorf("by HTTPS: %+v", told)
	}
	var profile struct{ XMLName xml.Name }
	for path, kind := range map[string]string{"/install/kaodian-root.crt": "application/x-x509-ca-cert", "/install/kaodian.mobileconfig": "application/x-apple-aspen-config"} {
		response, err := plain.Client.Get(plain.URL + path)
		webtest.Must(t, err)
		text, err := io.ReadAll(response.Body)
		webtest.Must(t, err)
		response.Body.Close()
		if response.Header.Get("Content-Type") != kind {
			t.Errorf("%s is %s", path, response.Header.Get("Content-Type"))
		}
		if path == "/install/kaodian.mobileconfig" {
			webtest.Must(t, xml.Unmarshal(text, &profile))
			if !strings.Contains(string(text), base64.StdEncoding.EncodeToString(c.Server.Secure.Root)) {
				t.Error("the profile holds another root")
			}
		} else if _, err := x509.ParseCertificate(text); err != nil {
			t.Error(err)
		}
	}
	webtest.New(t).Phone().WantCode(refusal.NotFound, "GET", "/install/kaodian-root.crt", nil)
}
