package staff

import (
	"context"
	"net/http"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
)

// Sync is what the pages need of whoever sends to the province.
type Sync interface {
	// Status tells how sending stands, without secrets.
	Status(ctx context.Context) (Status, error)
	// SendNow asks for a run, with the orders that wait for marks or without
	// them; it returns at once.
	SendNow(unmarked bool)
}

// Status is how sending to the province stands, without secrets.
type Status struct {
	Enrolled      bool           `json:"enrolled"`
	Answered      bool           `json:"answered" doc:"The province took the enrolment"`
	Centre        string         `json:"centre,omitempty"`
	Install       string         `json:"install,omitempty"`
	Drop          string         `json:"drop,omitempty" doc:"Where batches go, without the password"`
	Sending       bool           `json:"sending"`
	Progress      *Progress      `json:"progress,omitempty" doc:"Of the run under way, in this process or in a command"`
	LastSuccess   time.Time      `json:"last_success,omitzero"`
	LastContact   time.Time      `json:"last_contact,omitzero" doc:"When the drop last answered, also in a run that failed by something else"`
	NextDue       time.Time      `json:"next_due,omitzero"`
	LastError     string         `json:"last_error,omitempty" doc:"For whoever looks closer"`
	LastErrorCode string         `json:"last_error_code,omitempty" enum:"refused,damaged,not_trusted,full,not_ours,busy,date_in_doubt,other,unreachable,no_data,login_refused,drop_full,not_allowed,unsuitable,in_the_way,needs_tls,certificate_unknown,certificate_changed,certificate_date,faulty"`
	NoLine        bool           `json:"no_line,omitempty" doc:"The last run only found no line, and the schedule sends whenever there is one: no failure"`
	Note          string         `json:"note,omitempty" enum:"not_resumed,kept" doc:"What the drop did in another way than it was asked, since yesterday; or that it keeps what the province has taken in"`
	NoteText      string         `json:"note_text,omitempty" doc:"For whoever looks closer"`
	WaitingOrders int            `json:"waiting_orders" doc:"Final orders that are in no batch yet"`
	Unmarked      int            `json:"unmarked_orders" doc:"Those of them that wait for ticks and marks"`
	UnmarkedUntil time.Time      `json:"unmarked_until,omitzero" doc:"When they go without, at the latest"`
	BusyOrders    int            `json:"busy_orders" doc:"Final orders with a clip that is landing or being examined"`
	OpenOrders    int            `json:"open_orders" doc:"Orders that ended and may still be taken up again, so that they are not final"`
	OpenUntil     time.Time      `json:"open_until,omitzero" doc:"When the first of them is final"`
	LaterOrders   int            `json:"later_orders" doc:"Orders of earlier batches to which something happened since: it goes with the next batch (R31)"`
	Unanswered    int64          `json:"unanswered_orders" doc:"Orders in batches that have no receipt yet, sent or not"`
	RefusedOrders int64          `json:"refused_orders" doc:"Orders in batches that the province refused: they go again once the centre has joined anew"`
	Parcels       []ParcelStatus `json:"parcels" doc:"What the province sent down: what waits, in the order in which it is answered, then the newest of the rest"`
	WrongParcels  []string       `json:"wrong_parcels" doc:"What is wrong with what lies at the drop for this install, for whoever looks closer"`
	Batches       []BatchStatus  `json:"batches"`
}

// Progress is how far the run under way is with one batch.
type Progress struct {
	Stage     string `json:"stage" enum:"sealing,sending,receiving" doc:"A batch is sealed, then sent; receipts are read last"`
	Sequence  int64  `json:"sequence,omitempty" doc:"The batch; none while receipts are read"`
	Done      int64  `json:"done" doc:"Bytes"`
	Total     int64  `json:"total" doc:"Bytes"`
	Remaining int64  `json:"remaining_seconds,omitempty" doc:"For the rest of this batch at the speed of the last half minute; none while that is not known"`
}

// BatchStatus is how far one batch of this install is.
type BatchStatus struct {
	Sequence  int64            `json:"sequence"`
	State     store.BatchState `json:"state" enum:"sealed,sent,accepted,refused"`
	Orders    int64            `json:"orders"`
	Files     int64            `json:"files"`
	Bytes     int64            `json:"bytes"`
	SealedAt  time.Time        `json:"sealed_at"`
	SentAt    time.Time        `json:"sent_at,omitzero"`
	ReceiptAt time.Time        `json:"receipt_at,omitzero"`
	Reasons   []string         `json:"reasons"`
}

type syncOutput struct{ Body Status }

func (s *Server) syncStatus(ctx context.Context, _ *struct{}) (*syncOutput, error) {
	status, err := s.Sync.Status(ctx)
	return &syncOutput{Body: status}, err
}

type acceptedOutput struct{ Status int }

type sendInput struct {
	Marked bool `query:"marked" doc:"Leave the orders that wait for ticks and marks. Without it they go too: what is said of them later is sent later (R31)"`
}

func (s *Server) sendNow(ctx context.Context, in *sendInput) (*acceptedOutput, error) {
	err := s.Store.Audit(ctx, store.Entry{
		Action: store.ActionSendNow,
		By:     access.Of(ctx).Staff(),
		Args:   map[string]any{"unmarked": !in.Marked},
	})
	if err != nil {
		return nil, err
	}
	s.Sync.SendNow(!in.Marked)
	return &acceptedOutput{Status: http.StatusAccepted}, nil
}
