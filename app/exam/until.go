package exam

import (
	"time"

	"kaodian/app/base/refusal"
)

// Until is the Event of an act that may be done until a moment and no later:
// the page that asked for it waits no longer, and a server that stood still
// must not do afterwards what the candidate was told had failed. Zero: always.
type Until struct {
	Event  Event
	Moment time.Time
}

func (e Until) apply(a *act) error {
	if !e.Moment.IsZero() && a.now.After(e.Moment) {
		return refusal.New(ActTooLate, "until", e.Moment)
	}
	return e.Event.apply(a)
}
