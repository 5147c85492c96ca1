package web_test

import (
	"net/http"
	"syscall"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/webkit"
)

// I7, I8: once the disk failed every call is refused with what to do next, the
// records' too, and a monitor sees it; the pages are shown.
func TestI7AfterADiskFailureNoCallIsAnswered(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "11010119900307123X")
	p := c.Candidate("T1", "11010119900307123X")
	c.Server.Engine.Fault.Note(syscall.EIO)
	for _, call := range [][2]string{
		{"GET", "/healthz"}, {"GET", "/readyz"}, {"GET", "/Healthz/"}, {"GET", "/api/v1/orders"}, {"GET", "/API/V1/orders"}, {"POST", "/api/v1/logout"}, {"POST", "/api/v1/login"}, {"POST", "/api/v1/uploads"}, {"HEAD", "/api/v1/uploads/x"},
	} {
		var problem webkit.Problem
		into := any(&problem)
		if call[0] == "HEAD" {
			into = nil
		}
		p.Want(http.StatusServiceUnavailable, call[0], call[1], nil, into)
		if into != nil && problem.Code != string(refusal.StorageFailed) {
			t.Errorf("%s: %+v", call, problem)
		}
	}
	p.Want(http.StatusOK, "GET", "/", nil, nil)
}
