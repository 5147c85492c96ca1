package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatWasNotTriedIsSaidAtTheEnd(t *testing.T) {
	folder := t.TempDir()
	for name, content := range map[string]string{
		"go.json": `{"Action":"pass","Package":"kaodian/a","Test":"TestOne"}
{"Action":"output","Package":"kaodian/a","Test":"TestTwo","Output":"=== RUN   TestTwo\n"}
{"Action":"output","Package":"kaodian/a","Test":"TestTwo","Output":"    a_test.go:12: no strace here: install it\n"}
{"Action":"output","Package":"kaodian/a","Test":"TestTwo","Output":"--- SKIP: TestTwo (0.00s)\n"}
{"Action":"skip","Package":"kaodian/a","Test":"TestTwo"}
{"Action":"skip","Package":"kaodian/b"}
{"Action":"skip","Package":"kaodian/a/c","Test":"TestThree/with a.dot"}
`,
		"ui-unit.json": `{"passed": 3, "failed": 1, "skipped": [{"name": "pages > one", "why": "no photos"}, {"name": "pages > two", "why": ""}]}`,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var said strings.Builder
	if err := run(folder, &said); err != nil {
		t.Fatal(err)
	}
	const want = `
Not tried here:
  1 × no photos
      pages > one
  2 × no reason was given
      a/c.TestThree/with a.dot, pages > two
  1 × no strace here: install it
      a.TestTwo

4 passed, 1 failed, 4 skipped
`
	if said.String() != want {
		t.Errorf("it said:%s\nwant:%s", said.String(), want)
	}
	said.Reset()
	if err := names(folder, &said); err != nil || said.String() != "^(TestThree|TestTwo)$\n" {
		t.Errorf("to try again: %q, %v", said.String(), err)
	}
}

func TestARunWithoutATestIsNoSuccess(t *testing.T) {
	if err := run(t.TempDir(), &strings.Builder{}); err == nil {
		t.Error("nothing was tried, and that was fine")
	}
	var said strings.Builder
	if err := names(t.TempDir(), &said); err != nil || said.String() != ".\n" {
		t.Errorf("to try: %q, %v", said.String(), err)
	}
}
