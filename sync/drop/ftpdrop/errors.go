package ftpdrop

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/textproto"
	"regexp"
	"slices"
	"syscall"

	"github.com/jlaffaye/ftp"

	"kaodian/sync/drop"
)

// stopped is the end of a context, passed on unchanged.
type stopped struct{ error }

func (s stopped) Unwrap() error { return s.error }

// storing is a fault while bytes were sent, or in answer to a whole file: there
// 451 is the server's disk; elsewhere it means that the server cannot resume.
type storing struct{ error }

func (s storing) Unwrap() error { return s.error }

// dataError is a data connection that could not be made.
type dataError struct{ error }

func (d dataError) Unwrap() error { return d.error }

// firstRefusal is the lowest number of an answer that refuses (RFC 959).
const firstRefusal = 400

func answerOf(err error) (*textproto.Error, bool) { return errors.AsType[*textproto.Error](err) }

// done accepts every 2xx answer as success: servers say 250 where the library
// waits for 226, and RFC 959 allows both.
func done(err error) error {
	if several, ok := err.(interface{ Unwrap() []error }); ok { // the library joins, and wraps nothing around it
		var left []error
		for _, one := range several.Unwrap() {
			left = append(left, done(one))
		}
		return errors.Join(left...)
	}
	if answer, ok := err.(*textproto.Error); ok && 200 <= answer.Code && answer.Code < 300 { //nolint:errorlint // what wraps it says more
		return nil
	}
	return err
}

// ours says whether an error needs no further explanation.
func ours(err error) bool {
	_, ended := errors.AsType[stopped](err)
	_, source := errors.AsType[drop.SourceError](err)
	return ended || source || errors.Is(err, fs.ErrNotExist) || errors.Is(err, drop.ErrTooLarge)
}

// broken says whether the connection itself cannot be used any more: after every
// error but an FTP refusal, and after 421 (the server closes). An answer that
// refuses nothing belongs to another command: client and server are out of step.
func broken(err error) bool {
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, drop.ErrTooLarge) {
		return false
	}
	answer, answered := answerOf(err)
	return !answered || answer.Code == ftp.StatusNotAvailable || answer.Code < firstRefusal
}

// hungUp says that the server ended the connection instead of answering.
func hungUp(err error) bool {
	_, answered := answerOf(err)
	return answered && broken(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// refusal says whether the server will never do it, whatever the state of the
// line and of its disk.
func refusal(err error) bool {
	answer, answered := answerOf(err)
	if !answered || broken(err) {
		return false
	}
	cause := causeOf(answer, errors.As(err, new(storing)))
	return cause != drop.Full && cause != drop.NoData
}

// absent is FTP's «no such file». 550 also stands for «not allowed», 450 for
// «in use».
func absent(err error) bool {
	answer, found := answerOf(err)
	return found && (answer.Code == ftp.StatusFileUnavailable || answer.Code == ftp.StatusFileActionIgnored)
}

// unknownCommand says that the server does not know a command.
func unknownCommand(err error) bool {
	answer, found := answerOf(err)
	return found && slices.Contains([]int{ftp.StatusCommandNotImplemented, ftp.StatusBadCommand, ftp.StatusNotImplemented, ftp.StatusNotImplementedParameter}, answer.Code)
}

// causes are the answers whose number says why (RFC 959, 2228, 4217).
var causes = map[int]drop.Cause{
	332: drop.LoginRefused,
	421: drop.Unreachable, // too many connections, or it is shutting down
	425: drop.NoData,
	426: drop.Unreachable, // the transfer was aborted
	430: drop.LoginRefused,
	431: drop.Unsuitable, // TLS
	434: drop.Unreachable,
	450: drop.Unreachable, // in use
	451: drop.Unreachable, // a fault of its own; while bytes are stored it is the disk
	452: drop.Full,
	500: drop.Unsuitable,
	501: drop.Unsuitable,
	502: drop.Unsuitable,
	503: drop.Unsuitable,
	504: drop.Unsuitable,
	521: drop.NeedsTLS,
	522: drop.NoData, // TLS of the data connection
	530: drop.LoginRefused,
	532: drop.LoginRefused,
	533: drop.NeedsTLS,
	534: drop.Unsuitable, // TLS
	535: drop.Unsuitable,
	536: drop.Unsuitable,
	537: drop.Unsuitable,
	552: drop.Full,
}

// Some servers say only in words what the number does not.
var (
	fullWords  = regexp.MustCompile(`(?i)no space|disk (is )?full|(disk|enough) space|insufficient (disk|storage|space|system)|quota|exceeded (the )?(storage|disk)|(storage|disk|allocation) .*exceeded|fail(ed|ure) (to )?writ|空间不足|空间已满`)
	plainWords = regexp.MustCompile(`(?i)\b(tls|ssl|cleartext|encrypt(ed|ion)?|secure connection)\b`)
	crowdWords = regexp.MustCompile(`(?i)too many|maximum|try (again )?later|busy`)
)

// causeOf reads an answer that refuses.
func causeOf(answer *textproto.Error, storing bool) drop.Cause {
	cause, known := causes[answer.Code]
	switch {
	case answer.Code < firstRefusal && !known:
		return drop.Unreachable
	case fullWords.MatchString(answer.Msg) && cause != drop.LoginRefused:
		return drop.Full
	case answer.Code == ftp.StatusActionAborted && storing:
		return drop.Full
	case cause == drop.LoginRefused && crowdWords.MatchString(answer.Msg):
		return drop.Unreachable
	case known:
		return cause
	case answer.Code < ftp.StatusBadCommand:
		return drop.Unreachable
	}
	return drop.NotAllowed
}

// nextSteps tell the technician what to do.
var nextSteps = map[drop.Cause]string{
	drop.Unreachable:  "",
	drop.NoData:       "ask whoever runs the FTP server to let data connections through (passive ports; over TLS, sessions that are resumed by tickets)",
	drop.LoginRefused: "ask the province for the right password and enrol with it",
	drop.Full:         "ask whoever runs the FTP server to make room",
	drop.NotAllowed:   "ask whoever runs the FTP server to let this account make folders and write, rename, list, read and delete files",
	drop.Unsuitable:   "ask whoever runs the FTP server",
	drop.NeedsTLS:     "ask the province for an enrolment file with ftps:// in place of ftp://",
}

// passing are the causes that may go away by themselves.
var passing = []drop.Cause{drop.Unreachable, drop.NoData, drop.Full}

// classify names the cause of an error, what to do, and whether it may pass
// by itself.
func (s *server) classify(err error) error {
	if err == nil || ours(err) || drop.CauseOf(err) != "" {
		return err
	}
	if distrusted := s.distrust(err); distrusted != nil {
		return distrusted
	}
	cause := s.cause(err)
	if next := nextSteps[cause]; next != "" {
		err = fmt.Errorf("%w; %s", err, next)
	}
	if slices.Contains(passing, cause) {
		err = drop.Temporary(err)
	}
	return drop.Because(cause, err)
}

func (s *server) cause(err error) drop.Cause {
	if answer, ok := answerOf(err); ok {
		cause := causeOf(answer, errors.As(err, new(storing)))
		if s.tls == nil && answer.Code >= firstRefusal && plainWords.MatchString(answer.Msg) {
			return drop.NeedsTLS
		}
		return cause
	}
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	_, noData := errors.AsType[dataError](err)
	switch {
	case noTLS || alert:
		return drop.Unsuitable
	case noData:
		return drop.NoData
	}
	return drop.Unreachable
}
