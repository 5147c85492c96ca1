package roster

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// writing is a way in which a text file may be written.
type writing struct {
	name   string
	decode func([]byte) []byte
}

func decoded(e encoding.Encoding) func([]byte) []byte {
	return func(content []byte) []byte {
		text, err := e.NewDecoder().Bytes(content)
		if err != nil {
			return nil
		}
		return text
	}
}

var (
	utf8Text   = writing{"UTF-8", func(content []byte) []byte { return content }}
	gb18030    = writing{"GB18030", decoded(simplifiedchinese.GB18030)}
	utf16Small = writing{"UTF-16", decoded(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM))}
	utf32Text  = writing{"UTF-32", decoded(utf32.UTF32(utf32.BigEndian, utf32.ExpectBOM))}
	utf16Big   = writing{"UTF-16", decoded(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM))}
)

// writings are the ways in which content may be meant, the likeliest first.
func writings(content []byte) []writing {
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(content, []byte("\x00\x00\xfe\xff")):
		return []writing{utf32Text}
	case bytes.HasPrefix(content, []byte("\xff\xfe")):
		return []writing{utf16Small}
	case bytes.HasPrefix(content, []byte("\xfe\xff")):
		return []writing{utf16Big}
	case bytes.IndexByte(content[:min(len(content), look)], 0) >= 0:
		return []writing{utf16Small, utf16Big, utf8Text, gb18030}
	case utf8.Valid(content):
		return []writing{utf8Text}
	}
	return []writing{gb18030, utf8Text}
}

// separators between the cells of a row. A list with semicolons is not read:
// the pieces of one cell are separated by them too.
var separators = []struct {
	sign, name string
	read       bool
}{
	{",", "commas", true},
	{"\t", "tabs", true},
	{";", "semicolons", false},
	{"，", "commas of full width", false},
	{"|", "bars", false},
}

// guess is a reading of a text file, as good as its headings.
type guess struct {
	writing  writing
	separate int // place in separators
	headings int
}

// look is how much of a file is looked at to guess.
const look = 64 << 10

// guessText finds the reading under which most headings are known.
func guessText(content []byte, columns []column) guess {
	best := guess{}
	for _, w := range writings(content) {
		begin := content
		if len(begin) > look {
			begin = begin[:look]
		}
		text := string(w.decode(begin))
		for i, separator := range separators {
			found := guess{w, i, bestHeadings(text, separator.sign, columns)}
			if found.headings > best.headings || best.writing.decode == nil {
				best = found
			}
		}
	}
	return best
}

func bestHeadings(text, separator string, columns []column) int {
	most := 0
	scan := newScanner(text, separator)
	for range headRows {
		fields, err := scan.record()
		if err != nil {
			break
		}
		most = max(most, countHeadings(columns, lineOf(0, fields)))
	}
	return most
}

// readText opens a list that is text.
func readText(content []byte, columns []column) (source, []Problem) {
	best := guessText(content, columns)
	separator := separators[best.separate]
	if best.headings < enoughHeadings {
		if other := otherKind(content); other != nil {
			return source{}, other
		}
		if best.headings == 0 && !isText(content) {
			return source{}, problem(EncodingUnknown)
		}
		separator = separators[0]
	} else if !separator.read {
		return source{}, problem(FileSeparator, "separator", separator.name)
	}
	text := string(best.writing.decode(content))
	src := source{walk: func(take func(line) error) error { return scanText(text, separator.sign, take) }}
	if said := unusual(text, best.writing, separator.name); said != "" {
		src.notes = append(src.notes, Problem{Code: FileUnusual, Args: map[string]any{"what": said}, Warning: true})
	}
	return src, nil
}

// isText says that content is text without doubt.
func isText(content []byte) bool {
	return utf8.Valid(content) && bytes.IndexByte(content, 0) < 0
}

// unusual says what about a list is not as it should be and was understood
// all the same.
func unusual(text string, w writing, separator string) string {
	var said []string
	if strings.HasPrefix(w.name, "UTF-16") || strings.HasPrefix(w.name, "UTF-32") {
		said = append(said, "is written in "+w.name)
	}
	if separator != separators[0].name {
		said = append(said, "separates its cells by "+separator)
	}
	if !strings.Contains(text, "\n") && strings.Contains(text, "\r") {
		said = append(said, "ends its rows in CR alone")
	}
	return strings.Join(said, " and ")
}
