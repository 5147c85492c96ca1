package staff_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/room"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
	"kaodian/app/roster"
)

const photosPath = "/api/v1/staff/intake/photos?name="

// zipOfNames packs files: name, content, name, content …
func zipOfNames(t *testing.T, files ...string) []byte {
	t.Helper()
	var entries []packed
	for at := 0; at < len(files); at += 2 {
		entries = append(entries, packed{name: files[at], content: []byte(files[at+1])})
	}
	return zipOf(t, entries...)
}

// emptyFiles is a ZIP of so many.
func emptyFiles(t *testing.T, n int) []byte {
	t.Helper()
	var entries []packed
	for at := range n {
		entries = append(entries, packed{name: fmt.Sprintf("%d.png", at)})
	}
	return zipOf(t, entries...)
}

func mended(more map[string]any) map[string]any {
	body := byHand(more)
	for _, fixed := range []string{"ticket", "subject", "grade", "opens", "closes"} {
		delete(body, fixed)
	}
	return body
}

// Of an order that was mended after its photo was looked at the photo changes,
// and nothing else.
func TestPhotosBringNothingBackThatWasMended(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3")), false)
	id := orderIDs(desk)["A1"]
	var shown staff.PreviewBody
	sendFile(desk, photosPath+"A1.png", photoOf(t, 1, 150_000), &shown)
	desk.Want(200, "POST", "/api/v1/staff/orders", mended(map[string]any{"order_id": id, "name": "李静静", "id_number": "EA1"}), nil)
	take(desk, shown, false)
	var order staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+id, nil, &order)
	if order.Name != "李静静" || !order.Photo {
		t.Errorf("name %s, photo %v", order.Name, order.Photo)
	}
}

// A photo that was matched by an ID number is not taken in for somebody else.
func TestAPhotoOfAnotherPersonIsNotTakenIn(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3")), false)
	id := orderIDs(desk)["A1"]
	var shown, again staff.PreviewBody
	sendFile(desk, photosPath+"EA1.png", photoOf(t, 1, 150_000), &shown)
	if got := verdicts(shown); got != "1 changed photo" {
		t.Fatal(got)
	}
	desk.Want(200, "POST", "/api/v1/staff/orders", mended(map[string]any{"order_id": id, "id_number": "EB7"}), nil)
	desk.WantCode(store.PreviewStale, "POST", "/api/v1/staff/intake/"+shown.ID+"/take", map[string]any{"fingerprint": shown.Fingerprint})
	desk.Want(200, "GET", "/api/v1/staff/intake/"+shown.ID, nil, &again)
	if got := verdicts(again); got != "1 refused photo:photo_nobody" {
		t.Error(got)
	}
}

