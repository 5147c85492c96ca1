package centre

import (
	"io/fs"
	"testing"
)

// A program must never hand out more than its pages, built or not.
func TestOnlyPagesAreHandedOut(t *testing.T) {
	both := true
	for name, app := range map[string]fs.FS{"candidate": Candidate(), "staff": Staff()} {
		if _, err := fs.Stat(app, "embed.go"); err == nil {
			t.Errorf("%s: embed.go is among the pages", name)
		}
		_, err := fs.Stat(app, "index.html")
		both = both && err == nil
	}
	if Built() != both {
		t.Errorf("Built() says %v, but both have an index.html: %v", Built(), both)
	}
}
