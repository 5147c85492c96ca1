// Command serve is the serving part of the benchmarks: how fast videos are read, beside
// Debian's nginx with the same file, the same certificate and sendfile, in
// turn. Fifty readers ask for ranges of 1 MiB of a clip in the page cache.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/sys/unix"

	"kaodian/packaging/bench/row"
)

const (
	runs    = 3
	readers = 50
	piece   = 1 << 20 // bytes of a range
	clip    = 200 << 20
	total   = 4 << 30 // bytes that a run reads over a plain connection
	scratch = "build/bench-serve"
)

func main() {
	prefix := ""
	if len(os.Args) > 1 {
		prefix = os.Args[1]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	if err := run(ctx, prefix); err != nil {
		fmt.Fprintln(os.Stderr, "bench serve:", err)
		os.Exit(1)
	}
}

// race is one page's videos beside nginx.
type race struct {
	name             string
	ours, peer       target
	bytes            int64
	speed, processor float64 // what is to be reached, beside nginx
}

func run(ctx context.Context, prefix string) (err error) {
	if err := errors.Join(os.RemoveAll(scratch), os.MkdirAll(scratch, 0o755)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	site, err := newSite(ctx)
	if err != nil {
		return err
	}
	defer site.end()
	races, err := site.races()
	if err != nil {
		return err
	}
	for _, r := range races {
		if name := "serve/range/" + r.name + "/"; !strings.HasPrefix(name, prefix) && !strings.HasPrefix(prefix, name) {
			continue
		}
		if err := r.run(ctx); err != nil {
			return fmt.Errorf("%s: %w", r.name, err)
		}
	}
	return nil
}

// races are who reads videos. Over TLS the bytes are encrypted here as there,
// by a slower library.
func (s *site) races() ([]race, error) {
	desk, err := s.atDesk(false)
	if err != nil {
		return nil, err
	}
	secure, err := s.atDesk(true)
	return []race{
		{"phone", s.atPhone(false), s.atNginx(false), total, 1.0, 1.2},
		{"desk", desk, s.atNginx(false), total, 1.0, 1.2},
		{"province", s.received, s.atNginx(false), total, 1.0, 1.2},
		{"phone-tls", s.atPhone(true), s.atNginx(true), total / 4, 0.8, 1.5},
		{"desk-tls", secure, s.atNginx(true), total / 4, 0.8, 1.5},
	}, err
}

func (r race) run(ctx context.Context) error {
	var speed, processor [2][]float64
	for n := range runs {
		for who, t := range []target{r.ours, r.peer} {
			o, err := t.read(ctx, r.bytes)
			if err != nil {
				return fmt.Errorf("%s: %w", t.name, err)
			}
			speed[who] = append(speed[who], o.speed/1e6)
			processor[who] = append(processor[who], o.processor)
			fmt.Fprintf(os.Stderr, "%s run %d %s: %.0f MB/s, %.3f s/GB\n", r.name, n+1, t.name, o.speed/1e6, o.processor)
		}
	}
	return errors.Join(
		row.AtLeast("serve/range/"+r.name+"/MB-per-s", row.Median(speed[0]), row.Median(speed[1]), r.speed).Write(os.Stdout),
		row.AtMost("serve/range/"+r.name+"/s-per-GB", row.Median(processor[0]), row.Median(processor[1]), r.processor).Write(os.Stdout),
	)
}
