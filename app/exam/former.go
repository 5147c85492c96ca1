package exam

import "slices"

// FindHeld returns the clip with that id, also one that stands behind another,
// with its item and attempt, or nils.
func (o *Order) FindHeld(id string) (*Attempt, *Item, *Clip) {
	for _, list := range [][]Attempt{o.Attempts, o.Practice} {
		for i := range list {
			for j := range list[i].Items {
				if clip := list[i].Items[j].findHeld(id); clip != nil {
					return &list[i], &list[i].Items[j], clip
				}
			}
		}
	}
	return nil, nil, nil
}

func (i *Item) findHeld(id string) *Clip {
	if i.Clip != nil && i.Clip.ID == id {
		return i.Clip
	}
	if n := slices.IndexFunc(i.Former, func(c Clip) bool { return c.ID == id }); n >= 0 {
		return &i.Former[n]
	}
	return nil
}

// Looked is the Event of a clip's examination. One in which nothing can be
// decoded is no clip (R14): what it replaced stands again, also after the
// attempt's end, until the order is in a batch. What one that can be opened
// replaced goes. One that could not be looked at leaves all as it is.
type Looked struct {
	ClipID         string
	Opened, Broken bool
}

func (e Looked) apply(a *act) error {
	attempt, item, clip := a.order.FindHeld(e.ClipID)
	if clip == nil || !a.order.SealedAt.IsZero() {
		return nil // gone meanwhile, or sent as it was
	}
	clip.Opened, clip.Broken = e.Opened, e.Broken
	a.settle(attempt, item)
	return nil
}

// setAside puts the item's clip behind the next one; one that holds no video
// is not kept.
func (a *act) setAside(attempt *Attempt, item *Item, by Actor) {
	if item.Clip == nil {
		return
	}
	if item.Clip.Broken {
		a.removeClip(attempt, item, by)
		return
	}
	former := *item.Clip
	former.Restored = false
	item.Clip, item.Former = nil, append(item.Former, former)
	a.clipHappened(FactClipSetAside, by, attempt, item, former.ID)
}

// settle decides what stands at an item when its clip was looked at or went:
// a former one stays behind only while nobody knows whether it is needed.
func (a *act) settle(attempt *Attempt, item *Item) {
	a.dropFormer(attempt, item, func(c Clip) bool { return c.Broken })
	for len(item.Former) > 0 {
		switch {
		case item.Clip == nil:
			a.restore(attempt, item, false)
		case item.Clip.Broken:
			a.removeClip(attempt, item, system())
			a.restore(attempt, item, true)
		case item.Clip.Opened:
			a.dropFormer(attempt, item, func(Clip) bool { return true })
		default:
			return
		}
	}
}

// restore has the newest former clip stand again. Marks that were given to what
// stood there are none of it (R21).
func (a *act) restore(attempt *Attempt, item *Item, broken bool) {
	last := len(item.Former) - 1
	clip := item.Former[last]
	clip.Restored = broken
	item.Clip, item.Former = &clip, append([]Clip(nil), item.Former[:last]...)
	if attempt == a.order.current() {
		a.order.Marks = slices.DeleteFunc(a.order.Marks, func(m Mark) bool { return m.ItemID == item.ID || m.ItemID == "" })
	}
	a.clipHappened(FactClipRestored, system(), attempt, item, clip.ID)
}

func (a *act) dropFormer(attempt *Attempt, item *Item, which func(Clip) bool) {
	var kept []Clip
	for _, former := range item.Former {
		if !which(former) {
			kept = append(kept, former)
			continue
		}
		a.clipHappened(FactClipRemoved, system(), attempt, item, former.ID)
	}
	item.Former = kept
}

// dropFormers lets all of them go: what goes into a batch is what stands.
func (a *act) dropFormers() {
	for i := range a.order.Attempts {
		attempt := &a.order.Attempts[i]
		for j := range attempt.Items {
			a.dropFormer(attempt, &attempt.Items[j], func(Clip) bool { return true })
		}
	}
}
