package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"kaodian/sync/drop"
)

// Trouble is why a run failed, in one word that the pages translate into what
// to do: a drop's cause, or one of these. The words never change; the error
// itself is for whoever looks closer.
type Trouble string

// The words for what is not the drop's.
const (
	Refused    Trouble = "refused"     // the province refused a batch or the enrolment
	Damaged    Trouble = "damaged"     // a file on this box is missing or damaged
	NotTrusted Trouble = "not_trusted" // a signature does not hold
	Full       Trouble = "full"        // no room on this box
	NotOurs    Trouble = "not_ours"    // a file on this box may not be read or written
	Busy       Trouble = "busy"        // another run is sending
	// DateInDoubt is a clock that jumped; staff are to say what time it is.
	DateInDoubt Trouble = "date_in_doubt"
	Other       Trouble = "other"
)

// troubled is an error whose word is known where it arises.
type troubled struct {
	error
	word Trouble
}

func (t troubled) Unwrap() error { return t.error }

func (t Trouble) errorf(format string, args ...any) error {
	return troubled{error: fmt.Errorf(format, args...), word: t}
}

// TroubleOf is the word for a run's error, "" for none.
func TroubleOf(err error) Trouble {
	if err == nil {
		return ""
	}
	if known, ok := errors.AsType[troubled](err); ok {
		return known.word
	}
	if _, ok := errors.AsType[*damageError](err); ok {
		return Damaged
	}
	if cause := drop.CauseOf(err); cause != "" {
		return Trouble(cause)
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return Full
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return NotOurs
	case drop.IsTemporary(err):
		return Trouble(drop.Unreachable)
	}
	return Other
}
