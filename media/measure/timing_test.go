package measure

import (
	"slices"
	"testing"
	"time"

	"kaodian/app/base/shown"
	"kaodian/media/ffmpeg"
)

// even is a track with so many packets a second, those left out that skip says.
func even(rate, seconds int, skip func(at time.Duration) bool) []ffmpeg.Packet {
	var list []ffmpeg.Packet
	for i := range rate * seconds {
		at := time.Duration(i) * time.Second / time.Duration(rate)
		if skip == nil || !skip(at) {
			list = append(list, ffmpeg.Packet{At: at, Size: 100})
		}
	}
	return list
}

func between(from, to time.Duration) func(time.Duration) bool {
	return func(at time.Duration) bool { return at >= from && at < to }
}

func TestTimesOfPackets(t *testing.T) {
	slow := func(at time.Duration) bool { return at >= 4*time.Second && (at/(time.Second/30))%2 == 1 }
	cases := []struct {
		name         string
		video, audio []ffmpeg.Packet
		gaps         int
		uneven       float64
	}{
		{"even", even(30, 10, nil), even(50, 10, nil), 0, 0},
		{"no sound", even(30, 10, nil), nil, 0, 0},
		{"a second of pictures missing", even(30, 10, between(5*time.Second, 6*time.Second)), even(50, 10, nil), 1, 0.125},
		{"near the limit: 0.4 s of pictures missing", even(30, 10, between(5*time.Second, 5400*time.Millisecond)), even(50, 10, nil), 0, 0.125},
		{"half a second of sound missing", even(30, 10, nil), even(50, 10, between(5*time.Second, 5500*time.Millisecond)), 1, 0},
		{"near the limit: 0.2 s of sound missing", even(30, 10, nil), even(50, 10, between(5*time.Second, 5200*time.Millisecond)), 0, 0},
		{"half the pictures from the fourth second on", even(30, 10, slow), even(50, 10, nil), 0, 0.625},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := timingOf(&ffmpeg.Packets{Video: c.video, Audio: c.audio, Whole: true}, limits.Gap)
			if found := len(got.PictureGaps) + len(got.SoundGaps); found != c.gaps || got.Uneven != c.uneven {
				t.Errorf("gaps of the picture %v, of the sound %v, uneven %v in %v", got.PictureGaps, got.SoundGaps, got.Uneven, got.Slow)
			}
			if (got.Picture.To-10*time.Second).Abs() > 70*time.Millisecond || (got.Sound.To > 0) != (len(c.audio) > 0) {
				t.Errorf("picture %v, sound %v", got.Picture, got.Sound)
			}
		})
	}
}

func TestNoPacketsAreNoTiming(t *testing.T) {
	if timingOf(nil, limits.Gap) != nil || timingOf(&ffmpeg.Packets{}, limits.Gap) != nil {
		t.Error("something was said of nothing")
	}
	one := timingOf(&ffmpeg.Packets{Video: []ffmpeg.Packet{{Length: time.Second}}}, limits.Gap)
	if one == nil || one.Uneven != 0 || one.PictureGaps != nil {
		t.Errorf("%+v", one)
	}
}

// A thousand doubts are looked at within the budget, each moment once.
func TestDoubtsAreLookedAtWithinABudget(t *testing.T) {
	var doubts []suspicion
	for i := range 1000 {
		at := time.Duration(i) * 100 * time.Millisecond
		doubts = append(doubts, suspicion{shown.Span{From: at, To: at}, 1})
	}
	total, end := time.Duration(0), time.Duration(-1)
	for _, w := range windows(doubts, 100*time.Second) {
		if w.From < end {
			t.Errorf("%v again after %v", w, end)
		}
		total, end = total+w.Length(), w.To
	}
	if total == 0 || total > 12*time.Second {
		t.Errorf("%s are looked at", total)
	}
}

// What is suspected twice is looked at once, and leaves the budget to the next.
func TestADoubtThatIsThereTwiceCountsOnce(t *testing.T) {
	var doubts []suspicion
	cuts := []time.Duration{4300 * time.Millisecond, 9400 * time.Millisecond, 16300 * time.Millisecond}
	for _, at := range cuts {
		second := at.Truncate(time.Second)
		doubts = append(doubts, suspicion{shown.Span{From: second, To: second + time.Second}, 1}, suspicion{shown.Span{From: at, To: at}, 0.9})
	}
	seen := windows(doubts, 20*time.Second)
	for _, at := range cuts {
		if !slices.ContainsFunc(seen, func(w shown.Span) bool { return w.From < at && at < w.To }) {
			t.Errorf("%s is not looked at, only %v", at, seen)
		}
	}
}

// Where many packets are large, the picture that is another is still looked at.
func TestNoKindOfDoubtHidesAnother(t *testing.T) {
	packets := &ffmpeg.Packets{Video: even(30, 12, nil)}
	for i := range packets.Video {
		p := &packets.Video[i]
		if p.Key = i%30 == 0; p.Key {
			p.Size = 1000
		} else if i%30 == 3 {
			p.Size = 900
		}
	}
	pictures := make([]picture, 12)
	for i := range pictures {
		pictures[i].at = time.Duration(i) * time.Second
	}
	pictures[6].broken = 0.3
	cut := 5500 * time.Millisecond
	seen := windows(suspicions(pictures, packets), 12*time.Second)
	if !slices.ContainsFunc(seen, func(w shown.Span) bool { return w.From < cut && cut < w.To }) {
		t.Errorf("%s is not looked at, only %v", cut, seen)
	}
}
