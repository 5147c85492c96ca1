package workbook

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// File is an opened workbook.
type File struct {
	Date1904 bool // days are counted from 1904
	Sheets   []Sheet

	limits   Limits
	left     int64 // bytes that may still be unpacked
	cells    int   // so far
	parts    map[string]*zip.File
	related  map[string]string // kind of part → its name
	strings  []string
	formats  []Format
	readOnce bool // strings and formats are there
}

// Sheet is one of the workbook's sheets.
type Sheet struct {
	Name   string
	Hidden bool
	Table  bool // cells, no chart
	part   string
}

// ErrNoWorkbook is a zip file that is no workbook of this form.
var ErrNoWorkbook = errors.New("it is no .xlsx workbook")

// Open reads what the workbook holds.
func Open(content []byte, limits Limits) (*File, error) {
	archive, err := OpenZip(content)
	if err != nil {
		return nil, err
	}
	f := &File{limits: limits, left: limits.Unpacked, parts: map[string]*zip.File{}, related: map[string]string{}}
	for _, part := range archive.File {
		name := partName(part.Name)
		if _, twice := f.parts[name]; !twice {
			f.parts[name] = part
		}
	}
	main, err := f.mainPart()
	if err != nil {
		return nil, err
	}
	return f, f.readWorkbook(main)
}

// OpenZip opens a zip file, unless it lists more files than any workbook.
func OpenZip(content []byte) (*zip.Reader, error) {
	if bytes.Count(content, []byte("PK\x01\x02")) > maxParts { // before the reader makes something of each
		return nil, beyond("%d files in it", maxParts)
	}
	return zip.NewReader(bytes.NewReader(content), int64(len(content)))
}

// partName makes names comparable: writers differ in case and slashes.
func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/"))
}

func (f *File) mainPart() (string, error) {
	main := "xl/workbook.xml"
	relations, err := f.relations("_rels/.rels", "")
	if err != nil {
		return "", err
	}
	for _, r := range relations {
		if r.kind == "officedocument" && strings.HasSuffix(r.target, ".xml") {
			main = r.target
		}
	}
	if f.parts[main] == nil || strings.HasPrefix(main, "word/") || strings.HasPrefix(main, "ppt/") {
		return "", ErrNoWorkbook
	}
	return main, nil
}

type related struct{ id, kind, target string }

// relations reads a list of relations; targets are seen from folder. One that
// is not there is empty.
func (f *File) relations(name, folder string) ([]related, error) {
	var found []related
	f.related["relations"] = partName(name)
	err := f.stream("relations", func(s *stream) error {
		return s.elements(func(e xml.StartElement) error {
			if e.Name.Local != "Relationship" || attribute(e, "TargetMode") == "External" {
				return nil
			}
			if len(found) >= maxMany {
				return beyond("%d relations", maxMany)
			}
			target := attribute(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = folder + "/" + target
			}
			found = append(found, related{
				id:     attribute(e, "Id"),
				kind:   strings.ToLower(path.Base(attribute(e, "Type"))),
				target: partName(target),
			})
			return nil
		})
	})
	return found, err
}

func (f *File) readWorkbook(main string) error {
	folder, name := path.Split(main)
	relations, err := f.relations(folder+"_rels/"+name+".rels", folder)
	if err != nil {
		return err
	}
	byID := map[string]related{}
	for _, r := range relations {
		byID[r.id] = r
		f.related[r.kind] = r.target
	}
	f.related["workbook"] = main
	return f.stream("workbook", func(s *stream) error {
		return s.elements(func(e xml.StartElement) error {
			switch e.Name.Local {
			case "workbookPr":
				f.Date1904 = isTrue(attribute(e, "date1904"))
			case "sheet":
				if len(f.Sheets) >= maxMany {
					return beyond("%d sheets", maxMany)
				}
				r := byID[relation(e)]
				state := attribute(e, "state")
				f.Sheets = append(f.Sheets, Sheet{
					Name:   attribute(e, "name"),
					Hidden: state == "hidden" || state == "veryHidden",
					Table:  r.kind == "worksheet",
					part:   r.target,
				})
			}
			return nil
		})
	})
}

// stream reads a related part; a part that is not there is an empty one.
func (f *File) stream(kind string, read func(*stream) error) error {
	part := f.parts[f.related[kind]]
	if part == nil {
		return nil
	}
	return f.open(part, read)
}

func (f *File) open(part *zip.File, read func(*stream) error) error {
	if part.Flags&1 != 0 {
		return errors.New("it is locked with a password")
	}
	content, err := part.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	m := &meter{from: content, left: &f.left, limit: f.limits.Unpacked}
	return read(&stream{decoder: newDecoder(m), meter: m})
}

// newDecoder reads XML in UTF-8, in UTF-16 by its mark, and in the other ways
// of writing that programs for Chinese write.
func newDecoder(from io.Reader) *xml.Decoder {
	begin := bufio.NewReader(from)
	mark, _ := begin.Peek(2) // what cannot be read is told by the next reading
	if bytes.Equal(mark, []byte{0xff, 0xfe}) || bytes.Equal(mark, []byte{0xfe, 0xff}) {
		decoder := xml.NewDecoder(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(begin))
		decoder.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
		return decoder
	}
	decoder := xml.NewDecoder(begin)
	decoder.CharsetReader = func(name string, in io.Reader) (io.Reader, error) {
		switch strings.ToLower(name) {
		case "gb2312", "gbk", "gb18030":
			return simplifiedchinese.GB18030.NewDecoder().Reader(in), nil
		case "us-ascii", "iso-8859-1":
			return charmap.ISO8859_1.NewDecoder().Reader(in), nil
		}
		return nil, fmt.Errorf("it is written in %q", name)
	}
	return decoder
}

// readStrings reads the shared strings.
func (f *File) readStrings() error {
	size := 0
	return f.stream("sharedstrings", func(s *stream) error {
		return s.elements(func(e xml.StartElement) error {
			if e.Name.Local != "si" {
				return nil
			}
			text, err := s.text(true)
			if err != nil {
				return err
			}
			if len(f.strings) >= f.limits.Strings {
				return beyond("%d different texts", f.limits.Strings)
			}
			if size += len(text); size > f.limits.StringBytes {
				return beyond("%d MiB of texts", f.limits.StringBytes>>20)
			}
			f.strings = append(f.strings, text)
			return nil
		})
	})
}
