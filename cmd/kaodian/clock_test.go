package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"kaodian/app/base/clock"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// must ends the test at an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// serveAt opens the folder as a server does whose clock shows that time.
func serveAt(t *testing.T, folder string, now time.Time) (server *centre, stop func()) {
	t.Helper()
	server, lock, err := (&common{Data: folder}).openExclusive(t.Context(), func(context.Context, *store.Store) (*clock.System, error) { return clock.At(now), nil })
	must(t, err)
	_, err = server.timekeeper(t.Context(), slog.New(slog.DiscardHandler))
	must(t, err)
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			must(t, server.Close())
			must(t, lock.Close())
		}
	}
	t.Cleanup(stop)
	return server, stop
}

const headings = "ticket,name,pinyin,gender,birth_date,id_type,id_number,guardian_address,phone,subject,grade,window_opens,window_closes,pieces,photo\n"

// listOf writes an order list with one row.
func listOf(t *testing.T, opens, closes time.Time) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orders.csv")
	row := fmt.Sprintf("T1,王小明,,,,居民身份证,11010119900307123X,,,钢琴,3,%s,%s,乐曲：小步舞曲,\n", opens.Format(time.RFC3339), closes.Format(time.RFC3339))
	must(t, os.WriteFile(path, []byte(headings+row), 0o600))
	return path
}

// begin starts an attempt at the only order.
func begin(t *testing.T, server *centre) (order exam.Order) {
	t.Helper()
	order = only(t, server)
	_, err := server.Apply(t.Context(), order.ID, exam.Consented{Face: false})
	must(t, err)
	order, _, err = server.StartAttempt(t.Context(), order.ID, store.Agreement{Device: "phone", Agreed: true, RulesVersion: "1", CurrentRules: "1"})
	must(t, err)
	return order
}

func only(t *testing.T, c *centre) exam.Order {
	t.Helper()
	person, err := c.FindLogin(t.Context(), "T1", "11010119900307123X")
	must(t, err)
	orders, err := c.ListOrders(t.Context(), person)
	must(t, err)
	if len(orders) != 1 {
		t.Fatalf("%d orders", len(orders))
	}
	return orders[0]
}

// The machine's clock was set a day ahead after the server started.
func TestI3ACommandBesideTheServerEndsNoCountdown(t *testing.T) {
	folder := emptyCentre(t)
	started := time.Now().Add(-24 * time.Hour)
	server, _ := serveAt(t, folder, started)
	opens, closes := started.Add(-time.Hour), started.Add(72*time.Hour)
	if status := run([]string{"import", "orders", listOf(t, opens, closes), "--data", folder}); status != 0 {
		t.Fatalf("import: exit status %d", status)
	}
	begin(t, server)
	if status := run([]string{"import", "orders", listOf(t, opens, closes.Add(time.Hour)), "--data", folder}); status != 0 {
		t.Fatalf("import with a moved window: exit status %d", status)
	}
	if attempt := only(t, server).Attempts[0]; attempt.State != exam.Running {
		t.Errorf("the import made a running attempt %s", attempt.State)
	}
	command, err := (&common{Data: folder}).open(t.Context())
	must(t, err)
	defer command.Close()
	ended, err := command.Tick(t.Context())
	if err != nil || len(ended) > 0 {
		t.Errorf("a command ended %d attempts: %v", len(ended), err)
	}
	if off := server.Now().Sub(command.Now()).Abs(); off > time.Second {
		t.Errorf("the command's clock is %s off the server's", off)
	}
}

// The machine's clock was set a day ahead; then the server was started again.
func TestI3ARestartEndsNoCountdown(t *testing.T) {
	folder := emptyCentre(t)
	started := time.Now().Add(-24 * time.Hour)
	server, stop := serveAt(t, folder, started)
	if status := run([]string{"import", "orders", listOf(t, started.Add(-time.Hour), started.Add(72*time.Hour)), "--data", folder}); status != 0 {
		t.Fatalf("import: exit status %d", status)
	}
	openedIn := func() time.Duration {
		c, lock, err := (&common{Data: folder}).openExclusive(t.Context(), startClock)
		must(t, err)
		defer lock.Close()
		defer c.Close()
		_, err = c.Tick(t.Context())
		must(t, err)
		return c.Now().Sub(started)
	}
	order := begin(t, server)
	stop()
	if off := openedIn(); off > time.Minute {
		t.Errorf("while an attempt runs the clock starts %s too late", off)
	}
	server, stop = serveAt(t, folder, started)
	if attempt := only(t, server).Attempts[0]; attempt.State != exam.Running {
		t.Errorf("the restart made a running attempt %s", attempt.State)
	}
	_, err := server.Apply(t.Context(), order.ID, exam.Void{AttemptID: order.Attempts[0].ID, By: exam.Actor{Role: exam.ByStaff, Name: "li"}, Reason: "停电"})
	must(t, err)
	stop()
	if off := openedIn(); off > time.Minute {
		t.Errorf("with no attempt running the clock starts %s too late: a restart must not forget that the machine's was set", off)
	}
	if status := run([]string{"clock", "confirm", "--data", folder}); status != 0 {
		t.Fatalf("clock confirm: exit status %d", status)
	}
	if off := openedIn(); off < 23*time.Hour {
		t.Errorf("after it was confirmed the clock starts %s behind the machine's", 24*time.Hour-off)
	}
}

