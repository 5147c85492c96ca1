package exam

import (
	"errors"
	"testing"
)

func TestNamesThatLookLikeOne(t *testing.T) {
	for _, c := range []struct {
		name, other string
		one         bool
	}{
		{"wang", "wang", true}, {"wang", "Wang", true}, {"wang", "ｗａｎｇ", true}, {"wang", "wa\u200bng", true},
		{"王老师", "王 老师", true}, {"jos\u00e9", "jose\u0301", true}, {"wang", "wang2", false}, {"王", "玉", false},
	} {
		if LooksLike(c.name, c.other) != c.one {
			t.Errorf("%q and %q: %v", c.name, c.other, !c.one)
		}
	}
}

func TestAnErrorIsOneSentence(t *testing.T) {
	broken := errors.New("the disk is broken")
	err := errors.Join(errors.New("read the file: the disk is broken"), broken, errors.New("\x1b[31mstop\r\nnow"))
	if got, want := OneLine(err), "read the file: the disk is broken; [31mstop; now"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
