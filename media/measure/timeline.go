package measure

import (
	"slices"
	"sort"
	"time"

	"kaodian/media/ffmpeg"
)

// The clip's time line is told twice: by the packets, before anything is
// decoded, and by the pictures that come out of the decoder. A finding stands
// on one only when the other says the same. Where they differ, everything is
// decoded and each picture gets the packet's time that is its own; where they
// cannot be brought together, what was decoded is what is shown.
const (
	minTolerance   = 3 * time.Millisecond // the pipe counts milliseconds
	agreeing       = 0.95                 // share of the pictures: a decoder makes up for a lost one
	maxDelay       = 17                   // pictures that a decoder may hold back
	beginTolerance = 300 * time.Millisecond
	seldom         = 900 * time.Millisecond // between two of the pictures a second
)

// line are the times of packets, in order.
type line struct {
	times     []time.Duration
	step      time.Duration // the usual one
	tolerance time.Duration
}

func lineOf(list []ffmpeg.Packet, step time.Duration) line {
	l := line{step: step, tolerance: max(step/3, minTolerance)}
	for _, p := range list {
		l.times = append(l.times, p.At)
	}
	return l
}

// from is the first time at or after at, and whether there is one.
func (l line) from(at time.Duration) (time.Duration, bool) {
	i := sort.Search(len(l.times), func(i int) bool { return l.times[i] >= at })
	if i == len(l.times) {
		return 0, false
	}
	return l.times[i], true
}

func (l line) has(at time.Duration) bool {
	next, ok := l.from(at - l.tolerance)
	return ok && next <= at+l.tolerance
}

// agreement is the share of the pictures, by as much earlier, that are on the line.
func (l line) agreement(shown []time.Duration, by time.Duration) float64 {
	count := 0
	for _, at := range shown {
		if l.has(at - by) {
			count++
		}
	}
	return float64(count) / float64(max(len(shown), 1))
}

// agreesAsItIs says that the pictures are on the line and begin with it: on an
// even line all are also when it is put off by whole steps.
func (l line) agreesAsItIs(shown []time.Duration) bool {
	return len(shown) > 0 && len(l.times) > 0 && (shown[0]-l.times[0]).Abs() <= max(beginTolerance, 2*l.step) && l.agreement(shown, 0) >= agreeing
}

// agreesOnKeys says the same of the key frames: after each picture comes the
// next key frame that is far enough away, and none is missing at the end.
func agreesOnKeys(pictures []picture, packets *ffmpeg.Packets) bool {
	keys := lineOf(slices.DeleteFunc(slices.Clone(packets.Video), func(p ffmpeg.Packet) bool { return !p.Key }), ffmpeg.UsualStep(packets.Video))
	due, more := keys.from(0)
	for _, p := range pictures {
		if !more || !keys.has(p.at) || p.at > due+keys.tolerance {
			return false
		}
		due, more = keys.from(p.at + seldom + keys.tolerance)
	}
	return !more
}

// fit is what a decoded picture's time is on the line; not ok where the two
// cannot be brought together. shown are the times of all decoded pictures.
func (l line) fit(shown []time.Duration, said bool) (move func(time.Duration) time.Duration, ok bool) {
	same := func(at time.Duration) time.Duration { return at }
	switch {
	case len(shown) == 0, said && l.agreesAsItIs(shown):
		return same, true
	case l.inOrder(shown):
		return func(at time.Duration) time.Duration {
			i := sort.Search(len(shown), func(i int) bool { return shown[i] >= at-minTolerance/2 })
			return l.times[min(i, len(shown)-1)]
		}, true
	}
	by, share := time.Duration(0), l.agreement(shown, 0)
	for n := range maxDelay {
		if better := l.agreement(shown, time.Duration(n)*l.step); better > share {
			by, share = time.Duration(n)*l.step, better
		}
	}
	return func(at time.Duration) time.Duration { return at - by }, share >= agreeing
}

// inOrder says that there are as many pictures as packets and that each is
// near its own: a decoder that is told only the order of decoding gives the
// times late, and not quite evenly.
func (l line) inOrder(shown []time.Duration) bool {
	if len(shown) != len(l.times) {
		return false
	}
	for i, at := range shown {
		if (at - l.times[i]).Abs() > maxDelay*l.step {
			return false
		}
	}
	return true
}

// packetsOf are the decoded pictures as a list of packets.
func packetsOf(shown []time.Duration) []ffmpeg.Packet {
	list := make([]ffmpeg.Packet, len(shown))
	for i, at := range shown {
		list[i].At = at
	}
	slices.SortStableFunc(list, func(a, b ffmpeg.Packet) int { return int(a.At - b.At) })
	return list
}
