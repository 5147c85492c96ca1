// Command bench runs the benchmarks, prints their rows and writes
// build/bench.json.
//
//	go run ./packaging/bench [PREFIX]
//
// Every folder beside this file that is a program is a part: it is run from
// the repository's root with the prefix of the wanted rows as its argument,
// prints one row.Row as JSON per line on its standard output and tells its
// progress on standard error. Parts are processes of their own because no
// program may link both SQLite drivers, and so that one does not warm the
// other's memory.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"kaodian/packaging/bench/row"
)

// parts in the order in which they run.
var parts = []string{"upload", "serve", "phone", "desk", "media", "sync"}

const result = "build/bench.json"

func main() {
	prefix := ""
	if len(os.Args) > 1 {
		prefix = os.Args[1]
	}
	if err := run(prefix); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(prefix string) error {
	chosen := choose(prefix)
	if len(chosen) == 0 {
		return fmt.Errorf("no benchmark has rows that begin with %q; there are: %s", prefix, strings.Join(choose(""), ", "))
	}
	var rows []row.Row
	var failed []error
	for _, part := range chosen {
		more, err := runPart(part, prefix)
		rows = append(rows, more...)
		if err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", part, err))
		}
	}
	if len(rows) == 0 { // figures of before are better than none
		return errors.Join(append(failed, fmt.Errorf("nothing was measured; %s stays as it was", result))...)
	}
	return errors.Join(append(failed, save(rows))...)
}

// choose is the parts that are there and may have rows with that prefix.
func choose(prefix string) []string {
	var chosen []string
	for _, part := range parts {
		_, err := os.Stat(filepath.Join("packaging/bench", part))
		if err == nil && (strings.HasPrefix(part, prefix) || strings.HasPrefix(prefix, part+"/")) {
			chosen = append(chosen, part)
		}
	}
	return chosen
}

func runPart(part, prefix string) ([]row.Row, error) {
	program := filepath.Join("build/bin", "bench-"+part)
	build := exec.Command("go", "build", "-o", program, "./packaging/bench/"+part)
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build it: %w", err)
	}
	cmd := exec.Command(program, prefix)
	cmd.Stderr = os.Stderr
	output, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	rows, err := readRows(bufio.NewScanner(output))
	return rows, errors.Join(err, cmd.Wait())
}

func readRows(lines *bufio.Scanner) ([]row.Row, error) {
	var rows []row.Row
	for lines.Scan() {
		var r row.Row
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			return rows, fmt.Errorf("%q is no row: %w", lines.Text(), err)
		}
		fmt.Println(r)
		rows = append(rows, r)
	}
	return rows, lines.Err()
}

func save(rows []row.Row) error {
	text, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(result), 0o755); err != nil {
		return err
	}
	return os.WriteFile(result, append(text, '\n'), 0o644)
}
