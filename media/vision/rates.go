package vision

import (
	"fmt"
	"strings"
)

// Sample is on whom a comparison was measured.
type Sample struct {
	Children   int `json:"children,omitempty"`    // people
	ChildPairs int `json:"child_pairs,omitempty"` // pairs of different ones
	Adults     int `json:"adults,omitempty"`      // people
	Portraits  int `json:"portraits,omitempty"`   // of the adults
}

// The measures of likeness that a rate is of.
const (
	MeasureCosine = "cosine"
	MeasureCohort = "cohort" // the cosine held against those to others (Beside)
)

// Whom a rate is of: pairs of different people, or of one.
const (
	OfChildren   = "children"
	OfAdults     = "adults"
	OfSameAdults = "same_adults"
)

// Rate is the share of pairs that are as alike as From, or more.
type Rate struct {
	Measure string  `json:"measure"`
	From    float64 `json:"from"`
	Of      string  `json:"of"`
	Share   float64 `json:"share"`
	// Low and High are the 95 % interval over people; both 0 where it is not known.
	Low  float64 `json:"low,omitempty"`
	High float64 `json:"high,omitempty"`
}

// SizeShare is the share of faces of so many pixels in a 720p picture that a
// detector finds.
type SizeShare struct {
	Pixels int     `json:"pixels"`
	Share  float64 `json:"share"`
}

// Alike is how many pairs reach the value: the rate measured at the greatest
// limit that it reaches. False below the least.
func (c Card) Alike(measure, of string, value float64) (Rate, bool) {
	var best Rate
	found := false
	for _, r := range c.Rates {
		if r.Measure == measure && r.Of == of && r.From <= value && (!found || r.From > best.From) {
			best, found = r, true
		}
	}
	return best, found
}

// CardOf finds the comparison of an engine, as findings name it.
func CardOf(engine string, cards []Card) (Card, bool) {
	for _, card := range cards {
		if card.Role == RoleComparison && strings.Contains(engine, card.Label()) {
			return card, true
		}
	}
	return Card{}, false
}

// Descent says in words whose the network is, as far as anybody knows.
func (c Card) Descent() string {
	licence := "no licence is declared"
	if c.Licence != "" {
		licence = "licence as declared: " + c.Licence
	}
	if c.Holder != "" {
		licence += " (its LICENSE names another holder: " + c.Holder + ")"
	}
	from := "origin unknown"
	switch {
	case c.Package != "":
		from = "from the npm package " + c.Package
	case c.URL != "":
		from = "from " + c.URL
	}
	training := "what it was trained on is not stated"
	if c.Training != "" {
		training = "trained on " + c.Training
	}
	return licence + "; " + from + "; " + training
}

// Limits says in words from which likeness on people are the same.
func (c Card) Limits() string {
	beside := ""
	if c.MatchCohort > 0 {
		beside = fmt.Sprintf(" (beside %d others of the centre from %.1f spreads)", CohortSize, c.MatchCohort)
	}
	return fmt.Sprintf("match from %.3f%s, no match up to %.3f; %s", c.Match, beside, c.NoMatch, c.Origin)
}

// Errors says in words how often it takes others for the same person.
func (c Card) Errors() string {
	var said []string
	for _, m := range []struct {
		measure, by string
		limit       float64
	}{{MeasureCosine, "", c.Match}, {MeasureCohort, ", beside others", c.MatchCohort}} {
		if rate, ok := c.Alike(m.measure, OfChildren, m.limit); ok && m.limit > 0 {
			said = append(said, fmt.Sprintf("of 10,000 pairs of different children %s reach %g%s", rate, rate.From, m.by))
		}
	}
	switch {
	case len(said) > 0:
		return fmt.Sprintf("%s (%d children, %d adults)", strings.Join(said, "; "), c.Sample.Children, c.Sample.Adults)
	case c.FalseMatchRate > 0:
		return fmt.Sprintf("it takes fewer than %.3g %% of others for the same person (95 %%; %s)", 100*c.FalseMatchRate, c.MeasuredOn)
	}
	return "how often it takes others for the same person was never measured"
}

// Finds says in words how small the faces are that a detector finds.
func (c Card) Finds() string {
	if len(c.Sizes) == 0 {
		return "how small the faces are that it finds was never measured"
	}
	var said []string
	for _, s := range c.Sizes {
		said = append(said, fmt.Sprintf("%.0f %% of those of %d pixels", 100*s.Share, s.Pixels))
	}
	return "in 720p it finds " + strings.Join(said, ", ")
}

// String is the rate among 10,000 pairs, with its interval.
func (r Rate) String() string {
	const pairs = 10_000
	if r.High == 0 {
		return fmt.Sprintf("%.0f", r.Share*pairs)
	}
	return fmt.Sprintf("%.0f [%.0f, %.0f]", r.Share*pairs, r.Low*pairs, r.High*pairs)
}
