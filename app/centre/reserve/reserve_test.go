package reserve

import (
	"path/filepath"
	"testing"
)

func TestRoomIsGivenUpPieceByPieceAndComesBackWhenThereIsAmple(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "reserve")
	free := int64(1 << 30)
	r := New(folder, func() (int64, int64, error) { return free, 1 << 30, nil })
	keep := func() {
		t.Helper()
		if err := r.Keep(); err != nil {
			t.Fatal(err)
		}
	}
	keep()
	if r.Left() != 1 {
		t.Fatalf("%v is kept", r.Left())
	}
	for n := range pieces {
		if !r.GiveUp() {
			t.Fatalf("no piece %d", n)
		}
	}
	if r.GiveUp() || r.Left() != 0 {
		t.Errorf("%v is left", r.Left())
	}
	free = maxBytes // as much as was given up, in use perhaps
	keep()
	if r.Left() != 0 {
		t.Errorf("%v came back although room is short", r.Left())
	}
	free = 1 << 30
	keep()
	if r.Left() != 1 {
		t.Errorf("%v came back", r.Left())
	}
}
