package jobs

import (
	"context"
	"slices"
	"sync"
	"time"
)

// paces are how long jobs take on this machine, so that a page can estimate one.
// They are learnt anew after each start, beginning with the usual ones.
type paces struct {
	mu    sync.Mutex
	known map[Kind]pace
}

// pace is of one kind: each for every job, and byte for every byte of its clip.
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

// orders caches the order of the lanes, so that a phone's request need not read
// one (I7). A change of a lane wakes it, and its order is read anew.
type orders struct {
	mu    sync.Mutex
	known map[Kind]order
}

type order struct {
	list []Job
	at   time.Time
}

// orderLife is how long a cached order is used without a wake-up: jobs end.
const orderLife = 2 * time.Second

func (o *orders) forget(kind Kind) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.known, kind)
}

// of is the lane's order; one caller at a time reads it from the queue.
func (o *orders) of(ctx context.Context, queue Queue, kind Kind) ([]Job, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if known, ok := o.known[kind]; ok && time.Since(known.at) < orderLife {
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

// minLeft is the estimate for a job that takes longer than expected.
const minLeft = 3 * time.Second

// ReadyIn estimates how long it takes until the clip's jobs of these kinds are
// done, those before it included. known is false for a clip that has none.
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
			left += max(pace.take(job)-r.worked(job), minLeft)
		}
	}
	return left, known, nil
}

// worked is how long the job has been running.
func (r *Runner) worked(job Job) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if under, ok := r.under[job.Kind]; ok && under.job.ID == job.ID {
		return time.Since(under.began)
	}
	return 0
}

// Takes estimates how long one job of the kind takes at a clip of that size, as
// those since the start did.
func (r *Runner) Takes(kind Kind, bytes int64) time.Duration {
	return r.paces.of(kind).take(Job{Bytes: bytes})
}
