package web_test

import (
	"context"
	"net/http"
	"testing"

	"kaodian/app/centre/web"
	"kaodian/app/centre/web/staff"
	"kaodian/app/centre/web/webtest"
)

// broken is a part of the program with a fault that nobody foresaw.
type broken struct{}

func (broken) SendNow(bool) {}

func (broken) Status(context.Context) (staff.Status, error) { panic("a fault that nobody foresaw") }

func TestAPanicIsOneFailedRequest(t *testing.T) { // I7
	c := webtest.New(t, func(config *web.Config) { config.Staff.Sync = broken{} })
	p := c.Staff("administrator")
	p.WantCode("internal", "GET", "/api/v1/staff/sync", nil)
	p.Want(http.StatusOK, "GET", "/healthz", nil, nil)
}
