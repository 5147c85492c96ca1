package staff_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
)

func byHand(more map[string]any) map[string]any {
	body := map[string]any{
		"ticket": "H1", "name": "李静", "pinyin": "Li Jing", "gender": "女", "birth_date": "2016-05-06", "id_type": "护照", "id_number": "E100",
		"guardian_address": "某路九号", "phone": "13812345678", "subject": "钢琴", "grade": 3, "opens": "2026-08-03T08:00", "closes": "2026-08-09T18:00", "pieces": "乐曲：小步舞曲",
	}
	for name, value := range more {
		body[name] = value
	}
	return body
}

// problemsSaid are the columns and codes of what an answer names.
func problemsSaid(body staff.HandBody) string {
	var all []string
	for _, p := range body.Problems {
		all = append(all, p.Column+":"+p.Code)
	}
	return strings.Join(all, " ")
}

// remarks says of each order of the record whether it was registered by hand.
func remarks(p *webtest.Phone) string {
	var record struct {
		Orders []struct {
			Ticket    string
			Emergency bool
		}
	}
	p.Want(200, "GET", "/api/v1/staff/day/record", nil, &record)
	var all []string
	for _, one := range record.Orders {
		all = append(all, fmt.Sprint(one.Ticket, " ", one.Emergency))
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func TestAnEmergencyOrderHasTheChecksOfARowAndIsMarked(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	pianoSyllabus(c)
	desk := c.Staff("invigilator")
	const path = "/api/v1/staff/orders"
	for want, more := range map[string]map[string]any{
		"name:cell_missing photo:photo_missing": {"name": " "},
		"grade:cell_missing":                    {"grade": 0},
		"ticket:ticket_taken":                   {"ticket": "t１"},
		"id_number:id_form_unusual":             {"id_type": "居民身份证"}, // a warning, which nobody read
		"id_number:number_of_other":             {"id_number": "1"},
		"pieces:no_items":                       {"pieces": "", "subject": "古筝"},
		"name:cell_formula":                     {"name": "=1+1"},
	} {
		var body staff.HandBody
		desk.Want(200, "POST", path, byHand(more), &body)
		if want, _, _ := strings.Cut(want, " "); body.Taken || problemsSaid(body) != want {
			t.Errorf("%v: taken %v, %s, want %s", more, body.Taken, problemsSaid(body), want)
		}
	}
	var body staff.HandBody
	desk.Want(200, "POST", path, byHand(nil), &body)
	if !body.Taken || body.OrderID != orderIDs(desk)["H1"] {
		t.Fatalf("%+v", body)
	}
	var order staff.RegisteredBody
	desk.Want(200, "GET", path+"/"+body.OrderID, nil, &order)
	if !order.Emergency || len(order.Facts) != 1 || order.Facts[0].Kind != "emergency_order" {
		t.Errorf("%+v", order)
	}
	var page staff.OrdersBody
	desk.Want(200, "GET", path+"?emergency=true", nil, &page)
	if page.Count != 1 || c.Candidate("H1", "E100") == nil {
		t.Errorf("%+v", page)
	}
	if remarked := "H1 true, T1 false"; remarks(desk) != remarked {
		t.Errorf("the record says %s, want %s", remarks(desk), remarked)
	}
	// The province sent it after all.
	take(desk, preview(desk, listRow("H1", "李静静", "3")), false)
	desk.Want(200, "GET", path+"/"+body.OrderID, nil, &order)
	if order.Emergency || order.Name != "李静静" {
		t.Errorf("%+v", order)
	}
}

// R3, R22: what never changes, and what has an act of its own, stays.
func TestAnOrderIsMendedByHand(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	desk := c.Staff("administrator")
	id := orderIDs(desk)["T1"]
	var before, after staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+id, nil, &before)
	var body staff.HandBody
	mended := byHand(map[string]any{"order_id": id, "ticket": "T9", "grade": 9, "subject": "古筝", "name": "王小敏", "id_number": ""})
	desk.Want(200, "POST", "/api/v1/staff/orders", mended, &body)
	if !body.Taken {
		t.Fatalf("%+v", body)
	}
	desk.Want(200, "GET", "/api/v1/staff/orders/"+id, nil, &after)
	if after.Name != "王小敏" || after.Ticket != "T1" || after.Grade != before.Grade || after.Subject != before.Subject || !after.ClosesAt.Equal(before.ClosesAt.Truncate(time.Second)) && !after.ClosesAt.Equal(before.ClosesAt) || after.Emergency {
		t.Errorf("%+v", after)
	}
	if c.Notes("registration_changed")[0] != "administrator" {
		t.Error("the log does not say who")
	}
	var imports []staff.ImportBody
	desk.Want(200, "GET", "/api/v1/staff/imports", nil, &imports)
	desk.Want(204, "POST", "/api/v1/staff/imports/"+imports[0].ID+"/undo", nil, nil)
	desk.Want(200, "GET", "/api/v1/staff/orders/"+id, nil, &after)
	if after.Name != before.Name {
		t.Errorf("after the undo: %+v", after)
	}
}
