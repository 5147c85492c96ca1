package main

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"kaodian/app/centre/scrub"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/app/exam"
	"kaodian/cmd/kaodian/doctor"
)

// health has the doctor look at the machine while the centre serves, and keeps
// what was found: the page and the board ask for that and wait for nothing.
type health struct {
	centre   *centre
	log      *slog.Logger
	files    *scrub.Scrub
	wake     chan []string // which parts are looked at; nil for all
	patience time.Duration // how long is waited for one check
	examine  func(ctx context.Context, tell func(doctor.Check), only ...string) error
	hanging  map[string]chan doctor.Check // checks that did not come back; of the run alone

	mu      sync.Mutex
	found   map[string]foundCheck
	looking bool
}

// foundCheck is a check and when it was made.
type foundCheck struct {
	doctor.Check
	at time.Time
}

const (
	healthFirst = 2 * time.Minute // after the start, which has enough to do
	healthEvery = time.Hour       // the disk's check writes to it
)

func newHealth(ctx context.Context, c *centre, log *slog.Logger) (h *health, err error) {
	h = &health{
		centre: c, log: log, wake: make(chan []string, 1), patience: doctor.CheckTime + 5*time.Second,
		examine: func(ctx context.Context, tell func(doctor.Check), only ...string) error {
			return c.machine().Examine(ctx, tell, only...)
		},
		hanging: map[string]chan doctor.Check{}, found: map[string]foundCheck{},
	}
	h.files, err = scrub.New(ctx, scrub.Config{
		Store: c.Store, Folder: c.folder, Log: log, Apart: func(do func() error) error { return <-onLowThread(do) }, Found: func() { h.rouse("files") },
		Zone: func() *time.Location { return c.Rules().Location },
	})
	return h, err
}

// machine is the doctor's, on the data that this server has open.
func (c *centre) machine() *doctor.Machine {
	machine := (&common{Data: c.folder}).machine()
	machine.Folder = func(context.Context) (string, error) { return c.folder, nil }
	machine.Open = func(context.Context) (*doctor.Centre, error) {
		opened := c.forDoctor()
		opened.Close = func() error { return nil } // it is the server's
		return opened, nil
	}
	return machine
}

// Run looks at the machine when somebody asks, and every hour in which nobody is
// in an exam, until the context ends.
func (h *health) Run(ctx context.Context) error {
	next := time.NewTimer(healthFirst)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-next.C:
			if h.mayDisturb(ctx) {
				h.lookAtAll(ctx)
			}
		case names := <-h.wake:
			if names != nil {
				h.look(ctx, names)
				continue
			}
			h.lookAtAll(ctx)
		}
		next.Reset(healthEvery)
	}
}

func (h *health) mayDisturb(ctx context.Context) bool {
	running, err := h.centre.CountRunningAttempts(ctx)
	return err == nil && running == 0
}

func (h *health) lookAtAll(ctx context.Context) {
	h.setLooking(true)
	defer h.setLooking(false)
	h.look(ctx, doctor.Names())
}

// look makes these checks in turn.
func (h *health) look(ctx context.Context, names []string) {
	for _, name := range names {
		c, ok := h.check(ctx, name)
		if !ok {
			return // the server ends
		}
		h.note(name, c)
	}
}

func (h *health) setLooking(looking bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.looking = looking
}

func (h *health) note(name string, c doctor.Check) {
	h.mu.Lock()
	isNew := h.found[name].Code != c.Code
	h.found[name] = foundCheck{c, h.centre.Now()}
	h.mu.Unlock()
	if c.State == doctor.Wrong && isNew {
		h.log.Warn("the machine was looked at", "part", name, "found", string(c.Code))
	}
}

// check makes one check, or leaves it behind where it does not come back: what asks
// a share that is dead cannot be stopped, and is not asked a second time.
func (h *health) check(ctx context.Context, name string) (doctor.Check, bool) {
	if left, hung := h.hanging[name]; hung && len(left) == 0 {
		return hangs(name), true
	}
	delete(h.hanging, name) // what came too late is old
	came := h.begin(ctx, name)
	wait := time.NewTimer(h.patience)
	defer wait.Stop()
	select {
	case c := <-came:
		return c, true
	case <-ctx.Done():
		return doctor.Check{}, false
	case <-wait.C:
		h.hanging[name] = came
		return hangs(name), true
	}
}

