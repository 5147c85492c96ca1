package webkit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Limits of what an answer says about an invalid request.
const (
	maxErrors  = 3
	maxMessage = 160 // bytes of one of them
	maxPlace   = 64
)

// describe says what is wrong with a request, for the author of a client: the
// first errors, each short, and none with the request's content, which may be a
// password or an ID number.
func describe(message string, errs []error) string {
	var out strings.Builder
	out.WriteString(cut(message, maxMessage))
	for i, err := range errs {
		if i == maxErrors {
			fmt.Fprintf(&out, "; and %d more", len(errs)-i)
			break
		}
		if err != nil {
			out.WriteString("; " + describeOne(err))
		}
	}
	return out.String()
}

func describeOne(err error) string {
	detail, ok := errors.AsType[*huma.ErrorDetail](err)
	if !ok {
		return doesNotFit
	}
	place := detail.Location
	if place != "body" && !isPlain(place) || strings.HasPrefix(detail.Message, "unexpected") {
		place, _, _ = strings.Cut(place, ".") // a name that the request made up
	}
	return fmt.Sprintf("%s (%s)", ownWords(detail), cut(place, maxPlace))
}

const doesNotFit = "it does not fit the description at /api/openapi.json"

// ownWords is the error's message if it is Huma's own; a parser's message quotes
// its input.
func ownWords(detail *huma.ErrorDetail) string {
	message, _, _ := strings.Cut(detail.Message, ": ")
	for _, known := range []string{"expected ", "unexpected ", "required ", "invalid "} {
		if strings.HasPrefix(message, known) && !strings.HasPrefix(message, "invalid character") {
			return cut(message, maxMessage)
		}
	}
	return doesNotFit
}

// isPlain says whether a place looks like a name of the description.
func isPlain(place string) bool {
	return len(place) <= maxPlace && !strings.ContainsFunc(place, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune("_-.[]", r)
	})
}

func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	return strings.ToValidUTF8(text[:limit], "") + "…"
}
