package staff_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
)

// orderIDs are the ids of the listed orders, by ticket.
func orderIDs(p *webtest.Phone) map[string]string {
	p.T.Helper()
	var page staff.OrdersBody
	p.Want(200, "GET", "/api/v1/staff/orders?limit=200", nil, &page)
	ids := map[string]string{}
	for _, row := range page.Orders {
		ids[row.Ticket] = row.ID
	}
	return ids
}

func TestR1TheListComesInPagesAndFindsByTheIDNumbersEnd(t *testing.T) {
	c := webtest.New(t)
	for i := range 7 {
		c.Register(fmt.Sprintf("T%d", i), fmt.Sprintf("3701022016050600%d%d", i, i))
	}
	desk := c.Staff("technician")
	var tickets []string
	for after := ""; ; {
		var page staff.OrdersBody
		desk.Want(200, "GET", "/api/v1/staff/orders?limit=3&after="+after, nil, &page)
		for _, row := range page.Orders {
			tickets = append(tickets, row.Ticket)
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if want := []string{"T0", "T1", "T2", "T3", "T4", "T5", "T6"}; !slices.Equal(tickets, want) {
		t.Errorf("%v, want %v", tickets, want)
	}
	var page staff.OrdersBody
	desk.Want(200, "GET", "/api/v1/staff/orders?who=0055&status=open&no_photo=true", nil, &page)
	if len(page.Orders) != 1 || page.Orders[0].Ticket != "T5" || page.Count != 1 {
		t.Errorf("by the number's end: %+v", page)
	}
	desk.Want(422, "GET", "/api/v1/staff/orders?day=2026-02-30", nil, nil)
	desk.Want(422, "GET", "/api/v1/staff/orders?sort=id", nil, nil)
	desk.WantCode(refusal.NotFound, "GET", "/api/v1/staff/orders?after=nobody", nil)
}

// Neither the list nor the order tells the ID number; whoever asks for it, or
// for the photo, is noted.
func TestTheIDNumberIsToldOnlyToWhoAsksAndIsNoted(t *testing.T) {
	c := webtest.New(t)
	order, _, _ := c.FinalOrder()
	desk := c.Staff("invigilator")
	for _, path := range []string{"/api/v1/staff/orders", "/api/v1/staff/orders/" + order} {
		var body map[string]any
		desk.Want(200, "GET", path, nil, &body)
		if text := fmt.Sprint(body); strings.Contains(text, webtest.Personal["ID number"]) || !strings.Contains(text, webtest.SecretName) {
			t.Errorf("%s: %s", path, text)
		}
	}
	if noted := c.Notes("id_number_viewed"); len(noted) > 0 {
		t.Errorf("noted %v before anybody looked", noted)
	}
	var told struct {
		IDNumber string `json:"id_number"`
	}
	desk.Want(200, "GET", "/api/v1/staff/orders/"+order+"/id-number", nil, &told)
	if noted := c.Notes("id_number_viewed"); told.IDNumber != webtest.Personal["ID number"] || !slices.Equal(noted, []string{"invigilator"}) {
		t.Errorf("told %q, noted %v", told.IDNumber, noted)
	}
	desk.Want(200, "GET", "/api/v1/staff/orders/"+order+"/photo", nil, nil)
	if noted := c.Notes("photo_viewed"); !slices.Equal(noted, []string{"invigilator"}) {
		t.Errorf("the photo was seen by %v", noted)
	}
	var body staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+order, nil, &body)
	for _, fact := range body.Facts {
		if strings.HasSuffix(fact.Kind, "_viewed") {
			t.Errorf("a look is no fact: %+v", fact)
		}
	}
	if body.Status != "submitted" || body.Attempts != 1 || !body.Photo || body.Emergency || len(body.Pieces) != 2 || body.ClosesAt.Sub(body.OpensAt) < time.Hour {
		t.Errorf("%+v", body)
	}
}

// The list leaves the house without what opens a registration, and no cell of
// it is a formula.
func TestTheListIsExportedAsTheFilterChooses(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "@李静", "3"), listRow("A2", "王静", "4")), false)
	answer, err := desk.Client.Get(c.URL + "/api/v1/staff/orders/workbook?grade=3")
	webtest.Must(t, err)
	defer answer.Body.Close()
	file, err := io.ReadAll(answer.Body)
	webtest.Must(t, err)
	book, err := excelize.OpenReader(bytes.NewReader(file))
	webtest.Must(t, err)
	defer book.Close()
	rows, err := book.GetRows(book.GetSheetName(0))
	webtest.Must(t, err)
	if len(rows) != 2 || rows[1][0] != "A1" || rows[1][1] != "'@李静" || rows[1][6] == "EA1" || slices.Contains(rows[1], "13812345678") {
		t.Errorf("%q", rows)
	}
	if noted := c.Notes("orders_exported"); !slices.Equal(noted, []string{"invigilator"}) {
		t.Error(noted)
	}
	c.Staff("technician").Want(403, "GET", "/api/v1/staff/orders/workbook", nil, nil)
}

