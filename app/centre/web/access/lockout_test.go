package access_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/webtest"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

// loginFrom logs in as a phone at another address, without its cookies.
func loginFrom(c *webtest.Centre, address, path string, body map[string]string) (status int, device *http.Cookie) {
	c.T.Helper()
	response := c.PhoneAt(address).Call("POST", path, body, nil)
	for _, cookie := range response.Cookies() {
		if cookie.Name == "kaodian_device" {
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
	c := webtest.New(t)
	c.Register("T1", "110101201605061234")
	known := c.PhoneAt("127.0.0.2")
	known.Want(200, "POST", "/api/v1/login", right, nil)
	for range 200 {
		loginFrom(c, "127.0.0.66", "/api/v1/login", mistake)
		c.Clock.Advance(2 * time.Second)
	}
	known.Want(200, "POST", "/api/v1/login", right, nil)
	t.Run("a fresh phone elsewhere waits for seconds", func(t *testing.T) {
		p, waited := c.PhoneAt("127.0.0.3"), time.Duration(0)
		for p.Call("POST", "/api/v1/login", right, nil).StatusCode != http.StatusOK {
			waited += time.Second
			loginFrom(c, "127.0.0.66", "/api/v1/login", mistake)
			c.Clock.Advance(time.Second)
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
			c := webtest.New(t)
			c.Register("T1", "110101201605061234")
			c.Register("T2", "110101201605065678")
			child := c.PhoneAt("127.0.0.5")
			for range 50 {
				if !keeps {
					child = c.PhoneAt("127.0.0.5")
				}
				child.Call("POST", "/api/v1/login", map[string]string{"ticket": "T9", "id_number": "1"}, nil)
			}
			c.PhoneAt("127.0.0.5").Want(200, "POST", "/api/v1/login", right, nil)
		})
	}
}

// R4: a device is slowed down by itself, wherever it goes, and staff let it in
// again.
func TestR4ADeviceWaitsAndStaffUnlockIt(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "110101201605061234")
	child := c.PhoneAt("127.0.0.5")
	for range 8 {
		child.Call("POST", "/api/v1/login", mistake, nil)
		c.Clock.Advance(time.Second)
	}
	child.WantCode(webkit.TooManyTries, "POST", "/api/v1/login", right)
	desk := c.Staff("invigilator")
	for n := range 101 { // tickets that nobody has, perhaps ID numbers, push none out
		for range 5 {
			webtest.Must(t, c.Store.CountFailure(t.Context(), store.TicketAccount(fmt.Sprint("none", n))))
		}
	}
	var locks []struct{ Account string }
	desk.Want(200, "GET", "/api/v1/staff/locks", nil, &locks)
	if len(locks) != 2 || locks[0].Account != "ticket:T1" && locks[0].Account != store.TicketAccount("T1") {
		t.Fatalf("%+v", locks)
	}
	desk.WantCode(refusal.NotFound, "POST", "/api/v1/staff/locks/lift", map[string]string{"account": "ticket:T77"})
	c.Staff("examiner").WantCode(exam.RoleNotAllowed, "POST", "/api/v1/staff/locks/lift", map[string]string{"account": locks[0].Account})
	desk.Want(204, "POST", "/api/v1/staff/locks/lift", map[string]string{"account": locks[0].Account}, nil)
	child.Want(200, "POST", "/api/v1/login", right, nil)
}

// R4: nobody is told to let in who is in already; a device that still waits is
// let in for its next candidate.
func TestR4WhoGotInIsNoLongerListedAsWaiting(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "110101201605061234")
	child, desk := c.PhoneAt("127.0.0.5"), c.Staff("invigilator")
	listed := func(want int, when string) {
		t.Helper()
		var locks []struct{ Account string }
		if desk.Want(200, "GET", "/api/v1/staff/locks", nil, &locks); len(locks) != want {
			t.Errorf("%s: %+v", when, locks)
		}
	}
	for range 7 {
		child.Call("POST", "/api/v1/login", mistake, nil)
		c.Clock.Advance(10 * time.Second)
	}
	listed(2, "the account and the device, after wrong ones")
	c.PhoneAt("127.0.0.6").Want(200, "POST", "/api/v1/login", right, nil)
	listed(0, "when the account got in, and the device need not wait")
	child.Call("POST", "/api/v1/login", mistake, nil)
	c.PhoneAt("127.0.0.6").Want(200, "POST", "/api/v1/login", right, nil)
	listed(1, "while the device waits")
	child.WantCode(webkit.TooManyTries, "POST", "/api/v1/login", right)
}

// R4: staff are not locked out either, and the server's own screen never waits
// for others.
func TestR4TheDesksOwnScreenStaysOpen(t *testing.T) {
	c := webtest.New(t)
	c.Staff("administrator")
	for range 60 {
		loginFrom(c, "127.0.0.66", "/api/v1/staff/login", map[string]string{"name": "administrator", "password": "wrong horse"})
		c.Clock.Advance(5 * time.Second)
	}
	own := c.Phone()
	own.Want(200, "POST", "/api/v1/staff/login", map[string]string{"name": "administrator", "password": "correct horse"}, nil)
}

// R4: the figures of the guard's comment.
func TestR4GuessingStaysSlow(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "110101201605061234")
	day := func(try func() int) (tries int) {
		for range 24 * 60 * 3 {
			if try() == http.StatusUnauthorized {
				tries++
			}
			c.Clock.Advance(20 * time.Second)
		}
		return tries
	}
	one := c.PhoneAt("127.0.0.5")
	if n := day(func() int { return one.Call("POST", "/api/v1/login", mistake, nil).StatusCode }); n < 90 || n > 120 {
		t.Errorf("one device guesses %d times a day", n)
	}
}

