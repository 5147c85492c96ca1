package jobs

import (
	"context"
	"slices"
	"sync"
	"time"
)

// paces are how long jobs took here, so that a page can say how long one will.
// They are learnt anew after each start, from what was usual when this was
// written on.
type paces struct {
	mu    sync.Mutex
	known map[Kind]pace
}

// pace is of one kind: a job takes each, and for every byte of its clip byte.
type pace struct {
	each time.Duration
	byte float64 // nanoseconds
}

// usual was measured on two cores of 2024, with clips of a phone.
var usual = map[Kind]pace{
	Preview:   {each: 12 * time.Second},
	Inspect:   {each: 2 * time.Second, byte: 200},
	Rendition: {each: 2 * time.Second, byte: 1500},
}

const (
	// tooShort is a job that had nothing to do: its clip plays everywhere.
	tooShort = time.Second
	newest   = 0.3 // weight of the last one
)

func (p *paces) of(kind Kind) pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	if known, ok := p.known[kind]; ok {
		return known
	}
	return usual[kind]
}

func (p pace) take(job Job) time.Duration {
	return p.each + time.Duration(p.byte*float64(job.Bytes))
}

// learn moves the pace towards what a job took.
func (p *paces) learn(job Job, took time.Duration) {
	if took < tooShort {
		return
	}
	now := p.of(job.Kind)
	expected := now.take(job)
	if expected <= 0 {
		return
	}
	factor := 1 + newest*(float64(took)/float64(expected)-1)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[Kind]pace{}
	}
	p.known[job.Kind] = pace{each: time.Duration(float64(now.each) * factor), byte: now.byte * factor}
}

// orders are the lanes as they stood a moment ago, so that a phone's question
// reads none through (I7): what changes a lane wakes it, and it is read anew.
type orders struct {
	mu    sync.Mutex
	known map[Kind]order
}

type order struct {
	list []Job
	at   time.Time
}

// orderHolds is for how long an order is good that nobody said was changed:
// jobs end.
const orderHolds = 2 * time.Second

func (o *orders) forget(kind Kind) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.known, kind)
}

// of is the lane's order; one caller at a time reads it.
func (o *orders) of(ctx context.Context, queue Queue, kind Kind) ([]Job, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if known, ok := o.known[kind]; ok && time.Since(known.at) < orderHolds {
		return known.list, nil
	}
	list, err := queue.ListInOrder(ctx, kind)
	if err != nil {
		return nil, err
	}
	if o.known == nil {
		o.known = map[Kind]order{}
	}
	o.known[kind] = order{list, time.Now()}
	return list, nil
}

// leastLeft is said of a job that takes longer than expected.
const leastLeft = 3 * time.Second

// ReadyIn is how long it is likely to take until the jobs of these kinds are
// done at the clip: what comes before it, and itself. Not known is a clip that
// has none of them.
func (r *Runner) ReadyIn(ctx context.Context, clipID string, kinds ...Kind) (left time.Duration, known bool, err error) {
	for _, kind := range kinds {
		list, err := r.orders.of(ctx, r.Queue, kind)
		if err != nil {
			return 0, false, err
		}
		own := slices.IndexFunc(list, func(job Job) bool { return job.ClipID == clipID })
		if own < 0 {
			continue
		}
		known = true
		pace := r.paces.of(kind)
		for _, job := range list[:own+1] {
			left += max(pace.take(job)-r.worked(job), leastLeft)
		}
	}
	return left, known, nil
}

// worked is for how long the job is being done.
func (r *Runner) worked(job Job) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if under, ok := r.under[job.Kind]; ok && under.job.ID == job.ID {
		return time.Since(under.began)
	}
	return 0
}