// Which of two photos is meant nobody knows, so none is taken.
func TestTwoPhotosForOneCandidateAreBothRefused(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "3")), false)
	one, other := string(photoOf(t, 1, 150_000)), string(photoOf(t, 2, 150_000))
	for name, files := range map[string][]string{
		"by ticket and by ID number": {"A1.png", one, "EA1.png", other, "A2.png", one},
		"in two folders":             {"a/A1.png", one, "b/A1.png", other, "A2.png", one},
	} {
		var shown staff.PreviewBody
		sendFile(desk, photosPath+"photos.zip", zipOfNames(t, files...), &shown)
		if got := verdicts(shown); got != "1 refused photo:photo_twice, 2 refused photo:photo_twice, 3 changed photo" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Whoever takes a preview in, adds to it or lets it go is alone; another is told.
func TestTwoHelpersAtOnePreviewAreOneAfterTheOther(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	var rows []string
	var files []string
	for n := range 40 {
		rows = append(rows, listRow(fmt.Sprintf("A%d", n), "李静", "3"))
		files = append(files, fmt.Sprintf("A%d.png", n), string(photoOf(t, uint64(n), 110_000)))
	}
	take(desk, preview(desk, rows...), false)
	for range 5 {
		var shown staff.PreviewBody
		sendFile(desk, photosPath+"photos.zip", zipOfNames(t, files...), &shown)
		var both sync.WaitGroup
		var taken, gone int
		both.Go(func() {
			taken = desk.Call("POST", "/api/v1/staff/intake/"+shown.ID+"/take", map[string]any{"fingerprint": shown.Fingerprint}, nil).StatusCode
		})
		both.Go(func() { gone = desk.Call("DELETE", "/api/v1/staff/intake/"+shown.ID, nil, nil).StatusCode })
		both.Wait()
		if taken != http.StatusOK && taken != http.StatusNotFound && taken != http.StatusConflict || gone != http.StatusNoContent && gone != http.StatusConflict {
			t.Errorf("taking in is answered by %d, letting go by %d", taken, gone)
		}
	}
	var shown, last staff.PreviewBody
	sendFile(desk, photosPath+"A0.png", []byte(files[1]), &shown)
	var all sync.WaitGroup
	codes := make([]string, 6)
	for n := range codes {
		all.Go(func() {
			var body staff.PreviewBody
			_, codes[n] = sendFile(desk, photosPath+files[2*n+2]+"&into="+shown.ID, []byte(files[2*n+3]), &body)
		})
	}
	all.Wait()
	added := 0
	for _, code := range codes {
		if code == "" {
			added++
		} else if code != string(intake.Busy) {
			t.Errorf("an addition is refused by %q", code)
		}
	}
	desk.Want(200, "GET", "/api/v1/staff/intake/"+shown.ID, nil, &last)
	if len(last.Rows) != added+1 {
		t.Errorf("%d were added, the preview has %d rows", added, len(last.Rows))
	}
}

// R27: a small ZIP unpacks to more than the disk has for photos.
func TestR27PhotosLeaveTheDiskToTheAttempts(t *testing.T) {
	var files []string
	for n := range 20 {
		files = append(files, fmt.Sprintf("%d.png", n), strings.Repeat("\x00", 500_000))
	}
	packed := zipOfNames(t, files...)
	spare := int64(4 << 20)
	c := webtest.New(t, func(config *web.Config) {
		config.Free = func() (free, total int64, err error) {
			return room.Reserve(100<<20) + int64(len(packed)) + spare, 100 << 20, nil
		}
	})
	desk := c.Staff("invigilator")
	var shown staff.PreviewBody
	if status, code := sendFile(desk, photosPath+"photos.zip", packed, &shown); status != http.StatusInsufficientStorage || code != string(intake.NoRoom) {
		t.Errorf("%d %s", status, code)
	}
	left, err := filepath.Glob(filepath.Join(c.Server.Folder, "intake", "*"))
	webtest.Must(t, err)
	if len(left) != 0 {
		t.Errorf("there are %v", left)
	}

	// What an addition that failed left in the folder is no photo.
	sendFile(desk, photosPath+"first.png", []byte(files[1]), &shown)
	sendFile(desk, photosPath+"photos.zip&into="+shown.ID, packed, &staff.PreviewBody{})
	spare = 64 << 20
	if status, code := sendFile(desk, photosPath+"photos.zip&into="+shown.ID, packed, &shown); status != http.StatusOK {
		t.Fatal(status, code)
	}
	for _, row := range shown.Rows {
		if row.Problems[0].Code == string(intake.PhotoTwice) {
			t.Errorf("%s was there already", row.File)
		}
	}
}

// R27: a file that was let in stops when an attempt that starts, or another file,
// takes the room that there was.
func TestR27AFileThatComesLeavesTheDiskToAnAttemptThatStarts(t *testing.T) {
	var folder string
	var most atomic.Int64
	c := webtest.New(t, func(config *web.Config) {
		config.Free = func() (free, total int64, err error) {
			names, err := filepath.Glob(filepath.Join(folder, "intake", "received-*"))
			var lies int64
			for _, name := range names {
				if info, err := os.Stat(name); err == nil {
					lies += info.Size()
				}
			}
			most.Store(max(most.Load(), lies))
			if lies > 4<<20 { // somebody began
				return room.Reserve(100 << 20), 100 << 20, err
			}
			return room.Reserve(100<<20) + 90<<20, 100 << 20, err
		}
	})
	folder = c.Server.Folder
	desk := c.Staff("invigilator")
	if status, code := sendFile(desk, photosPath+"photos.zip", make([]byte, 80<<20), &staff.PreviewBody{}); status != http.StatusInsufficientStorage || code != string(refusal.DiskFull) {
		t.Errorf("%d %s", status, code)
	}
	if most.Load() > 20<<20 {
		t.Errorf("%d bytes lay there", most.Load())
	}
	left, err := filepath.Glob(filepath.Join(folder, "intake", "*"))
	webtest.Must(t, err)
	if len(left) != 0 {
		t.Errorf("there are %v", left)
	}
}

// R27: who sends on while the file was refused unread is not cut off before the
// answer.
func TestR27AFileThatIsRefusedUnreadIsToldWhy(t *testing.T) {
	c := webtest.New(t, func(config *web.Config) {
		config.Free = func() (free, total int64, err error) { return room.Reserve(100<<20) + 10<<20, 100 << 20, nil }
	})
	desk := c.Staff("invigilator")
	for range 5 {
		if status, code := sendFile(desk, photosPath+"photos.zip", make([]byte, 60<<20), &staff.PreviewBody{}); status != http.StatusInsufficientStorage {
			t.Errorf("%d %s", status, code)
		}
	}
}

func TestAnArchiveOfNothingAndANameThatIsNoneAreSaid(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	var shown staff.PreviewBody
	for want, content := range map[refusal.Code][]byte{intake.ArchiveMany: emptyFiles(t, 70_000), intake.ArchiveBroken: zipOfNames(t)} {
		if status, code := sendFile(desk, photosPath+"x.zip", content, &shown); code != string(want) || status != 422 {
			t.Errorf("%d %s, want %s", status, code, want)
		}
	}
	for _, name := range []string{"", ".", "..", strings.Repeat("x", 300)} {
		sendFile(desk, photosPath+name, photoOf(t, 1, 150_000), &shown)
		if got := verdicts(shown); got != "1 refused photo:entry_path" {
			t.Errorf("%q: %s", name, got)
		}
	}
}

// Two helpers mend one order: the second one's form is of what was before.
func TestAFormOfWhatWasBeforeChangesNothing(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3")), false)
	id := orderIDs(desk)["A1"]
	var shown, order staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+id, nil, &shown)
	mend := func(more map[string]any) map[string]any {
		more["order_id"], more["shown"], more["id_number"] = id, shown.Version, "EA1"
		return mended(more)
	}
	desk.Want(200, "POST", "/api/v1/staff/orders", mend(map[string]any{"name": "李静静"}), nil)
	desk.WantCode(store.OrderChanged, "POST", "/api/v1/staff/orders", mend(map[string]any{"phone": "13900000000"}))
	desk.Want(200, "GET", "/api/v1/staff/orders/"+id, nil, &order)
	var contact struct{ Phone string }
	desk.Want(200, "GET", "/api/v1/staff/orders/"+id+"/contact", nil, &contact)
	if order.Name != "李静静" || contact.Phone != "13812345678" || order.Version == shown.Version {
		t.Errorf("%+v", order)
	}
	sendFile(desk, photosPath+"A1.png", photoOf(t, 1, 150_000), &staff.PreviewBody{})
	shown = order
	desk.Want(200, "POST", "/api/v1/staff/orders", mend(map[string]any{"phone": "13900000000"}), nil)
}

