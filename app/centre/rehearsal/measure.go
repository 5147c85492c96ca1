package rehearsal

import "time"

// Sample is one look at the phones: what came since the look before.
type Sample struct {
	Took    time.Duration
	Sending int   // phones that sent
	Bytes   int64 // of all of them
}

// Measure says how fast how many phones sent at once: as many as sent together
// for at least half of the time in which any sent. Phones that came later or
// left sooner do not water the room's speed down. ok is false if phones sent for
// less than least.
func Measure(samples []Sample, least time.Duration) (together int, rate float64, ok bool) {
	var total time.Duration
	most := 0
	for _, s := range samples {
		if s.Sending > 0 {
			total += s.Took
		}
		most = max(most, s.Sending)
	}
	if total <= 0 || total < least {
		return 0, 0, false
	}
	for together = most; together > 0; together-- {
		took, bytes := sumFrom(samples, together)
		if 2*took >= total {
			return together, float64(bytes) / took.Seconds(), true
		}
	}
	return 0, 0, false
}

// sumFrom sums the looks at which at least that many phones sent.
func sumFrom(samples []Sample, phones int) (took time.Duration, bytes int64) {
	for _, s := range samples {
		if s.Sending >= phones {
			took += s.Took
			bytes += s.Bytes
		}
	}
	return took, bytes
}
