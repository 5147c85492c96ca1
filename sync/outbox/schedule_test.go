package outbox

import (
	"testing"
	"time"

	"github.com/robfig/cron/v3"
)

func TestDueFollowsFromTheLastSuccessAlone(t *testing.T) {
	schedule, err := cron.ParseStandard("0 20 * * *")
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("Asia/Shanghai", 8*60*60)
	evening := time.Date(2026, 8, 3, 20, 0, 0, 0, zone)
	for name, c := range map[string]struct{ last, want time.Time }{
		"never succeeded: at once":                      {time.Time{}, time.Time{}},
		"succeeded at noon: this evening":               {evening.Add(-8 * time.Hour), evening},
		"succeeded this evening: tomorrow":              {evening.Add(time.Minute), evening.AddDate(0, 0, 1)},
		"exactly at its time: tomorrow":                 {evening, evening.AddDate(0, 0, 1)},
		"down for ten days: the first one missed, once": {evening.AddDate(0, 0, -10), evening.AddDate(0, 0, -9)},
	} {
		if got := Due(schedule, c.last); !got.Equal(c.want) {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// TestOnceADayThroughMissedDoubledAndJumpedWakes walks a fake clock over 30
// days with a runner that wakes at odd times.
func TestOnceADayThroughMissedDoubledAndJumpedWakes(t *testing.T) {
	schedule, err := cron.ParseStandard("0 20 * * *")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 8, 1, 19, 0, 0, 0, time.UTC)
	last, runs := start, map[string]int{}
	for _, minutes := range wakes() {
		now := start.Add(time.Duration(minutes) * time.Minute)
		if !now.Before(Due(schedule, last)) {
			runs[now.Format(time.DateOnly)]++
			last = now
		}
	}
	for day, count := range runs {
		want := 1
		if day == "2026-08-14" {
			want = 2 // what was missed is made up for at once, then the evening's own run
		}
		if count != want {
			t.Errorf("%s: %d runs, want %d", day, count, want)
		}
	}
	if len(runs) != 27 {
		t.Errorf("%d days had a run, want 27: 30 less the three that were slept through", len(runs))
	}
}

// wakes are minutes since the start: every 7, doubled, with three days missing.
func wakes() []int {
	var wakes []int
	for minute := 0; minute < 30*24*60; minute += 7 {
		if day := minute / (24 * 60); day < 10 || day > 12 {
			wakes = append(wakes, minute, minute)
		}
	}
	return wakes
}

func TestAFailedRunIsTriedAgainLaterAndLater(t *testing.T) {
	at := time.Date(2026, 8, 3, 20, 0, 0, 0, time.UTC)
	for failures, want := range map[int]time.Duration{1: 30 * time.Second, 2: time.Minute, 3: 2 * time.Minute, 30: 30 * time.Minute} {
		if got := Retry(failures, at).Sub(at); got != want {
			t.Errorf("after %d failures: %s, want %s", failures, got, want)
		}
	}
}

func TestAScheduleThatIsNeverDueOrAlwaysIsRefused(t *testing.T) {
	now := time.Date(2026, 8, 3, 20, 0, 0, 0, time.UTC)
	for text, good := range map[string]bool{
		"0 20 * * *": true, "0 0 29 2 *": true, "@every 1m": true, "* * * * *": true,
		"0 0 30 2 *": false, "@every 0s": false, "@every -1h": false,
	} {
		schedule, err := cron.ParseStandard("CRON_TZ=Asia/Shanghai " + text)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckSchedule(schedule, now); (err == nil) != good {
			t.Errorf("%s: %v", text, err)
		}
		if due := Due(schedule, now); !due.After(now) {
			t.Errorf("%s: due at %s", text, due)
		}
	}
}

func TestAReceiptIsWaitedForByTheTimeOnItsWay(t *testing.T) {
	sent := time.Date(2026, 8, 3, 20, 0, 0, 0, time.UTC)
	for after, want := range map[time.Duration]time.Duration{
		0: 5 * time.Second, time.Hour: 15 * time.Minute, 24 * time.Hour: maxWait,
		-time.Hour: maxWait, // the clock was set back
	} {
		if got := receiptWait(sent, sent.Add(after)); got != want {
			t.Errorf("%s after it was sent: %s, want %s", after, got, want)
		}
	}
}
