package main

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/robfig/cron/v3"

	"kaodian/app/centre/store"
	"kaodian/sync/outbox"
)

// live are the settings that hold now: the defaults, over them what was chosen
// on the page, over that what stands in the file and in the environment. Parts
// of the program ask it each time, so a choice holds at once.
type live struct {
	written written
	now     atomic.Pointer[settings]

	mu    sync.Mutex // one choice at a time
	store *store.Store
}

// newLive starts with what was chosen before.
func newLive(w written, chosen map[string]string) (*live, error) {
	l := &live{written: w}
	s, err := l.of(chosen)
	if err != nil {
		return nil, err
	}
	l.now.Store(&s)
	return l, nil
}

// of are the settings that hold with those choices. What this version does not
// take any more counts as not chosen: it must not keep the exam from being served.
func (l *live) of(chosen map[string]string) (settings, error) {
	good := map[string]string{}
	for name, value := range chosen {
		if one, ok := choosable[name]; ok && one.check(value) == nil {
			good[name] = value
		}
	}
	return l.written.with(good)
}

// settings are those that hold now.
func (l *live) settings() settings { return *l.now.Load() }

// load takes on what was chosen since.
func (l *live) load(ctx context.Context) error {
	choices, err := l.store.ListChoices(ctx)
	if err != nil {
		return err
	}
	chosen := map[string]string{}
	for _, choice := range choices {
		if choice.Chosen {
			chosen[choice.Name] = choice.Value
		}
	}
	s, err := l.of(chosen)
	if err != nil {
		return err
	}
	rules, err := s.rules()
	if err != nil {
		return err
	}
	l.now.Store(&s)
	l.store.UseRules(rules)
	return nil
}

// loadEvery is how often a server looks for choices of another process
// («kaodian setup FILE»).
const loadEvery = 5 * time.Second

// follow takes on what other processes choose, until the context ends.
func (l *live) follow(ctx context.Context, log *slog.Logger) error {
	wake := time.NewTicker(loadEvery)
	defer wake.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wake.C:
		}
		l.mu.Lock()
		err := l.load(ctx)
		l.mu.Unlock()
		if err != nil && ctx.Err() == nil {
			log.Error("read the settings that were chosen on the page", "error", err)
		}
	}
}

// Next makes the schedule that holds now a cron.Schedule.
func (l *live) Next(after time.Time) time.Time {
	schedule, err := l.settings().schedule(after)
	if err != nil { // it was checked before it held
		return time.Time{}
	}
	return schedule.Next(after)
}

// schedule is when the centre sends.
func (s settings) schedule(now time.Time) (cron.Schedule, error) {
	return s.cron("sync.schedule", s.Sync.Schedule, now)
}

// backupSchedule is when it makes a backup.
func (s settings) backupSchedule(now time.Time) (cron.Schedule, error) {
	return s.cron("backup.schedule", s.Backup.Schedule, now)
}

// cron reads a schedule in the centre's zone.
func (s settings) cron(name, text string, now time.Time) (cron.Schedule, error) {
	schedule, err := cron.ParseStandard("CRON_TZ=" + s.Exam.Timezone + " " + text)
	if err != nil {
		return nil, fmt.Errorf("%s %q is no cron schedule: %w; write for example %s", name, text, err, defaults[name])
	}
	if err := outbox.CheckSchedule(schedule, now); err != nil {
		return nil, fmt.Errorf("%s %q would not work: %w; write for example %s", name, text, err, defaults[name])
	}
	return schedule, nil
}
