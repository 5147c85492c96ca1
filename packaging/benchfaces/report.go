package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"

	"kaodian/media/vision"
)

// report is what is told of a folder of people.
type report struct {
	Engine     string    `json:"engine"`
	People     int       `json:"people"`
	Photos     int       `json:"photos"`
	Same       distances `json:"same"`
	Different  distances `json:"different"`
	CannotTell share     `json:"cannot_tell"` // pairs with a face that allows no verdict
	Between    share     `json:"between"`     // of the others, those between the card's two limits
	ROC        []point   `json:"roc"`
	AtMatch    point     `json:"at_match"` // at the limit of the network's card
	Asked      float64   `json:"false_match_rate_asked"`
	Threshold  *float64  `json:"threshold"` // nil where it cannot be stated
	Why        string    `json:"why,omitempty"`
}

// distances are cosines of the pairs that could be compared.
type distances struct {
	Pairs  int     `json:"pairs"`  // of photos
	People int     `json:"people"` // or pairs of people
	Least  float64 `json:"least"`
	Median float64 `json:"median"`
	Most   float64 `json:"most"`
}

// share is a rate with its 95 % confidence interval. Photos of one person are
// alike, so the interval is that of as many tries as there are people, or
// pairs of people, and not of as many as there are pairs of photos.
type share struct {
	Of   int     `json:"of"`
	Rate float64 `json:"rate"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// point is what a threshold does: different people taken for the same one, and
// the same one not recognised.
type point struct {
	Threshold     float64 `json:"threshold"`
	FalseMatch    share   `json:"false_match"`
	FalseNonMatch share   `json:"false_non_match"`
}

func summarise(photos []photo, pairs []pair, asked float64, about vision.About) report {
	people := map[string]bool{}
	for _, p := range photos {
		people[p.person] = true
	}
	same, different, silent := sorted(pairs)
	r := report{
		People: len(people), Photos: len(photos), Same: same.spread(), Different: different.spread(),
		CannotTell: wilson(silent, len(pairs), len(people)), Asked: asked,
	}
	for threshold := 0.0; threshold < 0.85; threshold += 0.1 {
		r.ROC = append(r.ROC, at(threshold, same, different))
	}
	r.AtMatch = at(about.Match, same, different)
	r.Between = between(about, same, different)
	r.Threshold, r.Why = choose(different, asked)
	return r
}

// list are the cosines of pairs, least first, and of how many people, or
// pairs of people, they are.
type list struct {
	cosines []float64
	people  int
}

// sorted parts the pairs into those of one person, those of two, and the
// number of those about which nothing can be said.
func sorted(pairs []pair) (same, different list, silent int) {
	var who [2]map[string]bool
	for i, l := range []*list{&same, &different} {
		who[i] = map[string]bool{}
		for _, p := range pairs {
			if p.similarity != nil && p.same == (i == 0) {
				l.cosines = append(l.cosines, *p.similarity)
				who[i][p.people] = true
			}
		}
		slices.Sort(l.cosines)
		l.people = len(who[i])
	}
	return same, different, len(pairs) - len(same.cosines) - len(different.cosines)
}

func (l list) spread() distances {
	n := len(l.cosines)
	if n == 0 {
		return distances{}
	}
	return distances{Pairs: n, People: l.people, Least: l.cosines[0], Median: l.cosines[n/2], Most: l.cosines[n-1]}
}

// share is how many of the list are hits.
func (l list) share(hits int) share { return wilson(hits, len(l.cosines), l.people) }

func at(threshold float64, same, different list) point {
	atLeast := func(l list) int {
		below, _ := slices.BinarySearch(l.cosines, threshold)
		return len(l.cosines) - below
	}
	return point{
		Threshold:     threshold,
		FalseMatch:    different.share(atLeast(different)),
		FalseNonMatch: same.share(len(same.cosines) - atLeast(same)),
	}
}

// between is the share of pairs about which the network leaves the verdict to
// people.
func between(about vision.About, lists ...list) share {
	found, all, people := 0, 0, 0
	for _, l := range lists {
		for _, cosine := range l.cosines {
			if cosine > about.NoMatch && cosine < about.Match {
				found++
			}
		}
		all, people = all+len(l.cosines), people+l.people
	}
	return wilson(found, all, people)
}

// choose is the least threshold whose false-match rate is shown to be at most
// the one asked for: the upper end of its interval counts. With no error among
// n pairs of people that end is about 3.8/n, so a small rate needs many.
func choose(different list, asked float64) (*float64, string) {
	n := len(different.cosines)
	for errors := range n {
		if different.share(errors).High > asked {
			if errors == 0 {
				break
			}
			threshold := math.Nextafter(different.cosines[n-errors], 2)
			return &threshold, ""
		}
	}
	pairs := math.Ceil(z*z/asked - z*z)
	people := math.Ceil((1 + math.Sqrt(1+8*pairs)) / 2) // each with each
	return nil, fmt.Sprintf("%d pairs of different people cannot show a false-match rate of %g; %.0f are needed, so photos of about %.0f people",
		different.people, asked, pairs, people)
}

// z is of a 95 % interval.
const z = 1.959964

// wilson is a rate and its interval, after Wilson 1927, for so many tries that
// say something new.
func wilson(hits, of, independent int) share {
	if of == 0 || independent == 0 {
		return share{High: 1}
	}
	n, p := float64(independent), float64(hits)/float64(of)
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return share{Of: of, Rate: p, Low: max(0, middle-half), High: min(1, middle+half)}
}

func (r report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\n%d people, %d photos\n\n", r.Engine, r.People, r.Photos)
	fmt.Fprintln(w, "cosine\tpairs of photos\tof people\tleast\tmedian\tmost")
	for _, row := range []struct {
		name string
		distances
	}{{"the same person", r.Same}, {"different people", r.Different}} {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.3f\t%.3f\t%.3f\n", row.name, row.Pairs, row.People, row.Least, row.Median, row.Most)
	}
	fmt.Fprintf(w, "\ncannot tell: no verdict allowed by the faces\t%s of %d pairs\n", r.CannotTell, r.CannotTell.Of)
	fmt.Fprintf(w, "cannot tell: between the card's limits\t%s of %d pairs\n\n", r.Between, r.Between.Of)
	fmt.Fprintln(w, "threshold\tfalse matches\tfalse non-matches")
	for _, p := range r.ROC {
		fmt.Fprintf(w, "%.1f\t%s\t%s\n", p.Threshold, p.FalseMatch, p.FalseNonMatch)
	}
	fmt.Fprintf(w, "\nat the card's limit of %.3f: false matches %s, false non-matches %s\n", r.AtMatch.Threshold, r.AtMatch.FalseMatch, r.AtMatch.FalseNonMatch)
	fmt.Fprintf(w, "the card's \"false_match_rate\" may be %.3f by these people\n", r.AtMatch.FalseMatch.High)
	if r.Threshold == nil {
		fmt.Fprintf(w, "\nno threshold: %s\n", r.Why)
	} else {
		fmt.Fprintf(w, "\nthreshold for a false-match rate of at most %g: %.3f\n", r.Asked, *r.Threshold)
	}
	return w.Flush()
}

func (s share) String() string {
	return fmt.Sprintf("%.2f %% (%.2f–%.2f)", 100*s.Rate, 100*s.Low, 100*s.High)
}