func TestACommandIsNeverFarAheadOfWhatTheServerWroteDown(t *testing.T) {
	folder := emptyCentre(t)
	started := time.Now().Add(-24 * time.Hour)
	server, _ := serveAt(t, folder, started)
	ahead, err := json.Marshal(clock.At(started.Add(time.Hour)).Mark(clock.BootID()))
	must(t, err)
	marks := map[string]string{
		"a mark of another run of the machine": `{"boot":"another","uptime_ns":0,"time":"2100-01-01T00:00:00Z"}`,
		"no mark":                              "",
		"a mark that cannot be read":           "{",
		"a mark far ahead":                     string(ahead),
	}
	for name, mark := range marks {
		t.Run(name, func(t *testing.T) {
			must(t, server.SetSetting(t.Context(), "serving_clock", mark))
			command, err := (&common{Data: folder}).open(t.Context())
			must(t, err)
			defer command.Close()
			if now := command.Now(); now.Before(started.Add(-time.Second)) || now.After(started.Add(3*time.Minute)) {
				t.Errorf("the command's clock shows %s, the server started at %s", now, started)
			}
		})
	}
}

// I3: the countdown of a running attempt would run longer by as much as the
// clock goes back.
func TestI3TheClockIsNotResetWhileAnAttemptRuns(t *testing.T) {
	folder := emptyCentre(t)
	now := time.Now()
	list := listOf(t, now.Add(-time.Hour), now.Add(72*time.Hour))
	if status := run([]string{"import", "orders", list, "--data", folder}); status != 0 {
		t.Fatalf("import: exit status %d", status)
	}
	server, stop := serveAt(t, folder, now.Add(24*time.Hour))
	begin(t, server)
	stop()
	if status := run([]string{"clock", "reset", "--data", folder}); status != exitRefused {
		t.Errorf("exit status %d", status)
	}
}

func TestATimeFarAheadCanBeForgotten(t *testing.T) {
	folder := emptyCentre(t)
	_, stop := serveAt(t, folder, time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC))
	if status := run([]string{"clock", "reset", "--data", folder}); status != exitRefused {
		t.Errorf("beside the server: exit status %d", status)
	}
	stop()
	year := func() int {
		c, err := (&common{Data: folder}).open(t.Context())
		must(t, err)
		defer c.Close()
		return c.Now().Year()
	}
	if got := year(); got < 2099 {
		t.Errorf("the clock went back to %d by itself", got)
	}
	if status := run([]string{"clock", "reset", "--data", folder}); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if got := year(); got >= 2099 {
		t.Errorf("after «clock reset» it is still %d", got)
	}
}

func TestADateFarFromEveryClockNeedsYes(t *testing.T) {
	folder := emptyCentre(t)
	far := time.Now().AddDate(10, 0, 0).Format(time.RFC3339)
	confirm := func(more ...string) int {
		return run(append([]string{"clock", "confirm", "--data", folder, "--at", far}, more...))
	}
	if status := confirm(); status != exitRefused {
		t.Errorf("exit status %d", status)
	}
	_, stop := serveAt(t, folder, time.Now())
	if status := confirm(); status != exitRefused {
		t.Errorf("beside the server: exit status %d", status)
	}
	stop()
	if status := confirm("--yes"); status != 0 {
		t.Errorf("with --yes: exit status %d", status)
	}
}

func TestALookAtTheLockKeepsNoServerFromStarting(t *testing.T) {
	folder := emptyCentre(t)
	look := flock.New(filepath.Join(folder, lockName), flock.SetPermissions(0o600))
	_, err := look.TryRLock()
	must(t, err)
	time.AfterFunc(probing/10, func() { _ = look.Close() })
	lock, err := lockFolder(t.Context(), folder)
	must(t, err)
	defer lock.Close()
	if served, err := isServed(folder); err != nil || !served {
		t.Errorf("served %v: %v", served, err)
	}
}

// A watch tells no zone: what is typed from it is the centre's time.
func TestATimeWithoutAZoneIsTheCentres(t *testing.T) {
	zone := time.FixedZone("the centre's", 8*60*60)
	want := time.Date(2026, 11, 27, 8, 30, 0, 0, zone)
	for _, typed := range []string{"2026-11-27 08:30", "2026-11-27 08:30:00", "2026-11-27T08:30:00+08:00", "2026-11-27T00:30:00Z"} {
		at, err := timeOf(typed, zone)
		if err != nil || !at.Equal(want) || at.Format(time.RFC3339) != "2026-11-27T08:30:00+08:00" {
			t.Errorf("%s: %s, %v", typed, at, err)
		}
	}
	folder := emptyCentre(t)
	now := time.Now().In(time.FixedZone("", 8*60*60)).Format("2006-01-02T15:04")
	said, _, status := typed(t, "", "clock", "confirm", "--data", folder)
	if status != 0 || !strings.Contains(said, now[:13]) || !strings.Contains(said, "+08:00 (it was ") || strings.Contains(said, "Z") {
		t.Errorf("exit status %d, %q", status, said)
	}
}
