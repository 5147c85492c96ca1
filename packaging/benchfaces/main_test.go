package main

import (
	"math"
	"strings"
	"testing"
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
		s := wilson(c.hits, c.of)
		if math.Abs(s.Low-c.low) > 1e-4 || math.Abs(s.High-c.high) > 1e-4 {
			t.Errorf("%d of %d: %+v", c.hits, c.of, s)
		}
	}
}

// A threshold is stated only where the data can show its rate.
func TestTooFewPairsStateNoThreshold(t *testing.T) {
	few := []float64{0.1, 0.15, 0.19}
	if threshold, why := choose(few, 0.001); threshold != nil || !strings.Contains(why, "3838") {
		t.Errorf("%v, %q", threshold, why)
	}
	many := make([]float64, 10_000)
	for i := range many {
		many[i] = float64(i) / 10_000
	}
	threshold, _ := choose(many, 0.01)
	if threshold == nil || *threshold < 0.99 || *threshold > 0.995 {
		t.Errorf("%v", threshold)
	}
	if wilson(int((1-*threshold)*10_000), 10_000).High > 0.01 {
		t.Error("its rate is above the one asked for")
	}
}
