package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// A list that brings an erased person back is taken in only by whoever says so.
func TestAnErasedPersonComesBackByCommandOnlyKnowingly(t *testing.T) {
	folder := emptyCentre(t)
	file := list(t, row("T1", "钢琴", "3"), row("T2", "小提琴", "3"))
	importing := func(args ...string) (said string, status int) {
		said, complained, status := typed(t, "", append([]string{"import", "orders", file, "--data", folder}, args...)...)
		return said + complained, status
	}
	if said, status := importing(); status != 0 {
		t.Fatal(said)
	}
	if said, status := output(t, "erase", "T1", "--reason", "asked for", "--yes", "--data", folder); status != 0 {
		t.Fatal(said)
	}
	for _, args := range [][]string{nil, {"--partial"}, {"--dry-run"}} {
		said, status := importing(args...)
		if status == 0 || !strings.Contains(said, "was erased here for good") || !strings.Contains(said, "row 2") {
			t.Errorf("%v: exit status %d, %s", args, status, said)
		}
		if len(args) == 0 && !strings.Contains(said, "--erased-too") {
			t.Errorf("it says no way on: %s", said)
		}
		if found, status := output(t, "erase", "T1", "--find", "--data", folder); status == 0 {
			t.Fatalf("%v brought the person back: %s", args, found)
		}
	}
	if said, status := importing("--erased-too"); status != 0 || !strings.Contains(said, "2 added") || !strings.Contains(said, "warning") {
		t.Errorf("exit status %d, %s", status, said)
	}
	if said, status := importing(); status != 0 || !strings.Contains(said, "2 unchanged") {
		t.Errorf("told again: exit status %d, %s", status, said)
	}
}

// A backup from before an erasure holds the person: who restores it is told, by the
// orders of those of whom a newer backup there holds a proof.
func TestARestoreSaysWhoWasErasedSince(t *testing.T) {
	b := newSafe(t, centreOfOne(t))
	before := b.backUp()
	mustSay(t, "erase", "T1", "--reason", "asked for", "--yes", "--data", b.data)
	b.backUp()
	restoring := func(backup ...string) (data string, done restored) {
		data = filepath.Join(t.TempDir(), "restored")
		must(t, json.Unmarshal([]byte(mustSay(t, append([]string{"restore", "--from", b.disk, "--data", data, "--identity", b.paper, "--json"}, backup...)...)), &done))
		return data, done
	}
	if _, done := restoring(); len(done.Erased) != 0 {
		t.Errorf("the newest brings back %v", done.Erased)
	}
	data, done := restoring("--backup", before.Backup)
	if len(done.Erased) != 1 {
		t.Fatalf("it says %+v", done)
	}
	mustSay(t, "erase", done.Erased[0], "--reason", "asked for", "--yes", "--data", data)
	if said, _, status := typed(t, "", "erase", "T1", "--find", "--data", data); status == 0 {
		t.Errorf("the person is still there: %s", said)
	}
	said := mustSay(t, "restore", "--from", b.disk, "--data", filepath.Join(t.TempDir(), "again"), "--identity", b.paper, "--backup", before.Backup)
	if !strings.Contains(said, done.Erased[0]) || !strings.Contains(said, "erase them again") {
		t.Errorf("it says %s", said)
	}
}
