// Command upload is the upload part of the benchmarks: `kaodian serve` beside tusd's own binary
// with its file store, in turn on the same disk, medians of five runs. Every
// byte that ours acknowledges is synced; tusd syncs nothing.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/row"
)

const (
	mebibyte = 1 << 20
	runs     = 5
	scratch  = "build/bench-upload" // on the disk under test
)

func main() {
	prefix := ""
	if len(os.Args) > 1 {
		prefix = os.Args[1]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	if err := run(ctx, prefix); err != nil {
		fmt.Fprintln(os.Stderr, "bench upload:", err)
		os.Exit(1)
	}
}

// bench is what the measurements share.
type bench struct {
	*site
	ctx    context.Context
	prefix string
	file   *os.File // what is sent; in memory by then
}

func run(ctx context.Context, prefix string) (err error) {
	for _, program := range []string{kaodian, tusd} {
		if _, err := os.Stat(program); err != nil {
			return fmt.Errorf("%s is missing: make bench builds it", program)
		}
	}
	site, err := newSite(ctx, scratch)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	file, err := source(scratch+"/source", largest())
	if err != nil {
		return err
	}
	defer file.Close()
	b := &bench{site: site, ctx: ctx, prefix: prefix, file: file}
	for _, measure := range []func() error{b.throughput, b.lightCalls, b.heads, b.cuts, b.startUp} {
		if err := measure(); err != nil {
			return err
		}
	}
	return nil
}

// wanted says whether rows that begin so are asked for.
func (b *bench) wanted(name string) bool {
	return strings.HasPrefix(name, b.prefix) || strings.HasPrefix(b.prefix, name)
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func (b *bench) print(rows ...row.Row) error {
	for _, r := range rows {
		if err := r.Write(os.Stdout); err != nil {
			return err
		}
	}
	return nil
}

// starters are the two servers, in turn.
func (b *bench) starters() []func(context.Context, int64) (*server, error) {
	return []func(context.Context, int64) (*server, error){b.startOurs, b.startTusd}
}

// with runs do on a fresh server and writes the disk out afterwards, so that
// the next one finds it quiet.
func (b *bench) with(start func(context.Context, int64) (*server, error), maxClip int64, do func(*server) error) error {
	s, err := start(b.ctx, maxClip)
	if err != nil {
		return err
	}
	err = errors.Join(do(s), s.stop(), exec.Command("sync").Run())
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	return nil
}

// source makes the file that is sent; having been written just now it is in
// the page cache.
func source(path string, size int64) (*os.File, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	block := make([]byte, mebibyte)
	for i := range size / mebibyte {
		for j := range block {
			block[j] = byte(j*7 + j>>8 + int(i)*13)
		}
		if _, err := f.Write(block); err != nil {
			return nil, err
		}
	}
	return f, f.Sync()
}
