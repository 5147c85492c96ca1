package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/sync/batch"
	"kaodian/sync/batch/parceltest"
)

// What the centre would refuse is said where the list is made, and nothing is
// sealed.
func TestAListIsReadBeforeItIsPublished(t *testing.T) {
	p, _ := enrolled(t)
	good := parceltest.List("T10013", "T20026")
	write := func(name, text string) string {
		if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	twice := parceltest.List("T10013", "T20026", "T20026")
	for name, test := range map[string]struct {
		args []string
		says string
	}{
		"a ticket twice":       {[]string{write("twice.csv", twice)}, "the same ticket number"},
		"no list":              {[]string{write("none.csv", "hello\n")}, "headings"},
		"no list, leaving out": {[]string{write("none2.csv", "hello\n"), "--leave-out"}, "headings"},
		"an empty file":        {[]string{write("empty.csv", "")}, "empty"},
		"a title too long":     {[]string{write("good.csv", good), "--title", strings.Repeat("春", 67)}, "--title"},
		"a title of two lines": {[]string{write("good.csv", good), "--title", "a\nb"}, "--title"},
		"no time zone":         {[]string{write("good.csv", good), "--timezone", "Mars/North"}, "time zone"},
	} {
		if r := p.run("", append([]string{"publish", "north", "orders"}, test.args...)...); r.code == 0 || !strings.Contains(r.errors, test.says) {
			t.Errorf("%s: %+v", name, r)
		}
	}
	large := filepath.Join(p.dir, "large.csv")
	if err := errors.Join(os.WriteFile(large, nil, 0o600), os.Truncate(large, batch.MaxListBytes+1)); err != nil {
		t.Fatal(err)
	}
	if r := p.run("", "publish", "north", "orders", "large.csv"); r.code == 0 || !strings.Contains(r.errors, "larger than a list may be (64 MiB)") {
		t.Errorf("a list that is too large: %+v", r)
	}
	if list := published(t, p); len(list) != 0 {
		t.Fatalf("published: %v", list)
	}
	p.must("publish", "north", "orders", "twice.csv", "--leave-out")
	p.must("publish", "north", "orders", "good.csv", "--title", "春季")
	if list := published(t, p); len(list) != 2 {
		t.Errorf("published: %v", list)
	}
}

func published(t *testing.T, p program) (list []map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(p.must("publish", "north", "--list", "--json").out), &list); err != nil {
		t.Fatal(err)
	}
	return list
}
