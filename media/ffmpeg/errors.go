package ffmpeg

import (
	"context"
	"errors"
	"fmt"

	"kaodian/media/cage"
)

// What a file can be instead of a clip. They are found with errors.Is.
var (
	ErrEmpty       = errors.New("the file is empty")
	ErrNotVideo    = errors.New("the file is no video")
	ErrCutOff      = errors.New("the file ends too early to be played")
	ErrUnsupported = errors.New("the video's codec is not supported")
	// ErrUndecodable is a file with a picture of a supported codec in which
	// nothing can be decoded.
	ErrUndecodable = errors.New("nothing in the video can be decoded")
	// ErrNotExamined is a file on which a tool crashed, took too long or
	// wanted more than it may have: nothing is known of it.
	ErrNotExamined = errors.New("the file could not be examined")
)

// isFaultOfFile says that a tool failed because of what it read.
func isFaultOfFile(err error) bool {
	return errors.Is(err, ErrNotExamined) || errors.Is(err, ErrUndecodable)
}

// EndedByItself says that the tool was not stopped by a limit, a crash or us: it
// read the file and exited with an error.
func EndedByItself(err error) bool {
	_, stopped := errors.AsType[*cage.Error](err)
	return errors.Is(err, ErrNotExamined) && !stopped
}

// toolFault turns a child's failure into the file's error: whenExited if the
// tool exited by itself, else ErrNotExamined. The error of our own stop is
// returned unchanged.
func toolFault(err, whenExited error) error {
	fault, ok := errors.AsType[*cage.Error](err)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case !ok:
		return err // the tool could not even be started: no fault of the file
	case fault.Reason == cage.Exited:
		return fmt.Errorf("%w (%s)", whenExited, fault.Stderr)
	}
	return fmt.Errorf("%w: %w", ErrNotExamined, err)
}
