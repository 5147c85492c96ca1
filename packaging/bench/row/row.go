// Package row is what a benchmark prints: one line of numbers beside its peer
// or its limit. It keeps nothing and imports nothing of this project.
package row

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
)

// Row is one figure. Peer and Ratio are nil where there is no peer.
type Row struct {
	Name   string   `json:"name"` // part/what/how, with the unit at its end
	Ours   float64  `json:"ours"`
	Peer   *float64 `json:"peer"`
	Ratio  *float64 `json:"ratio"` // ours by peer
	Target string   `json:"target"`
	Holds  bool     `json:"holds"`
}

// AtLeast is a row whose ratio to the peer must reach target.
func AtLeast(name string, ours, peer, target float64) Row {
	r := beside(name, ours, peer)
	r.Target, r.Holds = fmt.Sprintf("ratio>=%g", target), *r.Ratio >= target
	return r
}

// AtMost is a row whose ratio to the peer must not exceed target.
func AtMost(name string, ours, peer, target float64) Row {
	r := beside(name, ours, peer)
	r.Target, r.Holds = fmt.Sprintf("ratio<=%g", target), *r.Ratio <= target
	return r
}

// Within is a row whose own figure must not exceed limit; a peer (nil: none)
// is shown beside it.
func Within(name string, ours float64, peer *float64, limit float64) Row {
	r := Row{Name: name, Ours: ours}
	if peer != nil {
		r = beside(name, ours, *peer)
	}
	r.Target, r.Holds = fmt.Sprintf("<=%g", limit), ours <= limit
	return r
}

func beside(name string, ours, peer float64) Row {
	ratio := 0.0
	if peer != 0 {
		ratio = ours / peer
	}
	return Row{Name: name, Ours: ours, Peer: &peer, Ratio: &ratio}
}

// String is the line for people.
func (r Row) String() string {
	verdict := ""
	if !r.Holds {
		verdict = "  MISSED"
	}
	return fmt.Sprintf("%s ours=%.4g peer=%s ratio=%s target=%s%s", r.Name, r.Ours, number(r.Peer), number(r.Ratio), r.Target, verdict)
}

func number(n *float64) string {
	if n == nil {
		return "-"
	}
	return fmt.Sprintf("%.4g", *n)
}

// Write puts the row on a line of its own, as `packaging/bench` reads it from
// its parts.
func (r Row) Write(to io.Writer) error { return json.NewEncoder(to).Encode(r) }

// Median is the middle of an odd number of values.
func Median(values []float64) float64 { return Quantile(values, 0.5) }

// Quantile is the value below which that share of the values lies; 0 for none.
func Quantile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}
