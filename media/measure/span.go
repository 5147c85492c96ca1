package measure

import (
	"slices"
	"time"

	"kaodian/app/base/shown"
)

// timed is something that was measured at a time and stands for a while.
type timed interface {
	from() time.Duration
	long() time.Duration
}

// stretches are where the condition holds without a break for at least that
// long. What was measured stands until the next, or for as long as it says.
func stretches[T timed](list []T, minLength time.Duration, holds func(T) bool) []shown.Span {
	var spans []shown.Span
	var run *shown.Span
	for i, item := range list {
		if !holds(item) {
			run = nil
			continue
		}
		end := item.from() + item.long()
		if i+1 < len(list) {
			end = max(list[i+1].from(), item.from())
		}
		if run == nil {
			spans = append(spans, shown.Span{From: item.from()})
			run = &spans[len(spans)-1]
		}
		run.To = end
	}
	return longer(spans, minLength)
}

// longer leaves the short ones out.
func longer(spans []shown.Span, minLength time.Duration) []shown.Span {
	return slices.DeleteFunc(spans, func(s shown.Span) bool { return s.Length() < minLength })
}

// joined makes one of neighbours less than that apart.
func joined(spans []shown.Span, apart time.Duration) []shown.Span {
	var list []shown.Span
	for _, s := range spans {
		if n := len(list); n > 0 && s.From-list[n-1].To < apart {
			list[n-1].To = max(s.To, list[n-1].To)
			continue
		}
		list = append(list, s)
	}
	return list
}

// total is how long they are together.
func total(spans []shown.Span) time.Duration {
	sum := time.Duration(0)
	for _, s := range spans {
		sum += s.Length()
	}
	return sum
}
