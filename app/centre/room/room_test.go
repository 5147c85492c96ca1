package room_test

import (
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/room"
)

func TestR27RoomIsToldInStarts(t *testing.T) {
	const gb = 1 << 30
	for name, c := range map[string]struct {
		left  int64
		needs []int64
		want  room.Plan
	}{
		"room for all that come, and more like them": {10 * gb, []int64{2 * gb, 2 * gb}, room.Plan{Left: 10 * gb, Starts: 5, Coming: 2, Needed: 4 * gb, First: 2}},
		"exactly room for all":                       {4 * gb, []int64{2 * gb, 2 * gb}, room.Plan{Left: 4 * gb, Starts: 2, Coming: 2, Needed: 4 * gb, First: 2}},
		"one byte too little for the last":           {4*gb - 1, []int64{2 * gb, 2 * gb}, room.Plan{Left: 4*gb - 1, Starts: 1, Coming: 2, Needed: 4 * gb, Short: 1, First: 1}},
		"who comes later and needs less waits too":   {3 * gb, []int64{2 * gb, 2 * gb, gb}, room.Plan{Left: 3 * gb, Starts: 1, Coming: 3, Needed: 5 * gb, Short: 2, First: 1}},
		"nobody comes":                               {7 * gb, nil, room.Plan{Left: 7 * gb, Starts: 3}},
		"less than nothing is left":                  {-gb, []int64{gb}, room.Plan{Coming: 1, Needed: gb, Short: 1}},
	} {
		if got := room.PlanStarts(c.left, c.needs, 2*gb); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

func TestR27TheReserveIsLeftAlone(t *testing.T) {
	const gb = 1 << 30
	for _, c := range []struct {
		space room.Space
		need  int64
		want  refusal.Code
	}{
		{room.Space{Free: 5 * gb, Total: 100 * gb}, 3 * gb, ""},
		{room.Space{Free: 5 * gb, Total: 100 * gb}, 3*gb + 1, refusal.DiskFull},
		{room.Space{Free: 2 * gb, Total: 20 * gb}, gb, ""}, // a small disk keeps a twentieth
		{room.Space{Free: 2 * gb, Total: 20 * gb}, gb + 1, refusal.DiskFull},
		{room.Space{Free: gb, Total: 100 * gb}, 0, refusal.DiskFull},
	} {
		if err := c.space.Check(c.need); refusal.CodeOf(err) != c.want {
			t.Errorf("%+v, %d more: %v, want %q", c.space, c.need, err, c.want)
		}
	}
	if left := (room.Space{Free: 5 * gb, Total: 100 * gb}).Left(4 * gb); left != -gb {
		t.Errorf("left %d", left)
	}
}
