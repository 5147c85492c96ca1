package seal

import (
	"errors"
	"io"
)

// Bounded writes at most Left bytes of what Decrypt opens, and tells the failures
// of where it writes to from those of what is opened.
type Bounded struct {
	To     io.Writer
	Left   int64
	Over   bool  // there were more
	Failed error // of To
}

func (b *Bounded) Write(p []byte) (int, error) {
	if int64(len(p)) > b.Left {
		b.Over = true
		return 0, errors.New("there are more bytes than were told")
	}
	n, err := b.To.Write(p)
	b.Left -= int64(n)
	b.Failed = err
	return n, err
}
