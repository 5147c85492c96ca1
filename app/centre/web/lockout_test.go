package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// from asks as a phone at another address, without its cookies.
func (c *centre) loginFrom(address, path string, body map[string]string) (status int, device *http.Cookie) {
	c.t.Helper()
	response := c.phoneAt(address).call("POST", path, body, nil)
	for _, cookie := range response.Cookies() {
		if cookie.Name == deviceCookie {
			device = cookie
		}
	}
	return response.StatusCode, device
}

var (
	right   = map[string]string{"ticket": "T1", "id_number": "110101201605061234"}
	mistake = map[string]string{"ticket": "T1", "id_number": "110101201605061235"}
)

// R4: whoever is wrong always from elsewhere keeps nobody out.
func TestR4NobodyIsLockedOutByOthers(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "110101201605061234")
	known := c.phoneAt("127.0.0.2")
	known.want(200, "POST", "/api/v1/login", right, nil)
	for range 200 {
		c.loginFrom("127.0.0.66", "/api/v1/login", mistake)
		c.clock.Advance(2 * time.Second)
	}
	known.want(200, "POST", "/api/v1/login", right, nil)
	t.Run("a fresh phone elsewhere waits for seconds", func(t *testing.T) {
		p, waited := c.phoneAt("127.0.0.3"), time.Duration(0)
		for p.call("POST", "/api/v1/login", right, nil).StatusCode != http.StatusOK {
			waited += time.Second
			c.loginFrom("127.0.0.66", "/api/v1/login", mistake)
			c.clock.Advance(time.Second)
			if waited > 45*time.Second {
				t.Fatal("still out")
			}
		}
		t.Logf("in after %s", waited)
	})
}

// R4: one child's wrong tries leave the room alone, with and without cookies.
func TestR4OneChildDoesNotBlockTheRoomBehindItsAddress(t *testing.T) {
	for _, keeps := range []bool{true, false} {
		t.Run(fmt.Sprintf("cookies kept: %v", keeps), func(t *testing.T) {
			c := newCentre(t)
			c.register("T1", "110101201605061234")
			c.register("T2", "110101201605065678")
			child := c.phoneAt("127.0.0.5")
			for range 50 {
				if !keeps {
					child = c.phoneAt("127.0.0.5")
				}
				child.call("POST", "/api/v1/login", map[string]string{"ticket": "T9", "id_number": "1"}, nil)
			}
			c.phoneAt("127.0.0.5").want(200, "POST", "/api/v1/login", right, nil)
		})
	}
}

// R4: a device is slowed down by itself, wherever it goes, and staff let it in
// again.
func TestR4ADeviceWaitsAndStaffUnlockIt(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "110101201605061234")
	child := c.phoneAt("127.0.0.5")
	for range 8 {
		child.call("POST", "/api/v1/login", mistake, nil)
		c.clock.Advance(time.Second)
	}
	child.wantCode(webkit.TooManyTries, "POST", "/api/v1/login", right)
	desk := c.staff("invigilator")
	for n := range 101 { // tickets that nobody has, perhaps ID numbers, push none out
		for range 5 {
			must(t, c.Store.CountFailure(t.Context(), store.TicketAccount(fmt.Sprint("none", n))))
		}
	}
	var locks []lockBody
	desk.want(200, "GET", "/api/v1/staff/locks", nil, &locks)
	if len(locks) != 2 || locks[0].Account != "ticket:T1" && locks[0].Account != store.TicketAccount("T1") {
		t.Fatalf("%+v", locks)
	}
	desk.wantCode(refusal.NotFound, "POST", "/api/v1/staff/locks/lift", map[string]string{"account": "ticket:T77"})
	c.staff("examiner").wantCode(exam.RoleNotAllowed, "POST", "/api/v1/staff/locks/lift", map[string]string{"account": locks[0].Account})
	desk.want(204, "POST", "/api/v1/staff/locks/lift", map[string]string{"account": locks[0].Account}, nil)
	child.want(200, "POST", "/api/v1/login", right, nil)
}

