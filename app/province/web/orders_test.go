package web

import (
	"net/http"
	"testing"

	"kaodian/app/province/store"
)

type ordersBody struct {
	Orders []orderBody
	Next   string
}

// An order without a video is seen nowhere else; of one that came again the
// newest batch counts, and of one that was set aside none.
func TestTheOrdersOfAllBatchesAreListed(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	p.receive("qingdao", 1)
	b := p.reviewer()
	all := get[ordersBody](b, "/api/v1/orders").Orders
	if len(all) != 2 || all[0].Centre != "qingdao" {
		t.Fatalf("%+v", all)
	}
	first := all[0]
	if first.Candidate.Name == "" || first.Status == "" || first.Clips != 1 || first.ClosesAt.IsZero() {
		t.Errorf("%+v", first)
	}
	for query, want := range map[string]int{
		"centre=jinan":                             len(all) / 2,
		"status=absent":                            0,
		"status=" + first.Status:                   len(all),
		"who=" + first.Candidate.Ticket[1:]:        len(all),
		"who=nobody":                               0,
		"centre=jinan&sequence=2":                  0,
		"install=" + first.Install + "&sequence=1": len(all) / 2,
	} {
		if got := get[ordersBody](b, "/api/v1/orders?"+query).Orders; len(got) != want {
			t.Errorf("%s: %d orders, want %d", query, len(got), want)
		}
	}
	var paged []orderBody
	for next := ""; ; {
		page := get[ordersBody](b, "/api/v1/orders?limit=1&before="+next)
		paged = append(paged, page.Orders...)
		if next = page.Next; next == "" {
			break
		}
	}
	if len(paged) != len(all) || paged[0].ID != first.ID {
		t.Errorf("%d orders by pages, %d at once", len(paged), len(all))
	}
	clips := get[struct{ Clips []clipBody }](b, "/api/v1/clips?order="+first.ID).Clips
	if len(clips) != 1 || clips[0].OrderID != first.ID {
		t.Errorf("clips of the order: %+v", clips)
	}
	b.want(http.StatusNotFound, "GET", "/api/v1/orders?before=nonsense", "")
	b.want(http.StatusUnprocessableEntity, "GET", "/api/v1/orders?status=lost", "")
	_, err := p.SetAside(t.Context(), store.Ref{Centre: "jinan", Install: install("jinan"), Sequence: 1}, true, "a trial")
	must(t, err)
	if left := get[ordersBody](b, "/api/v1/orders").Orders; len(left) != len(all)/2 {
		t.Errorf("%d orders after one batch was set aside", len(left))
	}
}
