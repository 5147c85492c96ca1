package ftpdrop

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net/textproto"

	"github.com/jlaffaye/ftp"

	"kaodian/sync/drop"
)

// stopped is the end of a context, told as it is.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }

// ours are errors that need no more words.
func ours(err error) bool {
	_, ended := errors.AsType[stopped](err)
	return ended || errors.Is(err, fs.ErrNotExist) || errors.Is(err, drop.ErrTooLarge)
}

// broken says that the connection itself cannot be trusted any more: every
// error but an orderly answer of the server, and its farewell (421).
func broken(err error) bool {
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, drop.ErrTooLarge) {
		return false
	}
	answer, answered := errors.AsType[*textproto.Error](err)
	return !answered || answer.Code == ftp.StatusNotAvailable
}

// classify marks what may pass by itself: everything but an answer that is
// final (5xx), which gets a next step.
func classify(err error) error {
	if err == nil || ours(err) {
		return err
	}
	const firstFinal = 500
	answer, answered := errors.AsType[*textproto.Error](err)
	_, unknown := errors.AsType[*tls.CertificateVerificationError](err)
	switch {
	case unknown:
		return fmt.Errorf("%w; the server needs a certificate of a known authority for its name", err)
	case !answered || answer.Code < firstFinal:
		return drop.Temporary(err)
	case answer.Code == ftp.StatusNotLoggedIn:
		return fmt.Errorf("%w; ask the province for the right password and enrol with it", err)
	default:
		return fmt.Errorf("%w; ask whoever runs the FTP server", err)
	}
}

// absent is FTP's «no such file», which also stands for «not allowed».
func absent(err error) bool {
	answer, found := errors.AsType[*textproto.Error](err)
	return found && answer.Code == ftp.StatusFileUnavailable
}
