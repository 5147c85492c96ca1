package web

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
)

const secureName = "kaodian.home.arpa"

// secureCentre is a centre that answers by HTTP and HTTPS.
func secureCentre(t *testing.T) (c *centre, byHTTPS *phone) {
	t.Helper()
	names := []string{secureName}
	c = newCentre(t)
	root, err := authority.Open(filepath.Join(t.TempDir(), "authority.pem"), names, time.Now())
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	_, port, err := net.SplitHostPort(l.Addr().String())
	must(t, err)
	c.server.Secure = &Secure{Name: secureName, Names: names, Port: port, Root: root.Root()}
	config := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: authority.NewServer(root, names, wall{}).GetCertificate}
	go func() { _ = c.server.ServeTLS(l, config) }() // newCentre shuts it down
	return c, c.trusting(root, "https://127.0.0.1:"+port)
}

// wall is the real time, which the phone's side of TLS goes by too.
type wall struct{}

func (wall) Now() time.Time { return time.Now() }

// trusting is a phone that has installed the root.
func (c *centre) trusting(root *authority.Authority, url string) *phone {
	c.t.Helper()
	certificate, err := x509.ParseCertificate(root.Root())
	must(c.t, err)
	pool := x509.NewCertPool()
	pool.AddCert(certificate)
	jar, err := cookiejar.New(nil)
	must(c.t, err)
	own := *c
	own.url = url
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}
	c.t.Cleanup(transport.CloseIdleConnections)
	return &phone{centre: &own, client: &http.Client{Jar: jar, Transport: transport, Timeout: 10 * time.Second}}
}

func TestAnExamByHTTPS(t *testing.T) {
	c, p := secureCentre(t)
	c.register("T1", "1")
	response := p.call("POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	for _, cookie := range response.Cookies() {
		if !cookie.Secure || !cookie.HttpOnly || !strings.HasPrefix(cookie.Name, "__Host-") {
			t.Errorf("the cookie %s: secure %v, for scripts %v", cookie.Name, cookie.Secure, !cookie.HttpOnly)
		}
	}
	attempt := p.start()
	content := strings.Repeat("a large video, in more than one record of TLS. ", 200_000)
	clip := p.upload(attempt.ID, "1", content)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.url+"/api/v1/clips/"+clip+"/video", nil)
	must(t, err)
	video, err := p.client.Do(request)
	must(t, err)
	defer video.Body.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, video.Body)
	must(t, err)
	if want := sha256.Sum256([]byte(content)); string(sum.Sum(nil)) != string(want[:]) {
		t.Error("what was sent by HTTPS comes back changed")
	}
	p.want(200, "POST", "/api/v1/attempts/"+attempt.ID+"/submit", nil, nil)
	p.want(204, "POST", "/api/v1/logout", nil, nil)
	p.wantCode(login.Needed, "GET", "/api/v1/me", nil)
}

// A phone that logged in by HTTP and then goes on by HTTPS stays logged in;
// and the other way round a log-in by HTTP still works.
func TestAPhoneUsesHTTPAndHTTPS(t *testing.T) {
	c, p := secureCentre(t)
	c.register("T1", "1")
	plain := &phone{centre: c, client: p.client}
	plain.want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	attempt := plain.start()
	p.want(200, "GET", "/api/v1/me", nil, nil)
	var seen attemptBody
	p.want(200, "GET", "/api/v1/attempts/"+attempt.ID, nil, &seen)
	if !seen.Holds {
		t.Error("R10: the same phone counts as another device by HTTPS")
	}
	p.want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	p.want(200, "GET", "/api/v1/attempts/"+attempt.ID, nil, &seen)
	if !seen.Holds {
		t.Error("R10: after a log-in by HTTPS it counts as another device")
	}
	plain.want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	plain.want(200, "GET", "/api/v1/me", nil, nil)
	plain.want(204, "POST", "/api/v1/logout", nil, nil) // of the next child's phone nothing stays open
	plain.wantCode(login.Needed, "GET", "/api/v1/me", nil)
	p.wantCode(login.Needed, "GET", "/api/v1/me", nil)
}

