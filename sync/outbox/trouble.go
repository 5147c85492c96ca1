package outbox

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/textproto"
	"syscall"

	"kaodian/sync/drop"
)

// Trouble is why a run failed, in one word that the pages translate into what
// to do. The words never change; the error itself is for whoever looks closer.
type Trouble string

// The words, from what names its cause best to what may pass by itself.
const (
	Refused      Trouble = "refused"       // the province refused a batch or the enrolment
	Damaged      Trouble = "damaged"       // a file on this box is missing or damaged
	NotTrusted   Trouble = "not_trusted"   // a certificate or a signature does not hold
	LoginRefused Trouble = "login_refused" // the drop's password is wrong
	Full         Trouble = "full"          // no room, here or there
	NotAllowed   Trouble = "not_allowed"   // the drop takes no files from us
	Busy         Trouble = "busy"          // another run is sending
	DateInDoubt  Trouble = "date_in_doubt" // the machine's clock jumped; staff are to say what time it is
	Unreachable  Trouble = "unreachable"   // the drop cannot be reached, or broke off
	Other        Trouble = "other"
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
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return NotTrusted
	}
	if answer, ok := errors.AsType[*textproto.Error](err); ok {
		return troubleOfAnswer(answer.Code)
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return Full
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		return NotAllowed
	case drop.IsTemporary(err):
		return Unreachable
	}
	return Other
}

// troubleOfAnswer reads an FTP server's answer (RFC 959).
func troubleOfAnswer(code int) Trouble {
	switch {
	case code == 430 || code == 530 || code == 532:
		return LoginRefused
	case code == 452 || code == 552:
		return Full
	case code >= 500:
		return NotAllowed
	}
	return Unreachable
}
