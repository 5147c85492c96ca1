package outbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
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
	OpenDrop func(place drop.Place, noted func(drop.Note)) (drop.Drop, error)
	Redact   func(url string) string // a drop without its password
	Failed   func(error)             // told of a run that failed
	Noted    func(drop.Note)         // told what a drop did in another way, nobody if nil
	// Unmarked takes the orders along that wait for marks (R21); for a command,
	// which a person gives knowing what it does. SendNow says it of its own run.
	Unmarked bool
	// Room refuses to seal that many bytes into the spool, nil never.
	Room func(ctx context.Context, bytes int64) error

	mu       sync.Mutex
	sending  bool
	failures int
	tried    time.Time // the last try that failed
	asked    time.Time // when receipts were last looked for
	lastErr  error
	note     drop.Note
	notedAt  time.Time
	unmarked bool // the run that goes on takes those orders along
	wanted   bool // so does the next one that SendNow asked for
	kick     chan struct{}
}

// The settings that outlive a restart.
const lastSuccess = "sync_last_success"

// Run sends whenever it is due: at the start, by the schedule, after a
// failure, on SendNow; and asks for receipts that are missing.
func (o *Outbox) Run(ctx context.Context) error {
	tidied := o.tidied(ctx)
	kick := o.kicks()
	wake := make(chan struct{}, 1)
	runner := cron.New()
	if _, err := runner.AddFunc("@every 5s", func() {
		select {
		case wake <- struct{}{}:
		default: // the last wake is still being served
		}
	}); err != nil {
		return err
	}
	runner.Start()
	defer runner.Stop()
	for {
		now := false
		select {
		case <-ctx.Done():
			return nil
		case <-kick:
			now = true
		case <-wake:
		}
		if now && !tidied {
			tidied = o.tidied(ctx)
		}
		if err := o.step(ctx, now); err != nil && ctx.Err() == nil {
			o.Failed(err)
		}
	}
}

// tidied is Tidy whose failure ends nothing: a spool that cannot be read, for
// instance after a command as another user, must not end the exam (I7).
func (o *Outbox) tidied(ctx context.Context) bool {
	err := o.Tidy(ctx)
	if err != nil && ctx.Err() == nil {
		o.Failed(o.ended(fmt.Errorf("bring the spool into order: %w", err)))
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
	o.wanted = o.wanted || unmarked
	o.mu.Unlock()
	select {
	case o.kicks() <- struct{}{}:
	default: // one is asked for already
	}
}

func (o *Outbox) takesUnmarked() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.Unmarked || o.unmarked
}

// takeWord begins the run that SendNow asked for; what is asked for meanwhile
// is the next one's.
func (o *Outbox) takeWord() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.unmarked, o.wanted = o.wanted, false
}

func (o *Outbox) forgetUnmarked() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.unmarked = false
}

// step does what is due now.
func (o *Outbox) step(ctx context.Context, now bool) error {
	if now {
		o.takeWord()
		defer o.forgetUnmarked()
	}
	m, err := LoadMember(o.Folder)
	if errors.Is(err, ErrNotEnrolled) && !now {
		return nil
	}
	if err != nil {
		return o.ended(err)
	}
	due, err := o.due(ctx)
	if err != nil {
		return o.ended(err)
	}
	if !now && clock.Doubted(o.Clock) { // no failure: it waits for a person
		return nil
	}
	switch {
	case now: // somebody asked, so what has no receipt is sent once more
		return o.ended(o.OnceOver(ctx, ""))
	case !o.Clock.Now().Before(due):
		return o.ended(o.Once(ctx))
	}
	wanted, err := o.receiptsWanted(ctx, m)
	if err != nil || !wanted {
		return err
	}
	return o.ended(o.by(ctx, "", o.fetch))
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
		if next := o.Schedule.Next(o.tried); next.Before(due) {
			due = next
		}
	}
	return due, nil
}

// Once seals and sends all that is final, and reads the receipts. One run at
// a time, also over processes.
func (o *Outbox) Once(ctx context.Context) error {
	if err := o.checkDate(); err != nil {
		return err
	}
	return o.by(ctx, "", func(ctx context.Context, m Member, at drop.Drop) error {
		return o.succeed(ctx, o.exchange(ctx, m, at))
	})
}

// succeed writes a run's success down: every batch that could go is at the
// province's drop, and the drop answered.
func (o *Outbox) succeed(ctx context.Context, err error) error {
	if err != nil {
		return err
	}
	return o.Store.SetSetting(ctx, lastSuccess, strconv.FormatInt(o.Clock.Now().UnixMilli(), 10))
}

// OnceOver is Once by another road, such as a stick, or by the member's own
// for ""; what was sent without a receipt yet goes again, the same bytes.
func (o *Outbox) OnceOver(ctx context.Context, url string) error {
	if err := o.checkDate(); err != nil {
		return err
	}
	return o.by(ctx, url, func(ctx context.Context, m Member, at drop.Drop) error {
		m, err := o.introduce(ctx, m, at)
		if err != nil {
			return err
		}
		if err := o.Send(ctx, m, at, true); err != nil {
			return err
		}
		err = o.exchange(ctx, m, at)
		if url != "" { // no success of the member's own road
			return err
		}
		return o.succeed(ctx, err)
	})
}