// R21: where a guardian is reached is told to who has to reach them, and noted.
func TestR21AddressAndPhoneAreNotedAndNotTheTechnicians(t *testing.T) {
	c := webtest.New(t)
	desk, mechanic := c.Staff("invigilator"), c.Staff("technician")
	take(desk, preview(desk, listRow("A1", "李静", "3")), false)
	id := orderIDs(desk)["A1"]
	for _, p := range []*webtest.Phone{desk, mechanic} {
		var body map[string]any
		p.Want(200, "GET", "/api/v1/staff/orders/"+id, nil, &body)
		if text := fmt.Sprint(body); strings.Contains(text, "13812345678") || strings.Contains(text, "某路九号") {
			t.Error(text)
		}
	}
	var contact struct {
		Address string `json:"guardian_address"`
		Phone   string `json:"phone"`
	}
	desk.Want(200, "GET", "/api/v1/staff/orders/"+id+"/contact", nil, &contact)
	if contact.Address != "某路九号" || contact.Phone != "13812345678" {
		t.Errorf("%+v", contact)
	}
	mechanic.Want(403, "GET", "/api/v1/staff/orders/"+id+"/contact", nil, nil)
	if noted := c.Notes("contact_viewed"); !slices.Equal(noted, []string{"invigilator"}) {
		t.Error(noted)
	}
}

// R2: one order's photo is named as it likes.
func TestR2OnePhotoIsGivenToItsOrder(t *testing.T) {
	c := webtest.New(t)
	desk := c.Staff("invigilator")
	take(desk, preview(desk, listRow("A1", "李静", "3"), listRow("A2", "王静", "4")), false)
	ids := orderIDs(desk)
	var body staff.PreviewBody
	if status, code := sendFile(desk, "/api/v1/staff/intake/photos?name=IMG_1.png&order="+ids["A2"], photoOf(t, 1, 150_000), &body); status != 200 {
		t.Fatal(status, code)
	}
	if got := verdicts(body); got != "1 changed photo" || body.Rows[0].Ticket != "A2" {
		t.Fatal(got)
	}
	take(desk, body, false)
	var papers struct {
		Papers []struct {
			Ticket string `json:"ticket"`
		} `json:"papers"`
	}
	desk.Want(200, "GET", "/api/v1/staff/papers?kind=missing", nil, &papers)
	if len(papers.Papers) != 1 || papers.Papers[0].Ticket != "A1" {
		t.Errorf("missing: %+v", papers)
	}
	var record struct {
		Interventions []struct{ Action string }
	}
	desk.Want(200, "GET", "/api/v1/staff/day/record", nil, &record)
	if len(record.Interventions) != 0 || len(c.Notes("photo_changed")) != 1 {
		t.Errorf("a photo that came is no correction, and none of the record's: %+v, %v", record, c.Notes("photo_changed"))
	}
	if status, _ := sendFile(desk, "/api/v1/staff/intake/photos?name=x.png&order=nobody", photoOf(t, 1, 150_000), &body); status != 404 {
		t.Error(status)
	}
}