// begin makes one check beside the run; its answer waits in the channel.
func (h *health) begin(ctx context.Context, name string) chan doctor.Check {
	came := make(chan doctor.Check, 1)
	go func() {
		_ = h.examine(ctx, func(c doctor.Check) { came <- c }, name) // it fails only where the server ends
	}()
	return came
}

func hangs(name string) doctor.Check {
	return doctor.Check{
		Name: name, State: doctor.Wrong, Code: doctor.Hangs,
		Found: "it was asked and did not answer", Next: "see to the disk or the share that it lies on",
	}
}

// Look is staff.Health's.
func (h *health) Look() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.looking {
		return
	}
	h.looking = true // the page that asked sees it at once
	h.rouse()
}

// rouse has these parts looked at, or all; more than one that waits is all.
func (h *health) rouse(names ...string) {
	select {
	case h.wake <- names:
	default:
		select {
		case <-h.wake:
		default:
		}
		select {
		case h.wake <- nil:
		default:
		}
	}
}

// ReadFiles is staff.Health's.
func (h *health) ReadFiles(ctx context.Context, by exam.Actor) error {
	if h.files.Waits() {
		return nil
	}
	if err := h.centre.Audit(ctx, store.Entry{Action: store.ActionFilesRead, By: by}); err != nil {
		return err
	}
	h.files.Start()
	return nil
}

// State is staff.Health's.
func (h *health) State(ctx context.Context) (staff.HealthState, error) {
	state := h.checks()
	files, err := h.storedFiles(ctx)
	state.Files = files
	return state, err
}

// storedFiles is what reading the stored files has found.
func (h *health) storedFiles(ctx context.Context) (staff.HealthFiles, error) {
	s := h.files.State()
	body := staff.HealthFiles{
		Waits: h.files.Waits(), StartedAt: s.StartedAt, Files: s.Files, Bytes: s.Bytes,
		DoneAt: s.DoneAt, DoneFiles: s.DoneFiles, DoneBytes: s.DoneBytes, Problems: []staff.HealthFile{},
	}
	if len(s.Problems) == 0 {
		return body, nil
	}
	copies, err := h.centre.backupState(ctx)
	for _, p := range s.Problems {
		file := staff.HealthFile{
			Path: p.Path, Kind: string(p.Kind), OrderID: p.OrderID, Wrong: string(p.Wrong), Error: p.Error, FoundAt: p.FoundAt, Province: p.Delivered,
		}
		if !p.Since.IsZero() && copies.CheckedOf.After(p.Since) {
			file.BackupOf = copies.CheckedOf
		}
		body.Problems = append(body.Problems, file)
	}
	return body, err
}

// files is what the doctor asks.
func (c *centre) files(ctx context.Context) (found doctor.Files, err error) {
	s, err := scrub.Read(ctx, c.Store)
	for _, p := range s.Problems {
		if p.Wrong == scrub.Unreadable {
			found.Unreadable++
		} else {
			found.Bad++
		}
	}
	found.ReadAt = s.DoneAt
	return found, err
}

func (h *health) checks() staff.HealthState {
	h.mu.Lock()
	defer h.mu.Unlock()
	state := staff.HealthState{Checks: []staff.HealthCheck{}, Looking: h.looking}
	for _, name := range doctor.Names() {
		check := staff.HealthCheck{Name: healthName(name), State: "unknown"}
		if found, ok := h.found[name]; ok {
			check = staff.HealthCheck{
				Name: check.Name, State: string(found.State), Code: string(found.Code), Count: found.Count, At: found.At,
				LookedAt: found.at, Found: found.Found, Next: found.Next,
			}
		}
		state.Checks = append(state.Checks, check)
	}
	return state
}

// healthName is the name of a check for the page.
func healthName(name string) string {
	return strings.ToLower(strings.TrimSuffix(name, " log"))
}
