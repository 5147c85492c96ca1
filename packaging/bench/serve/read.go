package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"kaodian/packaging/bench/process"
)

// target is a video at a server.
type target struct {
	name    string
	address string
	header  string // lines that prove who asks, each ended by \r\n
	path    string
	pid     int
	roots   *x509.CertPool // nil for a plain connection
}

type outcome struct {
	speed     float64 // bytes a second
	processor float64 // the server's processor seconds per GB (10^9 bytes)
}

// read has all readers read their share of bytes.
func (t target) read(ctx context.Context, bytes int64) (outcome, error) {
	before, err := processor(t.pid)
	if err != nil {
		return outcome{}, err
	}
	start := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for n := range readers {
		group.Go(func() error { return t.readShare(ctx, n, bytes/readers/piece) })
	}
	if err := group.Wait(); err != nil {
		return outcome{}, err
	}
	took := time.Since(start).Seconds()
	after, err := processor(t.pid)
	sent := float64(bytes / readers / piece * piece * readers)
	return outcome{speed: sent / took, processor: (after - before) / (sent / 1e9)}, err
}

func (t target) dial(ctx context.Context) (net.Conn, error) {
	if t.roots == nil {
		return new(net.Dialer).DialContext(ctx, "tcp", t.address)
	}
	return (&tls.Dialer{Config: &tls.Config{RootCAs: t.roots, ServerName: serverName, MinVersion: tls.VersionTLS13}}).DialContext(ctx, "tcp", t.address)
}

// readShare reads pieces one after another on one connection.
func (t target) readShare(ctx context.Context, n int, pieces int64) error {
	conn, err := t.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	reader := bufio.NewReaderSize(conn, 256<<10)
	const places = clip / piece
	for i := range pieces {
		from := (int64(n)*7 + i*13) % places * piece
		if err := t.readPiece(conn, reader, from); err != nil {
			return err
		}
	}
	return nil
}

func (t target) readPiece(conn net.Conn, reader *bufio.Reader, from int64) error {
	_, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n%sRange: bytes=%d-%d\r\n\r\n", t.path, t.address, t.header, from, from+piece-1)
	if err != nil {
		return err
	}
	status, err := reader.ReadString('\n')
	if err != nil {
		return err
	}
	if !strings.HasPrefix(status, "HTTP/1.1 206 ") {
		return errors.New(strings.TrimSpace(status))
	}
	for line := status; line != "\r\n"; {
		if line, err = reader.ReadString('\n'); err != nil {
			return err
		}
	}
	_, err = reader.Discard(piece)
	return err
}

// processor is what a process and its children that still run have used, in
// seconds: nginx's work is done by its workers.
func processor(pid int) (float64, error) {
	used, err := usedBy(pid)
	if err != nil {
		return 0, err
	}
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return 0, err
	}
	for _, child := range strings.Fields(string(children)) {
		pid, err := strconv.Atoi(child)
		if err != nil {
			return 0, err
		}
		if more, err := usedBy(pid); err == nil { // it may have ended
			used += more
		}
	}
	return used, nil
}

func usedBy(pid int) (float64, error) {
	used, err := process.Time(pid)
	return used.Seconds(), err
}
