package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"kaodian/app/roster"
	"kaodian/media/cage"
)

// hogWord makes this binary a reader whose list needs more memory than there is.
const hogWord = "list-hog"

func hogMain() {
	if len(os.Args) > 1 && os.Args[1] == hogWord {
		fmt.Println(len(make([]byte, 3*listMemory)))
		os.Exit(0)
	}
}

// A list may do to its reader what it likes: the command lives on and says in
// one sentence which limit it was.
func TestAReaderThatGoesBeyondItsLimitsIsASentence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "orders.csv")
	must(t, os.WriteFile(path, []byte(headings+strings.Repeat(row("T1", "钢琴", "3")+"\n", 20_000)), 0o600))
	whole, err := readOrders(t.Context(), path, time.UTC)
	if err != nil || len(whole.Problems) < 2 {
		t.Fatalf("without a fault: %v, %d problems received", err, len(whole.Problems))
	}
	for _, c := range []struct {
		name   string
		change func(*cage.Command)
		says   string
	}{
		{"memory", func(c *cage.Command) { c.Args = []string{hogWord} }, "1024 MiB of memory"},
		{"time", func(c *cage.Command) { c.Limits.Deadline = time.Millisecond }, "1ms of reading"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file, err := os.Open(path)
			must(t, err)
			defer file.Close()
			command := listCommand(listOrders, "UTC", time.Minute)
			command.Files = []*os.File{file}
			c.change(&command)
			problems, err := receiveList(t.Context(), command, func(io.Reader) error { return nil })
			if err != nil || len(problems) != 1 || problems[0].Code != roster.FileTooLarge || !strings.Contains(problems[0].String(), c.says) {
				t.Errorf("%v, %v", problems, err)
			}
		})
	}
}

func TestMoreThanAListHoldsIsNotReceived(t *testing.T) {
	var kept bytes.Buffer
	to := capped{to: &kept, left: 10}
	if _, err := to.Write([]byte("12345678")); err != nil {
		t.Error(err)
	}
	if _, err := to.Write([]byte("12345678")); !errors.Is(err, cage.ErrTooMuch) || kept.Len() != 8 {
		t.Errorf("%v, %d bytes", err, kept.Len())
	}
}

func TestAStopOfOurOwnIsNoFaultOfTheList(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := readOrders(ctx, list(t, row("T1", "钢琴", "3")), time.UTC); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestAPipeIsNotWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "orders.csv")
	must(t, unix.Mkfifo(pipe, 0o600))
	if _, err := readOrders(t.Context(), pipe, time.UTC); err == nil {
		t.Error("a pipe was read as an order list")
	}
}

// The reader of a syllabus sees its folder and nothing else.
func TestASyllabusIsReadWithinItsFolderOnly(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "syllabus")
	must(t, os.Mkdir(folder, 0o700))
	const items = "subject,grades,item,kind,drawn\n钢琴,1-2,乐曲,piece,no\n"
	must(t, os.WriteFile(filepath.Join(folder, "..", "syllabus.csv"), []byte(items), 0o600))
	must(t, os.Symlink("../syllabus.csv", filepath.Join(folder, "syllabus.csv")))
	got, err := readSyllabus(t.Context(), folder)
	if err != nil || len(got.Items) > 0 || !roster.Failed(got.Problems) {
		t.Errorf("a link out of the folder: %+v, %v", got, err)
	}
	must(t, os.Remove(filepath.Join(folder, "syllabus.csv")))
	must(t, os.WriteFile(filepath.Join(folder, "syllabus.csv"), []byte(items), 0o600))
	got, err = readSyllabus(t.Context(), folder)
	if err != nil || len(got.Items) != 1 || len(got.Problems) > 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// 199,000 equal rows once printed 57 MB.
func TestAListOfBadRowsIsNotToldRowByRow(t *testing.T) {
	rows := strings.Split(strings.Repeat(row("T1", "钢琴", "eleven")+"\n", 3000), "\n")
	text, status := output(t, "import", "orders", list(t, rows...), "--data", emptyCentre(t), "--json")
	if status != exitRefused || len(text) > 300<<10 || !strings.Contains(text, "more_problems") {
		t.Errorf("exit status %d, %d bytes", status, len(text))
	}
}
