package measure

import (
	"math"
	"time"

	"kaodian/app/base/shown"
	"kaodian/media/ffmpeg"
)

const (
	soundGap  = 300 * time.Millisecond
	slowShare = 0.8 // of the usual number of pictures
)

func timingOf(p *ffmpeg.Packets, gap time.Duration) *shown.Timing {
	if p == nil || len(p.Video) == 0 {
		return nil
	}
	usual := ffmpeg.UsualStep(p.Video)
	t := &shown.Timing{Picture: spanOf(p.Video, usual)}
	t.PictureGaps = gaps(p.Video, usual, gap)
	if len(p.Audio) > 0 {
		step := ffmpeg.UsualStep(p.Audio)
		t.Sound = spanOf(p.Audio, step)
		t.SoundGaps = gaps(p.Audio, step, soundGap)
	}
	t.Uneven, t.Slow = unevenness(p.Video, usual)
	return t
}

// heard puts right what the packets say of the sound where what was decoded is
// at another time.
func heard(t *shown.Timing, m *soundMeter) *shown.Timing {
	if t == nil || m == nil || len(m.pieces) == 0 {
		return t
	}
	const apart = 250 * time.Millisecond // decoders warm up and drain
	sound := shown.Span{From: m.pieces[0].From, To: m.pieces[len(m.pieces)-1].To}
	if (sound.From-t.Sound.From).Abs() <= apart && (sound.To-t.Sound.To).Abs() <= apart {
		return t
	}
	t.Sound = sound
	t.SoundGaps = nil
	for i := 1; i < len(m.pieces); i++ {
		if gap := (shown.Span{From: m.pieces[i-1].To, To: m.pieces[i].From}); gap.Length() >= soundGap {
			t.SoundGaps = append(t.SoundGaps, gap)
		}
	}
	return t
}

func spanOf(list []ffmpeg.Packet, usual time.Duration) shown.Span {
	return shown.Span{From: max(list[0].At, 0), To: list[len(list)-1].At + usual}
}

// gaps are where the next packet comes later than the last one ended. A
// length that the container says counts for no more than it would usually
// be: one that was stretched over a gap does not hide it.
func gaps(list []ffmpeg.Packet, usual, minLength time.Duration) []shown.Span {
	var found []shown.Span
	for i := 1; i < len(list); i++ {
		end := list[i-1].At + usual
		if gap := list[i].At - end; gap >= minLength {
			found = append(found, shown.Span{From: end, To: list[i].At})
		}
	}
	return found
}

// second counts the pictures of one second.
type second struct {
	at    time.Duration
	count int
}

func (s second) from() time.Duration { return s.at }
func (s second) long() time.Duration { return time.Second }

// unevenness leaves the first second out, in which cameras find their pace,
// and the last, which is none.
func unevenness(list []ffmpeg.Packet, usual time.Duration) (float64, []shown.Span) {
	const limit = 1 << 16
	start, end := list[0].At+time.Second, list[len(list)-1].At
	count := int((end - start) / time.Second)
	if usual <= 0 || count < 1 || count > limit {
		return 0, nil
	}
	seconds := make([]second, count)
	for i := range seconds {
		seconds[i].at = start + time.Duration(i)*time.Second
	}
	for _, p := range list {
		if n := int((p.At - start) / time.Second); p.At >= start && n < count {
			seconds[n].count++
		}
	}
	expected := float64(time.Second) / float64(usual) * slowShare
	slow := stretches(seconds, 0, func(s second) bool { return float64(s.count) < expected })
	total := time.Duration(0)
	for _, s := range slow {
		total += s.Length()
	}
	return float64(total) / float64(time.Duration(count)*time.Second), slow
}

// idleBetween says whether an encoder had nothing to say in a stretch: its
// pictures between key frames take a tenth of what they usually do.
func idleBetween(list []ffmpeg.Packet) func(from, to time.Duration) bool {
	sizes := func(from, to time.Duration) []int {
		var found []int
		for _, p := range list {
			if !p.Key && p.At > from && p.At < to {
				found = append(found, p.Size)
			}
		}
		return found
	}
	const share, enough = 10, 3
	usual := sizes(-1, math.MaxInt64)
	if len(usual) == 0 {
		return func(_, _ time.Duration) bool { return false }
	}
	limit := middle(usual) / share
	return func(from, to time.Duration) bool {
		between := sizes(from, to)
		return len(between) >= enough && middle(between) <= limit
	}
}
