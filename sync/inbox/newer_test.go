package inbox_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"kaodian/app/province/store"
	"kaodian/sync/batch"
)

// A province that is updated later than a centre lets its batches lie: refused,
// the centre's chain would end.
func TestABatchOfALaterFormatWaitsForTheUpdate(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	b := s.Peek(t, plain("a"), w.records())
	now, next := fmt.Sprintf(`"version":%d`, batch.Version), fmt.Sprintf(`"version":%d,"what_nobody_knows_yet":[]`, batch.Version+1)
	later := bytes.Replace(b.Files[batch.ManifestName], []byte(now), []byte(next), 1)
	b.SignBytes(t, s.Signer, later)
	s.Sequence, s.Previous = 1, b.Sum()
	behind := s.Next(t, plain("b"), w.records())
	b.Write(t, w.root)
	behind.Write(t, w.root)
	for range 2 {
		outcomes := w.receive()
		for _, one := range []batch.Ref{b.Manifest.Ref(), behind.Manifest.Ref()} {
			if _, answered := w.receipt(one); statusOf(outcomes, one.Folder()) != "waiting" || answered {
				t.Fatalf("%+v, answered: %v", outcomes, answered)
			}
		}
		w.restart()
	}
	batches, err := w.store.ListBatches(t.Context(), "north", 10)
	must(t, err)
	told := map[int64]string{}
	for _, one := range batches {
		told[one.Ref.Sequence] = strings.Join(one.Reasons, "; ")
	}
	if !strings.Contains(told[1], "install a newer kaodian-province") || !strings.Contains(told[2], "batch 1 of this install is missing") {
		t.Errorf("the page tells %v", told)
	}
}

// What the program before this one let lie, this one takes in.
func TestABatchThatWaitedForTheUpdateIsTakenIn(t *testing.T) {
	w := newWorld(t)
	s := w.sender("north")
	b, behind := s.Next(t, plain("a"), w.records()), s.Next(t, plain("b"), w.records())
	for _, one := range []store.Batch{
		{Ref: store.Ref(b.Manifest.Ref()), ManifestSHA256: b.Sum(), Reasons: []string{"it has version 2; install a newer kaodian-province"}},
		{Ref: store.Ref(behind.Manifest.Ref()), ManifestSHA256: behind.Sum(), Reasons: []string{"batch 1 of this install is missing before it"}},
	} {
		one.Status = store.Waiting
		_, err := w.store.RecordOutcome(t.Context(), one)
		must(t, err)
	}
	b.Write(t, w.root)
	behind.Write(t, w.root)
	w.receive()
	batches, err := w.store.ListBatches(t.Context(), "north", 10)
	must(t, err)
	if len(batches) != 2 || batches[0].Status != store.Accepted || batches[1].Status != store.Accepted || w.clips() != 2 {
		t.Errorf("%+v, %d clips", batches, w.clips())
	}
}
