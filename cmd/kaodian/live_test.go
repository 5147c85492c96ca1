package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
)

var director = exam.Actor{Role: exam.ByStaff, Name: "王老师"}

// openWith opens the centre with that settings file.
func openWith(t *testing.T, folder, config string) *centre {
	t.Helper()
	c, err := (&common{Data: folder, Config: config}).open(t.Context())
	must(t, err)
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func settingOf(t *testing.T, c *centre, name string) staff.Setting {
	t.Helper()
	list, err := c.live.List(t.Context())
	must(t, err)
	for _, one := range list {
		if one.Name == name {
			return one
		}
	}
	t.Fatalf("%s is not listed", name)
	return staff.Setting{}
}

func TestAChoiceHoldsAtOnceAndOverARestart(t *testing.T) {
	folder := emptyCentre(t)
	c := openWith(t, folder, "")
	for name, value := range map[string]string{
		"exam.centre_name": "济南一号考点", "exam.timezone": "Asia/Urumqi", "exam.review_time": "24h", "exam.practice_first": "true",
		"retention.after_receipt": "240h", "sync.schedule": "30 6 * * *", "sync.bandwidth": "500", "http.max_sockets_per_address": "100",
		"wifi_name": "Kaodian", "wifi_password": "kaoshi2026",
	} {
		must(t, c.live.Choose(t.Context(), name, value, nil, director))
	}
	holds := func(c *centre) {
		t.Helper()
		s, rules := c.settings(), c.Rules()
		now := time.Date(2026, 8, 3, 12, 0, 0, 0, rules.Location)
		if c.name() != "济南一号考点" || rules.Location.String() != "Asia/Urumqi" || rules.ReviewTime != 24*time.Hour || !rules.PracticeFirst ||
			c.retention() != 240*time.Hour || c.bandwidth() != 500_000 || s.HTTP.MaxSocketsPerAddress != 100 || c.live.Next(now).Format("15:04 MST") != "06:30 +06" {
			t.Errorf("what holds is %+v, %+v, next %s", s, rules, c.live.Next(now))
		}
	}
	holds(c)
	must(t, c.Close())
	holds(openWith(t, folder, ""))
	if text, status := output(t, "clock", "confirm", "--at", "2030-01-01 08:00", "--yes", "--data", folder); status != 0 || !strings.Contains(text, "+06:00") {
		t.Errorf("a time without a zone is not the chosen zone's: %s", text)
	}
}

func TestTheFileAndTheEnvironmentWinOverThePage(t *testing.T) {
	folder := emptyCentre(t)
	c := openWith(t, folder, "")
	must(t, c.live.Choose(t.Context(), "exam.centre_name", "自己填的", nil, director))
	must(t, c.live.Choose(t.Context(), "exam.review_time", "24h", nil, director))
	must(t, c.live.Choose(t.Context(), "sync.bandwidth", "100", nil, director))
	must(t, c.Close())
	t.Setenv("KAODIAN_SYNC_BANDWIDTH", "200")
	c = openWith(t, folder, write(t, "[exam]\ncentre_name = \"文件里的\"\n"))
	if c.name() != "文件里的" || c.bandwidth() != 200_000 || c.Rules().ReviewTime != 24*time.Hour {
		t.Errorf("%s, %d, %s hold", c.name(), c.bandwidth(), c.Rules().ReviewTime)
	}
	for name, from := range map[string]staff.SettingOrigin{"exam.centre_name": staff.FromFile, "sync.bandwidth": staff.FromEnvironment, "exam.review_time": staff.FromPage, "exam.timezone": staff.FromDefault} {
		shown := settingOf(t, c, name)
		fixed := from == staff.FromFile || from == staff.FromEnvironment
		if shown.Origin != from || shown.Choosable == fixed {
			t.Errorf("%s is shown as %+v", name, shown)
		}
		if err := c.live.Choose(t.Context(), name, shown.Default, nil, director); fixed != refusal.Is(err, store.SettingFixed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAWrongChoiceIsRefusedAndChangesNothing(t *testing.T) {
	c := openWith(t, emptyCentre(t), "")
	before := c.settings()
	for _, one := range []struct {
		name, value string
		want        refusal.Code
	}{
		{"exam.centre_name", strings.Repeat("长", 65), store.SettingText},
		{"exam.centre_name", "两\n行", store.SettingText},
		{"exam.timezone", "Mars/North", store.SettingZone},
		{"exam.timezone", "", store.SettingZone},
		{"exam.review_time", "-1h", store.SettingSpan},
		{"exam.review_time", "3", store.SettingSpan},
		{"retention.after_receipt", "99999999h", store.SettingSpan},
		{"retention.after_receipt", "0s", store.SettingSpan}, // takes two people
		{"sync.schedule", "TZ=x", store.SettingSchedule},
		{"exam.practice_first", "often", store.SettingSwitch},
		{"sync.schedule", "0 0 30 2 *", store.SettingSchedule},
		{"sync.schedule", "@every 1s", store.SettingSchedule},
		{"sync.schedule", "TZ=UTC 0 1 * * *", store.SettingSchedule},
		{"sync.bandwidth", "-1", store.SettingNumber},
		{"http.max_sockets_per_address", "0", store.SettingNumber},
		{"wifi_name", strings.Repeat("w", 33), store.SettingWifiName},
		{"wifi_password", "short", store.SettingPassword},
		{"wifi_password", "密码密码密码密码", store.SettingPassword},
		{"exam.max_attempts", "9", refusal.NotFound},
		{"exam.nothing", "9", refusal.NotFound},
	} {
		if err := c.live.Choose(t.Context(), one.name, one.value, nil, director); refusal.CodeOf(err) != one.want {
			t.Errorf("%s = %q: %v, want %s", one.name, one.value, err, one.want)
		}
	}
	if after, err := c.ListChoices(t.Context()); err != nil || len(after) > 0 || c.settings().Exam.Timezone != before.Exam.Timezone {
		t.Errorf("something was chosen: %v, %v", after, err)
	}
}

func TestAChoiceIsAuditedWithBothValuesButNoPassword(t *testing.T) {
	folder := emptyCentre(t)
	c := openWith(t, folder, "")
	must(t, c.live.Choose(t.Context(), "exam.centre_name", "一号", nil, director))
	must(t, c.live.Choose(t.Context(), "exam.centre_name", "一号", nil, director)) // nothing new
	must(t, c.live.Choose(t.Context(), "exam.centre_name", "二号", nil, director))
	must(t, c.live.Reset(t.Context(), "exam.centre_name", director))
	must(t, c.live.Choose(t.Context(), "wifi_password", "kaoshi2026", nil, director))
	shown := settingOf(t, c, "exam.centre_name")
	if shown.ChangedBy != director.Name || shown.ChangedAt.IsZero() || shown.Origin != staff.FromDefault {
		t.Errorf("after the way back it is %+v", shown)
	}
	rows, err := storetest.Open(t, filepath.Join(folder, databaseName)).QueryContext(context.Background(), "SELECT args || by_name FROM audit WHERE action = 'setting_changed' ORDER BY seq")
	must(t, err)
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var line string
		must(t, rows.Scan(&line))
		lines = append(lines, line)
	}
	must(t, rows.Err())
	said := strings.Join(lines, "\n")
	if len(lines) != 4 || !strings.Contains(said, `"from":"一号"`) || !strings.Contains(said, `"to":"二号"`) || strings.Contains(said, "kaoshi2026") {
		t.Errorf("the audit log says\n%s", said)
	}
}

func TestAServerTakesOnWhatAnotherProcessChooses(t *testing.T) {
	folder := emptyCentre(t)
	server, _ := serveAt(t, folder, time.Now())
	must(t, openWith(t, folder, "").live.Choose(t.Context(), "exam.review_time", "24h", nil, director))
	must(t, server.live.load(t.Context()))
	if server.Rules().ReviewTime != 24*time.Hour {
		t.Errorf("the server goes by %s", server.Rules().ReviewTime)
	}
}

func TestAChoiceThatThisVersionDoesNotTakeKeepsNoServerFromStarting(t *testing.T) {
	folder := emptyCentre(t)
	storetest.Exec(t, filepath.Join(folder, databaseName),
		"INSERT INTO settings (name, value) VALUES ('exam.timezone', 'Mars/North')", "INSERT INTO choices (name, at, by_name) VALUES ('exam.timezone', 1, 'x')")
	if zone := openWith(t, folder, "").Rules().Location.String(); zone != "Asia/Shanghai" {
		t.Error(zone)
	}
}
