package roster

import (
	"archive/zip"
	"bytes"
	std "cmp"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"kaodian/app/exam"
)

// rawSheet is a sheet as a foreign writer makes it.
type rawSheet struct {
	name, state, kind string // kind "" is a table
	before, rows      string // <cols>…, <row>…
	after             string // <mergeCells>…
	whole             string // all of the part, instead
}

// rawBook packs sheets into a workbook without help of the library under test:
// no cell has a reference unless the test wrote one.
func rawBook(t *testing.T, props string, sheets ...rawSheet) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name, text string) {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var list, relations strings.Builder
	for i, s := range sheets {
		kind := s.kind
		if kind == "" {
			kind = "worksheet"
		}
		fmt.Fprintf(&list, `<x:sheet name="%s" sheetId="%d" state="%s" q:id="r%d"/>`, s.name, i+1, s.state, i)
		fmt.Fprintf(&relations, `<Relationship Id="r%d" Type="http://a/b/%s" Target="/xl/Sheet%d.xml"/>`, i, kind, i)
		put(fmt.Sprintf("xl/sheet%d.xml", i), std.Or(s.whole, `<x:worksheet xmlns:x="m">`+s.before+`<x:sheetData>`+s.rows+`</x:sheetData>`+s.after+`</x:worksheet>`))
	}
	put("_rels/.rels", `<Relationships><Relationship Id="a" Type="http://a/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	put("xl/_rels/workbook.xml.rels", `<Relationships>`+relations.String()+
		`<Relationship Id="s" Type="http://a/styles" Target="styles.xml"/><Relationship Id="t" Type="http://a/sharedStrings" Target="texts.xml"/></Relationships>`)
	put("xl/workbook.xml", `<x:workbook xmlns:x="m" xmlns:q="n">`+props+`<x:sheets>`+list.String()+`</x:sheets></x:workbook>`)
	put("xl/texts.xml", `<sst><si><t>李小明</t></si><si><r><t>李</t></r><r><t xml:space="preserve">小明</t></r><rPh sb="0" eb="1"><t>り</t></rPh></si><si/></sst>`)
	// 1 a date, 2 with its time, 3 nine digits, 4 with letters, 5 of a built-in number, 6 in Chinese figures
	put("xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/>`+
		`<numFmt numFmtId="171" formatCode="[$-804]yyyy/m/d\ h:mm"/><numFmt numFmtId="172" formatCode="000000000_ "/><numFmt numFmtId="173" formatCode="&quot;T&quot;0"/><numFmt numFmtId="174" formatCode="[DBNum1][$-804]General"/></numFmts>`+
		`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>`+
		`<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/><xf numFmtId="173"/><xf numFmtId="14"/><xf numFmtId="174"/></cellXfs></styleSheet>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// textCells writes values as inline texts.
func textCells(values ...string) (cells []string) {
	for _, value := range values {
		cells = append(cells, `<x:c t="inlineStr"><x:is><x:t>`+html.EscapeString(value)+`</x:t></x:is></x:c>`)
	}
	return cells
}

func rawRow(attributes string, cells ...string) string {
	return "<x:row " + attributes + ">" + strings.Join(cells, "") + "</x:row>"
}

// values is a good row's texts, some cells replaced by raw XML.
func rawEntry(change row, raw row) []string {
	english, _ := headings(orderColumns)
	var texts []string
	for _, name := range english {
		texts = append(texts, good(change)[name])
	}
	cells := textCells(texts...)
	for name, xml := range raw {
		cells[slices.Index(english, name)] = xml
	}
	return cells
}

func headRow() string {
	_, chinese := headings(orderColumns)
	return rawRow("", textCells(chinese...)...)
}

func TestACellIsReadAsItsWriterMeantIt(t *testing.T) {
	number := func(v string) string { return "<x:c><x:v>" + v + "</x:v></x:c>" }
	styled := func(style int, v string) string { return fmt.Sprintf(`<x:c s="%d"><x:v>%s</x:v></x:c>`, style, v) }
	is := func(change func(*exam.Registration)) func(*exam.Registration) { return change }
	born := is(func(g *exam.Registration) {})
	for _, c := range []struct {
		name, column, cell string
		want               []string
		change             func(*exam.Registration) // beside what good(nil) says
	}{
		{"Java writes 8 as 8.0", "grade", number("8.0"), nil, is(func(g *exam.Registration) { g.Grade = 8 })},
		{"Java writes a phone number with an exponent", "phone", number("1.38E10"), nil, is(func(g *exam.Registration) { g.Phone = "13800000000" })},
		{"Java writes a ticket with an exponent", "ticket", number("7.02600061E8"), nil, is(func(g *exam.Registration) { g.Ticket = "702600061" })},
		{"Java writes a day as one number", "birth_date", number("2.0160307E7"), nil, born},
		{"a number that the spreadsheet shows rounded", "grade", number("2.9999999999999996"), nil, born},
		{"fifteen digits are exact", "ticket", number("123456789012345"), nil, is(func(g *exam.Registration) { g.Ticket = "123456789012345" })},
		{"sixteen digits are not", "ticket", number("1234567890123456"), []string{"2 ticket number_mangled"}, nil},
		{"an ID number as a number, with all digits", "id_number", number("110105201603073000"), []string{"2 id_number number_mangled"}, nil},
		{"an ID number as a number, with an exponent", "id_number", number("1.1010520160307E17"), []string{"2 id_number number_mangled"}, nil},
		{"leading zeros that are shown only", "ticket", styled(3, "702600061"), nil, is(func(g *exam.Registration) { g.Ticket = "702600061" })},
		{"a shorter number with leading zeros", "ticket", styled(3, "2600061"), nil, is(func(g *exam.Registration) { g.Ticket = "002600061" })},
		{"letters that are shown only", "ticket", styled(4, "2600061"), []string{"2 ticket number_shown"}, nil},
		{"a written apostrophe before a number", "ticket", textCells("'702600320")[0], nil, is(func(g *exam.Registration) { g.Ticket = "702600320" })},
		{"an apostrophe of a Chinese keyboard", "ticket", textCells("’T2")[0], nil, is(func(g *exam.Registration) { g.Ticket = "T2" })},
		{"an apostrophe before a text", "gender", textCells("'男")[0], nil, born},
		{"an apostrophe that is the title's", "pieces", textCells("'O sole mio")[0], nil, is(func(g *exam.Registration) { g.Pieces = []exam.Piece{{Title: "'O sole mio"}} })},
		{"more pieces than anybody plays", "pieces", textCells(strings.Repeat("a;", 51))[0], []string{"2 pieces pieces_many"}, nil},
		{"a grade that is shown as 3级", "grade", styled(4, "3"), nil, born},
		{"a grade that is shown in Chinese figures", "grade", styled(6, "3"), nil, born},
		{"a shared text", "name", `<x:c t="s"><x:v>0</x:v></x:c>`, nil, born},
		{"rich text, without how it is said", "name", `<x:c t="s"><x:v>1</x:v></x:c>`, nil, born},
		{"an empty shared text", "name", `<x:c t="s"><x:v>2</x:v></x:c>`, []string{"2 name cell_missing"}, nil},
		{"a line break that is escaped", "name", textCells("李小明_x000D_")[0], nil, born},
		{"a control character that is escaped", "name", textCells("李_x0001_小明")[0], []string{"2 name cell_control"}, nil},
		{"a formula with its result", "name", `<x:c t="str"><x:f>A1</x:f><x:v>李小明</x:v></x:c>`, nil, born},
		{"a shared formula with its result", "grade", `<x:c><x:f t="shared" si="0"/><x:v>3</x:v></x:c>`, nil, born},
		{"a formula without its result", "pieces", `<x:c><x:f>"乐"&amp;"曲"</x:f><x:v></x:v></x:c>`, []string{"2 pieces cell_formula"}, nil},
		{"a formula without any value", "pieces", `<x:c><x:f>A1</x:f></x:c>`, []string{"2 pieces cell_formula"}, nil},
		{"a formula that was never calculated", "pieces", `<x:c><x:f>A1</x:f><x:v>0</x:v></x:c>`, []string{"2 pieces cell_formula"}, nil},
		{"a formula whose result is no text", "pieces", `<x:c t="str"><x:f>A1</x:f><x:v></x:v></x:c>`, nil, is(func(g *exam.Registration) { g.Pieces = nil })},
		{"a name that begins with =", "name", textCells("=A1")[0], []string{"2 name cell_formula"}, nil},
		{"an error", "name", `<x:c t="e"><x:v>#N/A</x:v></x:c>`, []string{"2 name cell_error"}, nil},
		{"an error of a new kind", "name", `<x:c t="e"><x:v>#SPILL!</x:v></x:c>`, []string{"2 name cell_error"}, nil},
		{"a truth value", "name", `<x:c t="b"><x:v>1</x:v></x:c>`, []string{"2 name cell_boolean"}, nil},
		{"a ticket that became a date", "ticket", styled(1, "46204"), []string{"2 ticket cell_date"}, nil},
		{"a date in a format of Chinese programs", "birth_date", styled(1, "42436"), nil, born},
		{"a date in a built-in format", "birth_date", styled(5, "42436.0"), nil, born},
		{"a date as text", "birth_date", textCells("２０１６－０３－０７")[0], nil, born},
		{"a date that is written as one", "birth_date", `<x:c t="d"><x:v>2016-03-07T00:00:00.000Z</x:v></x:c>`, nil, born},
		{"a year is no day of 1905", "birth_date", number("2016"), []string{"2 birth_date date_invalid"}, nil},
		{"an end at midnight that is shown with its time", "window_closes", styled(2, "46213"), nil, is(func(g *exam.Registration) { g.Window.ClosesAt = time.Date(2026, 7, 10, 0, 0, 0, 0, shanghai) })},
		{"an end that is a day alone", "window_closes", styled(1, "46213"), nil, born},
		{"a start with its time", "window_opens", styled(2, "46204.375"), nil, born},
		{"hard spaces and full width", "grade", textCells("\u00a0３级\u3000")[0], nil, born},
		{"a lost character", "name", textCells("李\ufffd明")[0], []string{"2 name cell_broken"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ReadOrders(rawBook(t, "", rawSheet{name: "a", rows: headRow() + rawRow("", rawEntry(nil, row{c.column: c.cell})...)}), shanghai)
			wantProblems(t, got.Problems, c.want...)
			if c.change == nil {
				return
			}
			want := wanted()
			c.change(&want)
			if len(got.Rows) != 1 {
				t.Fatalf("%d rows", len(got.Rows))
			}
			if diff := cmp.Diff(want, got.Rows[0].Registration); diff != "" {
				t.Errorf("registration (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDaysAreCountedFrom1904WhereTheWorkbookSaysSo(t *testing.T) {
	content := rawBook(t, `<x:workbookPr date1904="1"/>`, rawSheet{name: "a", rows: headRow() +
		rawRow("", rawEntry(nil, row{"birth_date": `<x:c s="1"><x:v>40974</x:v></x:c>`})...)})
	got := ReadOrders(content, shanghai)
	wantProblems(t, got.Problems)
	if diff := cmp.Diff(wanted(), got.Rows[0].Registration); diff != "" {
		t.Errorf("registration (-want +got):\n%s", diff)
	}
}

// What a person does not see, or sees otherwise, is named.
func TestASheetIsReadAsAPersonSeesIt(t *testing.T) {
	entry := func(ticket string, attributes string) string {
		return rawRow(attributes, rawEntry(row{"ticket": ticket, "id_type": "护照", "id_number": "E" + ticket}, nil)...)
	}
	list := headRow() + entry("1", "") + entry("2", "")
	words := rawSheet{name: "字典", rows: rawRow("", textCells("钢琴", "小提琴")...)}
	wide := rawSheet{name: "课表", rows: rawRow("", textCells(make([]string, maxColumns)...)...) + rawRow("", `<x:c r="NK2"><x:v>1</x:v></x:c>`)}
	hidden := words
	hidden.state = "veryHidden"
	swapped := textCells("姓名", "准考证号", "拼音")
	_, chinese := headings(orderColumns)
	english, _ := headings(orderColumns)
	at := func(r int, first string, cells []string) string { // at its place, cells with references
		for i := range cells {
			cells[i] = strings.Replace(cells[i], "<x:c", fmt.Sprintf(`<x:c r="%c%d"`, first[0]+byte(i), r), 1)
		}
		return rawRow(fmt.Sprintf(`r="%d"`, r), cells...)
	}
	for _, c := range []struct {
		name   string
		sheets []rawSheet
		want   []string
		rows   []int
	}{
		{"a hidden sheet before the list", []rawSheet{hidden, {name: "b", rows: list}}, nil, []int{2, 3}},
		{"a chart before the list", []rawSheet{{name: "图", kind: "chartsheet"}, {name: "b", rows: list}}, nil, []int{2, 3}},
		{"a sheet of words before the list", []rawSheet{words, {name: "b", rows: list}}, nil, []int{2, 3}},
		{"an empty sheet before the list", []rawSheet{{name: "a"}, {name: "b", rows: list}}, nil, []int{2, 3}},
		{"a plan of a year in one row beside the list", []rawSheet{wide, {name: "b", rows: list}, {name: "c", state: "hidden", rows: wide.rows}}, nil, []int{2, 3}},
		{"a broken sheet beside the list", []rawSheet{{name: "a", rows: list}, {name: "b", rows: "<x:row>"}}, nil, []int{2, 3}},
		{"a plan of a year alone", []rawSheet{wide}, []string{"0  file_too_large"}, nil},
		{"two lists", []rawSheet{{name: "a", rows: list}, {name: "b", rows: list}}, []string{"~0  sheets_left"}, []int{2, 3}},
		{"a hidden list beside one", []rawSheet{{name: "a", state: "hidden", rows: list}, {name: "b", rows: list}}, []string{"~0  sheets_left"}, []int{2, 3}},
		{"a hidden list alone", []rawSheet{{name: "a", state: "hidden", rows: list}}, []string{"0  sheets_left", "0  file_empty"}, nil},
		{"a sheet of words alone", []rawSheet{words}, []string{"1  headings_missing"}, nil},
		{"a hidden row", []rawSheet{{name: "a", rows: headRow() + entry("1", `hidden="1"`) + entry("2", "")}}, []string{"~2  row_hidden"}, []int{2, 3}},
		{"a row of no height", []rawSheet{{name: "a", rows: headRow() + entry("1", `ht="0" customHeight="1"`)}}, []string{"~2  row_hidden"}, []int{2}},
		{"a hidden column", []rawSheet{{name: "a", before: `<x:cols><x:col min="2" max="3" width="9" hidden="1"/></x:cols>`, rows: list}},
			[]string{"~1 name column_hidden", "~1 pinyin column_hidden"}, []int{2, 3}},
		{"cells that are merged", []rawSheet{{name: "a", rows: list + entry("3", ""), after: `<x:mergeCells><x:mergeCell ref="N2:N3"/></x:mergeCells>`}},
			[]string{"3 pieces cell_merged"}, []int{2, 4}},
		{"a merged title above the list", []rawSheet{{name: "a", rows: rawRow("", textCells("报名表")...) + list, after: `<x:mergeCells><x:mergeCell ref="A1:N1"/></x:mergeCells>`}}, nil, []int{3, 4}},
		{"headings in both languages", []rawSheet{{name: "a", rows: rawRow("", textCells(chinese...)...) + rawRow("", textCells(english...)...) + entry("1", "")}},
			[]string{"~2  headings_again"}, []int{3}},
		{"headings in another order in the middle", []rawSheet{{name: "a", rows: list + rawRow("", swapped...)}}, []string{"4  headings_moved"}, []int{2, 3}},
		{"a total below", []rawSheet{{name: "a", rows: list + rawRow(`r="6"`, textCells("合计：2 人")...)}}, []string{"6  row_no_entry"}, []int{2, 3}},
		{"blank rows in the middle", []rawSheet{{name: "a", rows: headRow() + entry("1", "") + rawRow("") + rawRow("", textCells("", " ")...) + entry("2", "")}}, nil, []int{2, 5}},
		{"a table that begins at C4", []rawSheet{{name: "a", rows: at(4, "C", textCells(chinese...)) + at(7, "C", rawEntry(nil, nil))}}, nil, []int{7}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ReadOrders(rawBook(t, "", c.sheets...), shanghai)
			wantProblems(t, got.Problems, c.want...)
			var rows []int
			for _, r := range got.Rows {
				rows = append(rows, r.Number)
			}
			if diff := cmp.Diff(c.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

// Other programs write XML in other ways, and web pages put blank lines before it.
func TestAWorkbookIsReadHoweverItIsWritten(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(`<?xml version="1.0" encoding="UTF-16"?>`)
	if err != nil {
		t.Fatal(err)
	}
	rows := headRow() + rawRow("", rawEntry(nil, nil)...)
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder().String(`<x:worksheet xmlns:x="m"><x:sheetData>` + rows + `</x:sheetData></x:worksheet>`)
	if err != nil {
		t.Fatal(err)
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(`<?xml version="1.0" encoding="GBK"?><x:worksheet xmlns:x="m"><x:sheetData>` + rows + `</x:sheetData></x:worksheet>`)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"sheets in UTF-16":           rawBook(t, "", rawSheet{name: "a", whole: utf16 + wide}),
		"sheets in GBK":              rawBook(t, "", rawSheet{name: "a", whole: gbk}),
		"blank lines before the zip": append([]byte("\ufeff\r\n"), rawBook(t, "", rawSheet{name: "a", rows: rows})...),
	} {
		t.Run(name, func(t *testing.T) {
			got := ReadOrders(content, shanghai)
			wantProblems(t, got.Problems)
			if len(got.Rows) != 1 {
				t.Fatalf("%d rows", len(got.Rows))
			}
			if diff := cmp.Diff(wanted(), got.Rows[0].Registration); diff != "" {
				t.Errorf("registration (-want +got):\n%s", diff)
			}
		})
	}
}

func TestABrokenWorkbookIsOneSentence(t *testing.T) {
	whole := rawSheet{name: "a", rows: headRow() + rawRow("", rawEntry(nil, nil)...)}
	change := func(s rawSheet, change func(*rawSheet)) []byte {
		change(&s)
		return rawBook(t, "", s)
	}
	flipped := rawBook(t, "", whole)
	flipped[bytes.LastIndex(flipped, []byte("PK\x01\x02"))+20]++ // a size in the list of files
	for name, content := range map[string][]byte{
		"rows in the wrong order":        change(whole, func(s *rawSheet) { s.rows = rawRow(`r="9"`, textCells("a")...) + rawRow(`r="3"`, textCells("b")...) }),
		"a text that is not there":       change(whole, func(s *rawSheet) { s.rows += rawRow("", `<x:c t="s"><x:v>99</x:v></x:c>`) }),
		"a cell that no sheet has":       change(whole, func(s *rawSheet) { s.rows += rawRow("", `<x:c r="1A"><x:v>9</x:v></x:c>`) }),
		"elements that are not closed":   change(whole, func(s *rawSheet) { s.rows += "<x:row><x:c><x:v>1" }),
		"a list of files that is broken": flipped,
	} {
		t.Run(name, func(t *testing.T) {
			got := ReadOrders(content, shanghai)
			if len(got.Rows) > 0 || len(got.Problems) != 1 || got.Problems[0].Code != FileBroken {
				t.Errorf("%d rows, problems %v", len(got.Rows), got.Problems)
			}
		})
	}
}

func TestWhatAListCannotBeReadFromIsNamed(t *testing.T) {
	zipOf := func(files map[string]string) []byte {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for _, name := range slices.Sorted(maps.Keys(files)) {
			w, err := z.Create(name)
			if err == nil {
				_, err = w.Write([]byte(files[name]))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	ole := func(stream string) []byte {
		content := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
		for _, r := range stream {
			content = append(content, byte(r), 0)
		}
		return content
	}
	for _, c := range []struct {
		name    string
		content []byte
		want    Code
		says    string
	}{
		{"a web page named .xls", []byte("<html><head></head><table><tr><td>准考证号</td></tr></table></html>"), FileOther, "HTML"},
		{"a web page after a mark and blank lines", []byte("\xef\xbb\xbf\r\n <TABLE><tr><td>准考证号</td>"), FileOther, "HTML"},
		{"a web page with a doctype", []byte("<!DOCTYPE html><html>"), FileOther, "HTML"},
		{"an XML workbook of 2003", []byte(`<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`), FileOther, "2003"},
		{"a web archive", []byte("MIME-Version: 1.0\r\nContent-Type: multipart/related"), FileOther, "MHTML"},
		{"JSON", []byte(`[{"ticket": "1"}]`), FileOther, "JSON"},
		{"a PDF", []byte("%PDF-1.7\n\x00"), FileNoTable, "PDF"},
		{"a photo of the list", []byte("\xff\xd8\xff\xe0\x00\x10JFIF"), FileNoTable, "JPEG"},
		{"a photo of an iPhone", []byte("\x00\x00\x00\x18ftypheic"), FileNoTable, "HEIC"},
		{"an old workbook", ole("Workbook"), OldExcel, ".xls"},
		{"a workbook of 1990", []byte("\x09\x08\x10\x00\x00\x06"), OldExcel, ".xls"},
		{"a workbook with a password", ole("EncryptedPackage"), FilePassword, "password"},
		{"an old text document", ole("WordDocument"), FileOther, "Word"},
		{"a text document", zipOf(map[string]string{"word/document.xml": "<a/>"}), FileOther, "Word"},
		{"a binary workbook", zipOf(map[string]string{"xl/workbook.bin": "a"}), FileOther, ".xlsb"},
		{"an OpenDocument workbook", zipOf(map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), FileOther, ".ods"},
		{"a packed folder", zipOf(map[string]string{"list.xlsx": "PK", "photos/a.jpg": "a"}), FileArchive, "ZIP"},
		{"a packed file of another kind", []byte("Rar!\x1a\x07\x00"), FileArchive, "RAR"},
		{"nothing but zeros, as a full disk leaves", make([]byte, 4096), FileEmpty, "empty"},
		{"a list of something else in GB18030, whose bytes look like no picture's", []byte("\xb1\xe0\xba\xc5,\xbc\xdb\xc7\xae\n\xc6\xbb\xb9\xfb,3\n"), EncodingUnknown, "no known heading"},
		{"a list of something else", []byte("fruit,price\napple,3\n"), HeadingsMissing, "fruit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ReadOrders(c.content, shanghai)
			if len(got.Rows) > 0 || len(got.Problems) != 1 || got.Problems[0].Code != c.want {
				t.Fatalf("%d rows, problems %v", len(got.Rows), got.Problems)
			}
			if text := got.Problems[0].String(); !strings.Contains(text, c.says) {
				t.Errorf("%q does not say %q", text, c.says)
			}
		})
	}
}
