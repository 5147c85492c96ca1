package dirdrop_test

import (
	"os"
	"path/filepath"
	"testing"

	"kaodian/sync/drop"
	"kaodian/sync/drop/dirdrop"
	"kaodian/sync/drop/droptest"
)

func TestAFolderIsADrop(t *testing.T) {
	droptest.Run(t, func(t *testing.T) drop.Drop {
		d, err := dirdrop.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
}

func TestAStickThatIsNotInIsNotMadeUp(t *testing.T) {
	_, err := dirdrop.Open(filepath.Join(t.TempDir(), "stick"))
	if err == nil || !drop.IsTemporary(err) {
		t.Errorf("got %v", err)
	}
}

func TestLinksAndOddNamesAreNotLookedAt(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"Name With Spaces", ".hidden", "good"} {
		if err := os.WriteFile(filepath.Join(root, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	d, err := dirdrop.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := d.List(t.Context(), "")
	if err != nil || len(entries) != 1 || entries[0].Name != "good" {
		t.Errorf("found %v, %v", entries, err)
	}
}
