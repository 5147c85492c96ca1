package staff_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
	"kaodian/app/roster"
	"kaodian/app/webkit"
)

const listHead = "准考证号,姓名,拼音,性别,出生日期,证件类型,证件号码,通讯地址,电话,专业,级别,上传开始,上传结束,曲目,照片\n"

func listRow(ticket, name, grade string) string {
	return ticket + "," + name + ",Li,女,2016-05-06,护照,E" + ticket + ",某路九号,13812345678,钢琴," + grade + ",2026-08-01,2026-08-20,乐曲：小步舞曲," + ticket + ".png\n"
}

// sendFile sends bytes as they are and decodes the answer.
func sendFile(p *webtest.Phone, path string, content []byte, out any) (status int, code string) {
	p.T.Helper()
	request, err := http.NewRequestWithContext(p.T.Context(), http.MethodPost, p.URL+path, bytes.NewReader(content))
	webtest.Must(p.T, err)
	request.Header.Set("Content-Type", "application/octet-stream")
	response, err := p.Client.Do(request)
	webtest.Must(p.T, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	webtest.Must(p.T, err)
	if response.StatusCode == http.StatusOK {
		webtest.Must(p.T, json.Unmarshal(text, out))
		return response.StatusCode, ""
	}
	var problem webkit.Problem
	webtest.Must(p.T, json.Unmarshal(text, &problem))
	return response.StatusCode, problem.Code
}

func preview(p *webtest.Phone, rows ...string) (body staff.PreviewBody) {
	p.T.Helper()
	if status, code := sendFile(p, "/api/v1/staff/intake/orders?name=list.csv", []byte(listHead+strings.Join(rows, "")), &body); status != 200 {
		p.T.Fatalf("a list is answered by %d %s", status, code)
	}
	return body
}

func take(p *webtest.Phone, body staff.PreviewBody, partial bool) (importID string) {
	p.T.Helper()
	var taken struct {
		ImportID string `json:"import_id"`
	}
	p.Want(200, "POST", "/api/v1/staff/intake/"+body.ID+"/take", map[string]any{"fingerprint": body.Fingerprint, "partial": partial}, &taken)
	return taken.ImportID
}

func verdicts(body staff.PreviewBody) string {
	var all []string
	for _, row := range body.Rows {
		text := fmt.Sprintf("%d %s", row.Row, row.Verdict)
		for _, change := range row.Changes {
			text += " " + change.Column
		}
		for _, problem := range row.Problems {
			if !problem.Warning {
				text += " " + problem.Column + ":" + problem.Code
			}
		}
		all = append(all, text)
	}
	return strings.Join(all, ", ")
}

func TestAPreviewChangesNothingAndIsTakenInAsItWasRead(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	first := preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "4"))
	if got := verdicts(first); got != "2 added, 3 added" || first.Bad || len(orderIDs(desk)) != 0 {
		t.Errorf("%s, bad %v, there are %v", got, first.Bad, orderIDs(desk))
	}
	take(desk, first, false)
	var again struct{ Added, Changed int }
	desk.Want(200, "POST", "/api/v1/staff/intake/"+first.ID+"/take", map[string]any{"fingerprint": first.Fingerprint}, &again) // its answer may have been lost
	if again.Added != 2 || again.Changed != 0 {
		t.Errorf("told again: %+v", again)
	}
	desk.WantCode(intake.PreviewGone, "POST", "/api/v1/staff/intake/"+first.ID+"/take", map[string]any{"fingerprint": "of another"})
	if noted := c.Notes("orders_imported"); !slices.Equal(noted, []string{"invigilator"}) {
		t.Errorf("noted %v", noted)
	}

	mixed := preview(desk, listRow("A1", "李静静", "3"), listRow("A2", "王静", "5"), listRow("A3", "张三", "eleven"), listRow("A4", "赵四", "8"), listRow("A2 ", "王静", "4"))
	if got := verdicts(mixed); got != "2 changed name, 3 refused ticket:ticket_twice, 4 refused grade:grade_invalid, 5 added, 6 refused ticket:ticket_twice" {
		t.Error(got)
	}
	mixed = preview(desk, listRow("A1", "李静静", "3"), listRow("A2", "王静", "5"), listRow("A3", "张三", "eleven"), listRow("A4", "赵四", "8"))
	if got := verdicts(mixed); got != "2 changed name, 3 refused grade:grade_changed, 4 refused grade:grade_invalid, 5 added" || !mixed.Bad {
		t.Error(got)
	}
	desk.WantCode(intake.RowsRefused, "POST", "/api/v1/staff/intake/"+mixed.ID+"/take", map[string]any{"fingerprint": mixed.Fingerprint})
	var refused staff.PreviewBody
	desk.Want(200, "GET", "/api/v1/staff/intake/"+mixed.ID+"?verdict=refused", nil, &refused)
	if len(refused.Rows) != 2 || len(orderIDs(desk)) != 2 {
		t.Errorf("%d refused, %d orders", len(refused.Rows), len(orderIDs(desk)))
	}
	take(desk, mixed, true)
	var order staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+orderIDs(desk)["A1"], nil, &order)
	if order.Name != "李静静" || order.PhotoName != "A1.png" || order.Emergency {
		t.Errorf("%+v", order)
	}
}

