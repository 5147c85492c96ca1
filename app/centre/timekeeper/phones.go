package timekeeper

import (
	"slices"
	"time"
)

const (
	// remembered is how many phones are a second opinion.
	remembered = 15
	// enoughPhones is how many are to say another time before staff are told:
	// one phone may be wrong.
	enoughPhones = 3
)

// phones are what the phones that logged in last say of the time.
type phones struct {
	heard []heard // newest last
}

// heard is how far one device's clock was ahead of the exam's as it was before
// people set it.
type heard struct {
	device string
	ahead  time.Duration
}

// Heard notes what a device that logs in shows. It is an opinion, nothing
// depends on it: a phone can say what it likes.
func (k *Keeper) Heard(device string, shows time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	ahead := shows.Sub(k.Clock.Now()) + k.Clock.SetBy()
	list := slices.DeleteFunc(k.phones.heard, func(h heard) bool { return h.device == device })
	list = append(list, heard{device: device, ahead: ahead})
	k.phones.heard = list[max(0, len(list)-remembered):]
}

// middle is their median, which a few wrong ones do not move far.
func (p phones) middle() (ahead time.Duration, count int) {
	if len(p.heard) == 0 {
		return 0, 0
	}
	var all []time.Duration
	for _, h := range p.heard {
		all = append(all, h.ahead)
	}
	slices.Sort(all)
	return all[len(all)/2], len(all)
}
