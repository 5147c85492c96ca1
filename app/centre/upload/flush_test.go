package upload

import (
	"testing"
	"time"
)

// The offset of a long body is written down on the way, of a fast one no more
// often than the time says, and always at the end.
func TestSyncsOfOneBodyAreApart(t *testing.T) {
	const pieces = 20
	data := random(pieces * smallBuffer)
	for _, test := range []struct {
		apart       time.Duration
		least, most int
	}{{1, pieces / 2, pieces}, {time.Hour, 1, 1}} {
		b := newBench(t)
		b.SyncApart = test.apart
		id := b.create(int64(len(data)) + 1).ID
		if u := b.mustSend(id, 0, data); u.Offset != int64(len(data)) {
			t.Errorf("%d of %d bytes are acknowledged", u.Offset, len(data))
		}
		if n := b.rows.records; n < test.least || n > test.most {
			t.Errorf("syncs %v apart: the offset was written down %d times, want %d to %d", test.apart, n, test.least, test.most)
		}
	}
}