// A list that brings somebody back who was erased says so, and is taken in by whoever
// read it and means it.
func TestWhoWasErasedComesBackOnlyKnowingly(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "4")), false)
	whom, err := c.FindWhom(t.Context(), "A1")
	webtest.Must(t, err)
	early := preview(desk, listRow("A3", "张三", "4"), listRow("A1", "李静", "3")) // before the erasure, as another desk has it open
	webtest.Must(t, c.ErasePerson(t.Context(), store.Erasing{ID: "e", Whom: whom, Reason: "asked for", By: exam.Actor{Role: exam.BySystem}}))
	desk.WantCode(store.PreviewStale, "POST", "/api/v1/staff/intake/"+early.ID+"/take", map[string]any{"fingerprint": early.Fingerprint})
	shown := preview(desk, listRow("A3", "张三", "4"), listRow("A1", "李静", "3"))
	if last := shown.Rows[1]; shown.Counts["returning"] != 1 || last.Problems[len(last.Problems)-1].Code != string(roster.PersonErased) || shown.Bad {
		t.Errorf("the preview says %+v", shown)
	}
	desk.WantCode(store.ErasedReturn, "POST", "/api/v1/staff/intake/"+shown.ID+"/take", map[string]any{"fingerprint": shown.Fingerprint})
	desk.WantCode(store.ErasedReturn, "POST", "/api/v1/staff/intake/"+shown.ID+"/take", map[string]any{"fingerprint": shown.Fingerprint, "partial": true})
	if len(orderIDs(desk)) != 1 {
		t.Error("something was taken in")
	}
	desk.Want(200, "POST", "/api/v1/staff/intake/"+shown.ID+"/take", map[string]any{"fingerprint": shown.Fingerprint, "erased_too": true}, nil)
	if len(orderIDs(desk)) != 3 {
		t.Errorf("there are %v", orderIDs(desk))
	}
}

func TestAPreviewThatIsOldTakesNothingInAndIsShownAgain(t *testing.T) {
	c := webtest.New(t)
	desk, other := c.Staff("invigilator"), c.StaffNamed("another", "administrator")
	take(desk, preview(desk, listRow("A1", "李静", "3")), false)
	mine, theirs := preview(desk, listRow("A1", "李静静", "3"), listRow("A2", "王静", "3")), preview(other, listRow("A1", "李晶", "3"))
	take(other, theirs, false)
	desk.WantCode(store.PreviewStale, "POST", "/api/v1/staff/intake/"+mine.ID+"/take", map[string]any{"fingerprint": mine.Fingerprint})
	if len(orderIDs(desk)) != 1 {
		t.Error("something was taken in")
	}
	var again staff.PreviewBody
	desk.Want(200, "GET", "/api/v1/staff/intake/"+mine.ID, nil, &again)
	if again.Fingerprint == mine.Fingerprint || again.Rows[0].Changes[0].From != "李晶" {
		t.Errorf("%+v", again)
	}
	take(desk, again, false)
}

func TestAnImportIsUndoneUntilAnAttemptBegins(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	first := take(desk, preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "3")), false)
	second := take(desk, preview(desk, listRow("A1", "李静静", "3"), listRow("A3", "张三", "3")), false)
	undo := func(id string) string { return "/api/v1/staff/imports/" + id + "/undo" }
	desk.WantCode(store.ImportMoved, "POST", undo(first), nil)
	for range 2 { // a double tap
		desk.Want(204, "POST", undo(second), nil, nil)
	}
	var order staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+orderIDs(desk)["A1"], nil, &order)
	if order.Name != "李静" || len(orderIDs(desk)) != 2 {
		t.Errorf("after the undo: %s, %v", order.Name, orderIDs(desk))
	}
	var imports []staff.ImportBody
	desk.Want(200, "GET", "/api/v1/staff/imports", nil, &imports)
	if len(imports) != 2 || !imports[0].UndoneAt.IsZero() == !imports[1].UndoneAt.IsZero() {
		t.Errorf("%+v", imports)
	}
	p := c.Candidate("A2", "EA2")
	p.Start()
	desk.WantCode(store.ImportBegun, "POST", undo(first), nil)
	if len(orderIDs(desk)) != 2 {
		t.Error("half of it was undone")
	}
	desk.WantCode(refusal.NotFound, "POST", undo("nothing"), nil)
	// What an undo would bring back is not kept for ever.
	c.Clock.Advance(time.Hour)
	_, err := c.Tick(t.Context())
	webtest.Must(t, err)
	desk.WantCode(store.ImportNotKept, "POST", undo(first), nil)
}

