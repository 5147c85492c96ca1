package command

import "testing"

func TestATableStandsAlignedAlsoWithChineseNames(t *testing.T) {
	got := aligned([][]string{{"NAME", "ROLE", "LOCKED"}, {"王小明", "examiner", "no"}, {"li", "technician", "no"}})
	want := "NAME    ROLE        LOCKED\n" +
		"王小明  examiner    no\n" +
		"li      technician  no\n"
	if got != want {
		t.Errorf("the table is\n%s, not\n%s", got, want)
	}
}
