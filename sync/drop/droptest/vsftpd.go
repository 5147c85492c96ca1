package droptest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
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
	s := &Server{Root: t.TempDir(), t: t, address: freeAddress(t)}
	s.config = filepath.Join(t.TempDir(), "vsftpd.conf")
	if err := os.WriteFile(s.config, []byte(s.settings(extra)), 0o600); err != nil {
		t.Fatal(err)
	}
	s.URL = "ftp://anonymous:" + password + "@" + s.address + "/"
	if strings.Contains(strings.Join(extra, "\n"), "ssl_enable=YES") {
		s.URL = "ftps" + strings.TrimPrefix(s.URL, "ftp")
	}
	s.Start()
	t.Cleanup(s.Kill)
	return s
}

func (s *Server) settings(extra []string) string {
	me, err := user.Current()
	if err != nil {
		s.t.Fatal(err)
	}
	passwords := filepath.Join(filepath.Dir(s.config), "passwords")
	if err := os.WriteFile(passwords, []byte(password+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(s.address)
	return strings.Join(append([]string{
		"listen=YES", "listen_address=127.0.0.1", "listen_port=" + port, "background=NO",
		"run_as_launching_user=YES", "seccomp_sandbox=NO", "local_enable=NO", "anonymous_enable=YES",
		"secure_email_list_enable=YES", "email_password_file=" + passwords,
		"anon_root=" + s.Root, "ftp_username=" + me.Username,
		"write_enable=YES", "anon_upload_enable=YES", "anon_mkdir_write_enable=YES",
		"anon_other_write_enable=YES", "anon_world_readable_only=NO", "anon_umask=077",
		"allow_writeable_chroot=YES", "xferlog_enable=NO",
	}, extra...), "\n") + "\n"
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
	_ = syscall.Kill(-s.process.Process.Pid, syscall.SIGKILL)
	_ = s.process.Wait() // it was killed
	s.process = nil
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