// A device is of our making or it is none.
func TestR4ADeviceThatWeDidNotSignIsNone(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "110101201605061234")
	p := c.Phone()
	p.Want(200, "POST", "/api/v1/login", right, nil)
	cookie := deviceCookieOf(t, p)
	id, mac, signed := strings.Cut(cookie, ".")
	if !signed || len(id) < 26 || len(mac) < 20 {
		t.Fatalf("cookie %q", cookie)
	}
	for name, forged := range map[string]string{
		"without a signature": id, "of another": strings.Repeat("A", 26) + "." + mac, "with part of it": id + "." + mac[:10], "empty": ".",
	} {
		if got, err := c.Server.Door.Devices.Read(t.Context(), forged); got != "" || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got, err := c.Server.Door.Devices.Read(t.Context(), cookie); got != id || err != nil {
		t.Errorf("our own: %q, %v", got, err)
	}
}

// Right log-ins are limited as well: by time, and by how many last.
func TestRightLogInsAreLimited(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "110101201605061234")
	p, taken := c.Candidate("T1", "110101201605061234"), 0
	first := p.Cookies()
	for range 200 {
		if p.Call("POST", "/api/v1/login", right, nil).StatusCode == http.StatusOK {
			taken++
		}
	}
	if taken > 30 {
		t.Errorf("%d log-ins in a moment", taken)
	}
	p.Want(200, "GET", "/api/v1/orders", nil, nil)
	stale := c.Phone()
	request, err := http.NewRequestWithContext(t.Context(), "GET", c.URL+"/api/v1/orders", nil)
	webtest.Must(t, err)
	request.Header.Set("Cookie", first)
	response, err := stale.Client.Do(request)
	webtest.Must(t, err)
	defer response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		t.Errorf("the oldest of %d sessions still answers %s", taken+1, response.Status)
	}
	c.Clock.Advance(time.Minute)
	p.Want(200, "POST", "/api/v1/login", right, nil)
}

// An account that is locked is logged out at once, and told so only where its
// password was right.
func TestALockedAccountIsLoggedOutAndToldSo(t *testing.T) {
	c := webtest.New(t)
	c.Staff("administrator")
	examiner := c.Staff("examiner")
	examiner.Want(200, "GET", "/api/v1/staff/me", nil, nil)
	webtest.Must(t, c.LockUser(t.Context(), "examiner"))
	examiner.WantCode(login.Needed, "GET", "/api/v1/staff/me", nil)
	with := func(password string) map[string]string {
		return map[string]string{"name": "examiner", "password": password}
	}
	examiner.WantCode(login.Locked, "POST", "/api/v1/staff/login", with("correct horse"))
	examiner.WantCode(login.Wrong, "POST", "/api/v1/staff/login", with("wrong horse"))
	webtest.Must(t, c.UnlockUser(t.Context(), "examiner"))
	examiner.Want(200, "POST", "/api/v1/staff/login", with("correct horse"), nil)
	user, err := c.FindUser(t.Context(), "examiner")
	webtest.Must(t, err)
	if user.LastLoginAt.IsZero() {
		t.Error("its log-in is not written down")
	}
	webtest.Must(t, c.RemoveUser(t.Context(), "examiner"))
	examiner.WantCode(login.Needed, "GET", "/api/v1/staff/me", nil)
	examiner.WantCode(login.Wrong, "POST", "/api/v1/staff/login", with("correct horse"))
}

func TestR4GuessingIsSlowedDown(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	p := c.Phone()
	wrong := map[string]string{"ticket": "T1", "id_number": "2"}
	for range 5 {
		p.WantCode(login.Wrong, "POST", "/api/v1/login", wrong)
	}
	p.WantCode(webkit.TooManyTries, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"})
	c.Clock.Advance(time.Minute)
	p.Want(200, "POST", "/api/v1/login", map[string]string{"ticket": "T1", "id_number": "1"}, nil)
}

// Guesses at once are counted one after the other: of one device, and of
// phones that have no device yet.
func TestR4ManyGuessesAtOnceAreNoMoreThanAFew(t *testing.T) {
	c := webtest.New(t)
	c.Register("T1", "1")
	c.Staff("invigilator")
	for path, wrong := range map[string]any{
		"/api/v1/login":       map[string]string{"ticket": "T1", "id_number": "2"},
		"/api/v1/staff/login": map[string]string{"name": "invigilator", "password": "a wrong password"},
	} {
		one := c.PhoneAt("127.0.0.5")
		one.Want(http.StatusUnauthorized, "POST", path, wrong, nil)
		if got := triedAtOnce(c, path, wrong, func() *webtest.Phone { return one }); got != 4 {
			t.Errorf("%s: %d of 20 guesses of one device at once were tried, not 4", path, got)
		}
		if got := triedAtOnce(c, path, wrong, func() *webtest.Phone { return c.PhoneAt("127.0.0.6") }); got != 6 {
			t.Errorf("%s: %d of 20 guesses of new phones at once were tried, not 6", path, got)
		}
	}
}

func triedAtOnce(c *webtest.Centre, path string, wrong any, phone func() *webtest.Phone) int {
	var tried atomic.Int32
	var group sync.WaitGroup
	for range 20 {
		p := phone()
		group.Go(func() {
			if p.Call("POST", path, wrong, nil).StatusCode == http.StatusUnauthorized {
				tried.Add(1)
			}
		})
	}
	group.Wait()
	return int(tried.Load())
}
