package store_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"sync/atomic"
	"testing"

	"kaodian/app/province/store"
	"kaodian/app/province/store/internal/query"
	"kaodian/sync/batch"
	"kaodian/sync/batch/batchtest"
	"kaodian/sync/records"
	"kaodian/sync/records/recordstest"
)

// counted counts the bytes that are read.
type counted struct {
	io.ReaderAt
	bytes atomic.Int64
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.ReaderAt.ReadAt(p, off)
	c.bytes.Add(int64(n))
	return n, err
}

// Reading is decrypting, so a batch whose rows lie far from those that they
// belong to would hold up every other centre.
func TestRecordsAreReadOnce(t *testing.T) {
	sent := recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original},
		"WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 1900) INSERT INTO facts SELECT 1000 + n, at, recorded_at, action, by_role, by_name, order_id, attempt_id, clip_id, reason, '\"' || hex(zeroblob(4000)) || '\"', hash FROM (SELECT * FROM facts LIMIT 1), c")
	source := &counted{ReaderAt: bytes.NewReader(sent)}
	r, err := records.Open(t.Context(), store.SQLite{}, source, int64(len(sent)))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := r.Judge(t.Context()); err != nil {
		t.Fatal(err)
	}
	if read := source.bytes.Load(); read != int64(len(sent)) || read < 12<<20 {
		t.Errorf("%d bytes are read of %d", read, len(sent))
	}
}

// A clip may have 200 departures and 2000 facts of 64 KB.
func TestTheFactsOfAClipAreReadOnceForAllDepartures(t *testing.T) {
	s := newStore(t)
	departures, errOf := s.PlanForTest(query.ListDepartures, 1, "order", "clip")
	remarks, err := s.PlanForTest(query.ListRemarks, 1, "order", "clip")
	if err := errors.Join(err, errOf); err != nil {
		t.Fatal(err)
	}
	if plan := strings.Join(departures, "\n"); strings.Contains(plan, "facts") {
		t.Error(plan)
	}
	if plan := strings.Join(remarks, "\n"); strings.Count(plan, " facts ") != 1 || !strings.Contains(plan, "facts_clip") {
		t.Error(plan)
	}
}

func TestADepartureHasOneRemark(t *testing.T) {
	s := enrolled(t)
	fact := func(seq, args string) string {
		return "INSERT INTO facts SELECT " + seq + ", at, recorded_at, action, by_role, by_name, order_id, attempt_id, clip_id, 'later', '" + args + "', hash FROM facts WHERE action = 'departure_marked' LIMIT 1"
	}
	sent := recordstest.Records(t, t.TempDir(), batch.Ref(ref), []batchtest.Media{original}, "UPDATE departures SET category = '5'",
		"UPDATE facts SET args = '{\"category\":5}' WHERE action = 'departure_marked'", fact("1001", `{"category":"5"}`))
	if _, err := takeIn(t, s, store.Batch{Ref: ref, ManifestSHA256: "m1"}, sent); err != nil {
		t.Fatal(err)
	}
	page, err := s.ListClips(t.Context(), store.ClipFilter{Limit: 10})
	if err != nil || len(page.Clips) != 1 {
		t.Fatalf("%d clips, %v", len(page.Clips), err)
	}
	if all := page.Clips[0].Review.Departures; len(all) != 1 || all[0].Remark != "白帽子" {
		t.Errorf("%+v", all)
	}
}
