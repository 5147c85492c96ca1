package staff_test

import (
	"slices"
	"strings"
	"testing"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
)

func TestPhrasesAreOnesOwn(t *testing.T) {
	c := webtest.New(t)
	first, second := c.Staff(store.Examiner), c.StaffNamed("second", store.Examiner)
	const path = "/api/v1/staff/me/phrases"
	has := func(method, path, phrase string, p *webtest.Phone, want ...string) {
		t.Helper()
		var body staff.PhrasesBody
		var sent any
		if phrase != "" {
			sent = map[string]any{"phrase": phrase}
		}
		p.Want(200, method, path, sent, &body)
		if !slices.Equal(body.Phrases, want) || body.Max != store.MaxPhrases || body.MaxLength != store.MaxPhrase {
			t.Errorf("%s %s: %+v, want %q", method, path, body, want)
		}
	}
	has("POST", path, "节奏很稳", first, "节奏很稳")
	has("GET", path, "", second)
	has("POST", path+"/remove", "节奏很稳", second)
	has("GET", path, "", first, "节奏很稳")
	first.WantCode(store.PhraseTooLong, "POST", path, map[string]any{"phrase": strings.Repeat("好", 201)})
	first.WantCode(store.PhraseEmpty, "POST", path, map[string]any{"phrase": " "})
	again := c.Staff(store.Examiner) // another browser
	has("GET", path, "", again, "节奏很稳")
	has("POST", path+"/remove", "节奏很稳", again)
}