// Two helpers have one form open: the second one is told.
func TestAFormOfASettingThatMovedChangesNothing(t *testing.T) {
	c := webtest.New(t)
	boss := c.StaffNamed("boss", store.Administrator)
	const name = "/api/v1/staff/settings/exam.centre_name"
	boss.Want(200, "POST", name, map[string]any{"value": "一号", "shown": ""}, nil)
	boss.WantCode(store.SettingMoved, "POST", name, map[string]any{"value": "二号", "shown": ""})
	boss.Want(200, "POST", name, map[string]any{"value": "一号", "shown": ""}, nil) // both want the same

	poster := func(wifi, password, address string) map[string]any {
		return map[string]any{"wifi_name": wifi, "wifi_password": password, "address": address}
	}
	saying := func(said, shown map[string]any) map[string]any { said["shown"] = shown; return said }
	first := poster("", "", c.URL) // what a desk shows at first
	boss.Want(204, "POST", "/api/v1/staff/poster", saying(poster("k", "a long one", ""), first), nil)
	boss.WantCode(store.SettingMoved, "POST", "/api/v1/staff/poster", saying(poster("", "", "http://10.0.0.2"), first))
	boss.Want(204, "POST", "/api/v1/staff/poster", saying(poster("k", "a long one", "http://10.0.0.2"), poster("k", "a long one", c.URL)), nil)
}

