package webtest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/webkit"
)

// Phone is a browser with its cookies.
type Phone struct {
	*Centre
	Client *http.Client
	Part   string    // of a file, as the header Range asks for it; "" all of it
	Until  time.Time // the header Act-Until of acts; zero: none
}

// Phone is a new one.
func (c *Centre) Phone() *Phone {
	jar, err := cookiejar.New(nil)
	Must(c.T, err)
	return &Phone{Centre: c, Client: &http.Client{Jar: jar, Timeout: time.Minute}}
}

// PhoneAt is a phone at another address of loopback's network, which counts as
// one of the hall's.
func (c *Centre) PhoneAt(address string) *Phone {
	p := c.Phone()
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	p.Client.Transport = &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}
	return p
}

// Candidate is a phone that logged in.
func (c *Centre) Candidate(ticket, idNumber string) *Phone {
	c.T.Helper()
	p := c.Phone()
	p.Want(http.StatusOK, "POST", "/api/v1/login", map[string]string{"ticket": ticket, "id_number": idNumber}, nil)
	return p
}

// Staff is a browser of a new account of that role.
func (c *Centre) Staff(role login.Role) *Phone {
	c.T.Helper()
	return c.StaffNamed(string(role), role)
}

// cheapHash is of every account's password, and costs next to nothing: hundreds
// of tests log somebody in.
var cheapHash = sync.OnceValues(func() (string, error) {
	return argon2id.CreateHash("correct horse", &argon2id.Params{Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
})

// StaffNamed is Staff of an account of that name.
func (c *Centre) StaffNamed(name string, role login.Role) *Phone {
	c.T.Helper()
	hash, err := cheapHash()
	Must(c.T, err)
	Must(c.T, c.PutUser(c.T.Context(), store.User{Name: name, Role: role, Password: hash}))
	p := c.Phone()
	p.Want(http.StatusOK, "POST", "/api/v1/staff/login", map[string]string{"name": name, "password": "correct horse"}, nil)
	return p
}

// Call sends JSON and decodes the answer into out, if given.
func (p *Phone) Call(method, path string, body, out any) *http.Response {
	p.T.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		Must(p.T, err)
		sent = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(p.T.Context(), method, p.URL+path, sent)
	Must(p.T, err)
	request.Header.Set("Content-Type", "application/json")
	if p.Part != "" {
		request.Header.Set("Range", p.Part)
	}
	if !p.Until.IsZero() {
		request.Header.Set("Act-Until", p.Until.Format(time.RFC3339Nano))
	}
	response, err := p.Client.Do(request)
	Must(p.T, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	Must(p.T, err)
	if out != nil {
		if err := json.Unmarshal(text, out); err != nil {
			p.T.Fatalf("%s %s: %v in %q", method, path, err, text)
		}
	}
	return response
}

// Want is Call that has to be answered with the status.
func (p *Phone) Want(status int, method, path string, body, out any) {
	p.T.Helper()
	if response := p.Call(method, path, body, out); response.StatusCode != status {
		p.T.Fatalf("%s %s: %s, want %d", method, path, response.Status, status)
	}
}

// WantCode is Call that has to be refused with the code.
func (p *Phone) WantCode(code refusal.Code, method, path string, body any) {
	p.T.Helper()
	var problem webkit.Problem
	response := p.Call(method, path, body, &problem)
	if problem.Code != string(code) || !strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
		p.T.Errorf("%s %s: %s %q, want %s", method, path, response.Status, problem.Code, code)
	}
}

// Start takes the order list's first order up to the running attempt.
func (p *Phone) Start() Attempt {
	p.T.Helper()
	return p.StartOrder(p.Orders()[0].ID)
}

// StartOrder takes an order up to the running attempt.
func (p *Phone) StartOrder(order string) (attempt Attempt) {
	p.T.Helper()
	path := "/api/v1/orders/" + order
	p.Want(204, "POST", path+"/consent", map[string]any{"face": true, "guardian": "王大明"}, nil)
	p.Want(201, "POST", path+"/attempts", p.Agreement(order), &attempt)
	return attempt
}

// Agreement is the body that starts an attempt, with the rules of now.
func (p *Phone) Agreement(order string) map[string]any {
	p.T.Helper()
	var rules struct {
		RulesVersion string `json:"rules_version"`
	}
	p.Want(200, "GET", "/api/v1/orders/"+order+"/rules", nil, &rules)
	return map[string]any{"agreed": true, "rules_version": rules.RulesVersion}
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// Cookies are the phone's as a header.
func (p *Phone) Cookies() string {
	address, err := url.Parse(p.URL)
	Must(p.T, err)
	var header []string
	for _, cookie := range p.Client.Jar.Cookies(address) {
		header = append(header, cookie.Name+"="+cookie.Value)
	}
	return strings.Join(header, "; ")
}

// Upload sends a clip of that content in one request and returns its id.
func (p *Phone) Upload(attempt, item, content string) string {
	p.T.Helper()
	return p.Begin(attempt, item, content, len(content))
}

// Begin sends the first bytes of a clip of that length.
func (p *Phone) Begin(attempt, item, content string, length int) string {
	p.T.Helper()
	return p.begin("/api/v1/uploads", attempt, item, content, length)
}

// TakeIn takes a file in at the desk: the phone is a staff browser.
func (p *Phone) TakeIn(attempt, item, content string) string {
	p.T.Helper()
	return p.begin("/api/v1/staff/desk-uploads", attempt, item, content, len(content))
}

func (p *Phone) begin(path, attempt, item, content string, length int) string {
	p.T.Helper()
	request, err := http.NewRequestWithContext(p.T.Context(), http.MethodPost, p.URL+path, strings.NewReader(content))
	Must(p.T, err)
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Upload-Length", fmt.Sprint(length))
	request.Header.Set("Upload-Metadata", "attempt "+encoded(attempt)+",item "+encoded(item)+",filename "+encoded("a.mp4"))
	request.Header.Set("Content-Type", "application/offset+octet-stream")
	response, err := p.Client.Do(request)
	Must(p.T, err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(response.Body)
		p.T.Fatalf("upload: %s %s", response.Status, text)
	}
	return filepath.Base(response.Header.Get("Location"))
}

// Orders are the person's.
func (p *Phone) Orders() (orders []Order) {
	p.T.Helper()
	p.Want(200, "GET", "/api/v1/orders", nil, &orders)
	return orders
}