func TestTwoImportsAtOnceOneIsTold(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	mine := preview(desk, listRow("A1", "李静", "3"))
	other := &intake.Intake{Store: c.Store, Folder: c.Server.Folder}
	release, err := other.Hold()
	webtest.Must(t, err)
	desk.WantCode(intake.Busy, "POST", "/api/v1/staff/intake/"+mine.ID+"/take", map[string]any{"fingerprint": mine.Fingerprint})
	release()
	take(desk, mine, false)
}

// photoOf is a colour picture of about that many bytes.
func photoOf(t *testing.T, seed uint64, size int) []byte {
	t.Helper()
	side := 1
	for side*side*3 < size {
		side++
	}
	picture, random := image.NewRGBA(image.Rect(0, 0, side, side)), rand.New(rand.NewPCG(seed, 1))
	for y := range side {
		for x := range side {
			n := random.Uint32()
			picture.Set(x, y, color.RGBA{uint8(n), uint8(n >> 8), uint8(n >> 16), 255})
		}
	}
	var out bytes.Buffer
	webtest.Must(t, (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&out, picture))
	return out.Bytes()
}

func TestR2PhotosInAZipGetAVerdictEach(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "3"), listRow("A3", "张三", "3"), listRow("A4", "赵四", "3")), false)
	good := photoOf(t, 1, 150_000)
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	add := func(header zip.FileHeader, content []byte) {
		header.Method = zip.Deflate
		w, err := archive.CreateHeader(&header)
		webtest.Must(t, err)
		_, err = w.Write(content)
		webtest.Must(t, err)
	}
	link := zip.FileHeader{Name: "A3.jpg"}
	link.SetMode(os.ModeSymlink | 0o777)
	add(zip.FileHeader{Name: "照片/A1.PNG"}, good)                                             // by the list's name for it
	add(zip.FileHeader{Name: "照片/ea2.png"}, photoOf(t, 2, 150_000))                          // by the ID number
	add(zip.FileHeader{Name: "A3.png"}, []byte("tiny"))                                      // too small
	add(zip.FileHeader{Name: "A4.png"}, make([]byte, 50<<20))                                // packs to nothing
	add(zip.FileHeader{Name: "nobody.png"}, good)                                            //
	add(zip.FileHeader{Name: "../../A3.png"}, good)                                          //
	add(link, []byte("/etc/passwd"))                                                         //
	add(zip.FileHeader{Name: "more.zip"}, good)                                              //
	add(zip.FileHeader{Name: "x/A1.png"}, good)                                              // twice, another letter case
	add(zip.FileHeader{Name: "__MACOSX/._A1.png"}, []byte("a Mac's"))                        // left out
	add(zip.FileHeader{Name: "A3.jpeg"}, append([]byte("GIF89a"), make([]byte, 150_000)...)) // another kind
	webtest.Must(t, archive.Close())
	var body staff.PreviewBody
	if status, code := sendFile(desk, "/api/v1/staff/intake/photos?name=photos.zip", packed.Bytes(), &body); status != 200 {
		t.Fatal(status, code)
	}
	got := map[string]string{}
	for _, row := range body.Rows {
		text := string(row.Verdict)
		for _, p := range row.Problems {
			text += " " + p.Code
		}
		if row.Verdict == store.RowRefused {
			text = strings.TrimSpace(row.Name + " " + text)
		}
		got[row.File] += text
	}
	for file, want := range map[string]string{
		"A1.PNG": "changed", "A1.png": "李静 refused photo_twice", "ea2.png": "changed", "A3.png": "张三 refused photo_too_small", "A4.png": "赵四 refused photo_too_large", "nobody.png": "refused photo_nobody",
		"../../A3.png": "refused entry_path", "A3.jpg": "张三 refused entry_link", "more.zip": "refused entry_nested", "A3.jpeg": "张三 refused photo_format",
	} {
		if got[file] != want {
			t.Errorf("%s: %q, want %q", file, got[file], want)
		}
	}
	desk.Want(200, "GET", fmt.Sprintf("/api/v1/staff/intake/%s/photos/%d", body.ID, body.Rows[0].Row), nil, nil)
	if noted := c.Notes("photo_viewed"); len(noted) != 1 {
		t.Errorf("noted %v", noted)
	}
	id := take(desk, body, true)
	vault := func() int {
		files, _ := filepath.Glob(filepath.Join(c.Server.Folder, "vault", "photos", "*"))
		return len(files)
	}
	var order staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+orderIDs(desk)["A1"], nil, &order)
	if !order.Photo || vault() != 2 {
		t.Errorf("photo %v, %d in the vault", order.Photo, vault())
	}
	desk.Want(204, "POST", "/api/v1/staff/imports/"+id+"/undo", nil, nil)
	desk.Want(200, "GET", "/api/v1/staff/orders/"+orderIDs(desk)["A1"], nil, &order)
	if order.Photo || vault() != 0 {
		t.Errorf("after the undo: photo %v, %d in the vault", order.Photo, vault())
	}
}

