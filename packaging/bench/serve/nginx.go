package main

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/centre"
)

// peer is Debian's nginx with the clip's file.
type peer struct {
	cmd           *exec.Cmd
	plain, secure string // its addresses
}

const nginxConfig = `daemon off;
worker_processes auto;
pid %[1]s/nginx.pid;
error_log %[1]s/nginx.log;
events { worker_connections 1024; }
http {
	access_log off;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 1000000;
	default_type video/mp4;
	client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
	server { listen %[2]s; root %[1]s/www; }
	server { listen %[3]s ssl; ssl_certificate %[4]s; ssl_certificate_key %[5]s; ssl_protocols TLSv1.3; root %[1]s/www; }
}
`

func (s *site) startNginx() (err error) {
	folder, err := filepath.Abs(scratch)
	if err != nil {
		return err
	}
	certificate, key := filepath.Join(folder, "certificate.pem"), filepath.Join(folder, "key.pem")
	if s.peer.plain, err = centre.FreeAddress(); err != nil {
		return err
	}
	if s.peer.secure, err = centre.FreeAddress(); err != nil {
		return err
	}
	config := filepath.Join(folder, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, folder, s.peer.plain, s.peer.secure, certificate, key), 0o600); err != nil {
		return err
	}
	s.peer.cmd = exec.CommandContext(s.ctx, "/usr/sbin/nginx", "-c", config, "-p", folder)
	s.peer.cmd.SysProcAttr = &unix.SysProcAttr{Pdeathsig: unix.SIGTERM}
	var said bytes.Buffer
	s.peer.cmd.Stderr = &said
	if err := s.peer.cmd.Start(); err != nil {
		return fmt.Errorf("%w; install nginx-light", err)
	}
	for range 100 {
		if response, err := http.Head("http://" + s.peer.plain + "/clip.mp4"); err == nil {
			response.Body.Close()
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("nginx does not answer: %s", said.String())
}

func (s *site) atNginx(secure bool) target {
	t := target{name: "nginx", address: s.peer.plain, path: "/clip.mp4", pid: s.peer.cmd.Process.Pid}
	if secure {
		t.address, t.roots = s.peer.secure, s.roots
	}
	return t
}
