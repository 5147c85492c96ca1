package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kaodian/app/province/store"
	"kaodian/app/roster"
	"kaodian/sync/batch"
)

// toldProblems is how many things that are wrong with a list are told; the rest
// are counted.
const toldProblems = 30

// readList reads an order list, once: what is sealed is what was looked at.
func readList(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if ending := strings.ToLower(filepath.Ext(path)); info.IsDir() || ending != ".xlsx" && ending != ".csv" {
		return nil, fmt.Errorf("%s is no order list; name a file that ends with .xlsx or .csv", path)
	}
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, batch.MaxListBytes+1))
	if err == nil && len(text) > batch.MaxListBytes {
		err = fmt.Errorf("%s is larger than a list may be (%d MiB); publish it in parts", path, batch.MaxListBytes>>20)
	}
	return text, err
}

// checkList refuses a list with rows that its centre would refuse, unless they
// are to be left out there.
func (p *publishCommand) checkList(path string, list roster.OrderList) error {
	if !roster.Failed(list.Problems) || p.LeaveOut && len(list.Rows) > 0 {
		return nil
	}
	return fmt.Errorf("%s was not published, because the centre would refuse rows of it (good: %d, refused: %d):\n%s\ncorrect the list; or publish the good rows with --leave-out",
		path, len(list.Rows), len(list.Refused), toldOf(list.Problems))
}

// toldOf is a line for each thing that is wrong.
func toldOf(problems []roster.Problem) string {
	var lines []string
	for _, problem := range problems {
		if !problem.Warning {
			lines = append(lines, "  "+problem.String())
		}
	}
	if more := len(lines) - toldProblems; more > 0 {
		lines = append(lines[:toldProblems], fmt.Sprintf("  and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// expectedOf is what a list tells its centre to examine. A window that ends at
// midnight ends on the day before.
func expectedOf(list roster.OrderList, zone *time.Location) (expected []store.Expected) {
	for _, row := range list.Rows {
		order := row.Registration
		expected = append(expected, store.Expected{
			Ticket: order.Ticket, Subject: order.Subject, Grade: int64(order.Grade), OpensAt: order.Window.OpensAt, ClosesAt: order.Window.ClosesAt,
			Day: order.Window.ClosesAt.Add(-time.Second).In(zone).Format(time.DateOnly),
		})
	}
	return expected
}
