// Command skipped is the end of `make test`: what was not tried here and why,
// and how many tests passed. It reads what the runners wrote into a folder:
// test events of Go (go*.json) and the summaries of Vitest (ui*.json). With
// -names it is instead what `go test -run` takes to try again what of Go was
// skipped: every test where no run was written down.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	args, do := os.Args[1:], run
	if len(args) > 0 && args[0] == "-names" {
		args, do = args[1:], names
	}
	if len(args) != 1 {
		fmt.Fprintln(os.Stderr, "usage: skipped [-names] FOLDER")
		os.Exit(2)
	}
	if err := do(args[0], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "skipped: %v\n", err)
		os.Exit(1)
	}
}

func run(folder string, to io.Writer) error {
	all, err := read(folder)
	if err != nil {
		return err
	}
	if all.Passed+all.Failed == 0 {
		return errors.New("no test has run; run: make test")
	}
	all.print(to)
	return nil
}

func names(folder string, to io.Writer) error {
	all, err := read(folder)
	if err != nil {
		return err
	}
	found := map[string]bool{}
	for _, skipped := range all.Why {
		for _, name := range skipped {
			if _, test, _ := strings.Cut(name, "."); strings.HasPrefix(test, "Test") {
				test, _, _ = strings.Cut(test, "/")
				found[test] = true
			}
		}
	}
	if len(found) == 0 {
		_, err = fmt.Fprintln(to, ".")
		return err
	}
	_, err = fmt.Fprintf(to, "^(%s)$\n", strings.Join(slices.Sorted(maps.Keys(found)), "|"))
	return err
}

func read(folder string) (tally, error) {
	all := tally{Why: map[string][]string{}}
	for pattern, add := range map[string]func(*tally, []byte) error{"go*.json": (*tally).addGo, "ui*.json": (*tally).addUI} {
		files, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return all, err
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err == nil {
				err = add(&all, data)
			}
			if err != nil {
				return all, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return all, nil
}

// tally counts tests; Why has the names of those that were skipped, by reason.
type tally struct {
	Passed, Failed, Skipped int
	Why                     map[string][]string
}

func (t *tally) skip(name, why string) {
	t.Skipped++
	t.Why[why] = append(t.Why[why], name)
}

// event is a line of `go test -json`.
type event struct{ Action, Package, Test, Output string }

func (t *tally) addGo(data []byte) error {
	said := map[string]string{} // the last line of each test that is its own
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return err
		}
		name := strings.TrimPrefix(e.Package, "kaodian/") + "." + e.Test
		switch {
		case e.Test == "":
		case e.Action == "output" && strings.HasPrefix(e.Output, "    "):
			said[name] = withoutPlace(strings.TrimSpace(e.Output))
		case e.Action == "pass":
			t.Passed++
		case e.Action == "fail":
			t.Failed++
		case e.Action == "skip":
			t.skip(name, cmp.Or(said[name], "no reason was given"))
		}
	}
	return lines.Err()
}

// withoutPlace cuts «file_test.go:12: » off.
func withoutPlace(line string) string {
	if place, rest, found := strings.Cut(line, ": "); found && strings.Contains(place, ".go:") {
		return rest
	}
	return line
}

func (t *tally) addUI(data []byte) error {
	var summary struct {
		Passed, Failed int
		Skipped        []struct{ Name, Why string }
	}
	if err := json.Unmarshal(data, &summary); err != nil {
		return err
	}
	t.Passed += summary.Passed
	t.Failed += summary.Failed
	for _, s := range summary.Skipped {
		t.skip(s.Name, cmp.Or(s.Why, "no reason was given"))
	}
	return nil
}

// most is how many tests are named for one reason.
const most = 4

func (t *tally) print(to io.Writer) {
	if t.Skipped > 0 {
		fmt.Fprintln(to, "\nNot tried here:")
	}
	for _, why := range slices.Sorted(maps.Keys(t.Why)) {
		names := t.Why[why]
		more := ""
		if len(names) > most {
			more = fmt.Sprintf(" and %d more", len(names)-most)
		}
		fmt.Fprintf(to, "  %d × %s\n      %s%s\n", len(names), why, strings.Join(names[:min(len(names), most)], ", "), more)
	}
	fmt.Fprintf(to, "\n%d passed, %d failed, %d skipped\n", t.Passed, t.Failed, t.Skipped)
}
