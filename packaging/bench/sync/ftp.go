package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/centre"
)

// server is a vsftpd on loopback.
type server struct {
	address     string
	root        string // what it shows
	certificate string // the file, "" without TLS
	pin         string // SHA-256 of the certificate
	process     *exec.Cmd
}

const account = "daemon" // a server that root started acts as it

// startServer starts vsftpd, with TLS if secure.
func startServer(ctx context.Context, folder string, secure bool) (*server, error) {
	address, err := centre.FreeAddress()
	if err != nil {
		return nil, err
	}
	folder, err = filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	s := &server{address: address, root: filepath.Join(folder, "shown", "drop")}
	if err := os.MkdirAll(s.root, 0o755); err != nil {
		return nil, err
	}
	if secure {
		if err := s.certify(ctx, folder); err != nil {
			return nil, err
		}
	}
	lines, err := s.settings(folder)
	if err != nil {
		return nil, err
	}
	settings := filepath.Join(folder, "vsftpd.conf")
	if err := os.WriteFile(settings, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		return nil, err
	}
	program, err := exec.LookPath("vsftpd")
	if err != nil {
		program = "/usr/sbin/vsftpd"
	}
	s.process = exec.CommandContext(ctx, program, settings)
	s.process.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGKILL}
	s.process.Stderr = os.Stderr
	if err := s.process.Start(); err != nil {
		return nil, fmt.Errorf("vsftpd: %w; install it with packaging/install/debian run", err)
	}
	return s, s.wait()
}

func (s *server) wait() error {
	var err error
	for range 100 {
		var conn net.Conn
		if conn, err = net.Dial("tcp", s.address); err == nil {
			return conn.Close()
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.Join(fmt.Errorf("vsftpd does not answer: %w", err), s.stop())
}

func (s *server) stop() error {
	err := s.process.Process.Kill()
	_ = s.process.Wait() // it was killed
	return err
}

// certify makes a certificate of the server's own.
func (s *server) certify(ctx context.Context, folder string) error {
	key := filepath.Join(folder, "key.pem")
	s.certificate = filepath.Join(folder, "certificate.pem")
	made := exec.CommandContext(ctx, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
		"-subj", "/CN=drop", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", s.certificate)
	if out, err := made.CombinedOutput(); err != nil {
		return fmt.Errorf("openssl: %w: %s", err, out)
	}
	text, err := os.ReadFile(s.certificate)
	if err != nil {
		return err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return errors.New("openssl wrote no certificate")
	}
	sum := sha256.Sum256(block.Bytes)
	s.pin = hex.EncodeToString(sum[:])
	return nil
}

func (s *server) settings(folder string) ([]string, error) {
	_, port, err := net.SplitHostPort(s.address)
	if err != nil {
		return nil, err
	}
	lines := []string{
		"listen=YES", "listen_address=127.0.0.1", "listen_port=" + port, "background=NO", "seccomp_sandbox=NO", "local_enable=NO",
		"anonymous_enable=YES", "no_anon_password=YES", "anon_root=" + filepath.Dir(s.root), "write_enable=YES", "anon_upload_enable=YES",
		"anon_mkdir_write_enable=YES", "anon_other_write_enable=YES", "anon_world_readable_only=NO", "xferlog_enable=NO", "allow_writeable_chroot=YES",
	}
	if s.certificate != "" {
		lines = append(lines, "ssl_enable=YES", "allow_anon_ssl=YES", "force_anon_logins_ssl=YES", "force_anon_data_ssl=YES", "ssl_ciphers=HIGH",
			"require_ssl_reuse=NO", "rsa_cert_file="+s.certificate, "rsa_private_key_file="+filepath.Join(folder, "key.pem"))
	}
	if os.Geteuid() != 0 {
		me, err := user.Current()
		if err != nil {
			return nil, err
		}
		return append(lines, "run_as_launching_user=YES", "ftp_username="+me.Username), nil
	}
	empty := filepath.Join(folder, "empty")
	if err := os.MkdirAll(empty, 0o555); err != nil {
		return nil, err
	}
	return append(lines, "ftp_username="+account, "nopriv_user="+account, "secure_chroot_dir="+empty), own(s.root)
}

// own gives the folder to the account that the server acts as.
func own(folder string) error {
	other, err := user.Lookup(account)
	if err != nil {
		return err
	}
	uid, errUID := strconv.Atoi(other.Uid)
	gid, errGID := strconv.Atoi(other.Gid)
	return errors.Join(errUID, errGID, os.Chown(folder, uid, gid))
}
