package webkit

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
)

// Limits of a typed call's JSON: far more than any page sends, and cheap to
// parse.
const (
	jsonDepth  = 12
	jsonValues = 500
	jsonNumber = 32 // digits and signs of one number
)

// CheckJSON refuses what no page of ours sends, before it is parsed into values:
// more than one document, deep or huge ones, a duplicate name in an object (two
// parsers would read it differently), invalid UTF-8, and characters that nobody
// types. Its errors hold nothing of the body.
func CheckJSON(body []byte) error {
	if !utf8.Valid(body) {
		return Wrong(http.StatusBadRequest, "the body is no UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	w := jsonWalk{decoder: decoder}
	if err := w.document(); err != nil {
		if _, ok := errors.AsType[*refusal.Error](err); ok {
			return err
		}
		return Wrong(http.StatusBadRequest, err.Error())
	}
	return nil
}

var (
	errNoJSON     = errors.New("the body is no JSON")
	errTooDeep    = errors.New("the JSON is nested too deeply")
	errTooMany    = errors.New("the JSON has too many values")
	errLongNumber = errors.New("a number in the JSON is too long")
	errTwice      = errors.New("a name stands twice in an object of the JSON")
	errMore       = errors.New("the body is more than one JSON document")
)

// jsonWalk goes over the tokens of one document and keeps only the names of the
// open objects.
type jsonWalk struct {
	decoder *json.Decoder
	values  int
}

func (w *jsonWalk) document() error {
	if err := w.value(0); err != nil {
		return err
	}
	if _, err := w.decoder.Token(); !errors.Is(err, io.EOF) {
		return errMore
	}
	return nil
}

func (w *jsonWalk) value(depth int) error {
	token, err := w.decoder.Token()
	if err != nil {
		return errNoJSON // the decoder's own error quotes the body
	}
	if w.values++; w.values > jsonValues {
		return errTooMany
	}
	switch token := token.(type) {
	case json.Number:
		if len(token) > jsonNumber {
			return errLongNumber
		}
	case string:
		return text.Check(token)
	case json.Delim:
		return w.inside(token, depth+1)
	}
	return nil
}

// inside reads the values of an object or array up to its end.
func (w *jsonWalk) inside(open json.Delim, depth int) error {
	if depth > jsonDepth {
		return errTooDeep
	}
	names := map[string]bool{}
	for w.decoder.More() {
		if open == '{' {
			if err := w.name(names); err != nil {
				return err
			}
		}
		if err := w.value(depth); err != nil {
			return err
		}
	}
	if _, err := w.decoder.Token(); err != nil {
		return errNoJSON
	}
	return nil
}

// name reads an object's next name. Two names must differ in more than case,
// because Go decodes both into one field.
func (w *jsonWalk) name(names map[string]bool) error {
	token, err := w.decoder.Token()
	if err != nil {
		return errNoJSON
	}
	name, _ := token.(string)
	folded := strings.ToLower(name)
	if names[folded] {
		return errTwice
	}
	names[folded] = true
	return text.Check(name)
}
