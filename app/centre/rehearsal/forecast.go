package rehearsal

import (
	"math"
	"slices"
	"time"
)

// Limit is what a room's candidates are limited by.
type Limit string

// The limits.
const (
	Radio     Limit = "radio"     // what the phones send at once
	Disk      Limit = "disk"      // what the disk writes and makes safe
	Processor Limit = "processor" // the checks of the videos
	Space     Limit = "space"     // free room until the next sending
)

// Facts are what a forecast is made of. Of the disk, the checks and the space
// nothing may be known (0); what is not known limits nothing.
type Facts struct {
	Clips     int   // of one candidate
	ClipBytes int64 // of one clip, as expected

	Rate     float64       // bytes per second of all phones that sent at once
	DiskRate float64       // bytes per second that the disk writes and makes safe
	Check    time.Duration // of one clip, one after another
	Space    *SpaceFacts   // nil: nothing is known
}

// SpaceFacts say how far the disk reaches.
type SpaceFacts struct {
	Free      int64         // bytes for clips: less the reserve and what is promised (R27)
	FullClip  int64         // bytes that a start reserves for each clip (R27)
	AtOnce    int           // candidates in the room at once
	UntilSync time.Duration // 0: no sending is planned
}

// Bound is how many candidates an hour one limit allows.
type Bound struct {
	Limit   Limit   `json:"limit"`
	PerHour float64 `json:"per_hour"`
}

const (
	// diskPasses: a clip is written when it comes, read to be examined and to be
	// sealed, and written once more into its batch. Reads cost about half.
	diskPasses = 3
	// spaceCopies: a clip lies on the disk once, and again in its batch until the
	// province has received that.
	spaceCopies = 2
	// The room until the next sending serves the hours of exams until then.
	minSpan, maxSpan = time.Hour, 10 * time.Hour
)

// Forecast says how many candidates an hour each limit allows, the lowest first:
//
//	radio      rate of all phones × 3600 / bytes of a candidate
//	disk       rate of the disk × 3600 / (3 × bytes of a candidate)
//	processor  3600 / (clips × seconds of a clip's check)
//	space      candidates that still fit / hours until the next sending (1 to 10)
//
// Bytes of a candidate are clips × the expected size. Candidates fit while those
// before them take twice their bytes and those in the room have their clips
// reserved at full size (R27).
func Forecast(f Facts) (bounds []Bound) {
	each := float64(f.Clips) * float64(f.ClipBytes)
	if each <= 0 {
		return nil
	}
	add := func(limit Limit, perHour float64) { bounds = append(bounds, Bound{limit, perHour}) }
	add(Radio, f.Rate*3600/each)
	if f.DiskRate > 0 {
		add(Disk, f.DiskRate*3600/(diskPasses*each))
	}
	if f.Check > 0 {
		add(Processor, 3600/(float64(f.Clips)*f.Check.Seconds()))
	}
	if f.Space != nil {
		add(Space, f.Space.perHour(f.Clips, each))
	}
	slices.SortStableFunc(bounds, func(a, b Bound) int {
		switch {
		case a.PerHour < b.PerHour:
			return -1
		case a.PerHour > b.PerHour:
			return 1
		}
		return 0
	})
	return bounds
}

func (s SpaceFacts) perHour(clips int, each float64) float64 {
	held := spaceCopies * each
	full := float64(clips) * float64(s.FullClip)
	waiting := float64(max(1, s.AtOnce)) * max(0, full-held)
	fit := max(0, math.Floor((float64(s.Free)-waiting)/held))
	span := min(max(s.UntilSync, minSpan), maxSpan)
	if s.UntilSync <= 0 {
		span = maxSpan
	}
	return fit / span.Hours()
}

// Outcome is what the verdict comes to.
type Outcome string

// The outcomes.
const (
	Go       Outcome = "go"
	NoGo     Outcome = "no_go"
	TooShort Outcome = "too_short" // to say anything
	Nobody   Outcome = "nobody"    // no phone sent
)

// Verdict is what a rehearsal comes to, and what it stands on.
type Verdict struct {
	Outcome   Outcome `json:"outcome"`
	PerHour   int     `json:"per_hour"`
	LimitedBy Limit   `json:"limited_by,omitempty"`
	Bounds    []Bound `json:"bounds,omitempty"`   // the lowest first
	Together  int     `json:"together,omitempty"` // phones that sent at once
	Rate      float64 `json:"rate,omitempty"`     // bytes per second of them together
	// Slow phones need longer for one candidate's videos than the exam's
	// shortest countdown lasts.
	Slow int `json:"slow,omitempty"`
}

// Judge compares the forecast with the candidates an hour that are expected.
func Judge(f Facts, expected int) Verdict {
	bounds := Forecast(f)
	if len(bounds) == 0 {
		return Verdict{Outcome: TooShort}
	}
	v := Verdict{Outcome: NoGo, PerHour: int(bounds[0].PerHour), LimitedBy: bounds[0].Limit, Bounds: bounds, Rate: f.Rate}
	if v.PerHour >= expected {
		v.Outcome = Go
	}
	return v
}
