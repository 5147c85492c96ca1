package exam

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// whole is a mark of an order as a whole, at that minute of 1 July.
func whole(name string, level Level, minute int) Mark {
	return Mark{Level: level, By: Actor{Role: ByStaff, Name: name}, At: at("1 09:00").Add(time.Duration(minute) * time.Minute), Round: 1}
}

func TestExaminersAreSeenBesideEachOther(t *testing.T) {
	chair := whole("组长", LevelFail, 3)
	chair.Round = ChairRound
	item := whole("甲", LevelFail, 0)
	item.ItemID = "1"
	orders := [][]Mark{
		{item, whole("甲", LevelGood, 0), whole("乙", LevelPass, 1)},
		{whole("甲", LevelGood, 2), whole("乙", LevelGood, 3), chair},
		{whole("甲", LevelExcellent, 4), whole("乙", LevelPass, 5), whole("丙", LevelGood, 6)},
		{whole("甲", LevelPass, 7)},
		nil,
	}
	want := []ExaminerRecord{
		{Examiner: "丙", Orders: 1, Levels: map[Level]int{LevelGood: 1}, Common: 1, Apart: 0},
		{Examiner: "乙", Orders: 3, Levels: map[Level]int{LevelPass: 2, LevelGood: 1}, Common: 3, Equal: 1, Apart: (-1 + 0 - 1.5) / 3},
		{Examiner: "甲", Orders: 4, Levels: map[Level]int{LevelGood: 2, LevelExcellent: 1, LevelPass: 1}, Common: 3, Equal: 1, Apart: (1 + 0 + 1.5) / 3},
	}
	if diff := cmp.Diff(want, ExaminerRecords(orders, shanghai)); diff != "" {
		t.Error(diff)
	}
}

// A day of an examiner who grows milder shows it; a day with few marks says nothing.
func TestAnExaminersDayIsSeen(t *testing.T) {
	var orders [][]Mark
	for i, level := range []Level{LevelPass, LevelPass, LevelPass, LevelGood, LevelPass, LevelGood, LevelGood, LevelGood, LevelExcellent} {
		orders = append(orders, []Mark{whole("甲", level, i)})
	}
	for i := range driftMarks - 1 { // another day, too few
		orders = append(orders, []Mark{whole("甲", LevelFail, 24*60+i)})
	}
	got := ExaminerRecords(orders, shanghai)[0]
	if got.Days != 1 || got.Drift != 1 {
		t.Errorf("%d days, drift %.2f levels", got.Days, got.Drift)
	}
}
