//go:build unix

package droptest

import (
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// unpacked finds a server's program: Debian lets only one FTP server be
// installed, so «make test» unpacks the others (packaging/install/ftpd). It
// skips where the program is neither there nor installed.
func unpacked(t testing.TB, program string) (path, root string, environment []string) {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	root = filepath.Join(filepath.Dir(here), "..", "..", "..", "build", "ftpd")
	for _, root := range []string{root, "/"} {
		path := filepath.Join(root, "usr", "sbin", program)
		if _, err := os.Stat(path); err == nil {
			libraries, _ := filepath.Glob(filepath.Join(root, "usr", "lib", "*-linux-*")) // the pattern is well formed
			return path, root, []string{"LD_LIBRARY_PATH=" + strings.Join(libraries, ":")}
		}
	}
	t.Skipf("%s is not there: nothing was sent to it (packaging/install/ftpd build/ftpd)", program)
	return "", "", nil
}

// hash is crypt(3) of the password.
const hash = "$6$drop$9qBNOEd84H1N8dYzqhgzSVB55adxFu8Ox4QHNz6EnSCw7jf5AsU8c4d0po3GwiEfnhHBWT.jVCFSdSaA6CzZc1"

// StartProFTPD starts ProFTPD as StartVSFTPD does vsftpd, with Debian's
// settings. extra are further lines of them.
func StartProFTPD(t testing.TB, certificate string, extra ...string) *Server {
	t.Helper()
	program, root, environment := unpacked(t, "proftpd")
	s := newServer(t)
	lines := append(s.proFTPD(filepath.Join(root, "usr", "lib", "proftpd"), certificate), extra...)
	settings := s.file("proftpd.conf", strings.Join(lines, "\n")+"\n")
	return s.begin("centre", certificate != "", environment, program, "--nodaemon", "--quiet", "--config", settings)
}

func (s *Server) proFTPD(modules, certificate string) []string {
	name, uid, gid := s.owner()
	users := s.file("users", fmt.Sprintf("centre:%s:%d:%d::%s:/bin/false\n", hash, uid, gid, filepath.Dir(s.Root)))
	groups := s.file("groups", fmt.Sprintf("centre:x:%d:\n", gid))
	lines := []string{
		"ServerName drop", "ServerType standalone", "DefaultServer on", "DefaultAddress 127.0.0.1", "UseIPv6 off", "Port " + s.port(),
		"User " + name, "Group " + s.group(gid), "UseReverseDNS off", "RequireValidShell off", "DelayEngine off",
		"AuthOrder mod_auth_file.c", "AuthUserFile " + users, "AuthGroupFile " + groups,
		"PidFile " + filepath.Join(s.folder, "pid"), "ScoreboardFile " + filepath.Join(s.folder, "scoreboard"),
		"SystemLog " + filepath.Join(s.folder, "log"), "TransferLog none", "WtmpLog off", "Umask 077", "AllowOverwrite on",
	}
	if name == account {
		lines = append(lines, "DefaultRoot ~")
	}
	if certificate != "" {
		// Go's sessions are resumed by their tickets alone.
		lines = append(lines, "ModulePath "+modules, "LoadModule mod_tls.c", "TLSEngine on", "TLSRequired on", "TLSSessionTickets on",
			"TLSProtocol TLSv1.2 TLSv1.3", "TLSECCertificateFile "+certificate, "TLSECCertificateKeyFile "+certificate)
	}
	return lines
}

func (s *Server) group(gid int) string {
	s.t.Helper()
	group, err := user.LookupGroupId(fmt.Sprint(gid))
	if err != nil {
		s.t.Fatal(err)
	}
	return group.Name
}

// StartPureFTPD starts Pure-FTPd as StartVSFTPD does vsftpd. extra are
// further arguments. It runs for root only.
func StartPureFTPD(t testing.TB, certificate string, extra ...string) *Server {
	t.Helper()
	program, root, environment := unpacked(t, "pure-ftpd")
	if os.Geteuid() != 0 {
		t.Skip("Pure-FTPd runs for root only: nothing was sent to it")
	}
	s := newServer(t)
	users := s.pureUsers(filepath.Join(root, "usr", "bin", "pure-pw"), environment)
	command := []string{program, "--chrooteveryone", "--noanonymous", "--dontresolve", "--umask", "177:077", "--minuid", "1",
		"--bind", strings.Replace(s.address, ":", ",", 1), "--login", "puredb:" + users, "--pidfile", filepath.Join(s.folder, "pid")}
	if certificate != "" {
		command = append(command, "--tls", "2", "--certfile", certificate)
	}
	return s.begin("centre", certificate != "", environment, append(command, extra...)...)
}

// pureUsers makes the data base of the one account.
func (s *Server) pureUsers(program string, environment []string) string {
	s.t.Helper()
	_, uid, gid := s.owner()
	list := s.file("users", fmt.Sprintf("centre:%s:%d:%d::%s::::::::::::\n", hash, uid, gid, filepath.Dir(s.Root)))
	users := filepath.Join(s.folder, "users.pdb")
	command := exec.Command(program, "mkdb", users, "-f", list)
	command.Env = append(os.Environ(), environment...)
	if out, err := command.CombinedOutput(); err != nil {
		s.t.Fatalf("pure-pw: %v: %s", err, out)
	}
	return users
}
