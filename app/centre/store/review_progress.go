package store

import (
	"cmp"
	"context"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"kaodian/app/centre/store/internal/query"
)

// ReviewProgress is how far an examiner is with what a filter of subject and
// grade leaves.
type ReviewProgress struct {
	Marked int           // clips that the examiner marked
	Left   int           // clips that wait for the examiner
	Time   time.Duration // that these will take, by the examiner's own pace
}

// Of the examiner's pace: the last marks that are looked at, how many make one, a
// longer wait than which was no work, and what a clip takes before there is one,
// in tenths of its duration (it is heard once, and written about).
const (
	paceMarks     = 41
	paceLeast     = 5
	paceBreak     = 30 * time.Minute
	tenthsOfAClip = 15
)

// progress is the examiner's, without the filter's other wishes.
func (s *Store) progress(ctx context.Context, q *query.Queries, f ReviewFilter) (*ReviewProgress, error) {
	left, err := s.reviewQueue(ctx, q, ReviewFilter{Subject: f.Subject, Grade: f.Grade, Unmarked: true, Sealed: SealedToo, Examiner: f.Examiner})
	if err != nil {
		return nil, err
	}
	marked, err := q.CountMarksBy(ctx, query.CountMarksByParams{ByName: f.Examiner, Subject: f.Subject, Grade: int64(f.Grade)})
	if err != nil {
		return nil, err
	}
	times, err := q.ListMarkTimesBy(ctx, query.ListMarkTimesByParams{ByName: f.Examiner, MaxRows: paceMarks})
	return &ReviewProgress{Marked: int(marked), Left: len(left), Time: timeFor(left, times)}, err
}

// timeFor is what the clips take an examiner who gave marks at these times, the
// newest first, in Unix milliseconds.
func timeFor(left []query.ListReviewQueueRow, times []int64) time.Duration {
	if pace := paceOf(times); pace > 0 {
		return time.Duration(len(left)) * pace
	}
	var all time.Duration
	for _, row := range left {
		all += time.Duration(row.DurationMs) * time.Millisecond
	}
	return all * tenthsOfAClip / 10
}

// paceOf is the median time between one mark and the next, 0 of too few.
func paceOf(times []int64) time.Duration {
	var gaps []time.Duration
	for i := 1; i < len(times); i++ {
		if gap := time.Duration(times[i-1]-times[i]) * time.Millisecond; gap <= paceBreak {
			gaps = append(gaps, gap)
		}
	}
	if len(gaps) < paceLeast {
		return 0
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// shuffle puts the queue into the examiner's own order: at random, so that neither
// doubts nor the time of day weigh on a mark, the clips of one order together, and
// the same at every asking (R21).
func shuffle(queue []query.ListReviewQueueRow, examiner string) {
	slices.SortFunc(queue, func(a, b query.ListReviewQueueRow) int {
		return comparePlaces(examiner, a.OrderID, a.ItemID, b.OrderID, b.ItemID)
	})
}

func comparePlaces(examiner, order, item, otherOrder, otherItem string) int {
	return cmp.Or(
		cmp.Compare(lot(examiner, order), lot(examiner, otherOrder)),
		strings.Compare(order, otherOrder),
		strings.Compare(item, otherItem),
	)
}

// lot is an order's place among all of an examiner's.
func lot(examiner, order string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(examiner + "\x00" + order)) // a hash's Write does not fail
	return h.Sum64()
}
