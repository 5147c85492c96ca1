// Command media is the media part of the benchmarks: what looking at a clip costs beside a bare
// decode of the same file by ffmpeg, and making it playable beside a bare
// transcode, in CPU seconds of the program and all its children, in turn,
// medians of three runs; and what people notice of it at the real program.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"

	"golang.org/x/sys/unix"

	"kaodian/media/ffmpeg"
	"kaodian/packaging/bench/row"
)

const (
	runs    = 3
	scratch = "build/bench-media"
)

func main() {
	prefix := ""
	if len(os.Args) > 1 {
		prefix = os.Args[1]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	if err := run(ctx, prefix); err != nil {
		fmt.Fprintln(os.Stderr, "bench media:", err)
		os.Exit(1)
	}
}

// bench is what the measurements share.
type bench struct {
	ctx    context.Context
	prefix string
	tools  ffmpeg.Tools
}

func run(ctx context.Context, prefix string) error {
	tools, err := ffmpeg.Find()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(scratch, 0o755); err != nil {
		return err
	}
	b := &bench{ctx: ctx, prefix: prefix, tools: tools}
	for _, measure := range []func() error{b.findings, b.yunet, b.renditions, b.examinations} {
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

func (b *bench) print(r row.Row) error { return r.Write(os.Stdout) }

func (b *bench) say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// cpu is how many seconds of processor time do took, children included.
func cpu(do func() error) (float64, error) {
	before, err := used()
	if err != nil {
		return 0, err
	}
	if err := do(); err != nil {
		return 0, err
	}
	after, err := used()
	return after - before, err
}

func used() (float64, error) {
	total := 0.0
	for _, who := range []int{unix.RUSAGE_SELF, unix.RUSAGE_CHILDREN} {
		var usage unix.Rusage
		if err := unix.Getrusage(who, &usage); err != nil {
			return 0, err
		}
		for _, t := range []unix.Timeval{usage.Utime, usage.Stime} {
			total += float64(t.Sec) + float64(t.Usec)/1e6
		}
	}
	return total, nil
}
