package candidate_test

import (
	"net/http"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func TestR5TheTicketShowsItsOwnersPhotoToNobodyElse(t *testing.T) {
	c := webtest.New(t, func(config *web.Config) { config.Candidate.CentreName = func() string { return "济南一号考点" } })
	order, _, _ := c.FinalOrder()
	c.Register("T2", "2")
	owner, stranger := c.Candidate(webtest.Personal["ticket"], webtest.Personal["ID number"]), c.Candidate("T2", "2")
	var body webtest.Order
	owner.Want(200, "GET", "/api/v1/orders/"+order, nil, &body)
	if !body.Photo || body.Centre != "济南一号考点" || body.Clips != 1 || body.ClipsWanted != 2 {
		t.Errorf("%+v", body)
	}
	answer := owner.Call("GET", "/api/v1/orders/"+order+"/photo", nil, nil)
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	stranger.WantCode(refusal.NotFound, "GET", "/api/v1/orders/"+order+"/photo", nil)
	var orders []webtest.Order
	stranger.Want(200, "GET", "/api/v1/orders", nil, &orders)
	stranger.WantCode(refusal.NotFound, "GET", "/api/v1/orders/"+orders[0].ID+"/photo", nil) // 照片待补
	if orders[0].Photo {
		t.Error("a photo that nobody has")
	}
}

// R25: a guardian's name is one that can be read.
func TestR25AGuardiansNameIsOneLine(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	path := "/api/v1/orders/" + p.Orders()[0].ID + "/consent"
	for name, code := range map[string]refusal.Code{
		"": exam.GuardianMissing, "   ": exam.GuardianMissing, "\u200b": exam.GuardianMissing,
		"王\n大明": text.Invalid, "王\x1b大明": text.Invalid, "王\u202e大明": text.Invalid,
	} {
		p.WantCode(code, "POST", path, map[string]any{"face": true, "guardian": name})
	}
	p.Want(http.StatusNoContent, "POST", path, map[string]any{"face": true, "guardian": " 王大明 "}, nil)
}
