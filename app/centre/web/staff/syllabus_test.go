package staff_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/room"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
)

const syllabusPreviews = "/api/v1/staff/syllabus/previews"

func picture(side int) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// packed is one entry of a ZIP in all its forms.
type packed struct {
	name    string
	content []byte
	change  func(*zip.FileHeader)
}

func zipOf(t *testing.T, entries ...packed) []byte {
	t.Helper()
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	for _, one := range entries {
		head := &zip.FileHeader{Name: one.name, Method: zip.Deflate}
		if len(one.content) == 0 {
			head.Method = zip.Store // a compressor's tables are cleared for each, which takes -race milliseconds
		}
		if one.change != nil {
			one.change(head)
		}
		w, err := archive.CreateHeader(head)
		webtest.Must(t, err)
		_, err = w.Write(one.content)
		webtest.Must(t, err)
	}
	webtest.Must(t, archive.Close())
	return out.Bytes()
}

func gbk(t *testing.T, name string) string {
	t.Helper()
	text, err := simplifiedchinese.GBK.NewEncoder().String(name)
	webtest.Must(t, err)
	return text
}

func oldName(head *zip.FileHeader) { head.NonUTF8 = true }

const syllabusList = "专业,级别,科目,类型,抽题\n钢琴,1-10,乐曲,乐曲,否\n钢琴,1-10,视奏,视奏,是\n"

func bankList(rows ...string) []byte {
	return []byte("subject,grades,item,title,file\n" + strings.Join(rows, "\n") + "\n")
}

func sendSyllabus(p *webtest.Phone, name string, content []byte) (body staff.SyllabusPreviewBody) {
	p.T.Helper()
	if status, code := sendFile(p, syllabusPreviews+"?name="+name, content, &body); status != 200 {
		p.T.Fatalf("%s is answered by %d %s", name, status, code)
	}
	return body
}

func syllabusVerdicts(body staff.SyllabusPreviewBody) string {
	var all []string
	for _, row := range body.Rows {
		text := fmt.Sprintf("%s %d %s", strings.TrimSuffix(row.File, ".csv"), row.Row, row.Verdict)
		for _, problem := range row.Problems {
			text += " " + problem.Code
		}
		all = append(all, text)
	}
	for _, problem := range body.Problems {
		all = append(all, problem.File+" "+problem.Code)
	}
	return strings.Join(all, ", ")
}

func takeSyllabus(p *webtest.Phone, body staff.SyllabusPreviewBody) {
	p.T.Helper()
	p.Want(204, "POST", syllabusPreviews+"/"+body.ID+"/take", map[string]any{"fingerprint": body.Fingerprint}, nil)
}

