package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"kaodian/app/province/store"
)

func TestACentreHasANameThatPeopleUse(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	boss := p.as(store.Administrator)
	boss.want(http.StatusNoContent, "POST", "/api/v1/centres/title", `{"centre":"jinan","title":" 济南第一考点 "}`)
	limited := p.as(store.Viewer, "jinan")
	if got := get[[]centreBody](limited, "/api/v1/centres"); len(got) != 1 || got[0].Title != "济南第一考点" {
		t.Errorf("the list says %+v", got)
	}
	for _, body := range []string{
		`{"centre":"nowhere","title":"x"}`, `{"centre":"jinan","title":"one\nline"}`, `{"centre":"jinan","title":"` + "\u202e" + `"}`,
		`{"centre":"jinan","title":"` + strings.Repeat("济", store.MaxTitle+1) + `"}`,
	} {
		boss.want(http.StatusUnprocessableEntity, "POST", "/api/v1/centres/title", body)
	}
	boss.want(http.StatusNoContent, "POST", "/api/v1/centres/title", `{"centre":"jinan","title":"`+strings.Repeat("济", store.MaxTitle)+`"}`)
	boss.want(http.StatusNoContent, "POST", "/api/v1/centres/title", `{"centre":"jinan","title":""}`)
	if got := get[[]centreBody](limited, "/api/v1/centres"); got[0].Title != "" {
		t.Errorf("the name was not taken back: %+v", got)
	}
}

func TestACentreIsRevokedByPageWithAReason(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	boss := p.as(store.Administrator)
	for _, body := range []string{`{"centre":"jinan"}`, `{"centre":"jinan","reason":"  "}`, `{"centre":"nowhere","reason":"gone"}`} {
		boss.want(http.StatusUnprocessableEntity, "POST", "/api/v1/centres/revoke", body)
	}
	if got := get[[]centreBody](boss, "/api/v1/centres"); !got[0].RevokedAt.IsZero() {
		t.Fatalf("what was refused revoked it: %+v", got)
	}
	var ended revokedOutput
	must(t, json.Unmarshal(boss.want(http.StatusOK, "POST", "/api/v1/centres/revoke", `{"centre":"jinan","reason":"the box was stolen"}`), &ended.Body))
	if got := get[[]centreBody](boss, "/api/v1/centres"); ended.Body.Installs != 1 || got[0].RevokedAt.IsZero() || got[0].Batches != 1 {
		t.Errorf("%+v were ended; the list says %+v", ended.Body, got)
	}
	lines, err := p.ListAuditLines(t.Context(), store.AuditFilter{Action: store.ActionCentreRevoked}, 10)
	must(t, err)
	if len(lines) != 1 || !strings.HasPrefix(lines[0].By, "administrator") || lines[0].Args["reason"] != "the box was stolen" {
		t.Errorf("the audit log says %+v", lines)
	}
}

func TestWhatWasPublishedIsShownToThoseOfTheCentre(t *testing.T) {
	p := newProvince(t)
	p.receive("jinan", 1)
	box, sequence, previous, err := p.NextParcel(t.Context(), "jinan")
	must(t, err)
	ref := store.Ref{Centre: "jinan", Install: box.Install, Sequence: sequence}
	must(t, p.RecordPublished(t.Context(), store.Parcel{Ref: ref, Kind: "orders", Title: "春季", ManifestSHA256: strings.Repeat("a", 64), Bytes: 7, MadeAt: time.Unix(1, 0)}, previous))
	read := func(b *browser) []parcelBody { return get[[]parcelBody](b, "/api/v1/parcels?centre=jinan") }
	own := p.as(store.Viewer, "jinan")
	if got := read(own); len(got) != 1 || got[0].State != store.ParcelSealed || got[0].Title != "春季" || got[0].Bytes != 7 {
		t.Errorf("it is told %+v", got)
	}
	must(t, p.RecordPut(t.Context(), ref))
	if got := read(own); got[0].State != store.ParcelWaiting || got[0].PutAt.IsZero() {
		t.Errorf("at the drop it is %+v", got)
	}
	_, err = p.Revoke(t.Context(), "jinan", "", "")
	must(t, err)
	if got := read(own); got[0].State != store.ParcelVoid {
		t.Errorf("of a revoked box it is %+v", got)
	}
	p.receive("qingdao", 1)
	if got := read(p.as(store.Viewer, "qingdao")); len(got) != 0 {
		t.Errorf("another centre's account is told %+v", got)
	}
}
