package staff_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
)

const parcelInstall = "0123456789abcdef"

// withParcels is a centre to which the province sent that many parcels.
func withParcels(t *testing.T, count int) *webtest.Centre {
	t.Helper()
	c := webtest.New(t)
	for i := range count {
		webtest.Must(t, c.Store.RecordFetched(t.Context(), store.Parcel{
			ParcelRef: store.ParcelRef{Install: parcelInstall, Sequence: int64(i + 1), ManifestSHA256: strings.Repeat(fmt.Sprint(i+1), 64)}, Kind: "orders",
		}, ""))
	}
	return c
}

func parcelPath(sequence int, act string) string {
	return fmt.Sprintf("/api/v1/staff/parcels/%s/%d/%s", parcelInstall, sequence, act)
}

type parcelPreview struct {
	Orders struct {
		ID, Fingerprint string
		Counts          map[string]int
	}
}

// Taking the preview in answers the parcel; both are done once, in order, and by
// an administrator only.
func TestAParcelIsTakenInOnceByAnAdministrator(t *testing.T) {
	c := withParcels(t, 2)
	boss, helper := c.Staff(store.Administrator), c.Staff(store.Invigilator)
	helper.Want(http.StatusForbidden, http.MethodPost, parcelPath(1, "preview"), nil, nil)
	var first, again, second parcelPreview
	boss.Want(http.StatusOK, http.MethodPost, parcelPath(1, "preview"), nil, &first)
	boss.Want(http.StatusOK, http.MethodPost, parcelPath(1, "preview"), nil, &again)
	boss.Want(http.StatusOK, http.MethodPost, parcelPath(2, "preview"), nil, &second)
	if first.Orders.Counts["added"] != 1 {
		t.Fatalf("%+v", first)
	}
	take := func(p parcelPreview) (path string, body map[string]any) {
		return "/api/v1/staff/intake/" + p.Orders.ID + "/take", map[string]any{"fingerprint": p.Orders.Fingerprint}
	}
	path, body := take(first)
	helper.Want(http.StatusNotFound, http.MethodPost, path, body, nil)
	secondPath, secondBody := take(second)
	boss.WantCode(store.ParcelNotFirst, http.MethodPost, secondPath, secondBody)
	boss.Want(http.StatusOK, http.MethodPost, path, body, nil)
	againPath, _ := take(again)
	boss.WantCode(store.PreviewStale, http.MethodPost, againPath, body)
	var fresh parcelPreview
	boss.Want(http.StatusOK, http.MethodGet, "/api/v1/staff/intake/"+again.Orders.ID, nil, &fresh.Orders)
	boss.WantCode(store.ParcelAnswered, http.MethodPost, againPath, map[string]any{"fingerprint": fresh.Orders.Fingerprint})
	boss.WantCode(store.ParcelAnswered, http.MethodPost, parcelPath(1, "preview"), nil)
	p, err := c.Store.FindParcel(t.Context(), parcelInstall, 1)
	if err != nil || p.State != store.ParcelTaken || p.Answer.Added != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	if by := c.Notes("parcel_taken"); len(by) != 1 {
		t.Errorf("answered by %v", by)
	}
}

func TestAParcelIsRefusedWithAReason(t *testing.T) {
	c := withParcels(t, 1)
	boss, helper := c.Staff(store.Administrator), c.Staff(store.Invigilator)
	reason := map[string]any{"reason": "wrong season"}
	helper.Want(http.StatusForbidden, http.MethodPost, parcelPath(1, "refuse"), reason, nil)
	boss.WantCode(store.ParcelReason, http.MethodPost, parcelPath(1, "refuse"), map[string]any{"reason": " "})
	boss.WantCode(refusal.NotFound, http.MethodPost, parcelPath(9, "refuse"), reason)
	for range 2 { // the first answer may have been lost
		boss.Want(http.StatusNoContent, http.MethodPost, parcelPath(1, "refuse"), reason, nil)
	}
	p, err := c.Store.FindParcel(t.Context(), parcelInstall, 1)
	if err != nil || p.State != store.ParcelRefused || p.Answer.Reason != "wrong season" || p.Answer.By.Name == "" {
		t.Errorf("%+v, %v", p, err)
	}
}
