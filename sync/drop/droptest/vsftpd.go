//go:build unix

package droptest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// StartVSFTPD starts vsftpd on a free port until the test ends; with a file of
// key and certificate it insists on TLS. extra are further lines of its
// settings. It skips where vsftpd is not installed.
func StartVSFTPD(t testing.TB, certificate string, extra ...string) *Server {
	t.Helper()
	program, err := exec.LookPath("vsftpd")
	if err != nil {
		program = "/usr/sbin/vsftpd"
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("vsftpd is not installed: nothing was sent over real FTP (apt install vsftpd)")
	}
	s := newServer(t)
	settings := s.file("vsftpd.conf", strings.Join(slices.Concat(s.vsftpd(certificate), extra), "\n")+"\n")
	// vsftpd takes the password in place of an e-mail address.
	return s.begin("anonymous", certificate != "", nil, program, settings)
}

func (s *Server) vsftpd(certificate string) []string {
	lines := []string{
		"listen=YES", "listen_address=127.0.0.1", "listen_port=" + s.port(), "background=NO",
		"seccomp_sandbox=NO", "local_enable=NO", "anonymous_enable=YES",
		"secure_email_list_enable=YES", "email_password_file=" + s.file("passwords", password+"\n"),
		"anon_root=" + filepath.Dir(s.Root),
		"write_enable=YES", "anon_upload_enable=YES", "anon_mkdir_write_enable=YES",
		"anon_other_write_enable=YES", "anon_world_readable_only=NO", "anon_umask=077",
		"allow_writeable_chroot=YES", "xferlog_enable=NO",
	}
	if certificate != "" {
		lines = append(lines, "ssl_enable=YES", "allow_anon_ssl=YES", "force_anon_logins_ssl=YES", "force_anon_data_ssl=YES",
			"ssl_ciphers=HIGH", "rsa_cert_file="+certificate, "rsa_private_key_file="+certificate)
	}
	name, _, _ := s.owner()
	if name != account {
		return append(lines, "run_as_launching_user=YES", "ftp_username="+name)
	}
	empty := filepath.Join(s.folder, "empty")
	if err := os.Mkdir(empty, 0o555); err != nil {
		s.t.Fatal(err)
	}
	return append(lines, "ftp_username="+name, "nopriv_user="+name, "secure_chroot_dir="+empty)
}
