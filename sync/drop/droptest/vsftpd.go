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
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Server is a real vsftpd on loopback.
type Server struct {
	URL  string // ftp://…, or ftps://… with TLS
	Root string // the folder it shows

	t       testing.TB
	config  string
	address string
	process *exec.Cmd
	output  *bytes.Buffer
}

// password is of the one account; vsftpd takes it in place of an e-mail address.
const password = "drop-password"

// StartVSFTPD starts vsftpd on a free port until the test ends. It skips
// where vsftpd is not installed. extra are further lines of its settings.
func StartVSFTPD(t testing.TB, extra ...string) *Server {
	t.Helper()
	program, err := exec.LookPath("vsftpd")
	if err != nil {
		program = "/usr/sbin/vsftpd"
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("vsftpd is not installed: nothing was sent over real FTP (apt install vsftpd)")
	}
	// vsftpd insists that what it is shut into cannot be written.
	s := &Server{Root: filepath.Join(t.TempDir(), "drop"), t: t, address: freeAddress(t)}
	if err := os.Mkdir(s.Root, 0o755); err != nil {
		t.Fatal(err)
	}
	s.config = filepath.Join(t.TempDir(), "vsftpd.conf")
	if err := os.WriteFile(s.config, []byte(s.settings(extra)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.URL = "ftp://anonymous:" + password + "@" + s.address + "/drop"
	if strings.Contains(strings.Join(extra, "\n"), "ssl_enable=YES") {
		s.URL = "ftps" + strings.TrimPrefix(s.URL, "ftp")
	}
	s.Start()
	t.Cleanup(s.Kill)
	return s
}

func (s *Server) settings(extra []string) string {
	passwords := filepath.Join(filepath.Dir(s.config), "passwords")
	if err := os.WriteFile(passwords, []byte(password+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	account := s.account()
	_, port, _ := net.SplitHostPort(s.address)
	return strings.Join(slices.Concat([]string{
		"listen=YES", "listen_address=127.0.0.1", "listen_port=" + port, "background=NO",
		"seccomp_sandbox=NO", "local_enable=NO", "anonymous_enable=YES",
		"secure_email_list_enable=YES", "email_password_file=" + passwords,
		"anon_root=" + filepath.Dir(s.Root),
		"write_enable=YES", "anon_upload_enable=YES", "anon_mkdir_write_enable=YES",
		"anon_other_write_enable=YES", "anon_world_readable_only=NO", "anon_umask=077",
		"allow_writeable_chroot=YES", "xferlog_enable=NO",
	}, account, extra), "\n") + "\n"
}

// account is who the server acts as. Started by root it gives its rights up
// and is shut into its folder: a drop that asks for an absolute path must not
// reach the machine's files. Others cannot shut it in, and it acts as they.
func (s *Server) account() []string {
	if os.Geteuid() != 0 {
		me, err := user.Current()
		if err != nil {
			s.t.Fatal(err)
		}
		return []string{"run_as_launching_user=YES", "ftp_username=" + me.Username}
	}
	const account = "daemon" // it needs one whose home folder is there
	other, err := user.Lookup(account)
	if err != nil {
		s.t.Fatal(err)
	}
	uid, errUID := strconv.Atoi(other.Uid)
	gid, errGID := strconv.Atoi(other.Gid)
	empty := filepath.Join(filepath.Dir(s.config), "empty")
	err = errors.Join(errUID, errGID, os.Chown(s.Root, uid, gid), os.Mkdir(empty, 0o555))
	if err != nil {
		s.t.Fatal(err)
	}
	// The test's folder is closed to others.
	if err := os.Chmod(filepath.Dir(filepath.Dir(s.Root)), 0o755); err != nil {
		s.t.Fatal(err)
	}
	return []string{"ftp_username=" + account, "nopriv_user=" + account, "secure_chroot_dir=" + empty}
}

// Start starts it, again after Kill.
func (s *Server) Start() {
	s.t.Helper()
	program := "/usr/sbin/vsftpd"
	if found, err := exec.LookPath("vsftpd"); err == nil {
		program = found
	}
	s.output = &bytes.Buffer{}
	s.process = exec.Command(program, s.config)
	s.process.Stdout, s.process.Stderr = s.output, s.output
	s.process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	for range 200 {
		if conn, err := net.Dial("tcp", s.address); err == nil {
			_ = conn.Close()
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Kill()
	s.t.Fatalf("vsftpd did not start: %s", s.output)
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

// family is the process and all that come from it: each log-in has two of its
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
