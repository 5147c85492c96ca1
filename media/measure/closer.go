package measure

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"kaodian/app/base/shown"
	"kaodian/media/ffmpeg"
)

// Where only key frames were decoded, a cut is only suspected; each suspicion
// is looked at with every picture around it. The list of packets gives most
// of them for nothing: an encoder pays for a cut with an unusually large
// picture, or with a key frame out of its turn.
const (
	// Between two key frames a player moves; more than usual for this clip is suspicious.
	suspectBroken = 1.5
	suspectSize   = 3.0  // times what pictures around it take
	keyShare      = 0.35 // of a key frame's size
	sizesAround   = 15
	earlyKey      = 0.6                    // of the usual time between two
	lead          = 700 * time.Millisecond // the steps before, which the cut is held against
	trail         = 300 * time.Millisecond
	maxWindows    = 10
	maxCloser     = 0.12 // of the clip's length is decoded for doubts
	minCloser     = 6 * time.Second
	everyPicture  = 15 * time.Millisecond // no more are looked at
)

type suspicion struct {
	shown.Span
	weight float64
}

// suspicions are the stretches worth a closer look, the most suspicious first.
// What pictures, sizes and key frames say cannot be weighed against each
// other, so they take turns: none keeps the others' worst from being looked at.
func suspicions(pictures []picture, packets *ffmpeg.Packets) []suspicion {
	kinds := [][]suspicion{largeChanges(pictures), largePackets(packets.Video), earlyKeys(packets.Video)}
	most := 0
	for _, list := range kinds {
		slices.SortStableFunc(list, func(a, b suspicion) int { return cmp.Compare(b.weight, a.weight) })
		most = max(most, len(list))
	}
	var all []suspicion
	for i := range most {
		for _, list := range kinds {
			if i < len(list) {
				all = append(all, list[i])
			}
		}
	}
	return all
}

func largeChanges(pictures []picture) []suspicion {
	if len(pictures) < 2 {
		return nil
	}
	var usual []float64
	for _, p := range pictures[1:] {
		usual = append(usual, p.broken)
	}
	slices.Sort(usual)
	minBroken := max(suspectBroken*usual[len(usual)/2], minShare)
	var found []suspicion
	for i := 1; i < len(pictures); i++ {
		if p := pictures[i]; p.broken >= minBroken && !p.moved {
			found = append(found, suspicion{shown.Span{From: pictures[i-1].at, To: p.at}, p.broken})
		}
	}
	return found
}

func largePackets(list []ffmpeg.Packet) []suspicion {
	var found []suspicion
	key := 0
	sizes := make([]int, 0, 2*sizesAround)
	for i, p := range list {
		if p.Key {
			key = p.Size
			continue
		}
		if float64(p.Size) < keyShare*float64(key) {
			continue
		}
		sizes = sizes[:0]
		for _, other := range list[max(i-sizesAround, 0):min(i+sizesAround, len(list))] {
			if !other.Key {
				sizes = append(sizes, other.Size)
			}
		}
		if usual := middle(sizes); float64(p.Size) > suspectSize*float64(usual) {
			found = append(found, suspicion{shown.Span{From: p.At, To: p.At}, min(float64(p.Size)/float64(max(key, 1)), 1)})
		}
	}
	return found
}

func earlyKeys(list []ffmpeg.Packet) []suspicion {
	var keys []time.Duration
	for _, p := range list {
		if p.Key {
			keys = append(keys, p.At)
		}
	}
	var steps []time.Duration
	for i := 1; i < len(keys); i++ {
		steps = append(steps, keys[i]-keys[i-1])
	}
	if len(steps) < 3 {
		return nil
	}
	usual := slices.Sorted(slices.Values(steps))[len(steps)/2]
	var found []suspicion
	for i, step := range steps {
		if float64(step) < earlyKey*float64(usual) {
			found = append(found, suspicion{shown.Span{From: keys[i+1], To: keys[i+1]}, 0.9})
		}
	}
	return found
}

// windows are what is decoded: suspicions with what is around them, within
// the budget, in the order of time. What two of them share is decoded, and
// counts, once: a cut is often suspected for its picture and for its packet.
func windows(list []suspicion, length time.Duration) []shown.Span {
	budget := max(time.Duration(maxCloser*float64(length)), minCloser)
	var chosen []shown.Span
	for _, s := range list {
		more := append(slices.Clone(chosen), shown.Span{From: max(s.From-lead, 0), To: s.To + trail})
		slices.SortFunc(more, func(a, b shown.Span) int { return cmp.Compare(a.From, b.From) })
		more = joined(more, 0)
		if len(more) <= maxWindows && total(more) <= budget {
			chosen = more
		}
	}
	return chosen
}

// lookCloser finds the cuts among the suspicions, and whether the last
// picture can be decoded. Not done is what was not found where its packets
// say that it is.
func (p *pass) lookCloser(ctx context.Context) (done bool, err error) {
	line := lineOf(p.packets.Video, ffmpeg.UsualStep(p.packets.Video))
	end := line.times[len(line.times)-1]
	for _, w := range append(windows(suspicions(p.pictures.list, p.packets), p.info.Duration), shown.Span{From: end - trail, To: end + lead}) {
		p.cuts.restart()
		err := p.tools.ReadCloser(ctx, p.path, p.info, p.packets.Start, w.From, w.To, p.cuts.write)
		if err != nil && !errors.Is(err, ffmpeg.ErrNotExamined) {
			return false, err
		}
		if err == nil && !line.found(w, p.cuts) {
			return false, nil
		}
	}
	p.lastPicture = p.cuts.last
	return true, nil
}

// found says that the pictures of a stretch, or most of them, are there: up to
// the last one that was to be seen.
func (l line) found(w shown.Span, seen cutMeter) bool {
	expected, last := 0, time.Duration(-1)
	for _, at := range l.times {
		if at < max(w.From, 0)+l.tolerance || at > w.To-l.tolerance || last >= 0 && at-last < everyPicture {
			continue
		}
		expected, last = expected+1, at
	}
	return 2*seen.count >= expected
}
