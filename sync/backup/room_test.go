package backup

import (
	"errors"
	"io"
	"strings"
	"testing"

	"kaodian/app/centre/room"
)

// R27: a copy of the database takes nothing of what is kept free for records.
func TestACopyLeavesWhatIsKeptForRecords(t *testing.T) {
	folder := t.TempDir()
	space, err := room.Of(folder).Ask()
	must(t, err)
	kept := room.Reserve(space.Total)
	if err := beside(folder, space.Free-kept/2); err == nil || !strings.Contains(err.Error(), "free some disk") {
		t.Errorf("half of what is kept was taken: %v", err)
	}
	if err := enough(folder, space.Free-kept/2, ""); err != nil {
		t.Errorf("on another disk nothing is kept: %v", err)
	}
}

// gone is a stick that is pulled while it is read.
type gone struct{ left int }

func (g *gone) Read(p []byte) (int, error) {
	if g.left == 0 {
		return 0, errors.New("input/output error")
	}
	n := min(len(p), g.left)
	g.left -= n
	return n, nil
}

func TestAFailureToReadIsRemembered(t *testing.T) {
	for reader, want := range map[io.Reader]bool{&gone{5}: true, strings.NewReader("whole"): false} {
		h := &heard{Reader: reader}
		_, _ = io.Copy(io.Discard, h) // what it says is not the question
		if (h.failed != nil) != want {
			t.Errorf("failed: %v", h.failed)
		}
	}
}
