package staff

import (
	"sync"
	"time"

	"kaodian/app/centre/intake"
	"kaodian/app/centre/web/shared"
	"kaodian/app/webkit"
)

// Config is what the desk works with beside the centre.
type Config struct {
	CentreName func() string // as it stands on papers; "" for none
	Sync       Sync
	Jobs       Jobs // the examination's queue
	Time       Time // the clock's keeper
	Storage    Storage
	Audit      webkit.Audit
	Intake     *intake.Intake       // of lists and photos
	Retention  func() time.Duration // how long a video stays after its receipt
	Settings   Settings
	Setup      Setup
	Backups    Backups
	Health     Health
	ServiceLog ServiceLog
	Ending     Ending
	Look       Looks // at a candidate through the desk's camera
}

// Server answers the staff.
type Server struct {
	*shared.Centre
	Config

	looks   webkit.Looks // at videos
	streams shared.Streams
	scans   sync.Mutex // a scan that is refused is removed before another of the same bytes comes
}

// New makes the staff's room of the centre.
func New(centre *shared.Centre, config Config) *Server {
	return &Server{Centre: centre, Config: config}
}
