//go:build unix

package droptest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a real FTP server on loopback with one account. The log-in ends
// in the folder above Root; a server that root started is shut into it.
type Server struct {
	URL  string // ftp://…, or ftps://… with TLS
	Root string // the folder it shows

	t           testing.TB
	folder      string // its settings
	address     string
	command     []string
	environment []string // beside the test's own
	process     *exec.Cmd
	output      *bytes.Buffer
}

const (
	password = "drop-password" // of the one account
	account  = "daemon"        // a server that root started acts as it
)

// newServer makes the folders of a server that is to run.
func newServer(t testing.TB) *Server {
	t.Helper()
	// vsftpd insists that what it is shut into cannot be written.
	s := &Server{t: t, Root: filepath.Join(t.TempDir(), "drop"), folder: t.TempDir(), address: freeAddress(t)}
	if err := os.Mkdir(s.Root, 0o755); err != nil {
		t.Fatal(err)
	}
	return s
}

// begin names the server's place and starts it until the test ends.
func (s *Server) begin(login string, secure bool, environment []string, command ...string) *Server {
	s.t.Helper()
	scheme := "ftp"
	if secure {
		scheme = "ftps"
	}
	s.URL = scheme + "://" + login + ":" + password + "@" + s.address + "/drop"
	s.command, s.environment = command, environment
	s.Start()
	s.t.Cleanup(s.Kill)
	return s
}

// file writes one of the server's settings.
func (s *Server) file(name, text string) string {
	s.t.Helper()
	path := filepath.Join(s.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

func (s *Server) port() string {
	_, port, _ := net.SplitHostPort(s.address) // of a listener
	return port
}

// owner gives the folder to the account that the server acts as, and returns
// it. Only root's servers may give their rights up: a drop that asks for an
// absolute path must not reach the machine's files. Others act as they are.
func (s *Server) owner() (name string, uid, gid int) {
	s.t.Helper()
	if os.Geteuid() != 0 {
		me, err := user.Current()
		if err != nil {
			s.t.Fatal(err)
		}
		return me.Username, os.Getuid(), os.Getgid()
	}
	other, err := user.Lookup(account)
	if err != nil {
		s.t.Fatal(err)
	}
	uid, errUID := strconv.Atoi(other.Uid)
	gid, errGID := strconv.Atoi(other.Gid)
	err = errors.Join(errUID, errGID, os.Chown(s.Root, uid, gid))
	// The test's folders are closed to others, more so when what is under test
	// has set the mask of new files.
	shown := filepath.Dir(s.Root)
	for _, folder := range []string{filepath.Dir(shown), shown, s.folder} {
		err = errors.Join(err, os.Chmod(folder, 0o755))
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return account, uid, gid
}

// FillUp starts it again on a disk on which no byte more can be written. It
// skips where strace is not installed.
func (s *Server) FillUp() {
	s.t.Helper()
	tracer, err := exec.LookPath("strace")
	if err != nil {
		s.t.Skip("strace is not installed: no server ran out of room (apt install strace)")
	}
	s.Kill()
	paths := []string{}
	for _, name := range []string{"file.part", "a/file.part"} {
		paths = append(paths, "-P", filepath.Join(s.Root, name), "-P", filepath.Join("/drop", name)) // in its own root, too
	}
	s.command = append(append([]string{tracer, "-f", "-qq", "-o", "/dev/null", "-e", "inject=write,pwrite64:error=ENOSPC"}, paths...), s.command...)
	s.Start()
}

// Start starts it, again after Kill.
func (s *Server) Start() {
	s.t.Helper()
	s.output = &bytes.Buffer{}
	s.process = exec.Command(s.command[0], s.command[1:]...)
	s.process.Env = append(os.Environ(), s.environment...)
	s.process.Stdout, s.process.Stderr = s.output, s.output
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	for range 500 {
		if conn, err := net.Dial("tcp", s.address); err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Kill()
	s.t.Fatalf("%s did not start: %s", s.command[0], s.output)
}

// Kill ends it and every transfer at once.
func (s *Server) Kill() {
	if s.process == nil || s.process.Process == nil {
		return
	}
	for _, pid := range family(s.process.Process.Pid) {
		_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
	}
	_ = s.process.Wait() // it was killed
	s.process = nil
}

// family is the process and all that come from it: each log-in has some of its
// own, which live on without the first.
func family(pid int) []int {
	pids := []int{pid}
	children, _ := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid)) // absent when it has ended
	for child := range strings.FieldsSeq(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			pids = append(pids, family(n)...)
		}
	}
	return pids
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(l.Addr())
}
