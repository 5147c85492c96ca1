package webkit

import (
	"time"

	"kaodian/app/base/login"
)

// SessionBody is a browser that an account is logged in with.
type SessionBody struct {
	ID      string    `json:"id"`
	Device  string    `json:"device,omitempty" enum:"phone,tablet,desktop" doc:"Missing of a program that is no browser"`
	Since   time.Time `json:"since"`
	SeenAt  time.Time `json:"seen_at,omitzero" doc:"Missing if not since the server's start"`
	Address string    `json:"address,omitempty"`
	Own     bool      `json:"own" doc:"The one that asks"`
}

// SessionsOf are those of the account, with what is known of their last use; secret
// is that of the session which asks.
func (s *Sights) SessionsOf(all []login.Session, name, secret string) []SessionBody {
	list, own := []SessionBody{}, login.ShortID(login.HashSecret(secret))
	for _, one := range all {
		if one.Name != name {
			continue
		}
		body := SessionBody{ID: one.ID, Device: one.DeviceKind, Since: one.Since, Address: one.Address, Own: one.ID == own}
		if sight := s.Last(one.ID); !sight.At.IsZero() {
			body.SeenAt, body.Address = sight.At, sight.Address
		}
		list = append(list, body)
	}
	return list
}
