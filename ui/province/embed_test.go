package province

import (
	"io/fs"
	"testing"
)

// A program must never hand out more than its pages, built or not.
func TestOnlyPagesAreHandedOut(t *testing.T) {
	if _, err := fs.Stat(Pages(), "embed.go"); err == nil {
		t.Error("embed.go is among the pages")
	}
	_, err := fs.Stat(Pages(), "index.html")
	if built := err == nil; Built() != built {
		t.Errorf("Built() says %v, but index.html is there: %v", Built(), built)
	}
}
