package measure

import (
	"slices"
	"testing"
	"time"

	"kaodian/media/ffmpeg"
)

// moved are the times of packets, put off and without those that skip says.
func moved(list []ffmpeg.Packet, by time.Duration, skip func(at time.Duration) bool) []time.Duration {
	var times []time.Duration
	for _, p := range list {
		if skip == nil || !skip(p.At) {
			times = append(times, p.At+by)
		}
	}
	return times
}

// What comes out of a decoder is put where the packets say, or is not believed
// to be on their line.
func TestDecodedPicturesAreHeldAgainstThePackets(t *testing.T) {
	packets := even(30, 10, nil)
	step := time.Second / 30
	uneven := moved(packets, 2*step, nil)
	for i := range uneven[100:200] {
		uneven[100+i] += step / 2
	}
	cases := []struct {
		name  string
		shown []time.Duration
		said  bool
		ok    bool
		from  time.Duration // what the first picture's time becomes
	}{
		{"the same", moved(packets, 0, nil), true, true, 0},
		{"some could not be decoded", moved(packets, 0, between(3*time.Second, 5*time.Second)), true, true, 0},
		{"the end could not", moved(packets, 0, between(5*time.Second, 10*time.Second)), true, true, 0},
		{"a decoder two pictures late", moved(packets, 2*step, nil), false, true, 0},
		{"late and not even", uneven, false, true, 0},
		{"late, and some could not be decoded", moved(packets, 2*step, between(3*time.Second, 4*time.Second)), false, true, 0},
		{"another clock", moved(packets, 14*time.Second+step/2, between(0, time.Second)), true, false, 0},
		{"nothing was decoded", nil, true, true, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			move, ok := lineOf(packets, step).fit(c.shown, c.said)
			if ok != c.ok {
				t.Fatalf("agrees: %v", ok)
			}
			if ok && len(c.shown) > 0 && (move(c.shown[0])-c.from).Abs() > time.Millisecond {
				t.Errorf("the first picture is at %s, want %s", move(c.shown[0]), c.from)
			}
		})
	}
}

// Key frames stand for a clip only if they are where they ought to be.
func TestKeyFramesAreHeldAgainstThePackets(t *testing.T) {
	list := even(30, 10, nil)
	for i := range list {
		list[i].Key = i%30 == 0
	}
	seconds := func(numbers ...float64) (pictures []picture) {
		for _, n := range numbers {
			pictures = append(pictures, picture{at: time.Duration(n * float64(time.Second))})
		}
		return pictures
	}
	all := seconds(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
	cases := []struct {
		name     string
		pictures []picture
		want     bool
	}{
		{"all of them", all, true},
		{"one is missing", slices.Concat(all[:4], all[5:]), false},
		{"the last is missing", all[:9], false},
		{"the first is missing", all[1:], false},
		{"all a third of a second late", seconds(0.3, 1.3, 2.3, 3.3, 4.3, 5.3, 6.3, 7.3, 8.3, 9.3), false},
		{"none", nil, false},
	}
	for _, c := range cases {
		if got := agreesOnKeys(c.pictures, &ffmpeg.Packets{Video: list}); got != c.want {
			t.Errorf("%s: agrees %v", c.name, got)
		}
	}
}
