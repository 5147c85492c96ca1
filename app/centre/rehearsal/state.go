package rehearsal

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"kaodian/app/centre/store"
)

// Now is the rehearsal that runs, for the desk.
type Now struct {
	ID     string
	Word   string
	By     string
	Plan   Plan
	Sends  bool          // the first phone began: the time runs
	Left   time.Duration // of it, or until nobody is waited for any more
	Rate   float64       // bytes per second of all phones now
	Phones []PhoneNow
}

// PhoneNow is one of its phones.
type PhoneNow struct {
	Number  int
	Browser string
	State   PhoneState
	Speed   float64 // bytes per second now
	Mean    float64 // while it was sending
	Bytes   int64
	Retries int
	Stalls  int // seconds in which nothing came while it was sending
}

// State is the rehearsal that runs, until its record is written down; false if
// none does.
func (h *Hall) State() (Now, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.run
	if r == nil {
		return Now{}, false
	}
	now := Now{ID: r.id, Word: r.word, By: r.by, Plan: r.plan, Sends: r.sends, Left: max(0, time.Until(r.until))}
	for _, p := range r.phones {
		one := PhoneNow{
			Number: p.number, Browser: p.browser, State: p.state, Speed: p.speed(), Mean: p.mean(), Bytes: p.seen,
			Retries: p.retries, Stalls: int(p.stalled / time.Second),
		}
		now.Rate += one.Speed
		now.Phones = append(now.Phones, one)
	}
	return now, true
}

// record is what is kept of the run.
func (h *Hall) record(ctx context.Context, r *run, how store.RehearsalState) (store.Rehearsal, error) {
	verdict := h.judge(ctx, r)
	text, err := json.Marshal(verdict)
	record := store.Rehearsal{ID: r.id, State: how, Verdict: string(text)}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range r.phones {
		record.Phones = append(record.Phones, store.RehearsalPhone{
			Number: p.number, Browser: p.browser, Bytes: p.seen, Rate: int64(math.Round(p.mean())), Retries: p.retries, Stalls: int(p.stalled / time.Second),
		})
	}
	return record, err
}

// judge makes the verdict of what was measured until now.
func (h *Hall) judge(ctx context.Context, r *run) Verdict {
	h.mu.Lock()
	samples, diskRate := r.samples, r.diskRate
	slow, sent := h.slow(r)
	h.mu.Unlock()
	if sent == 0 {
		return Verdict{Outcome: Nobody}
	}
	together, rate, ok := Measure(samples, h.Least-2*h.Look) // the first look and the last are no whole ones
	if !ok {
		return Verdict{Outcome: TooShort}
	}
	facts := Facts{Clips: r.plan.Clips, ClipBytes: r.plan.ClipBytes, Rate: rate, DiskRate: diskRate, Space: h.spaceFacts(ctx, r.plan)}
	if h.Check != nil {
		facts.Check = h.Check(r.plan.ClipBytes)
	}
	verdict := Judge(facts, r.plan.Expected)
	verdict.Together, verdict.Slow = together, slow
	return verdict
}

// slow counts the phones that sent, and those of them that would need longer for
// one candidate's videos than the shortest countdown lasts (R7).
func (h *Hall) slow(r *run) (slow, sent int) {
	shortest := time.Duration(math.MaxInt64)
	for _, band := range h.Store.Rules().TimeLimits {
		shortest = min(shortest, band.Limit)
	}
	for _, p := range r.phones {
		if p.seen == 0 {
			continue
		}
		sent++
		if float64(r.plan.Clips)*float64(r.plan.ClipBytes)/max(1, p.mean()) > shortest.Seconds() {
			slow++
		}
	}
	return slow, sent
}

func (h *Hall) spaceFacts(ctx context.Context, plan Plan) *SpaceFacts {
	left, err := h.left(ctx)
	if err != nil {
		h.note(err)
		return nil
	}
	facts := &SpaceFacts{Free: max(0, left), FullClip: h.Store.Rules().MaxClipBytes, AtOnce: plan.Expected}
	if h.UntilSync != nil {
		facts.UntilSync = h.UntilSync(ctx)
	}
	return facts
}
