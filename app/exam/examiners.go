package exam

import (
	"cmp"
	"slices"
	"time"
)

// ExaminerRecord is what an examiner's levels of whole orders look like beside each
// other and beside other examiners'. It decides nothing: who is strict may be right.
type ExaminerRecord struct {
	Examiner string
	Orders   int           // marked as a whole
	Levels   map[Level]int // how many of them got which
	Common   int           // of them, those that another examiner marked too
	Equal    int           // of the common ones, those where all gave the same
	// Apart is by how many levels the examiner is above the mean of the others of
	// the same order, on average: above 0 is milder, below stricter.
	Apart float64
	// Drift is by how many levels the later half of a day's marks is above the
	// earlier one, on average over the Days that have marks enough.
	Drift float64
	Days  int
}

// driftMarks is how many marks of a day say something about how the day went.
const driftMarks = 8

// ExaminerRecords are those of all who marked, by their names. The marks are of
// whole orders, order by order; days are those of the zone.
func ExaminerRecords(orders [][]Mark, zone *time.Location) []ExaminerRecord {
	byName := map[string]*examinerSums{}
	for _, marks := range orders {
		given := slices.DeleteFunc(slices.Clone(marks), func(m Mark) bool { return m.ItemID != "" || m.Round == ChairRound })
		for i, mark := range given {
			sums := byName[mark.By.Name]
			if sums == nil {
				sums = &examinerSums{ExaminerRecord: ExaminerRecord{Examiner: mark.By.Name, Levels: map[Level]int{}}}
				byName[mark.By.Name] = sums
			}
			sums.add(mark, slices.Delete(slices.Clone(given), i, i+1))
		}
	}
	records := make([]ExaminerRecord, 0, len(byName))
	for _, sums := range byName {
		records = append(records, sums.record(zone))
	}
	slices.SortFunc(records, func(a, b ExaminerRecord) int { return cmp.Compare(a.Examiner, b.Examiner) })
	return records
}

// examinerSums are a record in the making.
type examinerSums struct {
	ExaminerRecord
	apart float64
	own   []Mark
}

func (s *examinerSums) add(own Mark, others []Mark) {
	s.Orders++
	s.Levels[own.Level]++
	s.own = append(s.own, own)
	if len(others) == 0 {
		return
	}
	s.Common++
	s.apart += rank(own) - meanRank(others)
	if !slices.ContainsFunc(others, func(m Mark) bool { return m.Level != own.Level }) {
		s.Equal++
	}
}

func (s *examinerSums) record(zone *time.Location) ExaminerRecord {
	if s.Common > 0 {
		s.Apart = s.apart / float64(s.Common)
	}
	var drift float64
	for _, marks := range byDay(s.own, zone) {
		if len(marks) >= driftMarks {
			half := len(marks) / 2
			drift += meanRank(marks[len(marks)-half:]) - meanRank(marks[:half])
			s.Days++
		}
	}
	if s.Days > 0 {
		s.Drift = drift / float64(s.Days)
	}
	return s.ExaminerRecord
}

// byDay are the marks in the order in which they were given, day by day.
func byDay(marks []Mark, zone *time.Location) (days [][]Mark) {
	slices.SortStableFunc(marks, func(a, b Mark) int { return a.At.Compare(b.At) })
	day := func(m Mark) string { return m.At.In(zone).Format(time.DateOnly) }
	for i, mark := range marks {
		if i == 0 || day(mark) != day(marks[i-1]) {
			days = append(days, nil)
		}
		days[len(days)-1] = append(days[len(days)-1], mark)
	}
	return days
}

// rank is the mark's level as a number: 0 is 不合格, each level is 1.
func rank(m Mark) float64 { return float64(slices.Index(levels, m.Level)) }

func meanRank(marks []Mark) float64 {
	sum := 0.0
	for _, m := range marks {
		sum += rank(m)
	}
	return sum / float64(len(marks))
}
