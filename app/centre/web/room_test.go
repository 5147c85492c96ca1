package web

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// R27: what the board promises in candidates is what the starts find.
func TestR27TheRoomOnTheBoardIsTheRoomOfTheStarts(t *testing.T) {
	c := newCentre(t)
	var phones []*phone
	for i := range 5 {
		ticket, id := fmt.Sprint("T", i), fmt.Sprintf("37010220160506%04d", i)
		c.register(ticket, id)
		phones = append(phones, c.candidate(ticket, id))
	}
	const total = 1 << 40
	each := 2 * c.server.Store.Rules().MaxClipBytes // two pieces
	c.server.Free = func() (int64, int64, error) { return 2<<30 + 3*each + each - 1, total, nil }
	desk := c.staff("technician")
	told := func() (room roomBody) {
		desk.want(200, "GET", "/api/v1/staff/room", nil, &room)
		return room
	}
	if room := told(); room.Starts != 3 || room.Coming != 5 || room.Short != 2 || room.ShortFrom == nil || room.NeededBytes != 5*each {
		t.Fatalf("the board says %+v", room)
	}
	for i, p := range phones[:3] {
		p.start()
		if room := told(); room.Starts != 2-i || room.Coming != 4-i {
			t.Errorf("after %d starts the board says %+v", i+1, room)
		}
	}
	late := phones[3]
	order := late.orders()[0].ID
	late.want(204, "POST", "/api/v1/orders/"+order+"/consent", map[string]any{"face": false}, nil)
	var rules struct {
		RulesVersion string `json:"rules_version"`
	}
	late.want(200, "GET", "/api/v1/orders/"+order+"/rules", nil, &rules)
	late.wantCode(refusal.DiskFull, "POST", "/api/v1/orders/"+order+"/attempts", map[string]any{"agreed": true, "rules_version": rules.RulesVersion})
}

// I5: staff make room with a reason; afterwards the pages say that the video
// was deleted here, on every route that would show it.
func TestI5StaffMakeRoomAndThePagesSayWhereTheVideoIs(t *testing.T) {
	c := newCentre(t)
	order, clip, frame := c.finalOrder()
	admin, invigilator := c.staff("administrator"), c.staff("invigilator")
	var freed freedBody
	admin.want(200, "POST", "/api/v1/staff/room/free", map[string]any{"reason": "磁盘快满了"}, &freed)
	if freed.Clips != 0 {
		t.Fatal("a clip without a receipt went")
	}
	must(t, c.RecordSealed(t.Context(), store.Batch{
		Install: "0011223344556677", Sequence: 1, ManifestSHA256: "m", Orders: []string{order}, Seen: 1 << 40,
		Media: []store.Media{{SHA256: "plain", Sealed: "sealed", Role: store.RoleOriginal, Owner: clip}},
	}))
	must(t, c.RecordReceipt(t.Context(), "0011223344556677", 1, true, nil, []string{"sealed"}))
	c.clock.Advance(time.Minute)
	var room roomBody
	invigilator.want(200, "GET", "/api/v1/staff/room", nil, &room)
	if room.Freeable.Clips != 1 || room.Freeable.Orders != 1 || room.Freeable.Unmarked != 1 || room.Freeable.NextAt == nil {
		t.Errorf("the board says %+v", room)
	}
	invigilator.wantCode(exam.RoleNotAllowed, "POST", "/api/v1/staff/room/free", map[string]any{"reason": "磁盘快满了"})
	if response := admin.call("POST", "/api/v1/staff/room/free", map[string]any{"reason": ""}, nil); response.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %s", response.Status)
	}
	admin.want(200, "POST", "/api/v1/staff/room/free", map[string]any{"reason": "磁盘快满了"}, &freed)
	if by := c.notes(string(exam.FactFreed)); freed.Clips != 1 || len(by) != 1 || by[0] != "administrator" {
		t.Errorf("freed %+v, noted of %v", freed, by)
	}
	for _, path := range []string{"/video", "/video?as=rendition", "/sheet"} {
		invigilator.wantCode(store.ClipFreed, "GET", "/api/v1/staff/clips/"+clip+path, nil)
	}
	c.candidate(personal["ticket"], personal["ID number"]).wantCode(store.ClipFreed, "GET", "/api/v1/clips/"+clip+"/video", nil)
	invigilator.wantCode(refusal.NotFound, "GET", "/api/v1/staff/evidence/"+frame, nil)
	var body reviewBody
	invigilator.want(200, "GET", "/api/v1/staff/review/"+clip, nil, &body)
	if body.FreedAt == nil || body.Rendition || body.Playable || body.Sheet != nil || len(body.Findings) == 0 {
		t.Errorf("the review says %+v", body)
	}
	invigilator.want(204, "POST", "/api/v1/staff/review/"+clip+"/decisions", bodyFor("/decisions"), nil)
	c.staff("examiner").wantCode(exam.MarkClipInvalid, "POST", "/api/v1/staff/review/"+clip+"/marks", bodyFor("/marks"))
}
