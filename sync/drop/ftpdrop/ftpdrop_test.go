//go:build unix

package ftpdrop_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/sync/drop"
	"kaodian/sync/drop/droptest"
	"kaodian/sync/drop/ftpdrop"
)

func open(t *testing.T, url string, options ftpdrop.Options) drop.Drop {
	t.Helper()
	d, err := ftpdrop.Open(url, options)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// servers are the real ones, each with the settings that Debian gives it.
var servers = map[string]func(testing.TB, string, ...string) *droptest.Server{
	"vsftpd":    droptest.StartVSFTPD,
	"ProFTPD":   droptest.StartProFTPD,
	"Pure-FTPd": droptest.StartPureFTPD,
}

func TestEveryServerIsADrop(t *testing.T) {
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			droptest.Run(t, func(t *testing.T) drop.Drop {
				return open(t, start(t, "").URL, patient)
			})
		})
	}
}

func TestEveryServerIsADropOverTLS(t *testing.T) {
	certificate, ca, _ := droptest.MakeCertificate(t)
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			droptest.Run(t, func(t *testing.T) drop.Drop {
				return open(t, start(t, certificate).URL, ftpdrop.Options{Deadline: time.Minute, Trust: drop.Trust{CA: ca}})
			})
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// killing is a source that kills the server once it has stored so much: what
// was read here may still lie in a socket.
type killing struct {
	io.Reader
	stored int64
	part   string
	server *droptest.Server
}

func (k *killing) Read(p []byte) (int, error) {
	n, err := k.Reader.Read(p[:min(len(p), 64<<10)])
	if info, statErr := os.Stat(k.part); statErr == nil && info.Size() >= k.stored && k.server != nil {
		k.server.Kill()
		k.server = nil
	}
	return n, err
}

func TestAServerKilledInATransferIsGoneOnWith(t *testing.T) {
	server := droptest.StartVSFTPD(t, "")
	content := droptest.Bytes(64 << 20) // more than sockets hold
	d := open(t, server.URL, patient)
	for _, at := range []int64{1 << 20, 20 << 20} {
		source := func(offset int64) (io.ReadCloser, error) {
			part := filepath.Join(server.Root, "a", "file.part")
			return io.NopCloser(&killing{Reader: bytes.NewReader(content[offset:]), stored: at, part: part, server: server}), nil
		}
		if err := d.Put(t.Context(), "a/file", int64(len(content)), source); err == nil || !drop.IsTemporary(err) {
			t.Fatalf("killed at %d: %v", at, err)
		}
		server.Start()
	}
	offsets := []int64{}
	source := func(offset int64) (io.ReadCloser, error) {
		offsets = append(offsets, offset)
		return io.NopCloser(bytes.NewReader(content[offset:])), nil
	}
	must(t, d.Put(t.Context(), "a/file", int64(len(content)), source))
	there, err := os.ReadFile(filepath.Join(server.Root, "a", "file"))
	must(t, err)
	if !bytes.Equal(there, content) {
		t.Error("the file at the server is not the same")
	}
	if len(offsets) != 1 || offsets[0] == 0 {
		t.Errorf("it began at %v, not where it broke off", offsets)
	}
	must(t, d.Close())
}

// hostile speaks FTP just so far as the script goes.
func hostile(t *testing.T, script map[string]func(write func(string))) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go converse(conn, script)
		}
	}()
	return "ftp://user:password@" + l.Addr().String() + "/"
}

func converse(conn net.Conn, script map[string]func(write func(string))) {
	defer conn.Close()
	write := func(line string) { fmt.Fprintf(conn, "%s\r\n", line) }
	write("220 welcome")
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		word, _, _ := strings.Cut(lines.Text(), " ")
		if reply := script[word]; reply != nil {
			reply(write)
			continue
		}
		switch word {
		case "USER":
			write("331 password")
		case "PASS":
			write("230 in")
		default:
			write("200 as you like")
		}
	}
}

func say(line string) func(func(string)) { return func(write func(string)) { write(line) } }

func TestAHostileServerCostsNoMoreThanItsDeadline(t *testing.T) {
	foreign, err := net.Listen("tcp", "127.0.0.2:0")
	must(t, err)
	defer foreign.Close()
	touched := make(chan bool, 1)
	go func() {
		if conn, err := foreign.Accept(); err == nil {
			_ = conn.Close()
			touched <- true
		}
	}()
	port := foreign.Addr().(*net.TCPAddr).Port
	endless := endlessData(t)
	for name, script := range map[string]map[string]func(func(string)){
		"says nothing after the greeting": {"USER": func(func(string)) {}},
		"refuses the password":            {"PASS": say("530 no")},
		"sends data to a foreign address": {
			"EPSV": say("500 no"), "PASV": say(fmt.Sprintf("227 Entering Passive Mode (127,0,0,2,%d,%d)", port/256, port%256)),
			"SIZE": say("213 10"), "LIST": say("150 here"), "MLSD": say("150 here"),
		},
		"lists without end": {
			"EPSV": say(fmt.Sprintf("229 Entering Extended Passive Mode (|||%d|)", endless)),
			"LIST": say("150 here"), "MLSD": say("150 here"),
		},
		"answers with rubbish": {"USER": say("\x00\xff\xfe")},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, hostile(t, script), ftpdrop.Options{Deadline: 300 * time.Millisecond, Listing: 1 << 16})
			began := time.Now()
			if _, err := d.List(t.Context(), "a"); err == nil {
				t.Error("it was believed")
			}
			if took := time.Since(began); took > endlessly {
				t.Errorf("it took %s", took)
			}
			_ = d.Close() // the server is hostile to that too
		})
	}
	select {
	case <-touched:
		t.Error("a connection was made to an address that is not the server's")
	default:
	}
}

// endlessData is a data connection that never stops sending listing lines.
func endlessData(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				for {
					if _, err := fmt.Fprintf(conn, "-rw-r--r-- 1 0 0 10 Jan 01 2026 file\r\n"); err != nil {
						return
					}
				}
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

func TestAnAddressThatIsNoneIsRefused(t *testing.T) {
	for _, url := range []string{"", "http://host/", "ftp://", "ftp://host:port/"} {
		if _, err := ftpdrop.Open(url, ftpdrop.Options{}); err == nil {
			t.Errorf("%q was taken", url)
		}
	}
}
