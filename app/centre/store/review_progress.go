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
func (s *Store) progress(ctx context.Context, q *query.Queries, f ReviewFilter, queue []query.ListReviewQueueRow) (*ReviewProgress, error) {
	left, err := s.waitingFor(ctx, q, f, queue)
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

// waitingFor are all clips that wait for the examiner: the queue itself, where the
// filter wishes for nothing else, so that tens of thousands are read once.
func (s *Store) waitingFor(ctx context.Context, q *query.Queries, f ReviewFilter, queue []query.ListReviewQueueRow) ([]query.ListReviewQueueRow, error) {
	all := ReviewFilter{Subject: f.Subject, Grade: f.Grade, Unmarked: true, Sealed: SealedToo, Examiner: f.Examiner, Limit: f.Limit}
	if f == all {
		return queue, nil
	}
	return s.clipsToReview(ctx, q, all)
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
	type placed struct {
		place
		row query.ListReviewQueueRow
	}
	all := make([]placed, 0, len(queue))
	for _, row := range queue {
		all = append(all, placed{placeOf(examiner, row.OrderID, row.ItemID), row})
	}
	slices.SortFunc(all, func(a, b placed) int { return a.compare(b.place) })
	for i, one := range all {
		queue[i] = one.row
	}
}

// place is where a clip is in an examiner's queue: the order's lot is drawn once,
// because a queue has tens of thousands and compares each many times.
type place struct {
	lot         uint64
	order, item string
}

func placeOf(examiner, order, item string) place { return place{lot(examiner, order), order, item} }

func (p place) compare(other place) int {
	if p.lot != other.lot {
		return cmp.Compare(p.lot, other.lot)
	}
	return cmp.Or(strings.Compare(p.order, other.order), strings.Compare(p.item, other.item))
}

// lot is an order's place among all of an examiner's.
func lot(examiner, order string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(examiner + "\x00" + order)) // a hash's Write does not fail
	return h.Sum64()
}
