package web

import (
	"context"
	"net/http"
	"testing"
)

// broken is a part of the program with a fault that nobody foresaw.
type broken struct{ nobody }

func (broken) Status(context.Context) (Status, error) { panic("a fault that nobody foresaw") }

func TestAPanicIsOneFailedRequest(t *testing.T) { // I7
	c := newCentre(t)
	c.server.Sync = broken{}
	p := c.staff("administrator")
	p.wantCode("internal", "GET", "/api/v1/staff/sync", nil)
	p.want(http.StatusOK, "GET", "/healthz", nil, nil)
}
