package timekeeper

import (
	"slices"
	"time"
)

const (
	// maxPhones is how many phones are asked.
	maxPhones = 15
	// minPhones is how many have to show another time before staff are told: one
	// phone may be wrong.
	minPhones = 3
)

// phones are the clocks of the phones that logged in last.
type phones struct {
	seen []phone // newest last
}

// phone is how far one device's clock was ahead of the exam's clock without what
// people set.
type phone struct {
	device string
	ahead  time.Duration
}

// NotePhone notes the time that a device shows at its log-in. It is only shown to
// staff: a phone can send anything.
func (k *Keeper) NotePhone(device string, shows time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ahead := shows.Sub(k.Clock.Now()) + k.Clock.SetBy()
	list := slices.DeleteFunc(k.phones.seen, func(h phone) bool { return h.device == device })
	list = append(list, phone{device: device, ahead: ahead})
	k.phones.seen = list[max(0, len(list)-maxPhones):]
}

// median is the median, which a few wrong clocks hardly move.
func (p phones) median() (ahead time.Duration, count int) {
	if len(p.seen) == 0 {
		return 0, 0
	}
	var all []time.Duration
	for _, h := range p.seen {
		all = append(all, h.ahead)
	}
	slices.Sort(all)
	return all[len(all)/2], len(all)
}
