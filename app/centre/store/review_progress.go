package store

import (
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/sqlkit"
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
func (s *Store) progress(ctx context.Context, q *query.Queries, f ReviewFilter, queue []placed) (*ReviewProgress, error) {
	left, err := s.waitingFor(ctx, q, f, queue)
	if err != nil {
		return nil, err
	}
	work, err := workOf(ctx, q, s.Rules(), f.Examiner)
	if err != nil {
		return nil, err
	}
	marked, err := q.CountMarksBy(ctx, query.CountMarksByParams{ByName: f.Examiner, Subject: f.Subject, Grade: int64(f.Grade)})
	if err != nil {
		return nil, err
	}
	times, err := q.ListMarkTimesBy(ctx, query.ListMarkTimesByParams{ByName: f.Examiner, MaxRows: paceMarks})
	if err != nil {
		return nil, err
	}
	for _, mark := range work.marksIn(ReviewFilter{}) {
		times = append(times, mark.At.UnixMilli())
	}
	slices.SortFunc(times, func(a, b int64) int { return cmp.Compare(b, a) })
	times = times[:min(len(times), paceMarks)]
	return &ReviewProgress{Marked: int(marked) + len(work.marksIn(f)), Left: len(left), Time: timeFor(left, times)}, nil
}

// waitingFor are all clips that wait for the examiner: the queue itself, where the
// filter wishes for nothing else, so that tens of thousands are read once.
func (s *Store) waitingFor(ctx context.Context, q *query.Queries, f ReviewFilter, queue []placed) ([]placed, error) {
	all := ReviewFilter{Subject: f.Subject, Grade: f.Grade, Unmarked: true, Sealed: SealedToo, Examiner: f.Examiner, Limit: f.Limit}
	if f == all {
		return queue, nil
	}
	return s.examinersQueue(ctx, q, all)
}

// timeFor is what the clips take an examiner who gave marks at these times, the
// newest first, in Unix milliseconds.
func timeFor(left []placed, times []int64) time.Duration {
	if pace := paceOf(times); pace > 0 {
		return time.Duration(len(left)) * pace
	}
	var all time.Duration
	for _, one := range left {
		all += time.Duration(one.row.DurationMs) * time.Millisecond
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

// place is where a clip is in an examiner's queue: at random, so that neither doubts
// nor the time of day weigh on a mark, the clips of one order together, and the same
// at every asking (R21). The order's lot is drawn once, because a queue has tens of
// thousands and compares each many times.
type place struct {
	lot         uint64
	behind      int // 1: behind all of the order that has the lot
	order, item string
}

func placeOf(examiner, order, item string) place { return place{lot(examiner, order), 0, order, item} }

func (p place) compare(other place) int {
	if p.lot != other.lot {
		return cmp.Compare(p.lot, other.lot)
	}
	return cmp.Or(cmp.Compare(p.behind, other.behind), strings.Compare(p.order, other.order), strings.Compare(p.item, other.item))
}

// mark is the place as a page's end tells it, behind the clip's id.
func (p place) mark() string { return fmt.Sprintf("~%016x%d", p.lot, p.behind) }

// behind is what comes in an examiner's queue after the filter's clip, all of it
// after "".
func behind(ctx context.Context, q *query.Queries, queue []placed, f ReviewFilter) ([]placed, error) {
	if f.After == "" {
		return queue, nil
	}
	id, mark, _ := strings.Cut(f.After, "~")
	row, err := q.FindQueuePlace(ctx, id)
	if err != nil {
		return nil, sqlkit.Absent(err)
	}
	last := placeOf(f.Examiner, row.OrderID, row.ItemID)
	if _, err := fmt.Sscanf(mark, "%16x%1d", &last.lot, &last.behind); err != nil {
		last = placeOf(f.Examiner, row.OrderID, row.ItemID) // it names a clip only
	}
	at := slices.IndexFunc(queue, func(one placed) bool { return one.compare(last) > 0 })
	if at < 0 {
		return nil, nil
	}
	return queue[at:], nil
}

// lot is an order's place among all of an examiner's.
func lot(examiner, order string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(examiner + "\x00" + order)) // a hash's Write does not fail
	return h.Sum64()
}
