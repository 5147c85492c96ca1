package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/sync/inbox"
)

// A watch that says the same each round buries what is new.
func TestAWatchTellsOfAThingOnce(t *testing.T) {
	said, err := os.Create(filepath.Join(t.TempDir(), "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	stdout := os.Stdout
	os.Stdout = said
	defer func() { os.Stdout = stdout }()

	round := []inbox.Outcome{
		{Name: ".", Status: inbox.UnknownSender, Reasons: []string{"200 folders"}},
		{Name: ".", Status: inbox.Junk, Reasons: []string{"3 entries"}},
		{Name: "jinan/1/00000001", Status: "damaged", Reasons: []string{"a link"}},
		{Name: "jinan/1/00000001", Status: inbox.Forked, Reasons: []string{"two boxes"}},
	}
	watch := &changePrinter{known: map[string]string{}}
	for range 3 {
		watch.print(round, nil)
	}
	round[2].Status, round[2].Reasons = "accepted", nil
	watch.print(round, nil)

	text, err := os.ReadFile(said.Name())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[4], "jinan/1/00000001: accepted") {
		t.Errorf("it said:\n%s", text)
	}
}
