package drop

import (
	"errors"
	"io"
)

// Cause is why a drop did not do what it was asked, as a code that the pages
// translate into what to do. The codes never change.
type Cause string

// The causes.
const (
	Unreachable        Cause = "unreachable"         // no answer, or the connection broke
	NoData             Cause = "no_data"             // it answers, but takes no data connection
	LoginRefused       Cause = "login_refused"       // the password is wrong
	Full               Cause = "drop_full"           // no room there
	NotAllowed         Cause = "not_allowed"         // it takes no files from us
	Unsuitable         Cause = "unsuitable"          // it lacks what we need
	InTheWay           Cause = "in_the_way"          // something else lies where the file is to be
	NeedsTLS           Cause = "needs_tls"           // it insists on TLS, and the URL says ftp://
	CertificateUnknown Cause = "certificate_unknown" // no authority that we trust signed its certificate
	CertificateChanged Cause = "certificate_changed" // its certificate is not the pinned one
	CertificateDate    Cause = "certificate_date"    // its certificate is not valid today
	Faulty             Cause = "faulty"              // the stick loses what is written to it
)

// caused is an error whose cause is known.
type caused struct {
	error
	cause Cause
}

func (c caused) Unwrap() error { return c.error }

// Because names an error's cause.
func Because(cause Cause, err error) error {
	if err == nil {
		return nil
	}
	return caused{error: err, cause: cause}
}

// CauseOf is the cause that a drop named, "" for none.
func CauseOf(err error) Cause {
	known, _ := errors.AsType[caused](err)
	return known.cause
}

// temporary marks an error after which the operation may succeed later.
type temporary struct{ error }

func (t temporary) Unwrap() error { return t.error }

// Temporary marks an error as one that may pass by itself.
func Temporary(err error) error {
	if err == nil {
		return nil
	}
	return temporary{err}
}

// IsTemporary says whether the operation may succeed later.
func IsTemporary(err error) bool {
	_, found := errors.AsType[temporary](err)
	return found
}

// SourceError is a fault of what is sent, on our side: not the drop's.
type SourceError struct{ Err error }

func (s SourceError) Error() string { return s.Err.Error() }

func (s SourceError) Unwrap() error { return s.Err }

// Reading marks the source's own faults. It is a plain reader, also of a file
// that could write itself.
func Reading(source io.Reader) io.Reader { return reading{source} }

type reading struct{ source io.Reader }

func (r reading) Read(b []byte) (int, error) {
	n, err := r.source.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = SourceError{err}
	}
	return n, err
}