// A cut connection reads as an end below TLS too: the declared length decides.
func TestI1ACutByHTTPSKeepsWhatWasPromised(t *testing.T) {
	c, p := secureCentre(t)
	c.register("T1", "1")
	p.want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
	attempt := p.start()
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.url+"/api/v1/uploads", nil)
	must(t, err)
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Upload-Length", "1000000")
	request.Header.Set("Upload-Metadata", "attempt "+encode(attempt.ID)+",item "+encode("1")+",filename "+encode("a.mp4"))
	made, err := p.client.Do(request)
	must(t, err)
	made.Body.Close()
	at := p.url + made.Header.Get("Location")
	if strings.HasPrefix(made.Header.Get("Location"), "http") {
		at = made.Header.Get("Location")
	}
	ctx, cut := context.WithCancel(t.Context())
	body, feed := io.Pipe()
	patch, err := http.NewRequestWithContext(ctx, http.MethodPatch, at, body)
	must(t, err)
	patch.ContentLength = 1_000_000
	patch.Header.Set("Tus-Resumable", "1.0.0")
	patch.Header.Set("Upload-Offset", "0")
	patch.Header.Set("Content-Type", "application/offset+octet-stream")
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if response, err := p.client.Do(patch); err == nil {
			response.Body.Close()
		}
	}()
	_, err = feed.Write(make([]byte, 300_000))
	must(t, err)
	time.Sleep(200 * time.Millisecond)
	cut()
	_ = feed.CloseWithError(io.ErrUnexpectedEOF)
	<-ended
	head, err := http.NewRequestWithContext(t.Context(), http.MethodHead, at, nil)
	must(t, err)
	head.Header.Set("Tus-Resumable", "1.0.0")
	response, err := p.client.Do(head)
	must(t, err)
	response.Body.Close()
	var offset int
	_, err = fmt.Sscan(response.Header.Get("Upload-Offset"), &offset)
	must(t, err)
	if offset == 0 || offset > 300_000 {
		t.Errorf("after the cut %d of 300000 bytes are promised", offset)
	}
}

func TestThePageLearnsHowToBecomeSecure(t *testing.T) {
	c, p := secureCentre(t)
	plain := c.phone()
	var told centreBody
	plain.want(200, "GET", "/api/v1/centre", nil, &told)
	if told.Secure || told.Trusted || told.SecureURL != p.url || told.CertificateURL != certificatePath || told.ProfileURL != profilePath {
		t.Errorf("by HTTP: %+v", told)
	}
	p.want(200, "GET", "/api/v1/centre", nil, &told)
	if !told.Secure || told.SecureURL != p.url {
		t.Errorf("by HTTPS: %+v", told)
	}
	var profile struct{ XMLName xml.Name }
	for path, kind := range map[string]string{certificatePath: "application/x-x509-ca-cert", profilePath: "application/x-apple-aspen-config"} {
		response, err := plain.client.Get(plain.url + path)
		must(t, err)
		text, err := io.ReadAll(response.Body)
		must(t, err)
		response.Body.Close()
		if response.Header.Get("Content-Type") != kind {
			t.Errorf("%s is %s", path, response.Header.Get("Content-Type"))
		}
		if path == profilePath {
			must(t, xml.Unmarshal(text, &profile))
			if !strings.Contains(string(text), base64.StdEncoding.EncodeToString(c.server.Secure.Root)) {
				t.Error("the profile holds another root")
			}
		} else if _, err := x509.ParseCertificate(text); err != nil {
			t.Error(err)
		}
	}
	newCentre(t).phone().wantCode(refusal.NotFound, "GET", certificatePath, nil)
}

func TestTheSecureAddressIsTheOneThatThePhoneKnows(t *testing.T) {
	own := &Secure{Name: secureName, Names: []string{secureName, "exam.lan"}, Port: "8443"}
	given := &Secure{Name: "exam.example", Names: []string{"exam.example"}, Port: "443", Trusted: true}
	for _, c := range []struct {
		secure     *Secure
		host, want string
	}{
		{own, "192.168.1.5:8080", "https://192.168.1.5:8443"},
		{own, "[fd00::5]:8080", "https://[fd00::5]:8443"},
		{own, "exam.lan", "https://exam.lan:8443"},
		{own, "captive.apple.com", "https://kaodian.home.arpa:8443"},
		{given, "192.168.1.5:8080", "https://exam.example"},
	} {
		if got := c.secure.url(c.host); got != c.want {
			t.Errorf("a phone that came to %s is led to %s, want %s", c.host, got, c.want)
		}
	}
}
