package roster

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"kaodian/app/roster/workbook"
)

// signs are the first bytes of files that people mistake for a list. An empty
// what is a spreadsheet program's own format, which it can save as a list.
var signs = []struct {
	begins string
	code   Code
	what   string
}{
	{"%PDF-", FileNoTable, "a PDF"},
	{"\x89PNG", FileNoTable, "a picture (PNG)"},
	{"\xff\xd8\xff", FileNoTable, "a picture (JPEG)"},
	{"GIF8", FileNoTable, "a picture (GIF)"},
	{"II*\x00", FileNoTable, "a picture (TIFF)"},
	{"MM\x00*", FileNoTable, "a picture (TIFF)"},
	{"RIFF", FileNoTable, "a picture or a recording"},
	{"SQLite format 3\x00", FileNoTable, "a database"},
	{"\x1f\x8b", FileArchive, "a packed file (gzip)"},
	{"7z\xbc\xaf\x27\x1c", FileArchive, "a packed file (7z)"},
	{"Rar!", FileArchive, "a packed file (RAR)"},
	{"PK\x05\x06", FileArchive, "an empty packed file (ZIP)"},
	{"\x09\x08\x10\x00", OldExcel, ""},
	{"\x09\x08\x08\x00", OldExcel, ""},
	{"\x09\x04\x06\x00", OldExcel, ""},
	{"\x09\x02\x06\x00", OldExcel, ""},
	{"\x09\x00\x04\x00", OldExcel, ""},
	{"ID;P", FileOther, "a SYLK file"},
	{`{\rtf`, FileOther, "a text document (RTF)"},
	{"MIME-Version:", FileOther, "a web page (MHTML)"},
	{"<?xml", FileOther, "an XML file"},
	{"<!doctype", FileOther, "a web page (HTML)"},
	{"<", FileOther, "a web page (HTML)"},
	{"{", FileOther, "JSON"},
	{"[", FileOther, "JSON"},
}

// otherKind names the type of a file that is neither workbook nor list, nil if it
// is unknown.
func otherKind(content []byte) []Problem {
	head := bytes.TrimLeft(bytes.TrimPrefix(content[:min(len(content), 4096)], []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(head) > 8 && string(head[4:8]) == "ftyp" {
		return problem(FileNoTable, "what", "a video or a picture (HEIC)")
	}
	for _, sign := range signs {
		if !hasPrefixFold(head, sign.begins) && !hasPrefixFold(content, sign.begins) {
			continue
		}
		what := sign.what
		begin := lower(head)
		switch {
		case sign.begins == "<?xml" && strings.Contains(begin, "<html"):
			what = "a web page (HTML)"
		case sign.begins == "<?xml" && strings.Contains(begin, "office:spreadsheet"):
			what = "an XML workbook of 2003"
		}
		if what == "" {
			return problem(sign.code)
		}
		return problem(sign.code, "what", what)
	}
	return nil
}

func hasPrefixFold(content []byte, prefix string) bool {
	return len(content) >= len(prefix) && lower(content[:len(prefix)]) == lower([]byte(prefix))
}

// lower changes the case of ASCII alone: to the Unicode functions all bytes
// that are no UTF-8 are the same.
func lower(text []byte) string {
	folded := bytes.Clone(text)
	for i, b := range folded {
		if 'A' <= b && b <= 'Z' {
			folded[i] = b + 'a' - 'A'
		}
	}
	return string(folded)
}

// oleKind tells the files of the old Office form apart by the names of the
// streams in them, which stand there in UTF-16.
func oleKind(content []byte) []Problem {
	has := func(name string) bool {
		wide := make([]byte, 0, 2*len(name))
		for i := range len(name) {
			wide = append(wide, name[i], 0)
		}
		return bytes.Contains(content, wide)
	}
	switch {
	case has("EncryptedPackage"):
		return problem(FilePassword)
	case has("WordDocument"):
		return problem(FileOther, "what", "a text document (Word)")
	case has("PowerPoint Document"):
		return problem(FileNoTable, "what", "a presentation")
	}
	return problem(OldExcel)
}

// zipKind says what a zip file is that is no .xlsx workbook.
func zipKind(content []byte) []Problem {
	archive, err := workbook.OpenZip(content)
	if err != nil {
		return fileProblem(err)
	}
	names := map[string]bool{}
	for _, file := range archive.File {
		names[strings.ToLower(file.Name)] = true
	}
	switch {
	case names["xl/workbook.bin"]:
		return problem(FileOther, "what", "a binary workbook (.xlsb)")
	case names["word/document.xml"]:
		return problem(FileOther, "what", "a text document (Word)")
	case names["ppt/presentation.xml"]:
		return problem(FileNoTable, "what", "a presentation")
	case names["index/document.iwa"], names["index.zip"]:
		return problem(FileOther, "what", "an Apple document")
	case names["mimetype"] && strings.Contains(mimeType(archive), "spreadsheet"):
		return problem(FileOther, "what", "an OpenDocument workbook (.ods)")
	case names["mimetype"] && names["content.xml"]:
		return problem(FileOther, "what", "an OpenDocument file")
	}
	return problem(FileArchive, "what", "a packed file (ZIP)")
}

// mimeType is how an OpenDocument file calls itself.
func mimeType(archive *zip.Reader) string {
	file, err := archive.Open("mimetype")
	if err != nil {
		return ""
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, 200))
	if err != nil {
		return ""
	}
	return string(text)
}
