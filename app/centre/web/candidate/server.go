package candidate

import (
	"context"
	"time"

	"kaodian/app/centre/jobs"
	"kaodian/app/centre/web/shared"
	"kaodian/app/webkit"
)

// Config is what the phones are told beside what the centre knows.
type Config struct {
	CentreName func() string // as it stands on tickets and receipts; "" for none
	// Compares says whether there is a network that compares faces; nil for no.
	Compares func() bool
	// ReadyIn tells about how long until the jobs of these kinds are done at a
	// clip; nil where nobody knows.
	ReadyIn func(ctx context.Context, clipID string, kinds ...jobs.Kind) (left time.Duration, known bool, err error)
	// NotePhone notes the clock of a phone that logs in; it may be nil.
	NotePhone func(device string, shows time.Time)
}

// Server answers the phones.
type Server struct {
	*shared.Centre
	Config

	calls   *webkit.Calls // for help
	streams shared.Streams
}

// New makes the candidates' room of the centre.
func New(centre *shared.Centre, config Config) *Server {
	return &Server{Centre: centre, Config: config, calls: webkit.NewCalls()}
}
