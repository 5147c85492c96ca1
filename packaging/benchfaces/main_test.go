package main

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"kaodian/media/vision"
)

func TestAPersonIsAFolderOrANameBeforeANumber(t *testing.T) {
	for path, want := range map[string]string{"li/1.jpg": "li", "person-a-2.jpg": "person-a", "two-people.jpg": "two-people", "li/old/3.png": "li/old"} {
		if got := personOf(path); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}

// The published example: 0 of 10 has an upper end of 27.75 %, 8 of 10 lies
// from 49.02 to 94.33 %.
func TestTheIntervalIsWilsons(t *testing.T) {
	for _, c := range []struct {
		hits, of  int
		low, high float64
	}{{0, 10, 0, 0.2775}, {8, 10, 0.4902, 0.9433}, {10, 10, 0.7225, 1}} {
		s := wilson(c.hits, c.of, c.of)
		if math.Abs(s.Low-c.low) > 1e-4 || math.Abs(s.High-c.high) > 1e-4 {
			t.Errorf("%d of %d: %+v", c.hits, c.of, s)
		}
	}
}

// A threshold is stated only where the people can show its rate, however many
// photos there are of each.
func TestTooFewPeopleStateNoThreshold(t *testing.T) {
	var few []pair
	for range 10_000 { // 100 photos of each of two people
		few = append(few, pair{people: "li and wang", similarity: new(0.1)})
	}
	_, different, _ := sorted(few)
	if threshold, why := choose(different, 0.001); threshold != nil || !strings.Contains(why, "1 pairs") || !strings.Contains(why, "3838 are needed, so photos of about 89 people") {
		t.Errorf("%v, %q", threshold, why)
	}
	var many []pair
	for i := range 10_000 {
		many = append(many, pair{people: strconv.Itoa(i), similarity: new(float64(i) / 10_000)})
	}
	_, different, _ = sorted(many)
	threshold, _ := choose(different, 0.01)
	if threshold == nil || *threshold < 0.99 || *threshold > 0.995 {
		t.Fatalf("%v", threshold)
	}
	if got := at(*threshold, list{}, different).FalseMatch; got.High > 0.01 || got.Rate == 0 {
		t.Errorf("its rate is %+v", got)
	}
}

func TestPairsArePartedByWhatCanBeSaid(t *testing.T) {
	same, different, silent := sorted([]pair{
		{same: true, people: "a and a", similarity: new(0.7)}, {same: true, people: "a and a", similarity: new(0.5)},
		{people: "a and b", similarity: new(0.2)}, {people: "a and c", similarity: nil},
	})
	if got := same.spread(); got.Pairs != 2 || got.People != 1 || got.Least != 0.5 || got.Most != 0.7 {
		t.Errorf("%+v", got)
	}
	if got := different.spread(); got.Pairs != 1 || got.People != 1 || silent != 1 {
		t.Errorf("%+v, %d silent", got, silent)
	}
}

// A pair is left to people when a face allows no verdict, or when its cosine
// lies between the two limits.
func TestWhatCannotBeToldIsCounted(t *testing.T) {
	r := summarise([]photo{{person: "a"}, {person: "b"}, {person: "c"}}, []pair{
		{same: true, people: "a and a", similarity: new(0.7)}, {people: "a and b", similarity: new(0.3)},
		{people: "a and c", similarity: new(0.1)}, {people: "b and c"},
	}, 0.001, vision.About{NoMatch: 0.25, Match: 0.4})
	if r.CannotTell.Rate != 0.25 || r.CannotTell.Of != 4 || math.Abs(r.Between.Rate-1.0/3) > 1e-9 || r.Between.Of != 3 {
		t.Errorf("%+v, %+v", r.CannotTell, r.Between)
	}
	if blurred := (vision.Face{EyeDistance: 90, Sharpness: 20, Frontal: 0.9, Light: 120}); fit(blurred) {
		t.Error("a blurred face counts")
	}
}
