package intake

import (
	"slices"
	"sync"
)

// taken knows what the latest previews of one kind came to that were taken in,
// so that whoever did not get the answer gets it again. A restart forgets it,
// as it forgets the previews.
type taken[Outcome any] struct {
	mu   sync.Mutex
	kept []outcome[Outcome] // the latest last
}

type outcome[Outcome any] struct {
	id, fingerprint string
	what            Outcome
}

// maxTaken is how many are known of that were taken in.
const maxTaken = 16

func (t *taken[Outcome]) note(id, fingerprint string, what Outcome) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, outcome[Outcome]{id, fingerprint, what})
	t.kept = t.kept[max(0, len(t.kept)-maxTaken):]
}

// find is what the preview came to when it was taken in as it was read.
func (t *taken[Outcome]) find(id, fingerprint string) (what Outcome, before bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	at := slices.IndexFunc(t.kept, func(o outcome[Outcome]) bool { return o.id == id && o.fingerprint == fingerprint })
	if at < 0 {
		return what, false
	}
	return t.kept[at].what, true
}
