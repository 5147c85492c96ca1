package outbox

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/gofrs/flock"
	"github.com/robfig/cron/v3"

	"kaodian/app/base/clock"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/sync/drop"
)

// Outbox sends. Its fields are set before the first call.
type Outbox struct {
	Store    Store
	Folder   string // the data folder: keys/, spool/, vault/
	Program  string // version
	Clock    clock.Clock
	Schedule cron.Schedule
	Host     Host
	// Unmarked includes the orders that wait for marks (R21) in every run; a
	// command sets it. SendNow asks for them in its own run only.
	Unmarked bool

	mu            sync.Mutex
	sending       bool
	failures      int
	tried         time.Time // the last try that failed
	asked         time.Time // when receipts were last looked for
	note          drop.Note
	notedAt       time.Time
	unmarkedAsked bool // SendNow asked for a run with the orders that wait for marks
	kick          chan struct{}

	meter meter
}

// Host is what the program does for the outbox.
type Host interface {
	// OpenDrop opens a drop; noted receives its notes for staff.
	OpenDrop(place drop.Place, noted func(drop.Note)) (drop.Drop, error)
	// Room refuses to let that many bytes be sealed into the spool.
	Room(ctx context.Context, bytes int64) error
	// Failed is told of a run that failed while Run went on.
	Failed(err error)
	// Noted receives what a drop did differently than it was asked.
	Noted(note drop.Note)
}

// The settings that outlive a restart and are known to every process on the
// data folder.
const (
	lastSuccess = "sync_last_success"
	lastFailure = "sync_last_failure" // a failure as JSON; "" after a run that went well
)

// wakeEvery is how often Run looks at what is due. The ticker only wakes: what
// is due follows from the schedule, the last success and the clock, so a wake
// that is late, missing or doubled changes nothing.
const wakeEvery = 5 * time.Second

// Run sends whenever it is due: at the start, by the schedule, after a
// failure, on SendNow; and asks for receipts that are missing.
func (o *Outbox) Run(ctx context.Context) error {
	tidied := o.tryTidy(ctx)
	kick := o.kicks()
	wake := time.NewTicker(wakeEvery)
	defer wake.Stop()
	for {
		now := false
		select {
		case <-ctx.Done():
			return nil
		case <-kick:
			now = true
		case <-wake.C:
		}
		if now && !tidied {
			tidied = o.tryTidy(ctx)
		}
		if err := o.step(ctx, now); err != nil && ctx.Err() == nil {
			o.Host.Failed(err)
		}
	}
}

// tryTidy runs Tidy and reports a failure without ending Run: a spool that
// cannot be read, for instance after a command as another user, must not end
// the exam (I7).
func (o *Outbox) tryTidy(ctx context.Context) bool {
	err := o.Tidy(ctx)
	if err != nil && ctx.Err() == nil {
		o.Host.Failed(o.ended(ctx, fmt.Errorf("bring the spool into order: %w", err)))
	}
	return err == nil
}

func (o *Outbox) kicks() chan struct{} {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.kick == nil {
		o.kick = make(chan struct{}, 1)
	}
	return o.kick
}

// SendNow asks Run for a run now, with the orders that wait for marks or
// without them; it returns at once.
func (o *Outbox) SendNow(unmarked bool) {
	o.mu.Lock()
	o.unmarkedAsked = o.unmarkedAsked || unmarked
	o.mu.Unlock()
	select {
	case o.kicks() <- struct{}{}:
	default: // one is asked for already
	}
}

// takeRequest says whether the run that SendNow asked for includes the unmarked
// orders, and clears the request.
func (o *Outbox) takeRequest() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	asked := o.unmarkedAsked
	o.unmarkedAsked = false
	return asked
}

// step does what is due now.
func (o *Outbox) step(ctx context.Context, now bool) error {
	unmarked := now && o.takeRequest()
	m, err := LoadMember(o.Folder)
	if errors.Is(err, ErrNotEnrolled) && !now {
		return nil
	}
	if err != nil {
		return o.ended(ctx, err)
	}
	due, err := o.due(ctx)
	if err != nil {
		return o.ended(ctx, err)
	}
	if !now && clock.Doubted(o.Clock) { // no failure: it waits for a person
		return nil
	}
	switch {
	case now: // somebody asked, so what has no receipt is sent once more
		return o.resend(ctx, "", unmarked)
	case !o.Clock.Now().Before(due):
		return o.Send(ctx)
	}
	ask, err := o.receiptsDue(ctx, m)
	if err != nil || !ask {
		return err
	}
	return o.ended(ctx, o.withRun(ctx, "", (*run).fetch))
}

// due is when the next run is: by the schedule after a success; after a
// failure soon again, or by the schedule if that is sooner.
func (o *Outbox) due(ctx context.Context) (time.Time, error) {
	last, err := o.lastSuccess(ctx)
	if err != nil {
		return time.Time{}, err
	}
	due := Due(o.Schedule, last)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failures > 0 && !o.tried.After(o.Clock.Now()) { // a clock that was set back keeps nothing waiting
		due = Retry(o.failures, o.tried)
		if next := next(o.Schedule, o.tried); next.Before(due) {
			due = next
		}
	}
	return due, nil
}

// Send seals and sends all that is final, and reads the receipts. One run at
// a time, also over processes.
func (o *Outbox) Send(ctx context.Context) error {
	err := o.checkDate()
	if err == nil {
		err = o.withRun(ctx, "", func(r *run, ctx context.Context) error {
			return o.succeed(ctx, r.exchange(ctx))
		})
	}
	return o.ended(ctx, err)
}

// succeed writes a run's success down: every batch that could go is at the
// province's drop, and the drop answered.
func (o *Outbox) succeed(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	return o.Store.SetSetting(ctx, lastSuccess, strconv.FormatInt(o.Clock.Now().UnixMilli(), 10))
}

