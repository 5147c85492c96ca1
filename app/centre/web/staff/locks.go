package staff

import (
	"context"
	"strings"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/access"
	"kaodian/app/webkit"
)

// showFrom is how many wrong log-ins staff are told of.
const showFrom = 5

type lockBody struct {
	Account  string    `json:"account" doc:"ticket:… or staff:…, as unlocking takes it"`
	Name     string    `json:"name" doc:"The ticket or the staff's name"`
	Device   string    `json:"device,omitempty" doc:"Of a device, its six digits: it tried this account last"`
	Failures int       `json:"failures"`
	LastAt   time.Time `json:"last_at"`
}

type locksOutput struct{ Body []lockBody }

// listLocks shows at what accounts, and from what devices, many log-ins were
// wrong: somebody forgot a number, or guesses. A device whose account got in
// since is shown only while it waits.
func (s *Server) listLocks(ctx context.Context, _ *struct{}) (*locksOutput, error) {
	list, err := s.Store.ListFailures(ctx, showFrom)
	out := &locksOutput{Body: []lockBody{}}
	for _, one := range list {
		if one.Entered && webkit.CheckWait(one.Failures, one.LastAt, s.Store.Now()) == nil {
			continue
		}
		_, name, _ := strings.Cut(one.Account, ":")
		body := lockBody{Account: one.Account, Name: name, Failures: one.Failures, LastAt: one.LastAt}
		if device, ok := strings.CutPrefix(one.Key, webkit.DevicePrefix); ok {
			body.Device = store.DeviceNumber(device)
		}
		out.Body = append(out.Body, body)
	}
	return out, err
}

type unlockInput struct {
	Body struct {
		Account string `json:"account" minLength:"7" maxLength:"80" pattern:"^(ticket|staff):" doc:"As the list names it"`
	}
}

// unlock lets an account, and the devices that tried it last, log in again.
func (s *Server) unlock(ctx context.Context, in *unlockInput) (*struct{}, error) {
	by := access.Of(ctx).Staff()
	return nil, s.Store.Unlock(ctx, in.Body.Account, by)
}