func TestAPosterSaysOnlyWhatPhonesCanDoWith(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	for want, body := range map[refusal.Code][]map[string]any{
		store.SettingWifiName: {{"wifi_name": "考\n点", "wifi_password": "", "address": ""}, {"wifi_name": strings.Repeat("考", 11), "wifi_password": "", "address": ""}},
		store.SettingPassword: {{"wifi_name": "k", "wifi_password": "short", "address": ""}, {"wifi_name": "k", "wifi_password": "密码密码密码", "address": ""}},
		store.SettingAddress: {
			{"wifi_name": "k", "wifi_password": "", "address": "javascript:alert(1)"}, {"wifi_name": "k", "wifi_password": "", "address": "10.0.0.2"},
			{"wifi_name": "k", "wifi_password": "", "address": "http://a b"}, {"wifi_name": "k", "wifi_password": "", "address": "http://kaodian@elsewhere"},
		},
	} {
		for _, one := range body {
			desk.WantCode(want, "POST", "/api/v1/staff/poster", one)
		}
	}
	desk.Want(204, "POST", "/api/v1/staff/poster", map[string]any{"wifi_name": "k", "wifi_password": "", "address": "https://kaodian.lan:8443/"}, nil)
}

// No batch holds such a window, and no person means it.
func TestR22AWindowOfAnotherAgeIsRefused(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	desk := c.Staff("invigilator")
	var done staff.WindowsBody
	for _, more := range []map[string]any{{"closes": "9999-12-31T23:59"}, {"opens": "0000-01-01T00:00"}} {
		desk.Want(200, "POST", "/api/v1/staff/windows", moving(more), &done)
		if done.Moved != 0 || done.Refused != 1 || done.First[0].Code != exam.WindowInvalid {
			t.Errorf("%v: %+v", more, done)
		}
	}
}

// What an export was asked by beside its filter is not written into the log.
func TestTheLogKeepsOnlyTheFilterOfAnExport(t *testing.T) {
	c := webtest.New(t)
	boss := c.StaffNamed("invigilator", store.Administrator)
	boss.Want(200, "GET", "/api/v1/staff/audit/export?action=send_now&candidate=T1&Candidate=T2&note="+strings.Repeat("x", 500), nil, nil)
	wantNoted(t, c, "audit_exported", `{"filter":"action=send_now","format":"csv","lines":0}`)
	boss.Want(422, "GET", "/api/v1/staff/audit/export?text="+strings.Repeat("x", 500), nil, nil)
}

