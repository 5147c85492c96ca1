package centre

import (
	"io/fs"
	"testing"
)

// A program must never hand out more than its pages, built or not.
func TestOnlyPagesAreHandedOut(t *testing.T) {
	for name, app := range map[string]fs.FS{"candidate": Candidate(), "staff": Staff()} {
		if _, err := fs.Stat(app, "embed.go"); err == nil {
			t.Errorf("%s: embed.go is among the pages", name)
		}
		_, err := fs.Stat(app, "index.html")
		if built := err == nil; Built() && !built {
			t.Errorf("%s: Built() says yes, but there is no index.html", name)
		}
	}
}
