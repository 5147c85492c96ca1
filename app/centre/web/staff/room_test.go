package staff_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// R27: what the board promises in candidates is what the starts find.
func TestR27TheRoomOnTheBoardIsTheRoomOfTheStarts(t *testing.T) {
	const total = 1 << 40
	var each int64
	c := webtest.New(t, func(config *web.Config) {
		each = 2 * config.Store.Rules().MaxClipBytes // two pieces
		config.Free = func() (int64, int64, error) { return 2<<30 + 3*each + each - 1, total, nil }
	})
	var phones []*webtest.Phone
	for i := range 5 {
		ticket, id := fmt.Sprint("T", i), fmt.Sprintf("37010220160506%04d", i)
		c.Register(ticket, id)
		phones = append(phones, c.Candidate(ticket, id))
	}
	desk := c.Staff("technician")
	told := func() (room staff.RoomBody) {
		desk.Want(200, "GET", "/api/v1/staff/room", nil, &room)
		return room
	}
	if room := told(); room.Starts != 3 || room.Coming != 5 || room.Short != 2 || room.ShortFrom.IsZero() || room.NeededBytes != 5*each {
		t.Fatalf("the board says %+v", room)
	}
	for i, p := range phones[:3] {
		p.Start()
		if room := told(); room.Starts != 2-i || room.Coming != 4-i {
			t.Errorf("after %d starts the board says %+v", i+1, room)
		}
	}
	late := phones[3]
	order := late.Orders()[0].ID
	late.Want(204, "POST", "/api/v1/orders/"+order+"/consent", map[string]any{"face": false}, nil)
	late.WantCode(refusal.DiskFull, "POST", "/api/v1/orders/"+order+"/attempts", late.Agreement(order))
}

// I5: staff make room with a reason; afterwards the pages say that the video
// was deleted here, on every route that would show it.
func TestI5StaffMakeRoomAndThePagesSayWhereTheVideoIs(t *testing.T) {
	c := webtest.New(t)
	order, clip, frame := c.FinalOrder()
	admin, invigilator := c.Staff("administrator"), c.Staff("invigilator")
	c.StaffNamed("second", store.Administrator)
	var freed struct{ Result staff.FreedBody }
	free := func(reason string) map[string]any {
		return map[string]any{"kind": "free_room", "args": map[string]any{"reason": reason}, "name": "second", "password": "correct horse"}
	}
	admin.Want(200, "POST", "/api/v1/staff/proposals", free("磁盘快满了"), &freed)
	if freed.Result.Clips != 0 {
		t.Fatal("a clip without a receipt went")
	}
	webtest.Must(t, c.RecordSealed(t.Context(), store.Batch{
		Install: "0011223344556677", Sequence: 1, ManifestSHA256: "m", Orders: []string{order}, Seen: 1 << 40,
		Media: []store.Media{{SHA256: "plain", Sealed: "sealed", Role: store.RoleOriginal, Owner: clip}},
	}))
	webtest.Must(t, c.RecordReceipt(t.Context(), "0011223344556677", 1, true, nil, []string{"sealed"}))
	c.Clock.Advance(time.Minute)
	var room staff.RoomBody
	invigilator.Want(200, "GET", "/api/v1/staff/room", nil, &room)
	if room.Freeable.Clips != 1 || room.Freeable.Orders != 1 || room.Freeable.Unmarked != 1 || room.Freeable.NextAt.IsZero() {
		t.Errorf("the board says %+v", room)
	}
	invigilator.WantCode(exam.RoleNotAllowed, "POST", "/api/v1/staff/proposals", free("磁盘快满了"))
	if response := admin.Call("POST", "/api/v1/staff/proposals", free(""), nil); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %s", response.Status)
	}
	admin.Want(200, "POST", "/api/v1/staff/proposals", free("磁盘快满了"), &freed)
	if by := c.Notes(string(exam.FactFreed)); freed.Result.Clips != 1 || len(by) != 1 || by[0] != "administrator" {
		t.Errorf("freed %+v, noted of %v", freed, by)
	}
	for _, path := range []string{"/video", "/video?as=rendition", "/sheet"} {
		invigilator.WantCode(store.ClipFreed, "GET", "/api/v1/staff/clips/"+clip+path, nil)
	}
	c.Candidate(webtest.Personal["ticket"], webtest.Personal["ID number"]).WantCode(store.ClipFreed, "GET", "/api/v1/clips/"+clip+"/video", nil)
	invigilator.WantCode(refusal.NotFound, "GET", "/api/v1/staff/evidence/"+frame, nil)
	var body staff.ReviewBody
	invigilator.Want(200, "GET", "/api/v1/staff/review/"+clip, nil, &body)
	if body.FreedAt.IsZero() || body.Rendition || body.Playable || body.Sheet != nil || len(body.Findings) == 0 {
		t.Errorf("the review says %+v", body)
	}
	invigilator.Want(204, "POST", "/api/v1/staff/review/"+clip+"/decisions", webtest.BodyFor("/decisions"), nil)
	c.Staff("examiner").WantCode(exam.MarkClipInvalid, "POST", "/api/v1/staff/review/"+clip+"/marks", webtest.BodyFor("/marks"))
}