// checkDate refuses to seal and send while the date is in doubt: by a wrong one
// an order is absent for ever.
func (o *Outbox) checkDate() error {
	if !clock.Doubted(o.Clock) {
		return nil
	}
	return DateInDoubt.errorf("nothing is sealed or sent (%w), because the machine's clock jumped; "+
		"say on the staff's page that the date is right, or run: kaodian clock confirm", refusal.New(store.DateNotConfirmed))
}

// FetchFrom reads the receipts that came by another road.
func (o *Outbox) FetchFrom(ctx context.Context, url string) error {
	return o.by(ctx, url, o.fetch)
}

// Introduce tells the province of this install, ahead of the first batch.
func (o *Outbox) Introduce(ctx context.Context) error {
	return o.by(ctx, "", func(ctx context.Context, m Member, at drop.Drop) error {
		_, err := o.introduce(ctx, m, at)
		return err
	})
}

// Reach says whether the province's drop answers; it sends nothing and waits
// for no run. ErrNotEnrolled without a province.
func (o *Outbox) Reach(ctx context.Context) error {
	m, err := LoadMember(o.Folder)
	if err != nil {
		return err
	}
	at, err := o.OpenDrop(m.place(), o.remember)
	if err != nil {
		return err
	}
	return errors.Join(contact(ctx, m, at), at.Close())
}

// by does something at a drop, the member's own for "".
func (o *Outbox) by(ctx context.Context, url string, do func(context.Context, Member, drop.Drop) error) error {
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
	return o.withDrop(ctx, m, do)
}

// exchange sends what is final and reads the receipts, these also when
// something of ours keeps a batch back.
func (o *Outbox) exchange(ctx context.Context, m Member, at drop.Drop) error {
	m, err := o.introduce(ctx, m, at)
	if err != nil {
		return err
	}
	err = o.sendAll(ctx, m, at)
	if ctx.Err() == nil && answers(err) {
		err = errors.Join(err, o.ReadReceipts(ctx, m, at))
	}
	if ctx.Err() == nil && answers(err) {
		err = errors.Join(err, contact(ctx, m, at))
	}
	return err
}

// answers says whether a drop can still be asked after that error: it may take
// no more files and still have receipts. A wrong password is not tried again
// and again.
func answers(err error) bool {
	switch drop.CauseOf(err) {
	case drop.Full, drop.NotAllowed:
		return true
	case "":
		return !drop.IsTemporary(err)
	}
	return false
}

// contact asks the drop for something: with nothing to send and no receipt to
// wait for, nobody would notice for days that it is gone.
func contact(ctx context.Context, m Member, at drop.Drop) error {
	if _, err := at.List(ctx, path.Join("receipts", m.Centre)); err != nil {
		return fmt.Errorf("see whether the drop answers: %w", err)
	}
	return nil
}

// sendAll sends each batch before the next is built, so that the spool needs
// room for one. Timeouts are written down first: the server may be off (R16).
func (o *Outbox) sendAll(ctx context.Context, m Member, at drop.Drop) error {
	_, overdue := o.Store.Tick(ctx)
	back := held{}
	for {
		if err := o.Send(ctx, m, at, false); err != nil {
			return err
		}
		more, err := o.Seal(ctx, m, back)
		if err != nil {
			return err
		}
		if !more {
			return errors.Join(append(slices.Collect(maps.Values(back)), overdue)...)
		}
	}
}

func (o *Outbox) fetch(ctx context.Context, m Member, at drop.Drop) error {
	m, err := o.introduce(ctx, m, at)
	if err != nil {
		return err
	}
	return o.ReadReceipts(ctx, m, at)
}

func (o *Outbox) withDrop(ctx context.Context, m Member, do func(context.Context, Member, drop.Drop) error) error {
	o.setSending(true)
	defer o.setSending(false)
	at, err := o.OpenDrop(m.place(), o.remember)
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, m, at), at.Close())
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

// ended remembers how a run ended, for the status and for the next try.
func (o *Outbox) ended(err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.lastErr = err
	if err == nil {
		o.failures = 0
		return nil
	}
	o.failures++
	o.tried = o.Clock.Now()
	return err
}

// remember keeps what a drop did in another way than was asked, for the status.
func (o *Outbox) remember(note drop.Note) {
	o.mu.Lock()
	o.note, o.notedAt = note, o.Clock.Now()
	o.mu.Unlock()
	if o.Noted != nil {
		o.Noted(note)
	}
}

// receiptsWanted says whether an answer is missing and it is time to ask.
func (o *Outbox) receiptsWanted(ctx context.Context, m Member) (bool, error) {
	open, err := o.Store.ListOpenBatches(ctx, m.Install)
	if err != nil {
		return false, err
	}
	now := o.Clock.Now()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.failures > 0 && now.Before(Retry(o.failures, o.tried)) {
		return false, nil
	}
	for _, b := range open {
		if b.State == store.BatchSent && now.Sub(o.asked) >= receiptWait(b.SentAt, now) {
			return true, nil
		}
	}
	return false, nil
}

func (o *Outbox) lastSuccess(ctx context.Context) (time.Time, error) {
	text, err := o.Store.FindSetting(ctx, lastSuccess)
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
