package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kaodian/app/province/store"
)

func TestWhatIsMissingIsShownToThoseOfTheCentreByPages(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	box, sequence, previous, err := p.NextParcel(t.Context(), "jinan")
	must(t, err)
	published := store.Parcel{Ref: store.Ref{Centre: "jinan", Install: box.Install, Sequence: sequence}, Kind: "orders", ManifestSHA256: strings.Repeat("a", 64), MadeAt: time.Unix(1, 0)}
	closes := p.Now().Add(-2 * store.LateAfter)
	for n := range 5 {
		published.Expected = append(published.Expected, store.Expected{Ticket: fmt.Sprint("T9", n), Subject: "钢琴", Grade: 3, OpensAt: closes.Add(-time.Hour), ClosesAt: closes, Day: "2026-07-01"})
	}
	must(t, p.RecordPublished(t.Context(), published, previous))

	type days struct {
		LateAfterHours int `json:"late_after_hours"`
		Days           []expectedDay
	}
	own, foreign := p.as(store.Viewer, "jinan"), p.as(store.Reviewer, "qingdao")
	if got := get[days](own, "/api/v1/expected"); got.LateAfterHours != 48 || len(got.Days) != 1 || got.Days[0] != (expectedDay{Centre: "jinan", Day: "2026-07-01", Expected: 5, Late: 5}) {
		t.Errorf("told %+v", got)
	}
	for _, path := range []string{"/api/v1/expected", "/api/v1/expected?centre=jinan"} {
		if got := get[days](foreign, path); len(got.Days) != 0 {
			t.Errorf("%s tells another centre's account %+v", path, got.Days)
		}
	}

	type missing struct {
		Orders []missingOrder
		Next   string
	}
	const path = "/api/v1/expected/missing?centre=jinan&day=2026-07-01"
	var tickets []string
	for next := ""; ; {
		page := get[missing](own, path+"&limit=2&after="+next)
		for _, one := range page.Orders {
			tickets = append(tickets, one.Ticket)
		}
		if next = page.Next; next == "" {
			break
		}
	}
	if got := strings.Join(tickets, " "); got != "T90 T91 T92 T93 T94" {
		t.Errorf("by pages: %s", got)
	}
	if got := get[missing](foreign, path); len(got.Orders) != 0 {
		t.Errorf("another centre's account is told %+v", got.Orders)
	}
	own.want(http.StatusUnprocessableEntity, "GET", "/api/v1/expected/missing?centre=jinan&day=yesterday", "")
}