// R4: staff are not locked out either, and the server's own screen never waits
// for others.
func TestR4TheDesksOwnScreenStaysOpen(t *testing.T) {
	c := newCentre(t)
	c.staff("administrator")
	for range 60 {
		c.loginFrom("127.0.0.66", "/api/v1/staff/login", map[string]string{"name": "administrator", "password": "wrong horse"})
		c.clock.Advance(5 * time.Second)
	}
	own := c.phone()
	own.want(200, "POST", "/api/v1/staff/login", map[string]string{"name": "administrator", "password": "correct horse"}, nil)
}

// R4: the figures of the guard's comment.
func TestR4GuessingStaysSlow(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "110101201605061234")
	day := func(try func() int) (tries int) {
		for range 24 * 60 * 3 {
			if try() == http.StatusUnauthorized {
				tries++
			}
			c.clock.Advance(20 * time.Second)
		}
		return tries
	}
	one := c.phoneAt("127.0.0.5")
	if n := day(func() int { return one.call("POST", "/api/v1/login", mistake, nil).StatusCode }); n < 90 || n > 120 {
		t.Errorf("one device guesses %d times a day", n)
	}
}

// A device is of our making or it is none.
func TestR4ADeviceThatWeDidNotSignIsNone(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "110101201605061234")
	p := c.phone()
	p.want(200, "POST", "/api/v1/login", right, nil)
	cookie := deviceCookieOf(t, p)
	id, mac, signed := strings.Cut(cookie, ".")
	if !signed || len(id) < 26 || len(mac) < 20 {
		t.Fatalf("cookie %q", cookie)
	}
	for name, forged := range map[string]string{
		"without a signature": id, "of another": strings.Repeat("A", 26) + "." + mac, "with part of it": id + "." + mac[:10], "empty": ".",
	} {
		if got, err := c.server.devices.Read(t.Context(), forged); got != "" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got, err := c.server.devices.Read(t.Context(), cookie); got != id || err != nil {
		t.Errorf("our own: %q, %v", got, err)
	}
}

// Right log-ins are limited as well: by time, and by how many last.
func TestRightLogInsAreLimited(t *testing.T) {
	c := newCentre(t)
	c.register("T1", "110101201605061234")
	p, taken := c.candidate("T1", "110101201605061234"), 0
	first := p.cookies()
	for range 200 {
		if p.call("POST", "/api/v1/login", right, nil).StatusCode == http.StatusOK {
			taken++
		}
	}
	if taken > 30 {
		t.Errorf("%d log-ins in a moment", taken)
	}
	p.want(200, "GET", "/api/v1/orders", nil, nil)
	stale := c.phone()
	request, err := http.NewRequestWithContext(t.Context(), "GET", c.url+"/api/v1/orders", nil)
	must(t, err)
	request.Header.Set("Cookie", first)
	response, err := stale.client.Do(request)
	must(t, err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("the oldest of %d sessions still answers %s", taken+1, response.Status)
	}
	c.clock.Advance(time.Minute)
	p.want(200, "POST", "/api/v1/login", right, nil)
}

// An account that is locked is logged out at once, and told so only where its
// password was right.
func TestALockedAccountIsLoggedOutAndToldSo(t *testing.T) {
	c := newCentre(t)
	c.staff("administrator")
	examiner := c.staff("examiner")
	examiner.want(200, "GET", "/api/v1/staff/me", nil, nil)
	must(t, c.LockUser(t.Context(), "examiner"))
	examiner.wantCode(login.Needed, "GET", "/api/v1/staff/me", nil)
	with := func(password string) map[string]string {
		return map[string]string{"name": "examiner", "password": password}
	}
	examiner.wantCode(login.Locked, "POST", "/api/v1/staff/login", with("correct horse"))
	examiner.wantCode(login.Wrong, "POST", "/api/v1/staff/login", with("wrong horse"))
	must(t, c.UnlockUser(t.Context(), "examiner"))
	examiner.want(200, "POST", "/api/v1/staff/login", with("correct horse"), nil)
	user, err := c.FindUser(t.Context(), "examiner")
	must(t, err)
	if user.LastLoginAt.IsZero() {
		t.Error("its log-in is not written down")
	}
	must(t, c.RemoveUser(t.Context(), "examiner"))
	examiner.wantCode(login.Needed, "GET", "/api/v1/staff/me", nil)
	examiner.wantCode(login.Wrong, "POST", "/api/v1/staff/login", with("correct horse"))
}