// One picture for two children is one of them with the wrong one: it is taken in, with a warning at both.
func TestR2OnePictureForTwoCandidatesIsWarnedOf(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "3"), listRow("A3", "张三", "3")), false)
	one := string(photoOf(t, 1, 150_000))
	archive := zipOfNames(t, "A1.png", one, "A2.png", one, "A3.png", string(photoOf(t, 2, 150_000)))
	var body staff.PreviewBody
	if status, code := sendFile(desk, "/api/v1/staff/intake/photos?name=photos.zip", archive, &body); status != 200 {
		t.Fatal(status, code)
	}
	got := map[string]string{}
	for _, row := range body.Rows {
		for _, p := range row.Problems {
			got[row.File] += fmt.Sprint(row.Verdict, " ", p.Code, " ", p.Args["name"], " ", p.Warning)
		}
	}
	want := map[string]string{"A1.png": "changed photo_of_other 王静 true", "A2.png": "changed photo_of_other 李静 true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnArchiveThatIsNoneIsRefused(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	for want, content := range map[refusal.Code][]byte{intake.ArchiveMany: emptyFiles(t, 30_000), intake.ArchiveBroken: []byte("PK\x03\x04 and nothing")} {
		var body staff.PreviewBody
		if status, code := sendFile(desk, "/api/v1/staff/intake/photos?name=x.zip", content, &body); code != string(want) || status != 422 {
			t.Errorf("%d %s, want %s", status, code, want)
		}
	}
	// What other programs pack is no photo of nobody's.
	for name, content := range map[string]string{"photos.rar": "Rar!\x1a\x07\x01\x00", "photos.zip": "Rar!\x1a\x07\x01\x00", "photos": "7z\xbc\xaf\x27\x1c", "photos.gz": "\x1f\x8b\x08", "a.7z": "anything"} {
		var body staff.PreviewBody
		if status, code := sendFile(desk, "/api/v1/staff/intake/photos?name="+name, []byte(content), &body); code != string(intake.ArchiveBroken) || status != 422 {
			t.Errorf("%s: %d %s", name, status, code)
		}
	}
	left, err := os.ReadDir(filepath.Join(c.Server.Folder, "intake"))
	webtest.Must(t, err)
	for _, entry := range left {
		if strings.HasPrefix(entry.Name(), "received-") {
			t.Errorf("%s is left", entry.Name())
		}
	}
	webtest.Must(t, (&intake.Intake{Store: c.Store, Folder: c.Server.Folder}).Sweep(t.Context()))
	if _, err := os.Stat(filepath.Join(c.Server.Folder, "intake")); !os.IsNotExist(err) {
		t.Errorf("after a start: %v", err)
	}
}

// More would be read of such a list than its end says.
func TestAZipWhoseListIsNotWhereItsEndSaysIsRefused(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	_, err := archive.Create("A1.png")
	webtest.Must(t, errors.Join(err, archive.Close()))
	lying := bytes.Clone(packed.Bytes())
	clear(lying[len(lying)-10 : len(lying)-6]) // the list's length
	var body staff.PreviewBody
	if status, code := sendFile(desk, "/api/v1/staff/intake/photos?name=photos.zip", lying, &body); status != 422 || code != "archive_broken" {
		t.Error(status, code)
	}
	if status, code := sendFile(desk, "/api/v1/staff/intake/photos?name=photos.zip", packed.Bytes(), &body); status != 200 {
		t.Error(status, code)
	}
}
