package exam

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Rules are the settings of the exam. DefaultRules has the guide's values.
type Rules struct {
	TimeLimits      []TimeLimit
	MaxAttempts     int           // attempts of one order that count (R7)
	MaxClipBytes    int64         // size limit of one clip (R11)
	UploadGrace     time.Duration // how late the last byte of a begun upload may arrive (R13)
	ResetTimedOut   ResetSpan     // how long a timed-out attempt can be reset (R15)
	Location        *time.Location
	ReviewTime      time.Duration // how long a final order waits for its review before it is sealed (R21, R33)
	PracticeFirst   bool          // a practice run is required before the first attempt (R26)
	ProvinceDecides bool          // a centre's decision waits for the province (R20)
	MissingItem     MissingItem   // what a missing item means for the order (R21)
	Markers         int           // examiners who mark an order, each by themselves (R21)
	MarkTolerance   int           // levels that they may lie apart, of subjects without one of their own
	MarkTolerances  []MarkTolerance
	Qualification   int // standard orders of a subject within the tolerance before an examiner's first real one, 0 of none
	AgainEvery      int // one of so many of an examiner's own orders comes back on a later day, 0: none
	SeedEvery       int // of an examiner's orders every so many-th, and each day's first, is a standard order; 0: none
}

// TimeLimit is the countdown for a band of grades, both ends included (R7).
type TimeLimit struct {
	From, To int
	Limit    time.Duration
}

// ResetSpan says until when a timed-out attempt can be reset (R15).
type ResetSpan string

// The two spans: the day on which the deadline fell, or the whole window.
const (
	ResetWithinDay    ResetSpan = "day"
	ResetWithinWindow ResetSpan = "window"
)

const (
	minGrade = 1
	maxGrade = 10
)

// DefaultRules returns the guide's values in the given time zone.
func DefaultRules(zone *time.Location) Rules {
	return Rules{
		TimeLimits: []TimeLimit{
			{From: 1, To: 4, Limit: 30 * time.Minute},
			{From: 5, To: 7, Limit: 45 * time.Minute},
			{From: 8, To: 10, Limit: 60 * time.Minute},
		},
		MaxAttempts:   3,
		MaxClipBytes:  500 * 1024 * 1024,
		ResetTimedOut: ResetWithinDay,
		Location:      zone,
		MissingItem:   MissingLeftOut,
		Markers:       1,
		MarkTolerance: 1,
	}
}

// Check says what is wrong with the settings, or nil.
func (r Rules) Check() error {
	for grade := minGrade; grade <= maxGrade; grade++ {
		if r.Limit(grade) <= 0 {
			return fmt.Errorf("exam.time_limits: grade %d has no time limit; give every grade from 1 to 10 one", grade)
		}
	}
	switch {
	case r.MaxAttempts < 1:
		return fmt.Errorf("exam.max_attempts is %d; it must be 1 or more", r.MaxAttempts)
	case r.MaxClipBytes < 1:
		return fmt.Errorf("exam.max_clip_bytes is %d; it must be 1 or more", r.MaxClipBytes)
	case r.UploadGrace < 0:
		return fmt.Errorf("exam.upload_grace is %s; it must not be negative", r.UploadGrace)
	case r.ReviewTime < 0:
		return fmt.Errorf("exam.review_time is %s; it must not be negative", r.ReviewTime)
	case r.ResetTimedOut != ResetWithinDay && r.ResetTimedOut != ResetWithinWindow:
		return fmt.Errorf(`exam.auto_submit_reset is %q; it must be "day" or "window"`, r.ResetTimedOut)
	case r.MissingItem != MissingLeftOut && r.MissingItem != MissingFails:
		return fmt.Errorf(`exam.missing_item is %q; it must be "left_out" or "fails"`, r.MissingItem)
	case r.Location == nil:
		return fmt.Errorf("exam.timezone is missing; give a name such as Asia/Shanghai")
	}
	return r.checkMarking()
}

const (
	maxMarkers   = 3
	maxTolerance = 1 // the mean of two levels further apart is one that nobody gave

	maxQualification = 20
	minSeedEvery     = 2 // with 1 nothing but standard orders would be marked
	maxSeedEvery     = 1000
	maxAgainEvery    = 100 // at least one in a hundred
)

func (r Rules) checkMarking() error {
	if r.Markers < 1 || r.Markers > maxMarkers {
		return fmt.Errorf("exam.markers is %d; it must be from 1 to %d", r.Markers, maxMarkers)
	}
	if r.MarkTolerance < 0 || r.MarkTolerance > maxTolerance {
		return fmt.Errorf("exam.mark_tolerance is %d; it must be 0 or %d", r.MarkTolerance, maxTolerance)
	}
	if r.Qualification < 0 || r.Qualification > maxQualification {
		return fmt.Errorf("exam.qualification is %d; it must be from 0 (none) to %d", r.Qualification, maxQualification)
	}
	if r.SeedEvery != 0 && (r.SeedEvery < minSeedEvery || r.SeedEvery > maxSeedEvery) {
		return fmt.Errorf("exam.seed_every is %d; it must be 0 (none), or from %d to %d", r.SeedEvery, minSeedEvery, maxSeedEvery)
	}
	if r.AgainEvery < 0 || r.AgainEvery > maxAgainEvery {
		return fmt.Errorf("exam.again_every is %d; it must be from 0 (none) to %d", r.AgainEvery, maxAgainEvery)
	}
	for i, own := range r.MarkTolerances {
		same := func(other MarkTolerance) bool { return other.Subject == own.Subject }
		switch {
		case own.Subject == "" || own.Subject != strings.TrimSpace(own.Subject):
			return fmt.Errorf("exam.mark_tolerances: the subject %q is none; name it as the list of orders does, without spaces around it", own.Subject)
		case slices.ContainsFunc(r.MarkTolerances[:i], same):
			return fmt.Errorf("exam.mark_tolerances: %s is there twice; keep one of them", own.Subject)
		case own.Levels < 0 || own.Levels > maxTolerance:
			return fmt.Errorf("exam.mark_tolerances: the tolerance of %s is %d; it must be 0 or %d", own.Subject, own.Levels, maxTolerance)
		}
	}
	return nil
}

// Limit is the countdown of a grade (R7), 0 for a grade that has none.
func (r Rules) Limit(grade int) time.Duration {
	for _, band := range r.TimeLimits {
		if band.From <= grade && grade <= band.To {
			return band.Limit
		}
	}
	return 0
}

// MaxResets is how often one order can be reset: the last attempt never (R15).
func (r Rules) MaxResets() int { return r.MaxAttempts - 1 }

// dayEnd is the first moment after the centre's day in which t lies.
func (r Rules) dayEnd(t time.Time) time.Time {
	year, month, day := t.In(r.Location).Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, r.Location)
}
