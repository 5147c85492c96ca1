package staff_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
)

func TestTheAuditLogIsReadInPagesByThoseWhoMay(t *testing.T) {
	c := webtest.New(t)
	boss := c.StaffNamed("boss", store.Administrator)
	for range 60 {
		webtest.Must(t, c.Audit(t.Context(), store.Entry{Action: store.ActionSendNow, By: exam.Actor{Role: exam.ByStaff, Name: "boss"}}))
	}
	type page struct {
		Lines []struct {
			Seq    int64
			Action string
		}
		Next int64
	}
	var first, second page
	boss.Want(200, "GET", "/api/v1/staff/audit/lines?by=boss&action=send_now", nil, &first)
	boss.Want(200, "GET", "/api/v1/staff/audit/lines?by=boss&action=send_now&before="+fmt.Sprint(first.Next), nil, &second)
	if len(first.Lines) != 50 || len(second.Lines) != 10 || second.Next != 0 || second.Lines[0].Seq >= first.Lines[49].Seq {
		t.Errorf("pages of %d and %d, next %d", len(first.Lines), len(second.Lines), second.Next)
	}
	c.Staff(store.Technician).Want(200, "GET", "/api/v1/staff/audit/choices", nil, nil)
	for _, role := range []*webtest.Phone{c.Staff(store.Invigilator), c.Staff(store.Examiner)} {
		for _, path := range []string{"lines", "choices", "export"} {
			role.WantCode(exam.RoleNotAllowed, "GET", "/api/v1/staff/audit/"+path, nil)
		}
	}
}

// A cell that began with «=» would be a formula to whoever opens the file.
func TestAnExportHasNoFormulaAndIsNoted(t *testing.T) {
	c := webtest.New(t)
	boss := c.StaffNamed("boss", store.Administrator)
	webtest.Must(t, c.Audit(t.Context(), store.Entry{Action: store.ActionSendNow, By: exam.Actor{Role: exam.ByStaff, Name: "boss"}, Reason: `=HYPERLINK("http://x")`}))
	read := func(as string) []byte {
		t.Helper()
		response, err := boss.Client.Get(c.URL + "/api/v1/staff/audit/export?as=" + as + "&action=send_now")
		webtest.Must(t, err)
		defer response.Body.Close()
		body, err := io.ReadAll(response.Body)
		webtest.Must(t, err)
		if response.StatusCode != http.StatusOK || !strings.Contains(response.Header.Get("Content-Disposition"), "."+as) {
			t.Fatalf("%s: %s", response.Status, body)
		}
		return body
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(read("csv"), []byte("\ufeff")))).ReadAll()
	webtest.Must(t, err)
	if len(rows) != 2 || !strings.HasPrefix(rows[1][7], "'=") {
		t.Errorf("CSV: %q", rows)
	}
	if body := read("xlsx"); !bytes.HasPrefix(body, []byte("PK")) {
		t.Error("that is no workbook")
	}
	if by := c.Notes("audit_exported"); len(by) != 2 || by[0] != "boss" {
		t.Errorf("noted of %v", by)
	}
}
