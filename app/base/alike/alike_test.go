package alike

import "testing"

func TestNamesThatLookLikeOne(t *testing.T) {
	for _, c := range []struct {
		name, other string
		one         bool
	}{
		{"wang", "wang", true}, {"wang", "Wang", true}, {"wang", "ｗａｎｇ", true}, {"wang", "wa\u200bng", true},
		{"王老师", "王 老师", true}, {"jos\u00e9", "jose\u0301", true}, {"wang", "wang2", false}, {"王", "玉", false},
	} {
		if Names(c.name, c.other) != c.one {
			t.Errorf("%q and %q: %v", c.name, c.other, !c.one)
		}
	}
}
