// Package command is shared by both programs: starting a program, reporting its
// failure, and the commands for accounts and for the audit log. Each program
// binds its own store to them.
//
// It owns nothing on disk. It must not import a store or a side's web: the
// programs link different SQLite drivers.
package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"unicode"

	"github.com/alecthomas/kong"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
)

// Exit statuses of the contract.
const (
	Refused = 1
	Misused = 2
)

// Program is one of the two.
type Program struct {
	Name, Description string
	Stopped           string // printed by a command that a signal ended
	Vars              kong.Vars
	Commands          any   // the grammar
	Bound             []any // arguments for the commands' Run methods
}

// Run runs the command that the arguments name, and returns the exit status.
func (p Program) Run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once

	parser, err := kong.New(p.Commands,
		kong.Name(p.Name),
		kong.Description(p.Description),
		kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
		p.Vars.CloneWith(kong.Vars{"either": strings.ReplaceAll(p.Vars["roles"], ",", "|")}),
	)
	if err != nil {
		return p.report(err)
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %s\n", p.Name, p.misread(err, args))
		return Misused
	}
	return p.report(command.Run(p.Bound...))
}

// misread says why the arguments name no command that can be run. A file that
// is not there is named as it was typed: the command itself was right.
func (p Program) misread(err error, args []string) string {
	if flag := lacking(err); flag != "" {
		return flag + "; " + p.helpOf(err)
	}
	missing, ok := errors.AsType[*fs.PathError](err)
	if !ok || !errors.Is(err, fs.ErrNotExist) {
		return text.OneLine(err) + "; " + p.helpOf(err)
	}
	name := missing.Path
	for _, arg := range args {
		if kong.ExpandPath(arg) == missing.Path {
			name = arg
		}
	}
	return fmt.Sprintf("there is no file or folder %s; look at its name, and whether the stick is plugged in", text.OneLine(errors.New(name)))
}

// lackingValue is how the parser tells a flag that ends the line without its
// value: in words of its own.
var lackingValue = regexp.MustCompile(`^(--[\w-]+): expected (\w+) value but got "EOL"`)

// lacking says which value a flag lacks, "" for another mistake.
func lacking(err error) string {
	found := lackingValue.FindStringSubmatch(err.Error())
	if found == nil {
		return ""
	}
	switch flag := found[1]; {
	case flag == "--data", flag == "--store", flag == "--root":
		return flag + " needs a folder"
	case found[2] == "file":
		return flag + " needs a file or folder"
	default:
		return flag + " needs a value"
	}
}

// helpOf names the help that helps: of the command, where one was meant.
func (p Program) helpOf(err error) string {
	wrong, ok := errors.AsType[*kong.ParseError](err)
	if !ok || wrong.Context.Selected() == nil {
		return fmt.Sprintf("«%s --help» lists the commands", p.Name)
	}
	return fmt.Sprintf("see «%s --help»", wrong.Context.Selected().FullPath())
}

// report prints an error in one sentence.
func (p Program) report(err error) int {
	if err == nil {
		return 0
	}
	if ended, ok := errors.AsType[Ended](err); ok {
		fmt.Fprintf(os.Stderr, "%s: %s\n", p.Name, text.OneLine(err))
		return ended.Status
	}
	switch {
	case errors.Is(err, ErrReported):
	case errors.As(err, new(usageError)):
		fmt.Fprintf(os.Stderr, "%s: %s\n", p.Name, text.OneLine(err))
		return Misused
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(os.Stderr, "%s: %s\n", p.Name, p.Stopped)
	default:
		fmt.Fprintf(os.Stderr, "%s: %s\n", p.Name, sentence(err))
	}
	return Refused
}

// sentence is an error in one sentence; that of a full disk, which any command may
// meet, says what to do.
func sentence(err error) string {
	if refusal.CodeOf(err) == refusal.DiskFull {
		return "the disk is full; free room on it, then do this again (" + text.OneLine(err) + ")"
	}
	return text.OneLine(err)
}

// usageError is a wrong use of a command that the parser cannot see.
type usageError string

func (u usageError) Error() string { return string(u) }

// Usage makes the error of a command that was used wrongly.
func Usage(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }

// Ended is the end of a command that is no failure and has a status of its own.
type Ended struct {
	Status int
	Text   string
}

func (e Ended) Error() string { return e.Text }

// ErrReported is a failure whose reasons were printed already.
var ErrReported = errors.New("reported")

// Hidden wraps an error for errors.Is without its text.
type Hidden struct{ Err error }

func (Hidden) Error() string   { return "" }
func (h Hidden) Unwrap() error { return h.Err }

// Say prints data: as JSON with --json, else as a sentence.
func Say(asJSON bool, data any, sentence string, args ...any) error {
	if !asJSON {
		_, err := fmt.Printf(sentence, args...)
		return err
	}
	encoded, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Println(string(encoded))
	return err
}

// Common is what the commands of this package need of a program.
type Common struct {
	Program string
	Folder  func() (flag, folder string) // what this is about: --data and its folder
	Say     func(data any, sentence string, args ...any) error
}

// Type is the whole line to type for a command, about the same folder.
func (c Common) Type(words string) string {
	if c.Folder == nil {
		return c.Program + " " + words
	}
	flag, folder := c.Folder()
	if strings.ContainsFunc(folder, quoted) {
		folder = "'" + strings.ReplaceAll(folder, "'", `'\''`) + "'"
	}
	return c.Program + " " + words + " " + flag + " " + folder
}

// quoted says that a shell may read more into a sign than the sign.
func quoted(sign rune) bool {
	return !unicode.IsLetter(sign) && !unicode.IsDigit(sign) && !strings.ContainsRune("/._-+:@,%=", sign)
}
