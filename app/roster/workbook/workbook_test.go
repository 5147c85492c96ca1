package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"
)

// bomb is a workbook of one sheet; what repeats packs to next to nothing.
func bomb(t *testing.T, sheet, texts string) []byte {
	t.Helper()
	return zipped(t, map[string]string{
		"xl/workbook.xml":            `<workbook xmlns:r="n"><sheets><sheet name="a" r:id="1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="1" Type="a/worksheet" Target="sheet.xml"/><Relationship Id="2" Type="a/sharedStrings" Target="texts.xml"/></Relationships>`,
		"xl/sheet.xml":               sheet,
		"xl/texts.xml":               texts,
	})
}

func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
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

func TestReadingStopsAtTheLimit(t *testing.T) {
	limits := Limits{Unpacked: 4 << 20, Strings: 1000, StringBytes: 1 << 20, Cells: 1000, Columns: 20}
	const one = `<worksheet><sheetData><row><c t="s"><v>0</v></c></row></sheetData></worksheet>`
	table := func(rows string) string { return `<worksheet><sheetData>` + rows + `</sheetData></worksheet>` }
	for _, c := range []struct{ name, sheet, texts, want string }{
		{"within every limit", one, "<sst>" + strings.Repeat("<si><t>a</t></si>", 1000) + "</sst>", ""},
		{"too many texts", one, "<sst>" + strings.Repeat("<si/>", 1001) + "</sst>", "1000 different texts"},
		{"texts that are too long together", one, "<sst>" + strings.Repeat("<si><t>"+strings.Repeat("a", 2000)+"</t></si>", 600) + "</sst>", "1 MiB of texts"},
		{"one text in many pieces", one, "<sst><si>" + strings.Repeat("<r><t>"+strings.Repeat("a", 60_000)+"</t></r>", 20) + "</si></sst>", "characters in one cell"},
		{"one text in one piece", one, "<sst><si><t>" + strings.Repeat("a", 2<<20) + "</t></si></sst>", "characters in one cell"},
		{"one tag", "<worksheet " + strings.Repeat(`a="b" `, 400_000) + "/>", "", "characters in one cell"},
		{"a comment", "<worksheet><!--" + strings.Repeat(`a`, 2<<20) + "--></worksheet>", "", "characters in one cell"},
		{"more cells than a list has", table(strings.Repeat("<row><c><v>1</v></c></row>", 1001)), "", "1000 cells"},
		{"more columns than a list has", table("<row>" + strings.Repeat("<c><v>1</v></c>", 21) + "</row>"), "", "20 columns"},
		{"a cell far to the right", table(`<row><c r="XFD1"><v>1</v></c></row>`), "", "20 columns"},
		{"cells without a value cost nothing", table(strings.Repeat(`<row><c r="XFD1" s="1"/></row>`, 2000)), "", ""},
		{"more bytes after unpacking", table(strings.Repeat("<row></row>", 400_000)), "", "4 MiB after unpacking"},
		{"elements within elements", strings.Repeat("<a>", 100_000), "", "64 elements"},
		{"more widths than columns", "<worksheet>" + strings.Repeat(`<col hidden="1"/>`, maxMany+1) + "<sheetData/></worksheet>", "", "100000 widths"},
		{"more merged cells than anybody merges", `<worksheet><sheetData/>` + strings.Repeat(`<mergeCell ref="A1:B1"/>`, maxMerge+1) + `</worksheet>`, "", "100000 merged cells"},
	} {
		t.Run(c.name, func(t *testing.T) {
			book, err := Open(bomb(t, c.sheet, c.texts), limits)
			if err != nil {
				t.Fatal(err)
			}
			_, err = book.Read(book.Sheets[0], func(Row) error { return nil })
			limit, isLimit := errors.AsType[*LimitError](err)
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (!isLimit || !strings.Contains(limit.Limit, c.want)):
				t.Errorf("%v, want more than %s", err, c.want)
			}
		})
	}
}

func TestListsBesideTheCellsHaveAnEnd(t *testing.T) {
	limits := Limits{Unpacked: 64 << 20, Strings: 1, StringBytes: 1, Cells: 1, Columns: 1}
	for name, change := range map[string]func(*File){
		"relations": func(f *File) { f.parts["xl/_rels/workbook.xml.rels"] = f.parts["many"] },
		"sheets":    func(f *File) { f.parts["xl/workbook.xml"] = f.parts["many"] },
		"formats":   func(f *File) { f.related["styles"] = "many" },
	} {
		many := map[string]string{"relations": `<Relationship Id="1"/>`, "sheets": `<sheet name="a"/>`, "formats": `<xf/>`}[name]
		archive, err := OpenZip(zipped(t, map[string]string{
			"many": "<cellXfs>" + strings.Repeat(many, maxMany+1) + "</cellXfs>", "xl/workbook.xml": "<workbook/>",
		}))
		if err != nil {
			t.Fatal(err)
		}
		f := &File{limits: limits, left: limits.Unpacked, parts: map[string]*zip.File{}, related: map[string]string{}}
		for _, part := range archive.File {
			f.parts[part.Name] = part
		}
		change(f)
		err = errors.Join(f.readWorkbook("xl/workbook.xml"), f.readStyles())
		limit, isLimit := errors.AsType[*LimitError](err)
		if !isLimit || !strings.Contains(limit.Limit, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMoreFilesThanAWorkbookHasAreNotListed(t *testing.T) {
	_, err := OpenZip(bytes.Repeat([]byte("PK\x01\x02"), maxParts+1))
	if _, isLimit := errors.AsType[*LimitError](err); !isLimit {
		t.Errorf("%v", err)
	}
}

func TestAFormatSaysHowANumberIsShown(t *testing.T) {
	for code, want := range map[string]Format{
		"General": {}, "[DBNum1][$-804]General": {}, `[Red]General"级"`: {}, "G/通用格式": {}, "[DBNum1]0": {}, "0": {}, "0.00": {}, "#,##0": {}, "0_ ": {}, "@": {}, "0.00E+00": {}, `0_);[Red]\(0\)`: {},
		"0000000": {Zeros: 7}, "000000_ ": {Zeros: 6}, `"T"000`: {Zeros: 3, Literal: true}, `\T0`: {Literal: true}, "000-0000": {Zeros: 7, Literal: true},
		"yyyy/m/d": {Date: true}, `yyyy"年"m"月"d"日";@`: {Date: true}, "[$-804]yyyy年m月d日": {Date: true}, "mmm-yy": {Date: true},
		"yyyy/m/d h:mm": {Date: true, Time: true}, "[h]:mm": {Date: true, Time: true}, "上午/下午h时mm分": {Date: true, Time: true},
	} {
		if got := parseFormat(code); got != want {
			t.Errorf("%s: %+v, want %+v", code, got, want)
		}
	}
}

func TestAPlaceIsReadAsSpreadsheetsWriteIt(t *testing.T) {
	for ref, want := range map[string][2]int{"A1": {1, 1}, "B12": {2, 12}, "AA3": {27, 3}, "xfd1048576": {16384, 1048576}, "$C$4": {3, 4}} {
		if column, row, ok := place(ref); !ok || column != want[0] || row != want[1] {
			t.Errorf("%s: column %d, row %d, %v", ref, column, row, ok)
		}
	}
	for _, ref := range []string{"", "A", "1", "A0", "XFE1", "A1048577", "ABCD1", "A-1", "é1"} {
		if _, _, ok := place(ref); ok {
			t.Errorf("%q is taken for a cell", ref)
		}
	}
}
