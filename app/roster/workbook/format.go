package workbook

import (
	"encoding/xml"
	"strconv"
	"strings"
	"unicode"
)

// Format says how a number is shown, as far as it matters for reading it.
type Format struct {
	Date    bool // as a date or a time
	Time    bool // with a time of day
	Zeros   int  // with leading zeros up to so many digits, 0 for as it is
	Literal bool // with letters or digits around it that are not stored
}

// The formats that every spreadsheet program knows by number.
func builtin(id int) Format {
	switch {
	case 18 <= id && id <= 22, 32 <= id && id <= 35, 45 <= id && id <= 47, id == 55, id == 56:
		return Format{Date: true, Time: true}
	case 14 <= id && id <= 17, 27 <= id && id <= 36, 50 <= id && id <= 58:
		return Format{Date: true}
	}
	return Format{}
}

// parseFormat reads a format code such as yyyy"年"m"月" or 000000.
func parseFormat(code string) Format {
	var f Format
	if isGeneral(code) {
		return f
	}
	zeros, plain := 0, true
	for signs := []rune(code); len(signs) > 0; {
		sign, length := signs[0], 1
		switch {
		case sign == ';': // what follows is for negative numbers
			length = len(signs)
		case sign == '"':
			length = quoted(signs, '"')
			f.Literal = f.Literal || hasWord(signs[1:length])
		case sign == '[':
			length = quoted(signs, ']')
			if strings.Trim(strings.ToLower(string(signs[1:length])), "hms]") == "" {
				f.Date, f.Time = true, true // hours beyond a day
			}
		case sign == '\\' && len(signs) > 1:
			length = 2
			f.Literal = f.Literal || hasWord(signs[1:2])
		case (sign == '_' || sign == '*') && len(signs) > 1:
			length = 2
		case sign == 'E' && len(signs) > 1 && strings.ContainsRune("+-", signs[1]):
			plain, length = false, 2
		case strings.ContainsRune("yYdDmMeEgG年月日", sign):
			f.Date = true
		case strings.ContainsRune("hHsS时分秒", sign):
			f.Date, f.Time = true, true
		case sign == '0':
			zeros++
		case strings.ContainsRune("#?.,%/@ ", sign):
			plain = false
		case sign == '-':
			f.Literal = f.Literal || zeros > 0
		}
		signs = signs[length:]
	}
	if f.Date {
		return Format{Date: true, Time: f.Time}
	}
	if plain && zeros > 1 {
		f.Zeros = zeros
	}
	return f
}

// isGeneral says that a number is shown as it is, perhaps in another colour or
// in Chinese figures ([DBNum1][$-804]General).
func isGeneral(code string) bool {
	for strings.HasPrefix(code, "[") {
		signs := []rune(code)
		code = string(signs[quoted(signs, ']'):])
	}
	code = strings.ToLower(code)
	return strings.HasPrefix(code, "general") || strings.HasPrefix(code, "g/通用格式")
}

// quoted is the length up to and with the closing sign.
func quoted(signs []rune, closing rune) int {
	for i, sign := range signs[1:] {
		if sign == closing {
			return i + 2
		}
	}
	return len(signs)
}

func hasWord(signs []rune) bool {
	for _, sign := range signs {
		if unicode.IsLetter(sign) || unicode.IsDigit(sign) {
			return true
		}
	}
	return false
}

// readStyles reads how the cells' styles show numbers.
func (f *File) readStyles() error {
	own, inCells := map[int]Format{}, false
	err := f.stream("styles", func(s *stream) error {
		return s.elements(func(e xml.StartElement) error {
			if len(own) >= maxMany || len(f.formats) >= maxMany {
				return beyond("%d formats", maxMany)
			}
			id, _ := strconv.Atoi(attribute(e, "numFmtId"))
			switch e.Name.Local {
			case "numFmt":
				own[id] = parseFormat(attribute(e, "formatCode"))
			case "cellStyleXfs", "cellStyles", "dxfs":
				inCells = false
			case "cellXfs":
				inCells = true
			case "xf":
				if !inCells {
					break
				}
				format, known := own[id]
				if !known {
					format = builtin(id)
				}
				f.formats = append(f.formats, format)
			}
			return nil
		})
	})
	return err
}