// Resend is Send through another drop, such as a stick, or through the member's
// own for "". Batches that have no receipt yet are sent again, the same bytes.
func (o *Outbox) Resend(ctx context.Context, url string) error { return o.resend(ctx, url, false) }

// resend is Resend, with the orders that wait for marks or without them. How a
// run through another drop ended says nothing of the member's own.
func (o *Outbox) resend(ctx context.Context, url string, unmarked bool) error {
	err := o.checkDate()
	if err == nil {
		err = o.sendAgain(ctx, url, unmarked)
	}
	if url != "" {
		return err
	}
	return o.ended(ctx, err)
}

func (o *Outbox) sendAgain(ctx context.Context, url string, unmarked bool) error {
	return o.withRun(ctx, url, func(r *run, ctx context.Context) error {
		r.unmarked = r.unmarked || unmarked
		if err := r.enrolled(ctx); err != nil {
			return err
		}
		if err := r.readReceipts(ctx, every); err != nil && !answers(err) {
			return err
		}
		if err := r.send(ctx, true); err != nil {
			return err
		}
		err := r.exchange(ctx)
		if url != "" { // no success of the member's own drop
			return err
		}
		return o.succeed(ctx, err)
	})
}

// checkDate refuses to seal and send while the date is in doubt: a wrong date
// would make an order absent for ever.
func (o *Outbox) checkDate() error {
	if !clock.Doubted(o.Clock) {
		return nil
	}
	return DateInDoubt.errorf("nothing is sealed or sent (%w), because the machine's clock jumped; "+
		"say on the staff's page that the date is right, or run: kaodian clock confirm --data DIR", refusal.New(store.DateNotConfirmed))
}

// FetchFrom reads the receipts from another drop.
func (o *Outbox) FetchFrom(ctx context.Context, url string) error {
	return o.withRun(ctx, url, (*run).fetch)
}

// RequestEnrolment sends the enrolment request, ahead of the first batch.
func (o *Outbox) RequestEnrolment(ctx context.Context) error {
	return o.withRun(ctx, "", (*run).requestEnrolment)
}

// CheckDrop says whether the province's drop answers; it sends nothing and waits
// for no run. ErrNotEnrolled without a province.
func (o *Outbox) CheckDrop(ctx context.Context) error {
	m, err := LoadMember(o.Folder)
	if err != nil {
		return err
	}
	at, err := o.Host.OpenDrop(m.place(), o.remember)
	if err != nil {
		return err
	}
	r := &run{Outbox: o, member: m, at: at}
	return errors.Join(r.ping(ctx), at.Close())
}

// withRun does something in a run at a drop, the member's own for "". It holds
// the spool's lock.
func (o *Outbox) withRun(ctx context.Context, url string, do func(*run, context.Context) error) error {
	unlock, err := lockSpool(o.Folder)
	if err != nil {
		return err
	}
	defer unlock()
	// With the lock only: joining anew waits for it, so no run goes on under a
	// former install.
	m, err := LoadMember(o.Folder)
	if err != nil {
		return err
	}
	if url != "" {
		m.Drop = url
	}
	o.setSending(true)
	defer o.setSending(false)
	defer o.meter.end()
	defer o.tellBeside(ctx)()
	at, err := o.Host.OpenDrop(m.place(), o.remember)
	if err != nil {
		return err
	}
	noticed := &heard{Drop: at}
	r := &run{Outbox: o, member: m, at: noticed, own: url == "", unmarked: o.Unmarked, back: withheld{}}
	err = errors.Join(do(r, ctx), at.Close())
	if r.own {
		err = errors.Join(err, o.keepContact(ctx, noticed))
	}
	return err
}

var errSending = Busy.errorf("another run is sending at this moment; try again when it is done")

func lockSpool(folder string) (unlock func(), err error) {
	lock := flock.New(filepath.Join(folder, "sync.lock"), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	if err == nil && !taken {
		err = errSending
	}
	return func() { _ = lock.Close() }, err // it goes with the file at the latest
}

func (o *Outbox) setSending(sending bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sending = sending
	o.asked = o.Clock.Now()
}

// remember keeps a drop's note for the status.
func (o *Outbox) remember(note drop.Note) {
	o.mu.Lock()
	o.note, o.notedAt = note, o.Clock.Now()
	o.mu.Unlock()
	o.Host.Noted(note)
}

// receiptsDue says whether a receipt is missing and it is time to ask for it.
func (o *Outbox) receiptsDue(ctx context.Context, m Member) (bool, error) {
	open, err := o.Store.ListOpenBatches(ctx, m.Install)
	if err != nil {
		return false, err
	}
	now := o.Clock.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failures > 0 && !o.tried.After(now) && now.Before(Retry(o.failures, o.tried)) {
		return false, nil
	}
	back := o.asked.After(now) // a clock that was set back keeps nothing waiting
	for _, b := range open {
		if b.State == store.BatchSent && (back || now.Sub(o.asked) >= receiptWait(b.SentAt, now)) {
			return true, nil
		}
	}
	return false, nil
}

func (o *Outbox) lastSuccess(ctx context.Context) (time.Time, error) {
	return o.moment(ctx, lastSuccess)
}

// moment is the moment that a setting keeps, zero without one.
func (o *Outbox) moment(ctx context.Context, setting string) (time.Time, error) {
	text, err := o.Store.FindSetting(ctx, setting)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	n, err := strconv.ParseInt(text, 10, 64)
	last := time.UnixMilli(n)
	if last.After(o.Clock.Now()) { // of a clock that was set back since: it must not keep the next run waiting for years
		return time.Time{}, err
	}
	return last, err
}
