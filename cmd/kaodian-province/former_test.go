package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/province/store"
)

// The stores and sealed batches of earlier versions, each made by the programs
// of that commit: one centre, one batch of two orders.

func TestAStoreOfAnEarlierVersionIsMigrated(t *testing.T) {
	for name, p := range formers(t, "made-by-*.tgz") {
		t.Run(name, func(t *testing.T) {
			p.t = t
			if r := p.must("audit", "verify", "--store", "province"); !strings.Contains(r.out, "unbroken") {
				t.Errorf("audit verify: %s", r.out)
			}
			if r := p.must("user", "list", "--store", "province"); !strings.Contains(r.out, "reviewer") {
				t.Errorf("user list: %s", r.out)
			}
			p.shows(3)
		})
	}
}

func TestABatchOfAnEarlierVersionIsTakenIn(t *testing.T) {
	for name, p := range formers(t, "sealed-by-*.tgz") {
		t.Run(name, func(t *testing.T) {
			p.t = t
			r := p.must("receive", "--root", "stick", "--store", "province")
			if !strings.Contains(r.out, "accepted, 2 orders, 3 clips") {
				t.Errorf("receive: %s%s", r.out, r.errors)
			}
			p.shows(3)
		})
	}
}

// shows says that the store has so many clips to show, each with its findings
// and their limits' sides.
func (p program) shows(clips int) {
	p.t.Helper()
	s, err := store.Open(p.t.Context(), filepath.Join(p.dir, "province"))
	if err != nil {
		p.t.Fatal(err)
	}
	defer s.Close()
	page, err := s.ListClips(p.t.Context(), store.ClipFilter{Limit: 10})
	if err != nil || len(page.Clips) != clips {
		p.t.Fatalf("%d clips, want %d, %v", len(page.Clips), clips, err)
	}
	for _, clip := range page.Clips {
		if len(clip.Findings) == 0 {
			p.t.Errorf("%s has no findings", clip.ID)
		}
		for _, f := range clip.Findings {
			if (f.Limit == nil) != (f.Side == "") {
				p.t.Errorf("%s: %+v", clip.ID, f)
			}
		}
	}
}

// formers unpacks the files of a pattern, by name.
func formers(t *testing.T, pattern string) map[string]program {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("nothing of an earlier version is here: %v", err)
	}
	found := map[string]program{}
	for _, packed := range files {
		p := newProgram(t)
		if out, err := exec.Command("tar", "-xzf", packed, "-C", p.dir).CombinedOutput(); err != nil {
			t.Fatalf("unpack %s: %v: %s", packed, err, out)
		}
		found[strings.TrimSuffix(filepath.Base(packed), ".tgz")] = p
	}
	return found
}
