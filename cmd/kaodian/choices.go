package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
	"kaodian/sync/outbox"
)

// choice is a setting that the centre may choose.
type choice struct {
	check  func(value string) error
	secret bool
}

const day = 24 * time.Hour

// choosable are the settings that a person may choose on the page: none of them
// changes a rule of the exam. What is checked here is at least as strict as what
// the file is checked for.
var choosable = map[string]choice{
	"exam.centre_name":             {check: isText(64)},
	"exam.timezone":                {check: isZone},
	"exam.practice_first":          {check: isSwitch},
	"exam.review_time":             {check: isSpan(0, 90*day)},
	"retention.after_receipt":      {check: isSpan(7*day, 3650*day)}, // sooner takes two people (store.ProposalFreeRoom)
	"sync.schedule":                {check: isSchedule},
	"sync.bandwidth":               {check: isNumber(0, 10_000_000)},
	"http.max_sockets_per_address": {check: isNumber(6, 10_000)},
	"backup.place":                 {check: isPlace},
	"backup.schedule":              {check: isSchedule},
	"backup.keep":                  {check: isNumber(1, 1000)},
	store.WifiName:                 {check: store.CheckWifiName},
	store.WifiPassword:             {check: store.CheckWifiPassword, secret: true},
}

// ruled are the rules of the exam, which the page shows only.
var ruled = []string{
	"exam.time_limits", "exam.max_attempts", "exam.max_clip_bytes", "exam.upload_grace",
	"exam.auto_submit_reset", "exam.missing_item", "exam.province_decides",
	"exam.markers", "exam.mark_tolerance", "exam.mark_tolerances", "exam.qualification", "exam.seed_every", "exam.again_every",
}

func isText(most int) func(string) error {
	return func(value string) error { return store.CheckText(value, most) }
}

func isZone(value string) error {
	if _, err := time.LoadLocation(value); err != nil || value == "" || value == "Local" {
		return refusal.New(store.SettingZone)
	}
	return nil
}

func isSwitch(value string) error {
	if value != "true" && value != "false" {
		return refusal.New(store.SettingSwitch)
	}
	return nil
}

func isSpan(least, most time.Duration) func(string) error {
	return func(value string) error {
		if span, err := time.ParseDuration(value); err != nil || span < least || span > most {
			return refusal.New(store.SettingSpan, "min", int(least/day), "max", int(most/day))
		}
		return nil
	}
}

// isPlace takes the whole path of a folder, or none.
func isPlace(value string) error {
	if value != "" && (!filepath.IsAbs(value) || filepath.Clean(value) != value || store.CheckText(value, 400) != nil) {
		return refusal.New(store.BackupPlaceWrong)
	}
	return nil
}

func isNumber(least, most int) func(string) error {
	return func(value string) error {
		if n, err := strconv.Atoi(value); err != nil || n < least || n > most {
			return refusal.New(store.SettingNumber, "min", least, "max", most)
		}
		return nil
	}
}

func isSchedule(value string) error {
	if strings.Contains(value, "TZ=") { // the zone is a setting of its own, and half of one makes the parser panic
		return refusal.New(store.SettingSchedule)
	}
	schedule, err := cron.ParseStandard(value)
	if err == nil {
		err = outbox.CheckSchedule(schedule, time.Now())
	}
	if err != nil {
		return refusal.New(store.SettingSchedule)
	}
	return nil
}

// fixed says where the setting stands, if it is not for the page to choose.
func (l *live) fixed(name string) (from staff.SettingOrigin, fixed bool) {
	from, fixed = l.written.from[name]
	return from, fixed
}

// Choose is staff.Settings'.
func (l *live) Choose(ctx context.Context, name, value string, shown *string, by exam.Actor) error {
	one, ok := choosable[name]
	if !ok {
		return refusal.New(refusal.NotFound)
	}
	if _, fixed := l.fixed(name); fixed {
		return refusal.New(store.SettingFixed)
	}
	if err := errors.Join(one.check(value), l.mayChange(ctx, name)); err != nil {
		return err
	}
	_, err := l.put(ctx, store.NewChoice{Name: name, Value: value, Shown: shown, By: by})
	return err
}

// Reset is staff.Settings'.
func (l *live) Reset(ctx context.Context, name string, by exam.Actor) error {
	if _, ok := choosable[name]; !ok {
		return refusal.New(refusal.NotFound)
	}
	if _, fixed := l.fixed(name); fixed {
		return refusal.New(store.SettingFixed)
	}
	if err := l.mayChange(ctx, name); err != nil {
		return err
	}
	_, err := l.put(ctx, store.NewChoice{Name: name, Reset: true, By: by})
	return err
}

// mayChange refuses another zone once there are orders: the day on which one may
// be reset, and is final, ends by it (R15, R16).
func (l *live) mayChange(ctx context.Context, name string) error {
	if name != "exam.timezone" {
		return nil
	}
	isNew, err := l.store.IsNew(ctx)
	if err == nil && !isNew {
		err = refusal.New(store.SettingZoneFixed)
	}
	return err
}

// put writes the choice down, and has it hold.
func (l *live) put(ctx context.Context, n store.NewChoice) (changed bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n.Default, n.Secret = defaultText(n.Name), choosable[n.Name].secret
	changed, err = l.store.Choose(ctx, n)
	if err != nil {
		return false, err
	}
	return changed, l.load(ctx)
}

// List is staff.Settings'.
func (l *live) List(ctx context.Context) ([]staff.Setting, error) {
	choices, err := l.store.ListChoices(ctx)
	if err != nil {
		return nil, err
	}
	byName := map[string]store.Choice{}
	for _, one := range choices {
		byName[one.Name] = one
	}
	list := []staff.Setting{}
	for _, name := range append(slices.Sorted(maps.Keys(choosable)), ruled...) {
		list = append(list, l.show(name, byName[name]))
	}
	return list, nil
}

func (l *live) show(name string, chosen store.Choice) staff.Setting {
	shown := staff.Setting{Name: name, Default: defaultText(name), Origin: staff.FromDefault, Rule: slices.Contains(ruled, name)}
	shown.Value, shown.ChangedAt, shown.ChangedBy = shown.Default, chosen.At, chosen.By
	from, fixed := l.fixed(name)
	switch {
	case fixed:
		shown.Origin, shown.Value = from, asText(l.written.keys.Get(name))
	case chosen.Chosen && choosable[name].check(chosen.Value) == nil:
		shown.Origin, shown.Value = staff.FromPage, chosen.Value
	}
	shown.Choosable = !fixed && !shown.Rule
	return shown
}

// defaultText is a setting's default as it is written; the page's own have none.
func defaultText(name string) string { return asText(defaults[name]) }

// asText is a setting's value as the environment would give it; time limits as
// «1-4: 30m, 5-7: 45m», tolerances of subjects as «钢琴: 0».
func asText(value any) string {
	list, ok := value.([]any)
	if !ok {
		if value == nil {
			return ""
		}
		return fmt.Sprint(value)
	}
	var parts []string
	for _, entry := range list {
		switch one, _ := entry.(map[string]any); {
		case one["grades"] != nil:
			parts = append(parts, fmt.Sprintf("%v: %v", one["grades"], one["limit"]))
		case one["subject"] != nil:
			parts = append(parts, fmt.Sprintf("%v: %v", one["subject"], one["levels"]))
		}
	}
	return strings.Join(parts, ", ")
}
