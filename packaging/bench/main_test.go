package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// withParts makes an empty repository whose benchmarks are these.
func withParts(t *testing.T, names ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, name := range append(names, "../../build") {
		if err := os.MkdirAll(filepath.Join("packaging/bench", name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAPrefixChoosesPartsThatAreThere(t *testing.T) {
	withParts(t, "upload", "sync", "row")
	for prefix, want := range map[string][]string{
		"":             {"upload", "sync"},
		"upload":       {"upload"},
		"up":           {"upload"},
		"upload/cuts":  {"upload"},
		"sync":         {"sync"},
		"media":        nil,
		"row":          nil,
		"uploads":      nil,
		"nonsense/few": nil,
	} {
		if diff := cmp.Diff(want, choose(prefix)); diff != "" {
			t.Errorf("%q: %s", prefix, diff)
		}
	}
}

func TestWhatMeasuresNothingFailsAndKeepsTheFormerFigures(t *testing.T) {
	withParts(t, "upload")
	const former = `[{"name":"upload/loopback"}]`
	if err := os.WriteFile(result, []byte(former), 0o644); err != nil {
		t.Fatal(err)
	}
	err := run("media")
	if err == nil || !strings.Contains(err.Error(), "upload") {
		t.Errorf("%v; it must name what there is", err)
	}
	if text, err := os.ReadFile(result); err != nil || string(text) != former {
		t.Errorf("%s %v", text, err)
	}
}
