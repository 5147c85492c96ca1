package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asProgram in the environment makes this binary the program itself.
const asProgram = "KAODIAN_TEST_AS_PROGRAM"

// program is kaodian as a process of its own.
type program struct {
	*exec.Cmd
	address string // what it serves on, once it does
	ended   chan struct{}

	mu   sync.Mutex
	said bytes.Buffer
}

// Write keeps what the program says.
func (p *program) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.Write(text)
}

func (p *program) words() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

var servesOn = regexp.MustCompile(`address=(http://\S+)`)

// startProgram runs «kaodian serve» on the folder, under a wrapper if there is
// one, and waits until it listens.
func startProgram(t *testing.T, folder string, wrapper ...string) *program {
	t.Helper()
	p := launchProgram(t, folder, wrapper...)
	p.await(t, "serve", p.listens)
	return p
}

// launchProgram waits for nothing.
func launchProgram(t *testing.T, folder string, wrapper ...string) *program {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	args := append(wrapper, self, "serve", "--data", folder, "--http", "127.0.0.1:0")
	p := &program{Cmd: exec.Command(args[0], args[1:]...), ended: make(chan struct{})}
	p.Env = append(os.Environ(), asProgram+"=1")
	p.Stderr = p
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	must(t, p.Start())
	go func() {
		_ = p.Wait() // how it ended is known
		close(p.ended)
	}()
	t.Cleanup(p.kill)
	return p
}

// listens says whether it serves, and notes where.
func (p *program) listens() bool {
	found := servesOn.FindStringSubmatch(p.words())
	if found != nil {
		p.address = found[1]
	}
	return found != nil
}

// await waits until something holds of a program that lives.
func (p *program) await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		select {
		case <-p.ended:
			if holds() {
				return
			}
			t.Fatalf("it ended before it did %s:\n%s", what, p.words())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("it does not %s:\n%s", what, p.words())
		}
	}
}

// isOver says whether it ended.
func (p *program) isOver() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// kill is kill -9, of a wrapper and its children too.
func (p *program) kill() {
	select {
	case <-p.ended:
	default:
		_ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL) // it may be gone
		<-p.ended
	}
}

// stop is what systemd does.
func (p *program) stop(t *testing.T) {
	t.Helper()
	must(t, syscall.Kill(-p.Process.Pid, syscall.SIGTERM))
	<-p.ended
}

// get asks for an address of the program, and gives the status and the answer.
func (p *program) get(t *testing.T, path string) (status int, answer string) {
	t.Helper()
	client := http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Get(p.address + path)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(t, err)
	return response.StatusCode, string(text)
}

// I7: more sockets than descriptors end nothing.
func TestI7OutOfDescriptorsTheServerWaitsAndGoesOn(t *testing.T) {
	prlimit, err := exec.LookPath("prlimit")
	if err != nil {
		t.Skip("SKIPPED: prlimit is not installed, so descriptors cannot be made few; install util-linux")
	}
	p := startProgram(t, t.TempDir(), prlimit, "--nofile=72:72")
	host := strings.TrimPrefix(p.address, "http://")
	var idle []net.Conn
	for range 120 {
		c, err := net.Dial("tcp", host)
		must(t, err)
		defer c.Close()
		idle = append(idle, c)
	}
	p.await(t, "run out of descriptors", func() bool { return strings.Contains(p.words(), "no socket could be accepted") })
	for _, c := range idle {
		must(t, c.Close())
	}
	p.await(t, "answer again", func() bool { status, _ := p.get(t, "/healthz"); return status == http.StatusOK })
	select {
	case <-p.ended:
		t.Error(errors.New("it ended"))
	default:
	}
}
