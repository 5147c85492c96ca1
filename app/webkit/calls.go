package webkit

import (
	"sync"
	"time"

	"kaodian/app/base/refusal"
)

// Calls limit how often a device calls for help, so that no device's taps drown
// another's (R30): six times at once and then once each 30 seconds. Devices that
// have just got their id share an allowance of their address, 12 at once and then
// one each minute: a device that deletes its cookie again and again uses up that
// allowance and delays no device that has a cookie.
type Calls struct {
	mu        sync.Mutex
	devices   allowances
	addresses allowances
}

// NewCalls makes Calls with full allowances.
func NewCalls() *Calls {
	return &Calls{devices: newAllowances(6, 30*time.Second), addresses: newAllowances(12, time.Minute)}
}

// Take uses one call up, or refuses it (refusal.TooManyCalls).
func (c *Calls) Take(device, address string, fresh bool, now time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	wait := c.devices.wait(device, now)
	if fresh {
		wait = max(wait, c.addresses.wait(address, now))
	}
	if wait > 0 {
		return refusal.New(refusal.TooManyCalls, "retry_seconds", int((wait+time.Second-1)/time.Second))
	}
	c.devices.take(device, now)
	if fresh {
		c.addresses.take(address, now)
	}
	return nil
}
