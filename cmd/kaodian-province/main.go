// Command kaodian-province is the receiving side of Kaodian: it enrols
// centres, takes in the batches that they send, and shows reviewers what was
// in them. contract.md lists its commands; here is one file per command. It
// needs no cgo and reaches nothing of the centre.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"kaodian/app/base/text"
)

// version is set by the build.
var version = "dev"

const (
	exitRefused = 1
	exitUsage   = 2
)

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once

	var commands cli
	parser, err := kong.New(&commands,
		kong.Name("kaodian-province"),
		kong.Description("The province's side of the music grade exam: takes in what centres send."),
		kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err != nil {
		return report(err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "kaodian-province: %s; «kaodian-province --help» lists the commands\n", text.OneLine(err))
		return exitUsage
	}
	return report(command.Run(&commands.common))
}

// report says what went wrong in one sentence.
func report(err error) int {
	if err == nil {
		return 0
	}
	switch {
	case errors.Is(err, errReported):
	case errors.As(err, new(usageError)):
		fmt.Fprintf(os.Stderr, "kaodian-province: %s\n", text.OneLine(err))
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(os.Stderr, "kaodian-province: stopped before the end; run it again, it goes on where it was")
	default:
		fmt.Fprintf(os.Stderr, "kaodian-province: %s\n", text.OneLine(err))
	}
	return exitRefused
}

// usageError is a command that cannot be meant as it was typed, which the
// parser could not see.
type usageError string

func (u usageError) Error() string { return string(u) }

func usage(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// errReported is a failure whose reasons were already written line by line.
var errReported = errors.New("reported")
