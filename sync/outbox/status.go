package outbox

import (
	"context"
	"errors"
	"time"

	"kaodian/app/centre/store"
	"kaodian/sync/drop"
)

// Status is how sending to the province stands, without secrets. Moments that
// are not known are zero.
type Status struct {
	Enrolled      bool
	Answered      bool // the province took the enrolment
	Centre        string
	Install       string
	Drop          string // where batches go, without the password
	Sending       bool
	Progress      *Progress // of the run under way, in this process or another
	LastSuccess   time.Time
	LastContact   time.Time // when the drop last answered
	NextDue       time.Time
	LastError     string // in full, for support
	LastErrorCode Trouble
	NoLine        bool      // it was only that there was no line, and the schedule sends whenever there is one
	Note          drop.Note // what the drop did differently than it was asked, of the last 24 h; or that it keeps what it has
	WaitingOrders int       // final orders that are in no batch yet
	Unmarked      int       // those of them that wait for ticks and marks
	UnmarkedUntil time.Time
	BusyOrders    int // final orders with a clip that is landing or being examined
	OpenOrders    int // orders that ended and may still be taken up again
	OpenUntil     time.Time
	LaterOrders   int   // orders of earlier batches of which there is more to tell (R31)
	Unanswered    int64 // orders in batches that have no receipt yet, sent or not
	RefusedOrders int64 // orders in batches that the province refused
	// Parcels are what the province sent down, the newest first; WrongParcels what
	// is wrong with what lies at the drop.
	Parcels      []store.Parcel
	WrongParcels []string
	Batches      []BatchStatus
}

// BatchStatus is how far one batch of this install is.
type BatchStatus struct {
	Sequence  int64
	State     store.BatchState
	Orders    int64
	Files     int64
	Bytes     int64
	SealedAt  time.Time
	SentAt    time.Time
	ReceiptAt time.Time
	Reasons   []string
}

const (
	shownBatches = 50
	shownParcels = 50
	noteShown    = 24 * time.Hour
)

// Status tells how sending stands.
func (o *Outbox) Status(ctx context.Context) (Status, error) {
	m, notEnrolled := LoadMember(o.Folder)
	if notEnrolled != nil && !errors.Is(notEnrolled, ErrNotEnrolled) {
		return Status{}, notEnrolled
	}
	waiting, err := o.Store.ListWaiting(ctx, m.Install)
	if err != nil {
		return Status{}, err
	}
	s := Status{
		WaitingOrders: len(waiting.Ready) + len(waiting.Unmarked), Unmarked: len(waiting.Unmarked), UnmarkedUntil: waiting.Until, BusyOrders: waiting.Busy,
		OpenOrders: waiting.Open, OpenUntil: waiting.FinalAt,
	}
	o.addRun(&s)
	failed, err := o.failed(ctx)
	if err != nil {
		return Status{}, err
	}
	s.LastError, s.LastErrorCode = failed.Text, failed.Code
	if notEnrolled != nil {
		return s, nil
	}
	later, err := o.Store.ListLater(ctx, m.Install)
	if err != nil {
		return Status{}, err
	}
	s.LaterOrders = len(later)
	s.Enrolled, s.Answered, s.Centre, s.Install, s.Drop = true, m.Answered, m.Centre, m.Install, drop.Redacted(m.Drop)
	if err := o.addTimes(ctx, &s); err != nil {
		return Status{}, err
	}
	if err := o.addKept(ctx, &s); err != nil {
		return Status{}, err
	}
	open, err := o.Store.ListOpenBatches(ctx, m.Install)
	if err != nil {
		return Status{}, err
	}
	for _, b := range open {
		s.Unanswered += b.OrderCount
	}
	if s.RefusedOrders, err = o.Store.CountRefusedOrders(ctx, m.Install); err != nil {
		return Status{}, err
	}
	if s.Parcels, err = o.Store.ListParcels(ctx, m.Install, shownParcels); err != nil {
		return Status{}, err
	}
	if s.WrongParcels, err = o.wrongParcels(ctx, m.Install); err != nil {
		return Status{}, err
	}
	batches, err := o.Store.ListBatches(ctx, m.Install, shownBatches)
	for _, b := range batches {
		s.Batches = append(s.Batches, statusOf(b))
	}
	return s, err
}

func (o *Outbox) addRun(s *Status) {
	o.mu.Lock()
	defer o.mu.Unlock()
	s.Sending = o.sending
	if now, moves := o.Progress(); moves {
		s.Progress = &now
	}
	if o.Clock.Now().Sub(o.notedAt) < noteShown {
		s.Note = o.note
	}
	if s.Sending {
		return
	}
	now, sending := beside(o.Folder)
	if s.Sending = sending; now.Stage != "" {
		s.Progress = &now
	}
}

// addKept says that the drop keeps what it has, for as long as it does.
func (o *Outbox) addKept(ctx context.Context, s *Status) error {
	told, err := o.toldKept(ctx, s.Install)
	if told.Text != "" && s.Note.Code == "" {
		s.Note = drop.Note{Code: drop.Kept, Text: told.Text}
	}
	return err
}

func (o *Outbox) addTimes(ctx context.Context, s *Status) error {
	last, err := o.lastSuccess(ctx)
	if err != nil {
		return err
	}
	due, err := o.due(ctx)
	if err != nil {
		return err
	}
	contact, err := o.moment(ctx, lastContact)
	if err != nil {
		return err
	}
	if contact.Before(last) { // of a data folder that kept none yet
		contact = last
	}
	s.LastSuccess, s.LastContact, s.NextDue = last, contact, due
	s.NoLine = s.LastErrorCode == Trouble(drop.Unreachable) && !contact.IsZero() && waitsForLine(o.Schedule, o.Clock.Now())
	return nil
}

func statusOf(b store.Batch) BatchStatus {
	return BatchStatus{
		Sequence:  b.Sequence,
		State:     b.State,
		Orders:    b.OrderCount,
		Files:     b.Files,
		Bytes:     b.Bytes,
		SealedAt:  b.SealedAt,
		SentAt:    b.SentAt,
		ReceiptAt: b.ReceiptAt,
		Reasons:   b.Reasons,
	}
}
