package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"kaodian/app/roster"
	"kaodian/media/cage"
)

// Lists come from outside, and a small file can unpack to any size. They are
// read in a separate process: this program, started again with listWord as
// argument, in a cage. It gets the file and nothing else, and returns the rows
// over its standard output.
const (
	listWord     = "list-reader" // not one of the commands
	listOrders   = "orders"
	listSyllabus = "syllabus"
	listAt       = 3 // the order list's descriptor there
)

// Limits of the reader's process, far above what the list's own limits need.
const (
	listMemory  = 1 << 30
	listGarbage = listMemory * 3 / 4 // from where the garbage collector works harder
	listOutput  = 512 << 20
	ordersTime  = 5 * time.Minute
	// Scores are decoded to see whether they are whole, some 50 ms each.
	syllabusTime = 30 * time.Minute
)

// listMain is all that runs in the reader's process.
func listMain() {
	if len(os.Args) != 4 || os.Args[1] != listWord {
		return
	}
	debug.SetMemoryLimit(listGarbage)
	if err := readList(os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func readList(what, where string) error {
	if what == listSyllabus {
		folder, err := roster.OpenFolder(where)
		if err != nil {
			return err
		}
		return roster.ReadSyllabus(folder).Send(os.Stdout)
	}
	zone, err := time.LoadLocation(where)
	if err != nil {
		return err
	}
	return roster.ReadFile(os.NewFile(listAt, "the order list"), zone).Send(os.Stdout)
}

// cagedReaders read lists in the cage; times without a zone are meant in zone.
type cagedReaders struct{ zone *time.Location }

func (r cagedReaders) Orders(ctx context.Context, path string) (roster.OrderList, error) {
	return readOrders(ctx, path, r.zone)
}

func (cagedReaders) Syllabus(ctx context.Context, dir string) (roster.Syllabus, error) {
	return readSyllabus(ctx, dir)
}

// readOrders reads an order list in the cage.
func readOrders(ctx context.Context, path string, zone *time.Location) (list roster.OrderList, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return list, err
	}
	if !info.Mode().IsRegular() { // a pipe would block
		return list, fmt.Errorf("%s is no plain file; name the order list itself", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return list, fmt.Errorf("the order list cannot be opened; check that it can be read: %w", err)
	}
	defer file.Close()
	command := listCommand(listOrders, zone.String(), ordersTime)
	command.Files = []*os.File{file}
	problems, err := receiveList(ctx, command, func(from io.Reader) error {
		list, err = roster.ReceiveOrders(from, zone)
		return err
	})
	if problems != nil {
		return roster.OrderList{Problems: problems}, nil
	}
	return list, err
}

// readSyllabus reads a syllabus folder in the cage.
func readSyllabus(ctx context.Context, dir string) (list roster.Syllabus, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return list, err
	}
	command := listCommand(listSyllabus, dir, syllabusTime)
	command.Read = []string{dir}
	problems, err := receiveList(ctx, command, func(from io.Reader) error {
		list, err = roster.ReceiveSyllabus(from)
		return err
	})
	if problems != nil {
		return roster.Syllabus{Problems: problems}, nil
	}
	return list, err
}

func listCommand(what, where string, within time.Duration) cage.Command {
	return cage.Command{
		Args:   []string{listWord, what, where},
		Limits: cage.Limits{Deadline: within, CPU: within, Memory: listMemory, FileSize: 1},
		Urgent: true,
	}
}

// receiveList runs the reader; take reads its output, at most listOutput bytes.
// The problems say how the reader ended.
func receiveList(ctx context.Context, command cage.Command, take func(io.Reader) error) ([]roster.Problem, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	command.Path = program
	from, to := io.Pipe()
	command.Stdout = &capped{to: to, left: listOutput}
	taken := make(chan error, 1)
	go func() {
		err := take(from)
		if err == nil {
			_, err = io.Copy(io.Discard, from)
		}
		_ = from.CloseWithError(err) // ends a reader that still writes
		taken <- err
	}()
	err = cage.Run(ctx, command)
	_ = to.Close()
	received := <-taken
	if fault, ok := errors.AsType[*cage.Error](err); ok {
		return listFault(fault, command.Limits), nil
	}
	return nil, errors.Join(err, received)
}

// listFault explains how the reader ended.
func listFault(fault *cage.Error, limits cage.Limits) []roster.Problem {
	starved := slices.ContainsFunc([]string{"out of memory", "cannot allocate", "failed to allocate"}, func(words string) bool { return strings.Contains(fault.Stderr, words) })
	switch {
	case fault.Reason == cage.Deadline:
		return roster.TooMuch(fmt.Sprintf("%s of reading", limits.Deadline))
	case errors.Is(fault.Err, cage.ErrTooMuch):
		return roster.TooMuch(fmt.Sprintf("%d MiB of entries", listOutput>>20))
	case starved, fault.Reason == cage.Killed:
		return roster.TooMuch(fmt.Sprintf("%d MiB of memory while it is read", limits.Memory>>20))
	}
	return roster.Unreadable(firstLine(fault.Stderr))
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}

// capped passes on a limited number of bytes and refuses the rest.
type capped struct {
	to   io.Writer
	left int
}

func (c *capped) Write(b []byte) (int, error) {
	if c.left -= len(b); c.left < 0 {
		return 0, cage.ErrTooMuch
	}
	return c.to.Write(b)
}
