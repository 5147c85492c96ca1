package upload_test

import (
	"testing"

	"kaodian/app/centre/upload"
)

func TestR27RoomIsToldInStarts(t *testing.T) {
	const gb = 1 << 30
	for name, c := range map[string]struct {
		left  int64
		needs []int64
		want  upload.Plan
	}{
		"room for all that come, and more like them": {10 * gb, []int64{2 * gb, 2 * gb}, upload.Plan{Left: 10 * gb, Starts: 5, Coming: 2, Needed: 4 * gb, First: 2}},
		"exactly room for all":                       {4 * gb, []int64{2 * gb, 2 * gb}, upload.Plan{Left: 4 * gb, Starts: 2, Coming: 2, Needed: 4 * gb, First: 2}},
		"one byte too little for the last":           {4*gb - 1, []int64{2 * gb, 2 * gb}, upload.Plan{Left: 4*gb - 1, Starts: 1, Coming: 2, Needed: 4 * gb, Short: 1, First: 1}},
		"who comes later and needs less waits too":   {3 * gb, []int64{2 * gb, 2 * gb, gb}, upload.Plan{Left: 3 * gb, Starts: 1, Coming: 3, Needed: 5 * gb, Short: 2, First: 1}},
		"nobody comes":                               {7 * gb, nil, upload.Plan{Left: 7 * gb, Starts: 3}},
		"less than nothing is left":                  {-gb, []int64{gb}, upload.Plan{Coming: 1, Needed: gb, Short: 1}},
	} {
		if got := upload.PlanRoom(c.left, c.needs, 2*gb); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}
