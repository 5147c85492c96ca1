package outbox

import (
	"context"
	"errors"
	"time"

	"kaodian/app/centre/store"
	"kaodian/sync/drop"
)

// Status is how sending to the province stands, without secrets.
type Status struct {
	Enrolled      bool          `json:"enrolled"`
	Answered      bool          `json:"answered" doc:"The province took the enrolment"`
	Centre        string        `json:"centre,omitempty"`
	Install       string        `json:"install,omitempty"`
	Drop          string        `json:"drop,omitempty" doc:"Where batches go, without the password"`
	Sending       bool          `json:"sending"`
	LastSuccess   *time.Time    `json:"last_success,omitempty"`
	NextDue       *time.Time    `json:"next_due,omitempty"`
	LastError     string        `json:"last_error,omitempty" doc:"For whoever looks closer"`
	LastErrorCode Trouble       `json:"last_error_code,omitempty" enum:"refused,damaged,not_trusted,full,not_ours,busy,date_in_doubt,other,unreachable,no_data,login_refused,drop_full,not_allowed,unsuitable,needs_tls,certificate_unknown,certificate_changed,certificate_date,faulty"`
	Note          drop.NoteCode `json:"note,omitempty" enum:"not_resumed" doc:"What the drop did in another way than it was asked, since yesterday"`
	NoteText      string        `json:"note_text,omitempty" doc:"For whoever looks closer"`
	WaitingOrders int           `json:"waiting_orders" doc:"Final orders that are in no batch yet"`
	Unmarked      int           `json:"unmarked_orders" doc:"Those of them that wait for ticks and marks"`
	UnmarkedUntil *time.Time    `json:"unmarked_until,omitempty" doc:"When they go without, at the latest"`
	BusyOrders    int           `json:"busy_orders" doc:"Final orders with a clip that is landing or being examined"`
	OpenOrders    int           `json:"open_orders" doc:"Orders that ended and may still be taken up again, so that they are not final"`
	OpenUntil     *time.Time    `json:"open_until,omitempty" doc:"When the first of them is final"`
	Unanswered    int64         `json:"unanswered_orders" doc:"Orders in batches that have no receipt yet, sent or not"`
	Batches       []BatchStatus `json:"batches"`
}

// BatchStatus is how far one batch of this install is.
type BatchStatus struct {
	Sequence  int64            `json:"sequence"`
	State     store.BatchState `json:"state" enum:"sealed,sent,accepted,refused"`
	Orders    int64            `json:"orders"`
	Files     int64            `json:"files"`
	Bytes     int64            `json:"bytes"`
	SealedAt  time.Time        `json:"sealed_at"`
	SentAt    *time.Time       `json:"sent_at,omitempty"`
	ReceiptAt *time.Time       `json:"receipt_at,omitempty"`
	Reasons   []string         `json:"reasons"`
}

const (
	shownBatches = 50
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
		WaitingOrders: len(waiting.Ready) + len(waiting.Unmarked), Unmarked: len(waiting.Unmarked), UnmarkedUntil: maybe(waiting.Until), BusyOrders: waiting.Busy,
		OpenOrders: waiting.Open, OpenUntil: maybe(waiting.FinalAt),
		Batches: []BatchStatus{},
	}
	o.addRun(&s)
	if notEnrolled != nil {
		return s, nil
	}
	s.Enrolled, s.Answered, s.Centre, s.Install, s.Drop = true, m.Answered, m.Centre, m.Install, o.Redact(m.Drop)
	if err := o.addTimes(ctx, &s); err != nil {
		return Status{}, err
	}
	open, err := o.Store.ListOpenBatches(ctx, m.Install)
	if err != nil {
		return Status{}, err
	}
	for _, b := range open {
		s.Unanswered += b.OrderCount
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
	if o.lastErr != nil {
		s.LastError, s.LastErrorCode = o.lastErr.Error(), TroubleOf(o.lastErr)
	}
	if o.Clock.Now().Sub(o.notedAt) < noteShown {
		s.Note, s.NoteText = o.note.Code, o.note.Text
	}
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
	s.LastSuccess, s.NextDue = maybe(last), maybe(due)
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
		SentAt:    maybe(b.SentAt),
		ReceiptAt: maybe(b.ReceiptAt),
		Reasons:   append([]string{}, b.Reasons...),
	}
}

func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
