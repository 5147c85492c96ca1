// Package centre runs the real program with its demonstration's candidates and
// does what their phones do, for the benchmarks.
package centre

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// Centre is the real program with its demonstration's candidates.
type Centre struct {
	URL    string
	Cmd    *exec.Cmd
	logins [][]string // ticket and ID number
	// password is the invigilator's.
	password string
}

var login = regexp.MustCompile(`(?m)^  (\d{9})\s+(\d{18}|\d{17}X)\s`)

var invigilator = regexp.MustCompile(`(?m)^  invigilator\s+(\S+)$`)

// Start lays the demonstration out in the data folder, which it empties, and
// serves it on a free address of loopback; more are further arguments.
func Start(ctx context.Context, data string, more ...string) (*Centre, error) {
	if err := os.RemoveAll(data); err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(ctx, "bin/kaodian", "demo", "--data", data).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("lay out the demonstration: %w: %s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(data, "demo-logins.txt"))
	if err != nil {
		return nil, err
	}
	var logins [][]string
	for _, m := range login.FindAllStringSubmatch(string(text), -1) {
		logins = append(logins, m[1:])
	}
	c, err := Serve(data, logins, more...)
	if m := invigilator.FindSubmatch(text); err == nil && m != nil {
		c.password = string(m[1])
	}
	return c, err
}

// Serve serves a data folder on a free address of loopback, with candidates'
// ticket and ID numbers.
func Serve(data string, logins [][]string, more ...string) (*Centre, error) {
	address, err := FreeAddress()
	if err != nil {
		return nil, err
	}
	args := append([]string{"serve", "--data", data, "--http", address}, more...)
	c := &Centre{URL: "http://" + address, Cmd: exec.Command("bin/kaodian", args...), logins: logins}
	c.Cmd.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	if err := c.Cmd.Start(); err != nil {
		return nil, err
	}
	for range 100 {
		if response, err := http.Get(c.URL + "/healthz"); err == nil {
			response.Body.Close()
			return c, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.End()
	return nil, fmt.Errorf("the centre does not answer at %s", c.URL)
}

// FreeAddress is one of loopback on which nobody listens at this moment.
func FreeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// End stops the program.
func (c *Centre) End() {
	_ = c.Cmd.Process.Signal(unix.SIGTERM)
	_ = c.Cmd.Wait()
}

// Login is the n-th candidate's ticket and ID number.
func (c *Centre) Login(n int) (ticket, idNumber string) { return c.logins[n][0], c.logins[n][1] }

// Phone is a candidate with a running attempt.
type Phone struct {
	Client  *http.Client
	Attempt string
	centre  *Centre
	item    string
}

// Phone logs the n-th candidate in and starts an attempt.
func (c *Centre) Phone(ctx context.Context, n int) (*Phone, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	p := &Phone{centre: c, Client: &http.Client{Jar: jar}}
	var orders []struct{ ID string }
	var rules struct {
		Version string `json:"rules_version"`
	}
	var attempt struct {
		ID    string
		Items []struct{ ID string }
	}
	for _, step := range []struct {
		method, path string
		body         any
		out          any
	}{
		{"POST", "/login", map[string]any{"ticket": c.logins[n][0], "id_number": c.logins[n][1]}, nil},
		{"GET", "/orders", nil, &orders},
		{"POST", "/orders/%s/consent", map[string]any{"face": true, "guardian": "王大明"}, nil},
		{"GET", "/orders/%s/rules", nil, &rules},
		{"POST", "/orders/%s/attempts", map[string]any{"agreed": true, "rules_version": &rules.Version}, &attempt},
	} {
		path := step.path
		if len(orders) > 0 {
			path = fmt.Sprintf(step.path, orders[0].ID)
		}
		if err := p.Call(ctx, step.method, path, step.body, step.out); err != nil {
			return nil, err
		}
	}
	p.Attempt, p.item = attempt.ID, attempt.Items[0].ID
	return p, nil
}

// Call makes a JSON call of the API and decodes the answer into out, if not nil.
func (p *Phone) Call(ctx context.Context, method, path string, body, out any) error {
	return Call(ctx, p.Client, method, p.centre.URL+"/api/v1"+path, body, out)
}

// Desk is a client that is logged in as the demonstration's invigilator.
func (c *Centre) Desk(ctx context.Context) (*http.Client, error) {
	return c.DeskOf(ctx, "invigilator", c.password)
}

// DeskOf is a client that is logged in with a staff account.
func (c *Centre) DeskOf(ctx context.Context, name, password string) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Jar: jar}
	return client, Call(ctx, client, "POST", c.URL+"/api/v1/staff/login", map[string]any{"name": name, "password": password}, nil)
}

// Call makes a JSON call and decodes the answer into out, if not nil.
func Call(ctx context.Context, client *http.Client, method, url string, body, out any) error {
	var text bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&text).Encode(body); err != nil {
			return err
		}
	}
	return call(ctx, client, method, url, "application/json", &text, out)
}

// Send posts bytes as they are and decodes the answer into out.
func Send(ctx context.Context, client *http.Client, url string, body io.Reader, out any) error {
	return call(ctx, client, http.MethodPost, url, "application/octet-stream", body, out)
}

func call(ctx context.Context, client *http.Client, method, url, kind string, body io.Reader, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", kind)
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s %s", method, url, response.Status, answer)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// Upload sends the file in one request.
func (p *Phone) Upload(ctx context.Context, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.centre.URL+"/api/v1/uploads", file)
	if err != nil {
		return err
	}
	request.ContentLength = info.Size()
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Content-Type", "application/offset+octet-stream")
	request.Header.Set("Upload-Length", strconv.FormatInt(info.Size(), 10))
	request.Header.Set("Upload-Metadata", "attempt "+encode(p.Attempt)+",item "+encode(p.item)+",filename "+encode("clip.mp4"))
	response, err := p.Client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(response.Body)
		return fmt.Errorf("upload: %s %s", response.Status, text)
	}
	return nil
}

// Seen is what the phone is told of its clip.
type Seen struct {
	ID    string
	State string
	Hints []string
}

// Look asks for the attempt and returns the clip of the first item.
func (p *Phone) Look(ctx context.Context) (Seen, error) {
	var attempt struct {
		Items []struct {
			ID   string
			Clip Seen
		}
	}
	if err := p.Call(ctx, "GET", "/attempts/"+p.Attempt, nil, &attempt); err != nil {
		return Seen{}, err
	}
	for _, item := range attempt.Items {
		if item.ID == p.item {
			return item.Clip, nil
		}
	}
	return Seen{}, fmt.Errorf("attempt %s has no item %s", p.Attempt, p.item)
}
