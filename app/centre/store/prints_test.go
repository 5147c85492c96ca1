package store_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// inspected records an examination of the clip with that hash and print.
func (c *centre) inspected(clip, hash string, duration time.Duration, p store.Print) {
	c.t.Helper()
	in := store.Inspection{SHA256: hash, MediaType: "video/mp4", Print: p, Findings: []exam.Finding{{
		Kind: exam.KindReadable, Verdict: exam.Pass, Detail: "mov", Evidence: []exam.Evidence{{OtherID: "another"}},
	}}}
	in.Measurement.Duration = duration
	c.must(c.RecordInspection(c.t.Context(), clip, in))
}

func (c *centre) alike(clip, hash string, duration time.Duration, p store.Print) (same, similar []string) {
	c.t.Helper()
	found, err := c.FindAlike(c.t.Context(), clip, hash, duration, p)
	c.must(err)
	for _, other := range found.Similar {
		similar = append(similar, other.ClipID)
	}
	return found.SameFile, similar
}

var (
	tune  = store.Print{Pictures: []byte{1}, Sound: []byte{1, 2, 3, 4, 5}, Keys: []uint32{10, 20, 30, 40, 4_000_000_000}}
	other = store.Print{Pictures: []byte{2}, Sound: []byte{9, 8, 7, 6, 5}, Keys: []uint32{11, 21, 31, 41}}
)