// A ZIP as Windows and a Mac make them: a folder in it, names in GBK, and what
// a Mac puts beside files.
func TestASyllabusComesOutOfAZipIsShownTakenInAndUndone(t *testing.T) {
	c := webtest.New(t)
	boss := c.Staff("administrator")
	one, two := picture(20), picture(30)
	content := zipOf(t,
		packed{name: gbk(t, "大纲/"), change: oldName},
		packed{name: gbk(t, "大纲/syllabus.csv"), content: []byte(syllabusList), change: oldName},
		packed{name: gbk(t, "大纲/bank.csv"), content: bankList("钢琴,1-10,视奏,视奏一,视奏一.png", "钢琴,1-10,视奏,视奏二,two.png"), change: oldName},
		packed{name: gbk(t, "大纲/视奏一.png"), content: one, change: oldName},
		packed{name: gbk(t, "大纲/two.png"), content: two, change: oldName},
		packed{name: "__MACOSX/._two.png", content: []byte("x")}, packed{name: "大纲/.DS_Store", content: []byte("x")},
	)
	first := sendSyllabus(boss, "new.zip", content)
	if got := syllabusVerdicts(first); got != "syllabus 2 added, syllabus 3 added, bank 2 added, bank 3 added" || first.Bad {
		t.Fatal(got, first.Bad)
	}
	shown := boss.Call("GET", syllabusPreviews+"/"+first.ID+"/scores/3", nil, nil)
	if shown.StatusCode != 200 || shown.Header.Get("Content-Type") != "image/png" || shown.Header.Get("Cache-Control") != "no-store" {
		t.Error(shown.StatusCode, shown.Header)
	}
	var now staff.SyllabusBody
	boss.Want(200, "GET", "/api/v1/staff/syllabus", nil, &now)
	if len(now.Items) != 0 {
		t.Error("a preview changed something")
	}
	takeSyllabus(boss, first)
	boss.Want(200, "GET", "/api/v1/staff/syllabus", nil, &now)
	if len(now.Items) != 2 || len(now.Questions) != 2 || now.Imports[0].By != "administrator" || now.Imports[0].Name != "new.zip" {
		t.Errorf("%+v", now)
	}
	lead := c.Staff("invigilator")
	for who, p := range map[string]*webtest.Phone{"the administrator": boss, "an invigilator": lead} {
		if score := p.Call("GET", "/api/v1/staff/syllabus/questions/"+now.Questions[0].ID+"/score", nil, nil); score.StatusCode != 200 {
			t.Errorf("%s: %d", who, score.StatusCode)
		}
	}
	if noted := c.Notes("question_viewed"); !slices.Equal(noted, []string{"administrator", "administrator", "invigilator"}) && len(noted) != 3 {
		t.Error(noted)
	}

	second := sendSyllabus(boss, "next.zip", zipOf(t,
		packed{name: "syllabus.csv", content: []byte(syllabusList)}, packed{name: "bank.csv", content: bankList("钢琴,1-10,视奏,视奏二,two.png")},
		packed{name: "two.png", content: one}, packed{name: "old.png", content: one}))
	if got := syllabusVerdicts(second); got != "syllabus 2 same, syllabus 3 same, bank 2 changed, bank 0 gone, old.png file_unused" {
		t.Error(got)
	}
	takeSyllabus(boss, second)
	vault := func() int {
		files, err := os.ReadDir(filepath.Join(c.Server.Folder, "vault", "bank"))
		webtest.Must(t, err)
		return len(files)
	}
	boss.Want(200, "GET", "/api/v1/staff/syllabus", nil, &now)
	if len(now.Questions) != 1 || vault() != 2 {
		t.Errorf("%d questions, %d scores kept for an undo", len(now.Questions), vault())
	}
	boss.Want(204, "POST", "/api/v1/staff/syllabus/imports/"+now.Imports[0].ID+"/undo", nil, nil)
	boss.Want(200, "GET", "/api/v1/staff/syllabus", nil, &now)
	if len(now.Questions) != 2 || now.Imports[0].UndoneBy != "administrator" {
		t.Errorf("after the undo: %+v", now)
	}
	if left, err := os.ReadDir(filepath.Join(c.Server.Folder, "intake")); err != nil || len(left) != 0 {
		t.Errorf("%v are left, %v", left, err)
	}
}

