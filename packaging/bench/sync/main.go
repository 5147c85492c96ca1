// Command sync is the sync part of the benchmarks: what sealing costs beside one pass of age's
// library and SHA-256, sending a large file beside lftp and curl to the same
// vsftpd, and taking a batch in beside decrypting and hashing it alone. Ours and
// its peer run in turn, each as a process of its own, medians of five runs.
//
// The processes are this program again, with the name of one task, but for
// taking in, which is bin/kaodian-province's.
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
	mebibyte = 1 << 20
	runs     = 5
	scratch  = "build/bench-sync"
	// maxMemory is what none of these processes may hold, in MiB.
	maxMemory = 128
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	defer stop()
	err := do(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench sync:", err)
		os.Exit(1)
	}
}

func do(ctx context.Context, words []string) error {
	if len(words) > 1 && words[0] == asTask {
		return tasks[words[1]](ctx, words[2:])
	}
	prefix := ""
	if len(words) > 0 {
		prefix = words[0]
	}
	return run(ctx, prefix)
}

// bench is what the measurements share.
type bench struct {
	ctx    context.Context
	prefix string
	peak   map[string]float64 // the most that our processes held, in MiB, by what they did
}

func run(ctx context.Context, prefix string) (err error) {
	if err := errors.Join(os.RemoveAll(scratch), os.MkdirAll(scratch, 0o755)); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(scratch)) }()
	b := &bench{ctx: ctx, prefix: prefix, peak: map[string]float64{}}
	for _, measure := range []func() error{b.sealing, b.sending, b.takingIn} {
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

// inTurn runs every way so often, in turn, so that what the machine does
// besides hurts all alike, and returns the medians of what each measured.
func (b *bench) inTurn(ways ...func() ([]float64, error)) (medians [][]float64, err error) {
	all := make([][][]float64, len(ways)) // by the way and by what it measures
	for range runs {
		for i, way := range ways {
			values, err := way()
			if err != nil {
				return nil, err
			}
			if all[i] == nil {
				all[i] = make([][]float64, len(values))
			}
			for n, value := range values {
				all[i][n] = append(all[i][n], value)
			}
		}
	}
	for _, measured := range all {
		var of []float64
		for _, values := range measured {
			of = append(of, row.Median(values))
		}
		medians = append(medians, of)
	}
	return medians, nil
}
