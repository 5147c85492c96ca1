package rehearsal

import (
	"context"
	"crypto/rand"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
)

// PhoneState is how a phone of a rehearsal stands.
type PhoneState string

// The states.
const (
	PhoneReady   PhoneState = "ready"   // the page is open
	PhoneSending PhoneState = "sending" //
	PhoneSilent  PhoneState = "silent"  // it sent, and nothing was heard since a while
)

// recent is how many looks the present speed is made of.
const recent = 5

// phone is one that opened the page. It is guarded by the hall's mutex.
type phone struct {
	number  int
	browser string
	token   string // of the page that was opened last
	state   PhoneState
	heard   time.Time // monotonic
	current *piece    // what it sends now
	before  int64     // bytes of what it sent before
	last    string    // id of the piece that came whole last, which its page may ask about once more

	seen    int64         // bytes at the last look
	sent    time.Duration // while it was sending
	stalled time.Duration // of that, nothing came
	retries int
	speeds  []Sample // the last looks
}

// Joined is what a phone's page is told.
type Joined struct {
	Number int
	Token  string // names the page in its uploads
	Piece  int64  // bytes to send as one file, again and again
}

// Join lets a phone that names the word take part; once more it is the same
// phone with a new page, and the old page sends no more. Refusals: NotRunning,
// Full.
func (h *Hall) Join(ctx context.Context, word, device, browser string) (Joined, error) {
	h.mu.Lock()
	r := h.run
	if r == nil || r.over || r.word != word || device == "" {
		h.mu.Unlock()
		return Joined{}, refusal.New(NotRunning)
	}
	p := r.byDevice[device]
	if p == nil && len(r.phones) >= maxPhones {
		h.mu.Unlock()
		return Joined{}, refusal.New(Full, "max", maxPhones)
	}
	if p == nil {
		p = &phone{number: len(r.phones) + 1}
		r.phones, r.byDevice[device] = append(r.phones, p), p
	}
	p.token, p.browser, p.state, p.heard = rand.Text(), browser, PhoneReady, time.Now()
	left := h.forget(r, p)
	joined := Joined{Number: p.number, Token: p.token, Piece: r.piece}
	h.mu.Unlock()
	if left != "" {
		h.note(h.removePart(ctx, left))
	}
	return joined, h.Store.JoinRehearsal(ctx, r.id, store.RehearsalPhone{Number: joined.Number, Browser: browser})
}

// Told is how the rehearsal stands, for a phone.
type Told struct {
	Over  bool
	Sends bool          // the time runs
	Left  time.Duration // of it
}

// Tell notes what a page says of itself; one that was replaced is told that
// with Elsewhere.
func (h *Hall) Tell(word, device string, token string, retries int) (Told, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.run
	if r == nil || r.over || r.word != word {
		return Told{Over: true}, nil
	}
	p := r.byDevice[device]
	if p == nil {
		return Told{}, refusal.New(NotRunning)
	}
	if p.token != token {
		return Told{}, refusal.New(Elsewhere)
	}
	p.heard, p.retries = time.Now(), max(p.retries, retries)
	return Told{Sends: r.sends, Left: max(0, time.Until(r.until))}, nil
}

// arrived is how much of the phone came, safe or not.
func (h *Hall) arrived(p *phone) int64 {
	bytes := p.before
	if p.current != nil {
		bytes += max(p.current.Offset, h.Engine.Arrived(p.current.ID))
	}
	return max(bytes, p.seen)
}

// look takes a sample of all phones.
func (h *Hall) look(r *run) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !r.over {
		h.lookAt(r)
	}
}

// lookAt is look for who holds the hall's mutex.
func (h *Hall) lookAt(r *run) {
	now := time.Now()
	sample := Sample{Took: now.Sub(r.looked)}
	r.looked = now
	for _, p := range r.phones {
		if p.state == PhoneReady {
			continue
		}
		bytes := h.arrived(p)
		came := bytes - p.seen
		p.seen = bytes
		p.look(now, sample.Took, came, h.Silence)
		if p.state == PhoneSending {
			sample.Sending++
		}
		sample.Bytes += came
	}
	if r.sends {
		r.samples = append(r.samples, sample)
	}
}

// look takes on what came of one phone since the last look.
func (p *phone) look(now time.Time, took time.Duration, came int64, silence time.Duration) {
	p.state = PhoneSending
	switch {
	case came > 0:
		p.heard = now
	case now.Sub(p.heard) > silence:
		p.state = PhoneSilent
	default:
		p.stalled += took
	}
	if p.state == PhoneSending {
		p.sent += took
	}
	p.speeds = append(p.speeds, Sample{Took: took, Bytes: came})
	p.speeds = p.speeds[max(0, len(p.speeds)-recent):]
}

func (p *phone) speed() float64 {
	var took time.Duration
	var bytes int64
	for _, s := range p.speeds {
		took, bytes = took+s.Took, bytes+s.Bytes
	}
	return rate(bytes, took)
}

func (p *phone) mean() float64 { return rate(p.seen, p.sent) }

func rate(bytes int64, took time.Duration) float64 {
	if took <= 0 {
		return 0
	}
	return float64(bytes) / took.Seconds()
}
