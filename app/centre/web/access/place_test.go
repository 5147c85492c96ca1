package access_test

import (
	"net/http"
	"strings"
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// elsewhere makes the session look as if it came from another machine than the
// server, which tests on loopback cannot.
func elsewhere(c *webtest.Centre, device string) error {
	who := access.Caller{Visitor: webkit.Visitor{Address: "192.168.1.20"}, Session: store.Session{Device: device, DeviceKind: exam.Desktop}}
	return c.Server.Door.CheckPlace(c.T.Context(), who)
}

func TestR4AComputerNeedsTheStaffsLeave(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Phone()
	p.Want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1", "device": "desktop"}, nil)
	var me struct {
		Device struct {
			Kind, Number string
			Allowed      bool
		}
	}
	p.Want(200, "GET", "/api/v1/me", nil, &me)
	if me.Device.Kind != exam.Desktop || !me.Device.Allowed || len(me.Device.Number) != 6 {
		t.Errorf("on the server's own screen: %+v", me.Device)
	}
	device, _, _ := strings.Cut(deviceCookieOf(t, p), ".")
	if code := refusal.CodeOf(elsewhere(c, device)); code != exam.DeviceNotAllowed {
		t.Errorf("a computer in the Wi-Fi: %q", code)
	}

	staff := c.Staff("invigilator")
	staff.WantCode(refusal.NotFound, "POST", "/api/v1/staff/devices", map[string]string{"number": otherNumber(me.Device.Number)})
	staff.Want(204, "POST", "/api/v1/staff/devices", map[string]string{"number": me.Device.Number}, nil)
	staff.Want(204, "POST", "/api/v1/staff/devices", map[string]string{"number": me.Device.Number}, nil)
	webtest.Must(t, elsewhere(c, device))
	var list []struct {
		Number    string
		AllowedBy string `json:"allowed_by"`
	}
	staff.Want(200, "GET", "/api/v1/staff/devices", nil, &list)
	if len(list) != 1 || list[0].Number != me.Device.Number || list[0].AllowedBy != "invigilator" {
		t.Errorf("allowed: %+v", list)
	}
	staff.Want(204, "DELETE", "/api/v1/staff/devices/"+me.Device.Number, nil, nil)
	staff.WantCode(refusal.NotFound, "DELETE", "/api/v1/staff/devices/"+me.Device.Number, nil)
	if code := refusal.CodeOf(elsewhere(c, device)); code != exam.DeviceNotAllowed {
		t.Errorf("after the leave was withdrawn: %q", code)
	}
	c.Staff("examiner").WantCode(exam.RoleNotAllowed, "POST", "/api/v1/staff/devices", map[string]string{"number": "123456"})
}

func deviceCookieOf(t *testing.T, p *webtest.Phone) string {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, p.URL, nil)
	webtest.Must(t, err)
	for _, cookie := range p.Client.Jar.Cookies(request.URL) {
		if cookie.Name == "kaodian_device" {
			return cookie.Value
		}
	}
	t.Fatal("no device cookie")
	return ""
}

func otherNumber(number string) string {
	if number == "123456" {
		return "654321"
	}
	return "123456"
}
