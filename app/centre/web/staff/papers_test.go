package staff_test

import (
	"slices"
	"testing"

	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
)

// R5: a printed ticket says who, what and when, and nothing that logs a finder in.
func TestR5PapersSayWhoAndWhenAndNoWholeIDNumber(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "37010220140506123X")
	var list struct {
		Papers []struct {
			ID, Name, Ticket, Subject string
			IDNumber                  string `json:"id_number"`
			Items                     []staff.PaperItem
			Minutes                   int
		}
	}
	p := c.Staff("invigilator")
	p.Want(200, "GET", "/api/v1/staff/papers?day=2026-08-03&kind=tickets", nil, &list)
	if len(list.Papers) != 1 || list.Papers[0].IDNumber != "3701**********123X" || list.Papers[0].Minutes != 30 || !slices.Equal(list.Papers[0].Items, []staff.PaperItem{{Name: "练习曲", Piece: "车尔尼 599"}, {Name: "乐曲", Piece: "小步舞曲"}}) {
		t.Errorf("%+v", list)
	}
	wantNoted(t, c, "papers_made", `{"day":"2026-08-03","orders":1,"papers":"tickets"}`)
	p.Want(404, "GET", "/api/v1/staff/orders/"+list.Papers[0].ID+"/photo", nil, nil)
}

// The Wi-Fi's password is on a poster, and in no log.
func TestThePosterIsKeptAndItsPasswordInNoLog(t *testing.T) {
	c := webtest.New(t)
	p := c.Staff("invigilator")
	want := map[string]any{"wifi_name": "考点;1", "wifi_password": `a"b\c;d,e`, "address": "http://10.0.0.2"}
	var got map[string]any
	p.Want(200, "GET", "/api/v1/staff/poster", nil, &got)
	if got["address"] != c.URL {
		t.Errorf("at first the address is %v", got)
	}
	p.Want(204, "POST", "/api/v1/staff/poster", want, nil)
	p.Want(200, "GET", "/api/v1/staff/poster", nil, &got)
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %v", name, got[name])
		}
	}
	wantNoted(t, c, "poster_set", `{"address":"http://10.0.0.2","wifi_name":"考点;1"}`)
}

// Only the list to telephone by has a telephone number, and each that it shows is noted.
func TestTheListOfMissingPhotosHasTheNumberToCall(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3")), false)
	for kind, viewed := range map[string]int{"tickets": 0, "missing": 1} {
		var list struct{ Papers []struct{ Phone string } }
		before := len(c.Notes("contact_viewed"))
		desk.Want(200, "GET", "/api/v1/staff/papers?kind="+kind, nil, &list)
		if len(list.Papers) != 1 || (list.Papers[0].Phone != "") != (viewed > 0) || len(c.Notes("contact_viewed"))-before != viewed {
			t.Errorf("%s: %+v, noted %v", kind, list, c.Notes("contact_viewed"))
		}
	}
}
