package exam

import (
	"testing"

	"kaodian/app/base/refusal"
)

func TestR21_AnExaminerSeesWhatCountsOfFinalOrders(t *testing.T) {
	r := rules()
	running := play(t, r, newOrder(), does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"))).order
	submitted := play(t, r, newOrder(), both()).order
	timedOut := play(t, r, newOrder(), does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00")), does("1 10:00", Tick{})).order
	sealed := timedOut
	sealed.SealedAt = at("1 10:30")
	voided := play(t, r, newOrder(), both(), does("1 09:20", void("a1"))).order
	for name, c := range map[string]struct {
		order Order
		clip  string
		when  string
		want  refusal.Code
	}{
		"of a running attempt":                {running, "c1", "1 09:10", OrderNotFinal},
		"of a submitted one":                  {submitted, "c1", "1 09:10", ""},
		"of one that timed out and may go on": {timedOut, "c1", "1 10:00", OrderNotFinal},
		"of one that is in a batch":           {sealed, "c1", "1 11:00", ""},
		"of an attempt that was voided":       {voided, "c1", "1 09:30", refusal.NotFound},
		"that is none of the order's":         {submitted, "c9", "1 09:10", refusal.NotFound},
	} {
		if err := c.order.CheckExaminer(c.clip, r, at(c.when)); refusal.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
