package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"kaodian/packaging/bench/process"
)

// maxClients is how many candidates are laid out.
const maxClients = 200

// server is a running one of the two, on an empty folder of its own.
type server struct {
	cmd        *exec.Cmd
	name       string
	folder     string
	address    string
	collection string
	phones     []phone
	light      string        // path of a light call with phone 0's cookie, "" for none
	started    time.Duration // from the process to the first answer
	idle       int64         // bytes of memory before any load
}

func (s *server) pid() int { return s.cmd.Process.Pid }

// phone is a fresh client of the i-th candidate.
func (s *server) phone(i int) *phone {
	p := s.phones[i]
	return &p
}

// stop ends the server and removes what it received.
func (s *server) stop() error {
	_ = s.cmd.Process.Kill() // it may have ended
	_ = s.cmd.Wait()
	return os.RemoveAll(s.folder)
}

// file is where the server put a finished upload.
func (s *server) file(path string) string {
	id := filepath.Base(path)
	if s.light != "" {
		return filepath.Join(s.folder, "vault", "clips", id)
	}
	return filepath.Join(s.folder, id)
}

// site is where the servers work: a scratch folder on the disk under test.
type site struct {
	folder   string
	prepared string // a centre's data folder with running attempts
	cookies  []string
	attempts []string
	runs     int
}

// newSite lays out a centre with maxClients running attempts, once.
func newSite(ctx context.Context, folder string) (*site, error) {
	s := &site{folder: folder, prepared: filepath.Join(folder, "prepared")}
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(s.prepared, 0o700)); err != nil {
		return nil, err
	}
	list := filepath.Join(folder, "orders.csv")
	if err := os.WriteFile(list, []byte(orderList()), 0o600); err != nil {
		return nil, err
	}
	for _, args := range [][]string{{"setup"}, {"import", "orders", list}} {
		take := exec.CommandContext(ctx, kaodian, append(args, "--data", s.prepared)...)
		if output, err := take.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("kaodian %s: %w: %s", args[0], err, output)
		}
	}
	centre, err := s.launchOurs(ctx, s.prepared, 1<<20)
	if err != nil {
		return nil, err
	}
	defer func() {
		_ = centre.cmd.Process.Signal(os.Interrupt)
		_ = centre.cmd.Wait()
	}()
	for i := range maxClients {
		if err := s.begin(centre.address, i); err != nil {
			return nil, fmt.Errorf("candidate %d: %w", i, err)
		}
	}
	return s, nil
}

const (
	kaodian = "bin/kaodian"
	tusd    = "build/bin/tusd"
)

func orderList() string {
	var list strings.Builder
	list.WriteString("ticket,name,pinyin,gender,birth_date,id_type,id_number,guardian_address,phone,subject,grade,window_opens,window_closes,pieces,photo\n")
	day := 24 * time.Hour
	opens, closes := time.Now().Add(-day).Format(time.RFC3339), time.Now().Add(day).Format(time.RFC3339)
	for i := range maxClients {
		fmt.Fprintf(&list, "B%05d,王小明,Wang Xiaoming,男,2000-01-02,护照,E%08d,济南,13800000000,电子琴,10,%s,%s,小步舞曲,\n", i, i, opens, closes)
	}
	return list.String()
}

// begin leads the i-th candidate into an attempt.
func (s *site) begin(address string, i int) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	c := caller{base: "http://" + address + "/api/v1", client: &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}}
	var orders []struct{ ID string }
	var rules struct {
		Version string `json:"rules_version"`
	}
	var attempt struct{ ID string }
	err = errors.Join(
		c.call("POST", "/login", map[string]any{"ticket": fmt.Sprintf("B%05d", i), "id_number": fmt.Sprintf("E%08d", i)}, nil),
		c.call("GET", "/orders", nil, &orders),
	)
	if err != nil || len(orders) == 0 {
		return fmt.Errorf("%d orders: %w", len(orders), err)
	}
	order := "/orders/" + orders[0].ID
	err = errors.Join(
		c.call("GET", order+"/rules", nil, &rules),
		c.call("POST", order+"/consent", map[string]any{"face": false}, nil),
		c.call("POST", order+"/attempts", map[string]any{"agreed": true, "rules_version": rules.Version}, &attempt),
	)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodGet, c.base, nil)
	if err != nil {
		return err
	}
	var cookies []string
	for _, cookie := range jar.Cookies(request.URL) {
		cookies = append(cookies, cookie.Name+"="+cookie.Value)
	}
	s.cookies = append(s.cookies, strings.Join(cookies, "; "))
	s.attempts = append(s.attempts, attempt.ID)
	return nil
}

