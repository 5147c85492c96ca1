package main

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

// centre is the real program with its demonstration's candidates.
type centre struct {
	url    string
	cmd    *exec.Cmd
	logins [][]string // ticket and ID number
}

var login = regexp.MustCompile(`(?m)^  (\d{9})\s+(\d{18}|\d{17}X)\s`)

func (b *bench) startCentre() (*centre, error) {
	data := filepath.Join(scratch, "centre")
	if err := os.RemoveAll(data); err != nil {
		return nil, err
	}
	if out, err := exec.CommandContext(b.ctx, "bin/kaodian", "demo", "--data", data).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("lay out the demonstration: %w: %s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(data, "demo-logins.txt"))
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	listener.Close()
	c := &centre{url: "http://" + address, cmd: exec.Command("bin/kaodian", "serve", "--data", data, "--http", address)}
	c.cmd.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	for _, m := range login.FindAllStringSubmatch(string(text), -1) {
		c.logins = append(c.logins, m[1:])
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	for range 100 {
		if response, err := http.Get(c.url + "/healthz"); err == nil {
			response.Body.Close()
			return c, nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	c.end()
	return nil, fmt.Errorf("the centre does not answer at %s", c.url)
}

func (c *centre) end() {
	_ = c.cmd.Process.Signal(unix.SIGTERM)
	_ = c.cmd.Wait()
}

// phone is a candidate with a running attempt.
type phone struct {
	centre  *centre
	client  *http.Client
	attempt string
	item    string
}

func (c *centre) phone(ctx context.Context, n int) (*phone, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	p := &phone{centre: c, client: &http.Client{Jar: jar}}
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
		if err := p.call(ctx, step.method, path, step.body, step.out); err != nil {
			return nil, err
		}
	}
	p.attempt, p.item = attempt.ID, attempt.Items[0].ID
	return p, nil
}

func (p *phone) call(ctx context.Context, method, path string, body, out any) error {
	var text bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&text).Encode(body); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, p.centre.url+"/api/v1"+path, &text)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := p.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %s %s", method, path, response.Status, answer)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// upload sends the file in one request.
func (p *phone) upload(ctx context.Context, path string) error {
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
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.centre.url+"/api/v1/uploads", file)
	if err != nil {
		return err
	}
	request.ContentLength = info.Size()
	request.Header.Set("Tus-Resumable", "1.0.0")
	request.Header.Set("Content-Type", "application/offset+octet-stream")
	request.Header.Set("Upload-Length", strconv.FormatInt(info.Size(), 10))
	request.Header.Set("Upload-Metadata", "attempt "+encode(p.attempt)+",item "+encode(p.item)+",filename "+encode("clip.mp4"))
	response, err := p.client.Do(request)
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

// seen is what the phone is told of its clip.
type seen struct {
	State string
	Hints []string
}

func (p *phone) look(ctx context.Context) (seen, error) {
	var attempt struct {
		Items []struct {
			ID   string
			Clip seen
		}
	}
	if err := p.call(ctx, "GET", "/attempts/"+p.attempt, nil, &attempt); err != nil {
		return seen{}, err
	}
	for _, item := range attempt.Items {
		if item.ID == p.item {
			return item.Clip, nil
		}
	}
	return seen{}, fmt.Errorf("attempt %s has no item %s", p.attempt, p.item)
}