func TestEverythingWrongInAZipIsNamedAndNothingIsTaken(t *testing.T) {
	c := webtest.New(t)
	boss := c.Staff("administrator")
	body := sendSyllabus(boss, "bad.zip", zipOf(t,
		packed{name: "syllabus.csv", content: []byte(syllabusList + "钢琴,11,乐曲,乐曲,否\n")},
		packed{name: "bank.csv", content: bankList("钢琴,1-10,视奏,一,locked.png", "钢琴,1-10,视奏,二,large.png", "钢琴,1-10,视奏,三,../x.png", "钢琴,1-10,视奏,四,none.png", "钢琴,1-10,视奏,五,script.pdf", "钢琴,1-10,视奏,六,empty.png")},
		packed{name: "locked.png", content: picture(10), change: func(h *zip.FileHeader) { h.Flags |= 1 }},
		packed{name: "large.png", content: make([]byte, 50<<20)},
		packed{name: "script.pdf", content: []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (x) >> >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\ntrailer\n<< /Root 1 0 R /Size 4 >>\nstartxref\n0\n%%EOF\n")},
		packed{name: "empty.png"},
		packed{name: "again.zip", content: []byte("PK")}, packed{name: "../../x.png", content: picture(10)},
		packed{name: "link.png", content: []byte("/etc/passwd"), change: func(h *zip.FileHeader) { h.SetMode(fs.ModeSymlink | 0o777) }},
	))
	want := "syllabus 2 added, syllabus 3 added, syllabus 4 refused grades_invalid, bank 2 refused entry_encrypted, bank 3 refused question_too_large, " +
		"bank 4 refused name_unsafe, bank 5 refused file_not_found, bank 6 refused question_active, bank 7 refused question_empty, " +
		"link.png entry_link, again.zip entry_nested, ../../x.png entry_path"
	if got := syllabusVerdicts(body); got != want || !body.Bad {
		t.Errorf("\n%s\n%s", got, want)
	}
	boss.WantCode(intake.RowsRefused, "POST", syllabusPreviews+"/"+body.ID+"/take", map[string]any{"fingerprint": body.Fingerprint})
	var now staff.SyllabusBody
	boss.Want(200, "GET", "/api/v1/staff/syllabus", nil, &now)
	if files, err := os.ReadDir(filepath.Join(c.Server.Folder, "vault", "bank")); len(now.Items) != 0 || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%d items, %v, %v", len(now.Items), files, err)
	}
}

func TestAFolderIsSentFileByFile(t *testing.T) {
	c := webtest.New(t)
	boss := c.Staff("administrator")
	files := []packed{
		{name: "syllabus.csv", content: []byte(syllabusList)}, {name: ".DS_Store", content: []byte("x")},
		{name: "bank.csv", content: bankList("钢琴,1-10,视奏,一,一张名字很长很长的谱子第二乐章优雅的行板带着许多的装饰音以及一个很长的名字.png")},
		{name: "一张名字很长很长的谱子第二乐章优雅的行板带着许多的装饰音以及一个很长的名字.png", content: picture(10)},
	}
	var body staff.SyllabusPreviewBody
	for i, file := range files {
		path := fmt.Sprintf("%s?name=%s&into=%s&more=%v", syllabusPreviews, file.name, body.ID, i+1 < len(files))
		body = staff.SyllabusPreviewBody{}
		if status, code := sendFile(boss, path, file.content, &body); status != 200 {
			t.Fatal(status, code)
		}
	}
	if got := syllabusVerdicts(body); got != "syllabus 2 added, syllabus 3 added, bank 2 added" || body.Waiting {
		t.Error(got)
	}
	takeSyllabus(boss, body)
}

// The answer to a file or to the take-in may be lost, and the same is sent once
// more: the answer is the same then.
func TestASyllabusSentAndTakenInTwiceIsAnsweredTheSame(t *testing.T) {
	c := webtest.New(t)
	boss := c.Staff("administrator")
	body := staff.SyllabusPreviewBody{}
	for i, file := range []packed{
		{name: "syllabus.csv", content: []byte(syllabusList)}, {name: "bank.csv", content: bankList("钢琴,1-10,视奏,一,1.png")},
		{name: "bank.csv", content: bankList("钢琴,1-10,视奏,一,1.png")}, {name: "1.png", content: picture(10)}, {name: "1.png", content: picture(10)},
	} {
		path := fmt.Sprintf("%s?name=%s&into=%s&more=%v", syllabusPreviews, file.name, body.ID, i < 3)
		body = staff.SyllabusPreviewBody{}
		if status, code := sendFile(boss, path, file.content, &body); status != 200 {
			t.Fatal(i, status, code)
		}
		if got := syllabusVerdicts(body); i >= 3 && got != "syllabus 2 added, syllabus 3 added, bank 2 added" {
			t.Errorf("file %d: %s", i, got)
		}
	}
	takeSyllabus(boss, body)
	takeSyllabus(boss, body)
	var now staff.SyllabusBody
	boss.Want(200, "GET", "/api/v1/staff/syllabus", nil, &now)
	if len(now.Imports) != 1 {
		t.Errorf("it was taken in %d times", len(now.Imports))
	}
}

