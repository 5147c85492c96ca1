package sqlkit

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"kaodian/app/base/refusal"
)

func TestNullsAndBack(t *testing.T) {
	if MsOrNull(time.Time{}) != nil || *MsOrNull(time.UnixMilli(1500)) != 1500 {
		t.Error("a moment that is not yet is NULL, any other its milliseconds")
	}
	if OrNull(" \t") != nil || *OrNull("a b ") != "a b " {
		t.Error("a blank text is NULL, any other stays as it is")
	}
	if OrEmpty(nil) != "" || OrEmpty(new("x")) != "x" {
		t.Error("NULL is an empty text")
	}
	if Flag(true) != 1 || Flag(false) != 0 {
		t.Error("true is 1 and false is 0")
	}
}

func TestAbsentRefusesWhereThereIsNoRow(t *testing.T) {
	if code := refusal.CodeOf(Absent(fmt.Errorf("find: %w", sql.ErrNoRows))); code != refusal.NotFound {
		t.Errorf("no row is %q", code)
	}
	if other := errors.New("disk"); !errors.Is(Absent(other), other) || Absent(nil) != nil {
		t.Error("another error does not stay as it is")
	}
}
