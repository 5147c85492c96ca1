package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"text/tabwriter"
)

// report is what is told of a folder of people.
type report struct {
	Engine     string    `json:"engine"`
	People     int       `json:"people"`
	Photos     int       `json:"photos"`
	Same       distances `json:"same"`
	Different  distances `json:"different"`
	CannotTell share     `json:"cannot_tell"`
	ROC        []point   `json:"roc"`
	Asked      float64   `json:"false_match_rate_asked"`
	Threshold  *float64  `json:"threshold"` // nil where it cannot be stated
	Why        string    `json:"why,omitempty"`
}

// distances are cosines of the pairs that could be compared.
type distances struct {
	Pairs  int     `json:"pairs"`
	Least  float64 `json:"least"`
	Median float64 `json:"median"`
	Most   float64 `json:"most"`
}

// share is a rate with its 95 % confidence interval.
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

func summarise(photos []photo, pairs []pair, asked float64) report {
	people := map[string]bool{}
	for _, p := range photos {
		people[p.person] = true
	}
	var same, different []float64
	silent := 0
	for _, p := range pairs {
		switch {
		case p.similarity == nil:
			silent++
		case p.same:
			same = append(same, *p.similarity)
		default:
			different = append(different, *p.similarity)
		}
	}
	slices.Sort(same)
	slices.Sort(different)
	r := report{
		People: len(people), Photos: len(photos), Same: spread(same), Different: spread(different),
		CannotTell: wilson(silent, len(pairs)), Asked: asked,
	}
	for threshold := 0.0; threshold < 0.85; threshold += 0.1 {
		r.ROC = append(r.ROC, at(threshold, same, different))
	}
	r.Threshold, r.Why = choose(different, asked)
	return r
}

func spread(sorted []float64) distances {
	if len(sorted) == 0 {
		return distances{}
	}
	return distances{Pairs: len(sorted), Least: sorted[0], Median: sorted[len(sorted)/2], Most: sorted[len(sorted)-1]}
}

func at(threshold float64, same, different []float64) point {
	atLeast := func(list []float64) int {
		below, _ := slices.BinarySearch(list, threshold)
		return len(list) - below
	}
	return point{
		Threshold:     threshold,
		FalseMatch:    wilson(atLeast(different), len(different)),
		FalseNonMatch: wilson(len(same)-atLeast(same), len(same)),
	}
}

// choose is the least threshold whose false-match rate is shown to be at most
// the one asked for: the upper end of its interval counts. With no error among
// n pairs that end is about 3.8/n, so a small rate needs many people.
func choose(different []float64, asked float64) (*float64, string) {
	for errors := range different {
		if wilson(errors, len(different)).High > asked {
			if errors == 0 {
				break
			}
			threshold := math.Nextafter(different[len(different)-errors], 2)
			return &threshold, ""
		}
	}
	need := int(math.Ceil(z*z/asked - z*z))
	return nil, fmt.Sprintf("%d pairs of different people cannot show a false-match rate of %g; about %d are needed", len(different), asked, need)
}

// z is of a 95 % interval.
const z = 1.959964

// wilson is a rate and its interval, after Wilson 1927.
func wilson(hits, of int) share {
	if of == 0 {
		return share{High: 1}
	}
	n, p := float64(of), float64(hits)/float64(of)
	middle := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return share{Of: of, Rate: p, Low: max(0, middle-half), High: min(1, middle+half)}
}

func (r report) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\n%d people, %d photos\n\n", r.Engine, r.People, r.Photos)
	fmt.Fprintln(w, "cosine\tpairs\tleast\tmedian\tmost")
	for _, row := range []struct {
		name string
		distances
	}{{"the same person", r.Same}, {"different people", r.Different}} {
		fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\n", row.name, row.Pairs, row.Least, row.Median, row.Most)
	}
	fmt.Fprintf(w, "\ncannot tell\t%s of %d pairs\n\n", r.CannotTell, r.CannotTell.Of)
	fmt.Fprintln(w, "threshold\tfalse matches\tfalse non-matches")
	for _, p := range r.ROC {
		fmt.Fprintf(w, "%.1f\t%s\t%s\n", p.Threshold, p.FalseMatch, p.FalseNonMatch)
	}
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
