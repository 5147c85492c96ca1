package text

import (
	"errors"
	"testing"
)

func TestAnErrorIsOneSentence(t *testing.T) {
	broken := errors.New("the disk is broken")
	err := errors.Join(errors.New("read the file: the disk is broken"), broken, errors.New("\x1b[31mstop\r\nnow"))
	if got, want := OneLine(err), "read the file: the disk is broken; [31mstop; now"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
