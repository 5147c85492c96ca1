package workbook

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// stream is the XML of one part, token by token. Names are taken without
// their namespace: prefixes differ from writer to writer.
type stream struct {
	decoder *xml.Decoder
	meter   *meter
	depth   int
}

// next returns the next token, io.EOF at the end of a whole part.
func (s *stream) next() (xml.Token, error) {
	s.meter.token = 0
	token, err := s.decoder.RawToken()
	if errors.Is(err, io.EOF) && s.depth > 0 {
		return nil, errCut
	}
	if err != nil {
		return nil, err
	}
	switch token.(type) {
	case xml.StartElement:
		if s.depth++; s.depth > maxDepth {
			return nil, beyond("%d elements within each other", maxDepth)
		}
	case xml.EndElement:
		if s.depth--; s.depth < 0 {
			return nil, errors.New("an element ends that did not begin")
		}
	}
	return token, nil
}

// elements calls take with every element that begins, up to the part's end.
func (s *stream) elements(take func(xml.StartElement) error) error {
	for {
		token, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := take(start); err != nil {
				return err
			}
		}
	}
}

// text is the text within the element that just began, up to its end. Of rich
// text it is the t elements, without the hints of how to say them.
func (s *stream) text(rich bool) (string, error) {
	var b strings.Builder
	outside, inText, phonetic := s.depth-1, 0, 0
	for {
		token, err := s.next()
		if err != nil {
			return "", err
		}
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "t":
				inText = s.depth
			case "rPh":
				phonetic = s.depth
			}
		case xml.EndElement:
			if s.depth == outside {
				return unescape(b.String()), nil
			}
			if s.depth < inText {
				inText = 0
			}
			if s.depth < phonetic {
				phonetic = 0
			}
		case xml.CharData:
			if b.Len() > maxToken {
				return "", beyond("%d characters in one cell", maxCell)
			}
			if !rich || inText > 0 && phonetic == 0 {
				b.Write(t)
			}
		}
	}
}

// attribute is an attribute's value, "" without one.
func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// relation is the value of r:id, whatever the prefix.
func relation(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

func isTrue(text string) bool { return text == "1" || text == "true" }
