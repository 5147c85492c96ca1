package refusal_test

import (
	"errors"
	"fmt"
	"testing"

	"kaodian/app/base/refusal"
)

func TestRefusalsAreFoundByCodeThroughAnyWrapping(t *testing.T) {
	const closed refusal.Code = "window_closed"
	err := fmt.Errorf("start: %w", refusal.New(closed, "closed_at", 1, "a", 2))
	if refusal.CodeOf(err) != closed || refusal.CodeOf(errors.New("x")) != "" {
		t.Error(err)
	}
	if !refusal.Is(err, closed) || !errors.Is(err, refusal.New(closed)) || refusal.Is(err, refusal.NotFound) || refusal.Is(errors.New("x"), closed) {
		t.Error(err)
	}
	if got := err.Error(); got != "start: window_closed (a=2, closed_at=1)" {
		t.Error(got)
	}
}