// One person may have every account that an account let in: none of them is the
// second person of another.
func TestTheSecondPersonIsNotBehindTheSameLinks(t *testing.T) {
	c := webtest.New(t)
	boss := c.StaffNamed("boss", store.Administrator)
	invite := func(by *webtest.Phone, name string) *webtest.Phone {
		var made invitation
		by.Want(200, "POST", "/api/v1/staff/invitations", map[string]string{"name": name, "role": "administrator"}, &made)
		p := c.Phone()
		p.Want(200, "POST", "/api/v1/staff/invitation/use", map[string]string{"token": made.token(), "password": "correct horse"}, nil)
		return p
	}
	child := invite(boss, "child")
	brother, grandchild := invite(boss, "brother"), invite(child, "grandchild")
	other := c.StaffNamed("other", store.Administrator)
	free := map[string]any{"kind": "free_room", "args": map[string]any{"reason": "磁盘快满了", "more": strings.Repeat("x", 5000)}}
	for name, two := range map[string][2]*webtest.Phone{
		"whoever let the other in": {child, boss}, "whoever was let in": {boss, child}, "by way of another": {boss, grandchild}, "let in by the same": {child, brother},
	} {
		var made, again proposal
		two[0].Want(200, "POST", proposals, free, &made)
		two[0].Want(200, "POST", proposals, free, &again)
		if made.ID != again.ID {
			t.Errorf("%s: a double tap proposes twice", name)
		}
		two[1].WantCode(store.SecondNotAllowed, "POST", proposals+"/"+made.ID+"/confirm", nil)
		two[1].WantCode(refusal.NotFound, "GET", proposals+"/"+made.ID, nil)
		two[0].Want(204, "POST", proposals+"/"+made.ID+"/reject", nil, nil)
	}
	before := len(c.Notes("proposed"))
	boss.WantCode(store.SecondNotAllowed, "POST", proposals, with(map[string]any{"kind": "free_room", "args": map[string]any{"reason": "x"}}, "child", "correct horse"))
	if len(c.Notes("proposed")) != before {
		t.Error("a refused one was written down")
	}
	var made, done proposal
	boss.Want(200, "POST", proposals, free, &made)
	other.Want(200, "POST", proposals+"/"+made.ID+"/confirm", nil, &done)
	if done.State != "confirmed" {
		t.Errorf("%+v", done)
	}
}

func TestALinkGoesWithItsAccount(t *testing.T) {
	c := webtest.New(t)
	boss := c.StaffNamed("boss", store.Administrator)
	c.StaffNamed("li", store.Examiner)
	var made invitation
	boss.Want(200, "POST", "/api/v1/staff/invitations/password", map[string]string{"name": "li"}, &made)
	boss.Want(204, "POST", "/api/v1/staff/people/remove", map[string]string{"name": "li"}, nil)
	c.Phone().WantCode(login.InvitationWithdrawn, "POST", "/api/v1/staff/invitation", map[string]string{"token": made.token()})
}

// faces counts how often a photo is looked at.
type faces struct {
	intake.Faces
	looks *int
}

func (f faces) CheckPhoto(ctx context.Context, photo []byte) (roster.PhotoVerdict, error) {
	*f.looks++
	return f.Faces.CheckPhoto(ctx, photo)
}

// Each look takes half a second, so what was looked at is not again.
func TestAPhotoIsLookedAtOnceHoweverManyAreAdded(t *testing.T) {
	looks := 0
	c := webtest.New(t, func(config *web.Config) {
		newFaces := config.Staff.Intake.Faces
		config.Staff.Intake.Faces = func() intake.Faces { return faces{newFaces(), &looks} }
	})
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "3"), listRow("A3", "王静", "3")), false)
	var shown staff.PreviewBody
	for n := range 3 {
		sendFile(desk, fmt.Sprintf("%sA%d.png&into=%s", photosPath, n+1, shown.ID), photoOf(t, uint64(n), 150_000), &shown)
	}
	if looks != 3 || len(shown.Rows) != 3 {
		t.Errorf("%d looks at %d photos", looks, len(shown.Rows))
	}
}
