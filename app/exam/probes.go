package exam

import (
	"slices"
	"time"

	"kaodian/app/base/refusal"
)

// Standard is what the committee gives an order that examiners are held against
// (R21). The order keeps its own result, whatever examiners give it in a probe.
type Standard struct {
	OrderID string
	Level   Level
	Reason  string
	By      Actor
	At      time.Time
}

// ProbeKind is why an examiner has an order to mark that does not wait for a mark.
type ProbeKind string

// The kinds: before an examiner's first real order, in the midst of the work, an order
// that the examiner marked on an earlier day, of which nothing follows, and an appeal,
// from which the order's result may follow.
const (
	ProbeQualification ProbeKind = "qualification"
	ProbeSeed          ProbeKind = "seed"
	ProbeAgain         ProbeKind = "again"
	ProbeAppeal        ProbeKind = "appeal"
)

// Probe is one examiner's marking of an order that was marked before, which the
// examiner takes for any other. What is said in it is kept here: it counts for
// nothing of the order's, and does not travel.
type Probe struct {
	OrderID   string
	Examiner  string
	Kind      ProbeKind
	Level     Level // that the examiner is held against: the committee's, or the examiner's former one
	Tolerance int   // levels
	Given     Level // "" until the order as a whole is marked
	Begun     time.Time
	Finished  time.Time // when the whole was first marked, zero before
	Said      ProbeSaid
}

// ProbeSaid is all that an examiner said of an order in a probe.
type ProbeSaid struct {
	Marks      []Mark
	Hearings   map[string][]Hearing   // by clip
	Departures map[string][]Departure // by clip
	Unmarkable []Irregularity
	Facts      []Fact
}

// Within says that what was given lies within the tolerance.
func (p Probe) Within() bool {
	return p.Given != "" && apart([]Level{p.Given, p.Level}) <= p.Tolerance
}

// OfStandard says that the examiner is held against the committee's level.
func (p Probe) OfStandard() bool { return p.Kind == ProbeQualification || p.Kind == ProbeSeed }

// maxOutside is how many probes in a row may lie outside of the tolerance before
// an examiner's work is stopped.
const maxOutside = 2

// Stopped says that the examiner's newest probes since the last release all lie
// outside of the tolerance, so that an administrator has to talk to the examiner.
func Stopped(probes []Probe, released time.Time) bool {
	var since []Probe
	for _, p := range probes {
		if p.OfStandard() && p.Finished.After(released) {
			since = append(since, p)
		}
	}
	slices.SortStableFunc(since, func(a, b Probe) int { return b.Finished.Compare(a.Finished) })
	return len(since) >= maxOutside && !slices.ContainsFunc(since[:maxOutside], Probe.Within)
}

// Qualified says that the examiner marked standard orders enough within the
// tolerance to mark real ones; probes are those of one subject.
func (r Rules) Qualified(probes []Probe) bool { return r.QualificationLeft(probes) == 0 }

// QualificationLeft is how many standard orders are still to be marked so.
func (r Rules) QualificationLeft(probes []Probe) int {
	within := 0
	for _, p := range probes {
		if p.Kind == ProbeQualification && p.Within() {
			within++
		}
	}
	return max(0, r.Qualification-within)
}

// NewProbe is the examiner's, of an order that the committee gave that level; probes
// are those that the examiner had in the order's subject.
func (r Rules) NewProbe(o Order, examiner string, s Standard, probes []Probe, now time.Time) Probe {
	kind := ProbeSeed
	if !r.Qualified(probes) {
		kind = ProbeQualification
	}
	return Probe{OrderID: o.ID, Examiner: examiner, Kind: kind, Level: s.Level, Tolerance: r.marking(o.Subject).Tolerance, Begun: now}
}

// Again is the probe of an order that the examiner gave that level before.
func (r Rules) Again(o Order, examiner string, before Level, now time.Time) Probe {
	return Probe{OrderID: o.ID, Examiner: examiner, Kind: ProbeAgain, Level: before, Tolerance: r.marking(o.Subject).Tolerance, Begun: now}
}

