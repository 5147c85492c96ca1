package staff_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/base/text"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

// scan is a picture of a sheet.
func scan(side int) []byte {
	var body bytes.Buffer
	if err := jpeg.Encode(&body, image.NewGray(image.Rect(0, 0, side, side)), nil); err != nil {
		panic(err)
	}
	return body.Bytes()
}

// sent sends bytes as they are.
func sent(p *webtest.Phone, path string, body []byte) (status int, answer string) {
	p.T.Helper()
	request, err := http.NewRequestWithContext(p.T.Context(), http.MethodPost, p.URL+path, bytes.NewReader(body))
	webtest.Must(p.T, err)
	request.Header.Set("Content-Type", "application/octet-stream")
	response, err := p.Client.Do(request)
	webtest.Must(p.T, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	webtest.Must(p.T, err)
	return response.StatusCode, string(text)
}

func scansOf(c *webtest.Centre) int {
	entries, err := os.ReadDir(filepath.Dir(c.Server.File(store.ConsentFile("x"))))
	if err != nil && !os.IsNotExist(err) {
		c.T.Fatal(err)
	}
	return len(entries)
}

func TestR25_AConsentOnPaperIsEnteredWithItsScan(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	desk := c.Staff("invigilator")
	id := asked(desk, "T1")[0].ID
	path := "/api/v1/staff/orders/" + id + "/consent-paper"
	for name, bad := range map[string]struct {
		query string
		body  []byte
		code  refusal.Code
	}{
		"no picture":           {"?face=true&guardian=%E7%8E%8B%E5%A4%A7%E6%98%8E", []byte("%PDF-1.7 app.alert(1)"), store.ScanUnreadable},
		"nothing":              {"?face=true&guardian=%E7%8E%8B%E5%A4%A7%E6%98%8E", nil, store.ScanUnreadable},
		"too small to be read": {"?face=true&guardian=%E7%8E%8B%E5%A4%A7%E6%98%8E", scan(20), store.ScanUnreadable},
		"too long":             {"?face=true&guardian=%E7%8E%8B%E5%A4%A7%E6%98%8E", append(scan(400), make([]byte, 21<<20)...), store.ScanTooLarge},
		"cut off":              {"?face=true&guardian=%E7%8E%8B%E5%A4%A7%E6%98%8E", scan(400)[:len(scan(400))-100], store.ScanUnreadable},
		"a name without end":   {"?face=true&guardian=" + strings.Repeat("%E7%8E%8B", 65), scan(400), text.Invalid},
		"a child's own word":   {"?face=true", scan(400), exam.GuardianMissing},
	} {
		if status, answer := sent(desk, path+bad.query, bad.body); status < 400 || !strings.Contains(answer, string(bad.code)) {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
	if scansOf(c) != 0 || asked(desk, "T1")[0].Consent != "none" {
		t.Fatal("what was refused left something")
	}
	desk.Want(404, "GET", path, nil, nil)
	for range 2 { // an answer that was lost
		if status, answer := sent(desk, path+"?face=true&guardian=%E7%8E%8B%E5%A4%A7%E6%98%8E", scan(400)); status != 200 {
			t.Fatal(status, answer)
		}
	}
	one := asked(desk, "T1")[0]
	if one.Consent != "given" || !one.ConsentPaper || scansOf(c) != 1 || len(c.Notes("consented")) != 1 {
		t.Errorf("%+v, %d scans", one, scansOf(c))
	}
	for range 2 {
		desk.Want(200, "GET", path, nil, nil)
	}
	if seen := c.Notes("consent_viewed"); len(seen) != 2 || seen[0] != "invigilator" {
		t.Errorf("looks %v", seen)
	}
	if status, _ := sent(c.Staff("technician"), path+"?face=false", scan(400)); status != http.StatusForbidden {
		t.Errorf("a technician: %d", status)
	}
	if status, _ := sent(desk, path+"?face=false", scan(500)); status != 200 || asked(desk, "T1")[0].Consent != "declined" {
		t.Error("it cannot be declined later")
	}
}

// R20, R25: the desk's camera gives a hint, under consent only; each is noted
// and no picture stays.
func TestALookAtTheCandidateIsAHint(t *testing.T) {
	var photo string
	c := webtest.New(t, func(config *web.Config) {
		config.Staff.Look = func(_ context.Context, path string, picture []byte) (exam.Finding, error) {
			photo = path
			if len(picture) == 0 {
				t.Error("no picture")
			}
			return exam.Finding{Verdict: exam.Warn, Note: exam.NoteBetweenThresholds}, nil
		}
	})
	order, _, _ := c.FinalOrder()
	c.Register("T1", "1")
	desk := c.Staff("invigilator")
	path := "/api/v1/staff/orders/" + order + "/look"
	status, answer := sent(desk, path, scan(400))
	if status != 200 || answer != `{"verdict":"warn","note":"between_thresholds"}` || !strings.Contains(photo, "photos") {
		t.Errorf("%d %s, photo %q", status, answer, photo)
	}
	if _, answer := sent(desk, path, []byte("GIF89a")); !strings.Contains(answer, string(store.ScanUnreadable)) {
		t.Error(answer)
	}
	other := asked(desk, "T1")[0].ID
	if _, answer := sent(desk, "/api/v1/staff/orders/"+other+"/look", scan(400)); !strings.Contains(answer, string(store.LookNeedsConsent)) {
		t.Error(answer)
	}
	if seen := c.Notes("face_compared_viewed"); len(seen) != 1 || seen[0] != "invigilator" {
		t.Errorf("noted %v", seen)
	}
	var body staff.RegisteredBody
	desk.Want(200, "GET", "/api/v1/staff/orders/"+order, nil, &body)
	for _, fact := range body.Facts {
		if strings.Contains(fact.Kind, "face_compared") {
			t.Error("the comparison became a fact of the order")
		}
	}
}