func TestR15AnOldClipIsFoundInAllOrdersAndAttempts(t *testing.T) {
	c := newCentre(t)
	first, second := c.enrol("T1"), c.enrolOther("T2", "110101201501019999")
	old, theirs := c.start(first), c.start(second)
	one, two := c.send(old, "1"), c.sendOf(second.PersonKey(), theirs, "1")
	c.inspected(one, "aa", time.Minute, tune)
	c.inspected(two, "aa", time.Minute, other)

	if same, similar := c.alike(two, "aa", time.Hour, tune); !slices.Equal(same, []string{one}) || !slices.Equal(similar, []string{one}) {
		t.Errorf("another order's clip: %v, %v", same, similar)
	}
	if same, similar := c.alike(two, "bb", time.Hour, store.Print{Pictures: []byte{1}, Keys: []uint32{10, 20}}); len(same)+len(similar) > 0 {
		t.Errorf("two tones in common: %v, %v", same, similar)
	}
	if _, similar := c.alike(two, "bb", time.Minute+store.PrintSlack, store.Print{Pictures: []byte{1}}); !slices.Equal(similar, []string{one}) {
		t.Errorf("of the same length: %v", similar)
	}

	_, err := c.Apply(t.Context(), first.ID, exam.ResetAttempt{AttemptID: old.ID, Device: "phone"})
	c.must(err)
	again := c.send(c.start(first), "1")
	if same, similar := c.alike(again, "aa", time.Hour, tune); !slices.Equal(same, []string{one, two}) || !slices.Equal(similar, []string{one}) {
		t.Errorf("of the reset attempt: %v, %v", same, similar)
	}
	if place, err := c.FindPlaceOfClip(t.Context(), one); err != nil || place.OrderID != first.ID || place.AttemptID != old.ID {
		t.Errorf("it was of %+v, %v", place, err)
	}
	found, err := c.FindClip(t.Context(), two)
	if err != nil || found.Findings[0].Detail != "mov" || found.Findings[0].Evidence[0].OtherID != "another" {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestR12AClipTakenAwayAndSentAgainIsNoOtherClip(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	first := c.send(attempt, "1")
	c.inspected(first, "aa", time.Minute, tune)
	_, err := c.Apply(t.Context(), order.ID, exam.DeleteClip{ClipID: first, Device: "phone"})
	c.must(err)
	second := c.send(attempt, "1")
	if same, similar := c.alike(second, "aa", time.Minute, tune); len(same)+len(similar) > 0 {
		t.Errorf("%v, %v", same, similar)
	}
}

func TestR26APracticeClipIsLikeNoOther(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	_, err := c.Apply(t.Context(), order.ID, exam.StartPractice{AttemptID: "practice", Device: "phone", Item: exam.ItemSpec{Name: "试录"}, Pick: func(int) int { return 7 }})
	c.must(err)
	order, err = c.FindOrder(t.Context(), order.ID)
	c.must(err)
	practice := c.send(order.Practice[0], "1")
	c.inspected(practice, "aa", time.Minute, tune)
	second := c.enrolOther("T2", "110101201501019999")
	real := c.sendOf(second.PersonKey(), c.start(second), "1")
	c.inspected(real, "aa", time.Minute, tune)
	for _, clip := range []string{practice, real} {
		if same, similar := c.alike(clip, "aa", time.Minute, tune); len(same)+len(similar) > 0 {
			t.Errorf("%v, %v", same, similar)
		}
	}
}

// R18: the clip that came first is told as well, once, and stands with the
// doubtful ones.
func TestTheEarlierClipIsToldOfTheLaterOne(t *testing.T) {
	c := newCentre(t)
	first, second := c.enrol("T1"), c.enrolOther("T2", "110101201501019999")
	one, two := c.send(c.start(first), "1"), c.sendOf(second.PersonKey(), c.start(second), "1")
	record := func(clip string, elsewhere ...exam.Elsewhere) {
		m := exam.Measurement{Elsewhere: elsewhere}
		c.must(c.RecordInspection(t.Context(), clip, store.Inspection{Measurement: m, Findings: exam.Judge(m, exam.Context{})}))
	}
	record(one)
	for range 2 { // an examination may be repeated
		record(two, exam.Elsewhere{ClipID: one, Same: exam.NoteSameRecording, Likeness: 0.9})
	}
	clip, err := c.FindClip(t.Context(), one)
	c.must(err)
	f := clip.Findings[slices.IndexFunc(clip.Findings, func(f exam.Finding) bool { return f.Kind == exam.KindElsewhere })]
	if f.Verdict != exam.Warn || f.Note != exam.NoteSameRecording || *f.Value != 1 || len(f.Evidence) != 1 || f.Evidence[0].OtherID != two {
		t.Errorf("%+v", f)
	}
}

func TestR15TheHashesGoWhenTheOrderIsFinal(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	old := c.send(attempt, "1")
	c.inspected(old, "aa", time.Minute, tune)
	_, err := c.Apply(t.Context(), order.ID, exam.ResetAttempt{AttemptID: attempt.ID, Device: "phone"})
	c.must(err)
	kept := func() (hashes, prints int) {
		c.must(c.DB().QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM clips WHERE sha256 <> ''), (SELECT count(*) FROM prints)").Scan(&hashes, &prints))
		return hashes, prints
	}
	attempt = c.start(order)
	c.inspected(c.send(attempt, "1"), "bb", time.Minute, other)
	_, err = c.Tick(t.Context())
	c.must(err)
	if hashes, prints := kept(); hashes != 2 || prints != 2 {
		t.Errorf("before the order is final: %d hashes, %d prints", hashes, prints)
	}
	_, err = c.Apply(t.Context(), order.ID, exam.Submit{AttemptID: attempt.ID, Device: "phone"})
	c.must(err)
	_, err = c.Tick(t.Context())
	c.must(err)
	if hashes, prints := kept(); hashes != 1 || prints != 1 {
		t.Errorf("of the final order: %d hashes, %d prints; want the submitted clip's", hashes, prints)
	}
}

// Ten thousand clips are what a centre has in a season.
func TestLookingUpAmongManyClipsIsFast(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	count, within := 500, 50*time.Millisecond
	if os.Getenv("KAODIAN_SOAK") != "" {
		count = 10_000
	}
	random := rand.New(rand.NewPCG(1, 2))
	tx, err := c.DB().BeginTx(t.Context(), nil)
	c.must(err)
	defer func() { _ = tx.Rollback() }()
	pictures, sound := make([]byte, 180*48), make([]byte, 1400*5)
	for i := range count {
		id := fmt.Sprint("clip", i)
		_, err := tx.ExecContext(t.Context(), "INSERT INTO clips (id, attempt_id, item_id, name, size, received_at, removed_at, sha256) VALUES (?, ?, '1', '', 1, 1, 1, ?)", id, attempt.ID, id)
		c.must(err)
		_, err = tx.ExecContext(t.Context(), "INSERT INTO prints (id, clip_id, duration_ms, pictures, sound) VALUES (?, ?, ?, ?, ?)", i+1, id, 60_000+random.IntN(240_000), pictures, sound)
		c.must(err)
		for range 300 {
			_, err = tx.ExecContext(t.Context(), "INSERT OR IGNORE INTO print_keys (key, print_id) VALUES (?, ?)", random.IntN(1<<20), i+1)
			c.must(err)
		}
	}
	c.must(tx.Commit())
	keys := make([]uint32, 300)
	for i := range keys {
		keys[i] = binary.LittleEndian.Uint32([]byte{byte(i), byte(i >> 8), byte(i % 16), 0})
	}
	_, err = c.Apply(t.Context(), order.ID, exam.ResetAttempt{AttemptID: attempt.ID, Device: "phone"})
	c.must(err)
	fresh := c.send(c.start(order), "1")
	start := time.Now()
	_, similar := c.alike(fresh, "aa", 3*time.Minute, store.Print{Pictures: pictures, Sound: sound, Keys: keys})
	took := time.Since(start)
	t.Logf("%d clips: %s, %d looked at", count, took, len(similar))
	if os.Getenv("KAODIAN_SOAK") != "" && took > within {
		t.Errorf("took %s, want less than %s", took, within)
	}
}
