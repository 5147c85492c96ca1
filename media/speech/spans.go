package speech

import (
	"time"

	"kaodian/app/base/shown"
)

// Where speech begins and ends, as those who made the network use it: it begins at
// one likelihood and ends at a lower one, and what is shorter than a syllable or
// two is none.
const (
	begins   = 0.5
	ends     = 0.35
	shortest = 250 * time.Millisecond
)

// Spans are the times at which somebody speaks, of a sound from its beginning.
func (n *Network) Spans(samples []float32) (spans []shown.Span) {
	const step = time.Second * Step / Rate
	ear, from, speaks := n.Listen(), time.Duration(0), false
	at := time.Duration(0)
	for ; len(samples) >= Step; samples = samples[Step:] {
		switch chance := ear.Hear(samples); {
		case !speaks && chance >= begins:
			speaks, from = true, at
		case speaks && chance < ends:
			speaks, spans = false, add(spans, from, at)
		}
		at += step
	}
	if speaks {
		spans = add(spans, from, at)
	}
	return spans
}

func add(spans []shown.Span, from, to time.Duration) []shown.Span {
	if to-from < shortest {
		return spans
	}
	return append(spans, shown.Span{From: from, To: to})
}
