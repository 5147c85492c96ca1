package main

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"

	"kaodian/app/centre/web/staff"
	"kaodian/cmd/kaodian/doctor"
)

// health has the doctor look at the machine while the centre serves, and keeps
// what was found: the page and the board ask for that and wait for nothing.
type health struct {
	centre   *centre
	log      *slog.Logger
	wake     chan struct{} // somebody asked
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

func newHealth(c *centre, log *slog.Logger) *health {
	return &health{
		centre: c, log: log, wake: make(chan struct{}, 1), patience: doctor.CheckTime + 5*time.Second,
		examine: func(ctx context.Context, tell func(doctor.Check), only ...string) error {
			return c.machine().Examine(ctx, tell, only...)
		},
		hanging: map[string]chan doctor.Check{}, found: map[string]foundCheck{},
	}
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
				h.look(ctx)
			}
		case <-h.wake:
			h.look(ctx)
		}
		next.Reset(healthEvery)
	}
}

func (h *health) mayDisturb(ctx context.Context) bool {
	running, err := h.centre.CountRunningAttempts(ctx)
	return err == nil && running == 0
}

// look makes each check in turn.
func (h *health) look(ctx context.Context) {
	h.setLooking(true)
	defer h.setLooking(false)
	for _, name := range doctor.Names() {
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
	defer h.mu.Unlock()
	if c.State == doctor.Wrong && h.found[name].Code != c.Code {
		h.log.Warn("the machine was looked at", "part", name, "found", string(c.Code))
	}
	h.found[name] = foundCheck{c, h.centre.Now()}
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
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// State is staff.Health's.
func (h *health) State() staff.HealthState {
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
