package outbox

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"kaodian/sync/drop"
)

// Trouble is why a run failed, as a code that the pages translate into what to
// do: a drop's cause, or one of these. The codes never change; the full error is
// for support.
type Trouble string

// The codes that are not a drop's cause.
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

// troubleError is an error whose code is known where it arises.
type troubleError struct {
	error
	code Trouble
}

func (t troubleError) Unwrap() error { return t.error }

func (t Trouble) errorf(format string, args ...any) error {
	return troubleError{error: fmt.Errorf(format, args...), code: t}
}

// TroubleOf is the code for a run's error, "" for none.
func TroubleOf(err error) Trouble {
	if err == nil {
		return ""
	}
	if known, ok := errors.AsType[troubleError](err); ok {
		return known.code
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
