package candidate_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/candidate"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/webkit"
)

// newPass makes a pass and returns its token.
func newPass(p *webtest.Phone, order, kind string) string {
	p.T.Helper()
	var made candidate.NewPassBody
	p.Want(201, "POST", "/api/v1/orders/"+order+"/passes", map[string]string{"kind": kind}, &made)
	address, token, found := strings.Cut(made.URL, "#")
	if !found || address != p.URL+"/in" || len(token) < 22 {
		p.T.Fatalf("the pass leads to %q", made.URL)
	}
	return token
}

// usePass is the body by which a browser logs in with a pass.
func usePass(token, browser string) map[string]string {
	return map[string]string{"token": token, "browser": strings.Repeat(browser, 22), "device": "phone"}
}

func TestR4APassLogsInOnce(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	computer := c.Candidate("T1", "1")
	order := computer.Orders()[0].ID
	token := newPass(computer, order, "phone")

	var entry candidate.EntryBody
	phone := c.Phone()
	phone.Want(200, "POST", "/api/v1/pass", usePass(token, "a"), &entry)
	if entry.OrderID != order || entry.Name != "王小明" || phone.Orders()[0].ID != order {
		t.Errorf("the pass opens %+v", entry)
	}
	// The answer may have been lost on the way to the same browser, which then
	// has no cookie. All of the test's phones have one address: it says nothing.
	again := c.Phone()
	again.Want(200, "POST", "/api/v1/pass", usePass(token, "a"), nil)
	again.Orders()
	stranger := c.Phone()
	stranger.WantCode(store.PassUsed, "POST", "/api/v1/pass", usePass(token, "b"))
	stranger.WantCode(store.PassUsed, "POST", "/api/v1/pass", map[string]string{"token": token})
	stranger.WantCode(login.Needed, "GET", "/api/v1/orders", nil)
	c.Clock.Advance(2 * time.Minute)
	c.Phone().WantCode(store.PassUsed, "POST", "/api/v1/pass", usePass(token, "a"))
	stranger.WantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": "made up by somebody"})
}

func TestR4OfBrowsersThatUseAPassAtOnceOneGetsIn(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	computer := c.Candidate("T1", "1")
	token := newPass(computer, computer.Orders()[0].ID, "ticket")
	const browsers = 12
	answers := make(chan int, 2*browsers)
	var all sync.WaitGroup
	for i := range browsers {
		body, err := json.Marshal(usePass(token, string(rune('a'+i))))
		webtest.Must(t, err)
		for range 2 { // two tabs of each
			phone := c.Phone()
			all.Go(func() {
				response, err := phone.Client.Post(phone.URL+"/api/v1/pass", "application/json", bytes.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				answers <- response.StatusCode
				response.Body.Close()
			})
		}
	}
	all.Wait()
	close(answers)
	count := map[int]int{}
	for status := range answers {
		count[status]++
	}
	// The one browser's two tabs, and nobody else.
	if count[200] != 2 || count[401] != 2*browsers-2 {
		t.Errorf("answers: %v", count)
	}
}

func TestR4ARefusedLogInUsesNoPassUp(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	computer := c.Candidate("T1", "1")
	order := computer.Orders()[0].ID
	for i := range 30 { // as many as one person has at once
		if i%10 == 0 { // of sixteen log-ins the oldest end
			computer = c.Candidate("T1", "1")
		}
		c.Phone().Want(200, "POST", "/api/v1/pass", usePass(newPass(computer, order, "phone"), string(rune('A'+i))), nil)
	}
	token := newPass(computer, order, "phone")
	c.Phone().WantCode(webkit.TooManyTries, "POST", "/api/v1/pass", usePass(token, "a"))
	c.Clock.Advance(10 * time.Second)
	c.Phone().Want(200, "POST", "/api/v1/pass", usePass(token, "b"), nil)
}

func TestR4APassEnds(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	order := p.Orders()[0].ID
	onScreen, onPaper := newPass(p, order, "phone"), newPass(p, order, "ticket")
	c.Clock.Advance(5 * time.Minute)
	c.Phone().WantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": onScreen})
	newer := newPass(p, order, "ticket")
	c.Phone().WantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": onPaper})
	c.Phone().Want(200, "POST", "/api/v1/pass", map[string]string{"token": newer}, nil)
	last := newPass(p, order, "ticket")
	c.Clock.Advance(48 * time.Hour)
	c.Phone().WantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": last})
}

func TestR4APassOfSomebodyElseEndsWithTheCorrection(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Candidate("T1", "1")
	token := newPass(p, p.Orders()[0].ID, "ticket")
	c.Register("T1", "2") // the list had another person's number
	c.Phone().WantCode(store.PassNotValid, "POST", "/api/v1/pass", map[string]string{"token": token})
}

func TestR4ForAnotherPersonsOrderThereIsNoPass(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	c.Register("T2", "2")
	other := c.Candidate("T2", "2").Orders()[0].ID
	c.Candidate("T1", "1").WantCode(refusal.NotFound, "POST", "/api/v1/orders/"+other+"/passes", map[string]string{"kind": "phone"})
}