// caller makes JSON calls with cookies.
type caller struct {
	base   string
	client *http.Client
}

func (c caller) call(method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, c.base+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := c.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	switch {
	case err != nil:
		return err
	case response.StatusCode >= http.StatusBadRequest:
		return fmt.Errorf("%s %s: status %d: %s", method, path, response.StatusCode, text)
	case out == nil:
		return nil
	}
	return json.Unmarshal(text, out)
}

// startOurs serves a copy of the prepared centre; maxClip is the size of the
// bench's files, so that the room for them can be reserved.
func (s *site) startOurs(ctx context.Context, maxClip int64) (*server, error) {
	s.runs++
	folder := filepath.Join(s.folder, fmt.Sprintf("ours-%d", s.runs))
	if err := os.CopyFS(folder, os.DirFS(s.prepared)); err != nil {
		return nil, err
	}
	return s.launchOurs(ctx, folder, maxClip)
}

func (s *site) launchOurs(ctx context.Context, folder string, maxClip int64) (*server, error) {
	settings := filepath.Join(s.folder, "bench.toml")
	text := fmt.Sprintf("[exam]\nmax_clip_bytes = %d\ntime_limits = [{ grades = \"1-10\", limit = \"12h\" }]\n[http]\nmax_sockets_per_address = 2000\n", maxClip)
	if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, kaodian, "serve", "--data", folder, "--http", address, "--config", settings)
	started, err := launch(cmd, address, "/healthz")
	if err != nil {
		return nil, err
	}
	srv := &server{cmd: cmd, name: "ours", folder: folder, address: address, collection: "/api/v1/uploads", started: started}
	for i, cookie := range s.cookies {
		srv.phones = append(srv.phones, phone{
			address: address,
			header:  "Cookie: " + cookie + "\r\n",
			place:   metadata("attempt", s.attempts[i], "item", "1", "filename", "bench.mp4", "filetype", "video/mp4"),
		})
	}
	if len(s.attempts) > 0 {
		srv.light = "/api/v1/attempts/" + s.attempts[0]
	}
	return srv, srv.settle()
}

func (s *site) startTusd(ctx context.Context, _ int64) (*server, error) {
	s.runs++
	folder := filepath.Join(s.folder, fmt.Sprintf("tusd-%d", s.runs))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, tusd, "-host", host, "-port", port, "-upload-dir", folder)
	started, err := launch(cmd, address, "/")
	if err != nil {
		return nil, err
	}
	srv := &server{cmd: cmd, name: "tusd", folder: folder, address: address, collection: "/files/", started: started}
	for range maxClients {
		srv.phones = append(srv.phones, phone{address: address, place: metadata("filename", "bench.mp4")})
	}
	return srv, srv.settle()
}

// settle waits until the start's work is over and notes the idle memory.
func (s *server) settle() (err error) {
	time.Sleep(500 * time.Millisecond)
	s.idle, err = process.Memory(s.pid())
	return err
}

// launch starts a server and waits for its first answer.
func launch(cmd *exec.Cmd, address, path string) (time.Duration, error) {
	start := time.Now()
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	for time.Since(start) < 30*time.Second {
		response, err := http.Get("http://" + address + path)
		if err == nil {
			response.Body.Close()
			return time.Since(start), nil
		}
		time.Sleep(2 * time.Millisecond)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	return 0, fmt.Errorf("%s did not start: %s", cmd.Path, said.String())
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}
