package roster

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"strings"
	"testing"
)

// pdfOf is a PDF of these objects, the first of which is its catalogue.
func pdfOf(objects ...string) []byte {
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var places []int
	for i, object := range objects {
		places = append(places, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, place := range places {
		fmt.Fprintf(&out, "%010d 00000 n \n", place)
	}
	fmt.Fprintf(&out, "trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return out.Bytes()
}

// pdfWith is a PDF of one page whose catalogue has more in it.
func pdfWith(more string, objects ...string) []byte {
	return pdfOf(append([]string{
		"<< /Type /Catalog /Pages 2 0 R " + more + " >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>",
	}, objects...)...)
}

// packedPDF has its script in a compressed object, where no search for words
// finds it.
func packedPDF() []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write([]byte("5 0 << /S /JavaScript /JS (app.alert\\(1\\)) >>"))
	_ = w.Close()
	var out bytes.Buffer
	out.WriteString("%PDF-1.5\n")
	places := map[int]int{}
	object := func(number int, text string) {
		places[number] = out.Len()
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", number, text)
	}
	object(1, "<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>")
	object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
	object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] >>")
	object(4, fmt.Sprintf("<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream", packed.Len(), packed.Bytes()))
	start := out.Len()
	var rows []byte
	row := func(kind byte, a, b int) {
		rows = append(rows, kind, byte(a>>8), byte(a), byte(b))
	}
	row(0, 0, 0)
	for number := 1; number <= 4; number++ {
		row(1, places[number], 0)
	}
	row(2, 4, 0)
	row(1, start, 0)
	fmt.Fprintf(&out, "6 0 obj\n<< /Type /XRef /Size 7 /W [1 2 1] /Root 1 0 R /Length %d >>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n", len(rows), rows, start)
	return out.Bytes()
}

// animated makes an animated PNG of one.
func animated(still []byte) []byte {
	const head = 33 // the signature and the first chunk
	chunk := append([]byte("acTL"), 0, 0, 0, 2, 0, 0, 0, 0)
	film := append([]byte{}, still[:head]...)
	film = binary.BigEndian.AppendUint32(film, 8)
	film = append(film, chunk...)
	film = binary.BigEndian.AppendUint32(film, crc32.ChecksumIEEE(chunk))
	return append(film, still[head:]...)
}

// cmyk is a JPEG of 8 × 8 pixels in a printer's colours: four components of one
// block each, whose only number is nought.
func cmyk() []byte {
	out := []byte{0xff, 0xd8, 0xff, 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0}
	out = append(out, 0xff, 0xdb, 0, 67, 0)
	out = append(out, bytes.Repeat([]byte{1}, 64)...)
	out = append(out, 0xff, 0xc0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0)
	for _, table := range []byte{0x00, 0x10} {
		out = append(out, 0xff, 0xc4, 0, 20, table, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	}
	return append(out, 0xff, 0xda, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0, 0, 0xff, 0xd9)
}

// turned says in a JPEG's EXIF that it is to be shown turned by 90 degrees.
func turned(upright []byte) []byte {
	exif := append([]byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"), 0, 0, 0, 0)
	out := append([]byte{}, upright[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(exif)+2))
	return append(append(out, exif...), upright[2:]...)
}

// R9: a score is taken only if every phone shows it alike; what it is, its
// bytes say.
func TestR9OnlyScoresThatPhonesShowAreTaken(t *testing.T) {
	picture := noise(60, true)
	jpeg, png := encode(t, picture, "jpeg"), encode(t, picture, "png")
	for _, c := range []struct {
		name    string
		content []byte
		want    string // media type, or why not
	}{
		{"a PNG", png, "image/png"},
		{"a JPEG", jpeg, "image/jpeg"},
		{"a JPEG that is turned by its EXIF", turned(jpeg), "image/jpeg"},
		{"a PDF", pdfWith(""), "application/pdf"},
		{"nothing", nil, "question_empty"},
		{"an animated PNG", animated(png), "question_animated"},
		{"a GIF", encode(t, picture, "gif"), "question_format"},
		{"a printer's colours", cmyk(), "question_cmyk"},
		{"text", []byte("no picture"), "question_format"},
		{"a cut JPEG", jpeg[:len(jpeg)/2], "question_format"},
		{"too many pixels", encode(t, image.NewGray(image.Rect(0, 0, 6000, 5000)), "png"), "question_pixels"},
		{"a PDF by its first and last word", []byte("%PDF-1.4 nothing %%EOF"), "question_format"},
		{"a cut PDF", pdfWith("")[:100], "question_format"},
		{"a PDF without a page", pdfOf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"), "question_format"},
		{"a PDF with a script", pdfWith("/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "question_active"},
		{"a script whose word is written in figures", pdfWith("/OpenAction << /S /J#61vaScript /J#53 (x) >>"), "question_active"},
		{"a script in a compressed object", packedPDF(), "question_active"},
		{"a PDF that starts a program", pdfWith("/OpenAction << /S /Launch /F (calc.exe) >>"), "question_active"},
		{"a PDF with a file in it", pdfWith("/Names << /EmbeddedFiles 4 0 R >>", "<< /Names [] >>"), "question_active"},
		{"a script at a page", pdfOf("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>", "<< /Type /Page /Parent 2 0 R /AA << /O << /S /JavaScript /JS (x) >> >> >>"), "question_active"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := folderOf(t, map[string][]byte{"score": c.content})
			found := (&scores{folder: folder, seen: map[string]score{}}).look("score")
			got := found.mediaType
			if len(found.wrong) > 0 {
				got = string(found.wrong[0].Code)
			}
			if got != c.want {
				t.Errorf("%s %v, want %s", got, found.wrong, c.want)
			}
		})
	}
}

func TestASyllabusNamesAQuestionOnce(t *testing.T) {
	folder := folderOf(t, map[string][]byte{
		"syllabus.csv": []byte("专业,级别,科目,类型,抽题\n钢琴,1-10,视奏,视奏,是\n"),
		"bank.csv":     []byte("subject,grades,item,title,file\n钢琴,1-10,视奏,一,1.png\n钢琴,1-10,视奏,一,2.PNG\n钢琴,1-5,视奏,一,1.png\n"),
		"1.png":        encode(t, noise(20, true), "png"), "2.png": encode(t, noise(20, true), "png"), "old.png": encode(t, noise(20, true), "png"),
	})
	read := ReadSyllabus(folder)
	var told []string
	for _, problem := range read.Problems {
		told = append(told, fmt.Sprint(problem.File, " ", problem.Row, " ", problem.Code))
	}
	if got := strings.Join(told, ", "); got != "bank.csv 3 question_twice" {
		t.Error(got)
	}
	if unused := read.Unused(folder); fmt.Sprint(unused) != "[2.png old.png]" {
		t.Error(unused)
	}
}