// R27: what would not fit is refused before it is unpacked; bombs and lists
// without end are too.
func TestR27AZipThatDoesNotFitIsRefusedWithNumbers(t *testing.T) {
	free := room.Space{Free: 100 << 20, Total: 1 << 30}
	c := webtest.New(t, func(config *web.Config) {
		config.Centre.Free = func() (int64, int64, error) { return free.Free, free.Total, nil }
	})
	boss, lead := c.Staff("administrator"), c.Staff("invigilator")
	var bomb, photos []packed
	for i := range 10 {
		bomb = append(bomb, packed{name: fmt.Sprintf("%d.png", i), content: make([]byte, 10<<20)})
	}
	for i := range 150 {
		photos = append(photos, packed{name: fmt.Sprintf("%d.jpg", i), content: make([]byte, 500_000)})
	}
	var body struct{}
	for path, content := range map[string][]byte{syllabusPreviews + "?name=x.zip": zipOf(t, bomb...), "/api/v1/staff/intake/photos?name=x.zip": zipOf(t, photos...)} {
		p := boss
		if strings.Contains(path, "photos") {
			p = lead
		}
		if status, code := sendFile(p, path, content, &body); status != http.StatusInsufficientStorage || code != string(intake.NoRoom) {
			t.Errorf("%s: %d %s", path, status, code)
		}
	}
	for want, content := range map[refusal.Code][]byte{intake.ArchiveMany: emptyFiles(t, 100_000), intake.ArchiveBroken: []byte("PK\x03\x04 and nothing")} {
		if status, code := sendFile(boss, syllabusPreviews+"?name=x.zip", content, &body); code != string(want) || status != 422 {
			t.Errorf("%d %s, want %s", status, code, want)
		}
	}
	for name, content := range map[string]string{"bank.rar": "Rar!\x1a\x07\x01\x00", "bank": "7z\xbc\xaf\x27\x1c", "syllabus.csv": "PK\x03\x04 and nothing"} {
		if status, code := sendFile(boss, syllabusPreviews+"?name="+name, []byte(content), &body); code != string(intake.ArchiveBroken) || status != 422 {
			t.Errorf("%s: %d %s", name, status, code)
		}
	}
	left, err := os.ReadDir(filepath.Join(c.Server.Folder, "intake"))
	webtest.Must(t, err)
	if len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}

// R9: who runs keeps the questions that were drawn; the desk is told who.
func TestR9ASyllabusInUseIsRefusedAtTheDesk(t *testing.T) {
	c := webtest.New(t)
	boss := c.Staff("administrator")
	c.Register("T1", "1")
	with := func(title string) staff.SyllabusPreviewBody {
		return sendSyllabus(boss, "x.zip", zipOf(t, packed{name: "syllabus.csv", content: []byte(syllabusList)},
			packed{name: "bank.csv", content: bankList("钢琴,1-10,视奏," + title + ",1.png")}, packed{name: "1.png", content: picture(10)}))
	}
	takeSyllabus(boss, with("一"))
	early := with("二") // read before the attempt began
	c.Candidate("T1", "1").Start()
	boss.WantCode(store.PreviewStale, "POST", syllabusPreviews+"/"+early.ID+"/take", map[string]any{"fingerprint": early.Fingerprint})
	if got := syllabusVerdicts(with("二")); got != "syllabus 2 same, syllabus 3 same, bank 2 added, bank 0 refused syllabus_in_use" {
		t.Error(got)
	}
	var now staff.SyllabusBody
	boss.Want(200, "GET", "/api/v1/staff/syllabus", nil, &now)
	boss.WantCode(store.SyllabusBegun, "POST", "/api/v1/staff/syllabus/imports/"+now.Imports[0].ID+"/undo", nil)
}
