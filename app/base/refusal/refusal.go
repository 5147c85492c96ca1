// Package refusal is the error with which every package refuses: a code that
// never changes and the arguments of its sentence. The codes are declared by
// their owners; here are those that any package uses. It keeps nothing and
// imports nothing of the house.
package refusal

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Code names a refusal. It is the API's `code` and the key of the sentence
// that the pages show, so a code is never renamed.
type Code string

// Refusals without one owner.
const (
	NotFound      Code = "not_found"
	TooManyCalls  Code = "too_many_calls"
	DiskFull      Code = "disk_full"
	StorageFailed Code = "storage_failed"
)

// Error is a refusal: a code for the translation, and the arguments of its
// sentence (numbers, times, names).
type Error struct {
	Code Code
	Args map[string]any
}

// New makes an Error; args are key, value, key, value …
func New(code Code, args ...any) *Error {
	e := &Error{Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]any{}
		}
		e.Args[fmt.Sprint(args[i])] = args[i+1]
	}
	return e
}

func (e *Error) Error() string {
	if len(e.Args) == 0 {
		return string(e.Code)
	}
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(e.Args)) {
		parts = append(parts, fmt.Sprintf("%s=%v", key, e.Args[key]))
	}
	return string(e.Code) + " (" + strings.Join(parts, ", ") + ")"
}

// Is makes errors.Is(err, New(code)) true for every Error of that code.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code
}

// CodeOf returns the code of the first refusal in err's chain, or "" when
// there is none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// Is says whether a refusal of that code is in err's chain.
func Is(err error, code Code) bool { return errors.Is(err, &Error{Code: code}) }