// Blind is the probe of an order whose level an appeal asks about.
func (r Rules) Blind(o Order, examiner string, former Level, tolerance int, now time.Time) Probe {
	return Probe{OrderID: o.ID, Examiner: examiner, Kind: ProbeAppeal, Level: former, Tolerance: tolerance, Begun: now}
}

// AgainDue is how many of an examiner's orders have come back by now, of so many that
// the examiner marked on earlier days: one for each begun lot of AgainEvery.
func (r Rules) AgainDue(marked int) int {
	if r.AgainEvery == 0 {
		return 0
	}
	return (marked + r.AgainEvery - 1) / r.AgainEvery
}

// CheckStandard refuses an order that is no standard for others: one that has no
// level of its own.
func (o Order) CheckStandard(r Rules, now time.Time) error {
	if err := o.takesMarks(r, now); err != nil {
		return err
	}
	if !o.Marked() {
		return refusal.New(StandardUnmarked)
	}
	return nil
}

// IsVoice says whether the examiner marked the order.
func (o Order) IsVoice(examiner string) bool {
	return slices.ContainsFunc(o.Marks, func(m Mark) bool { return m.By.Name == examiner })
}

// InProbe is the order as it would be if nobody but the examiner of the probe had
// looked at it: nothing tells it from one that waits for a mark.
func (o Order) InProbe(p Probe) Order {
	o = o.Clone()
	o.Marks, o.Marking = slices.Clone(p.Said.Marks), Marking{}
	others := func(i Irregularity) bool { return i.Category == Unmarkable }
	o.Irregularities = append(slices.DeleteFunc(o.Irregularities, others), p.Said.Unmarkable...)
	o.eachClip(func(c *Clip) {
		c.Hearings, c.Departures = slices.Clone(p.Said.Hearings[c.ID]), slices.Clone(p.Said.Departures[c.ID])
	})
	return o
}

func (o Order) eachClip(do func(*Clip)) {
	for _, attempt := range o.Attempts {
		for _, item := range attempt.Items {
			if item.Clip != nil {
				do(item.Clip)
			}
		}
	}
}

// Apply is the probe after something that its examiner did to the order, as it is
// in the probe.
func (p Probe) Apply(r Rules, o Order, e Event, now time.Time) (Probe, error) {
	before := o.InProbe(p)
	after, facts, err := Apply(r, before, e, now)
	if err != nil || len(facts) == 0 {
		return p, err
	}
	p.Said = ProbeSaid{
		Marks: after.Marks, Hearings: map[string][]Hearing{}, Departures: map[string][]Departure{},
		Unmarkable: after.Irregularities[len(before.Irregularities)-len(p.Said.Unmarkable):], Facts: slices.Concat(p.Said.Facts, facts),
	}
	after.eachClip(func(c *Clip) { p.Said.Hearings[c.ID], p.Said.Departures[c.ID] = c.Hearings, c.Departures })
	if whole := after.markOf("", p.Examiner); whole != nil {
		p.Given = whole.Level
		if p.Finished.IsZero() {
			p.Finished = now
		}
	}
	return p, nil
}

// ToldInProbe says whether a fact of the order is told to the examiner of a probe:
// what came of it when others marked it is not.
func (f Fact) ToldInProbe() bool {
	switch f.Kind {
	case FactHeard, FactDeparture, FactDepartureUndone, FactMarked, FactSettled, FactAppealed, FactAppealDecided, FactRecused, FactReadmitted, FactSealed, FactFreed,
		FactResultConfirmed, FactResultPublished, FactResultWithdrawn:
		return false
	case FactNoted, FactNoteUndone:
		return f.Args["category"] != Unmarkable
	default:
		return true
	}
}

// Item is what the examiner gave an item, nil before.
func (p Probe) Item(id string) *Mark {
	return Order{Marks: p.Said.Marks}.markOf(id, p.Examiner)
}
