package staff_test

import (
	"regexp"
	"slices"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
)

// R8, R9: what stands on sealed paper is drawn as an attempt's start would, is
// told nobody but who prints it, and is not drawn again for the same order.
func TestR9AnEmergencyPackIsDrawnSealedAndNoted(t *testing.T) {
	c := webtest.New(t)
	boss, lead := c.Staff("administrator"), c.Staff("invigilator")
	takeSyllabus(boss, sendSyllabus(boss, "x.zip", zipOf(t, packed{name: "syllabus.csv", content: []byte(syllabusList)},
		packed{name: "bank.csv", content: bankList("钢琴,1-10,视奏,一,1.png", "钢琴,1-10,视奏,二,2.png")}, packed{name: "1.png", content: picture(10)}, packed{name: "2.png", content: picture(12)})))
	c.Register("T1", "1")
	c.Register("T2", "2")
	c.Register("T3", "3")
	c.Candidate("T3", "3").Start() // who runs needs no paper
	var pack staff.PackBody
	lead.Want(200, "POST", "/api/v1/staff/packs", nil, &pack)
	if len(pack.Sheets) != 2 || pack.Sheets[0].Ticket != "T1" || pack.Sheets[1].Number != 2 {
		t.Fatalf("%+v", pack)
	}
	titles := map[string]bool{}
	for _, sheet := range pack.Sheets {
		drawn := sheet.Drawn[slices.IndexFunc(sheet.Drawn, func(i staff.SheetItemBody) bool { return i.Title != "" })]
		titles[drawn.Title] = true
		if !regexp.MustCompile(`^\d{4}$`).MatchString(sheet.Code) || drawn.Type != "image/png" {
			t.Errorf("%+v", sheet)
		}
		if score := lead.Call("GET", "/api/v1/staff/packs/"+pack.ID+"/scores/"+drawn.Score, nil, nil); score.StatusCode != 200 {
			t.Error(score.StatusCode)
		}
	}
	if len(titles) != 2 {
		t.Errorf("neighbours have %v", titles)
	}
	lead.WantCode(refusal.NotFound, "GET", "/api/v1/staff/packs/other/scores/"+pack.Sheets[0].Drawn[1].Score, nil)

	if noted := c.Notes("question_viewed"); !slices.Equal(noted, []string{"invigilator", "invigilator"}) {
		t.Errorf("a look at each score is noted: %v", noted)
	}

	ids := orderIDs(lead)
	var order staff.RegisteredBody
	c.Staff("technician").Want(200, "GET", "/api/v1/staff/orders/"+ids["T1"], nil, &order)
	if len(order.Facts) != 1 || order.Facts[0].Kind != "pack_printed" || order.Facts[0].By != "invigilator" || order.Facts[0].Details["code"] != nil {
		t.Errorf("the fact: %+v", order.Facts)
	}
	var papers []staff.PaperSheetBody
	lead.Want(200, "GET", "/api/v1/staff/orders/"+ids["T1"]+"/papers", nil, &papers)
	if len(papers) != 1 || papers[0].Code != pack.Sheets[0].Code || papers[0].Drawn[1].Title != pack.Sheets[0].Drawn[1].Title {
		t.Errorf("%+v", papers)
	}
	if noted := c.Notes("paper_viewed"); !slices.Equal(noted, []string{"invigilator"}) {
		t.Error(noted)
	}

	c.Candidate("T1", "1").Start()
	started, err := c.FindOrder(t.Context(), ids["T1"])
	webtest.Must(t, err)
	attempt := started.Attempts[0]
	for _, item := range attempt.Items {
		if item.Question != nil && item.Question.Title == pack.Sheets[0].Drawn[1].Title {
			t.Error("the question of the paper was drawn again while the bank has another")
		}
	}
	if attempt.Code == pack.Sheets[0].Code {
		t.Error("the code of the paper was drawn again")
	}
}
