package vision

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"kaodian/media/cage"
)

// ErrNotExamined is a job that the worker could not do: it crashed, hung,
// took too much memory, answered rubbish, or could not read the picture. The
// next job gets a fresh worker.
var ErrNotExamined = errors.New("the pictures could not be examined")

// Options of a Client; zero values mean the defaults.
type Options struct {
	Program string // what to start as the worker; "": this program
	Worker  WorkerOptions
	Start   time.Duration // for the worker to get ready
	Job     time.Duration // for one job
	Idle    time.Duration // without a job until the worker is stopped
	Memory  int64         // bytes that the worker may take
	Jobs    int           // after so many a fresh worker takes over
	// MaxBackoff is the longest wait before a worker that keeps falling
	// over is started anew.
	MaxBackoff time.Duration
}

// CascadesFolder is where Debian's opencv-data puts them.
const CascadesFolder = "/usr/share/opencv4/haarcascades"

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	// Long, because the worker has the lowest priority: on an idle machine a
	// start takes 0.2 s and a job of 20 frames 0.6 s.
	set(&o.Start, time.Minute)
	set(&o.Job, 2*time.Minute)
	set(&o.Idle, time.Minute)
	set(&o.MaxBackoff, 30*time.Second)
	if o.Memory == 0 {
		o.Memory = 1 << 30
	}
	if o.Jobs == 0 {
		o.Jobs = 200
	}
	if o.Worker.Cascades == "" {
		o.Worker.Cascades = CascadesFolder
	}
	return o
}

// Client has one worker and gives it one job at a time. It may be used by
// several goroutines; the worker is started by the first job.
type Client struct {
	options Options
	turn    chan struct{} // who holds it may use what follows

	worker   *worker
	idle     *time.Timer
	failures int // one after the other
	rest     time.Time
	starts   int
	closed   bool
}

// NewClient makes a client. Close ends its worker.
func NewClient(o Options) *Client {
	return &Client{options: o.withDefaults(), turn: make(chan struct{}, 1)}
}

// Compare looks for faces in JPEG frames and compares the best with photo
// (empty: only look).
func (c *Client) Compare(ctx context.Context, photo []byte, frames [][]byte) (Comparison, error) {
	r, err := c.do(ctx, opCompare, append([][]byte{photo}, frames...)...)
	if err != nil {
		return Comparison{}, err
	}
	if r.Comparison == nil || !r.Comparison.fits(len(frames)) {
		return Comparison{}, c.discard(fmt.Errorf("%w: %w", ErrNotExamined, errRubbish))
	}
	return *r.Comparison, nil
}

// fits checks an answer against its request, before its index is used.
func (r *Comparison) fits(frames int) bool {
	if len(r.Frames) != frames || len(r.Similarities) != frames || r.Best < -1 || r.Best >= frames {
		return false
	}
	return r.Best < 0 || len(r.Frames[r.Best]) > 0
}

// CheckPhoto says what a registration photo shows (R2).
func (c *Client) CheckPhoto(ctx context.Context, data []byte) (PhotoReport, error) {
	r, err := c.do(ctx, opPhoto, data)
	if err != nil {
		return PhotoReport{}, err
	}
	if r.Photo == nil {
		return PhotoReport{}, c.discard(fmt.Errorf("%w: %w", ErrNotExamined, errRubbish))
	}
	return *r.Photo, nil
}

// About starts the worker if need be and says what it works with.
func (c *Client) About(ctx context.Context) (About, error) {
	if err := c.take(ctx); err != nil {
		return About{}, err
	}
	defer c.give()
	if err := c.ensure(ctx); err != nil {
		return About{}, err
	}
	return c.worker.about, nil
}

// Close ends the worker; further calls fail.
func (c *Client) Close() error {
	c.turn <- struct{}{}
	defer c.give()
	c.closed = true
	c.stop()
	return nil
}

// Peak is the most memory, in bytes, that the present worker has used; 0
// without one.
func (c *Client) Peak() int64 {
	c.turn <- struct{}{}
	defer c.give()
	if c.worker == nil {
		return 0
	}
	return c.worker.peak()
}

func (c *Client) take(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	if c.closed {
		c.give()
		return errors.New("the face worker has been closed")
	}
	return nil
}

func (c *Client) give() { <-c.turn }

func (c *Client) do(ctx context.Context, op string, blobs ...[]byte) (response, error) {
	if err := c.take(ctx); err != nil {
		return response{}, err
	}
	defer c.give()
	if err := c.ensure(ctx); err != nil {
		return response{}, err
	}
	r, err := c.worker.do(ctx, op, blobs, c.options.Job)
	if err != nil {
		c.stop()
		if ctx.Err() != nil {
			return response{}, ctx.Err() // our own stop is nobody's fault
		}
		c.backOff()
		return response{}, fmt.Errorf("%w: %w", ErrNotExamined, err)
	}
	c.failures = 0
	c.retire()
	if r.Error != "" {
		return response{}, fmt.Errorf("%w: %s", ErrNotExamined, r.Error)
	}
	return r, nil
}

// discard stops a worker whose well-formed answer makes no sense.
func (c *Client) discard(err error) error {
	c.turn <- struct{}{}
	defer c.give()
	c.stop()
	c.backOff()
	return err
}

// backOff delays the next start, each time twice as long.
func (c *Client) backOff() {
	const first = 100 * time.Millisecond
	wait := min(first<<min(c.failures, 16), c.options.MaxBackoff)
	c.failures++
	c.rest = time.Now().Add(wait)
}

// retire stops a worker that has done its number of jobs, or that idles.
func (c *Client) retire() {
	if c.worker.jobs >= uint64(c.options.Jobs) {
		c.stop()
		return
	}
	idle := c.worker
	if c.idle != nil {
		c.idle.Stop()
	}
	last := idle.jobs
	c.idle = time.AfterFunc(c.options.Idle, func() {
		c.turn <- struct{}{}
		defer c.give()
		if c.worker == idle && idle.jobs == last {
			c.stop()
		}
	})
}

// ensure has a worker that is ready. One that cannot be started at all is
// ErrNotExamined too: a broken installation must not hold up the exam. Want of
// descriptors, processes or memory passes, and is no clip's fault.
func (c *Client) ensure(ctx context.Context) error {
	if c.worker != nil && c.worker.alive() {
		return nil
	}
	c.stop()
	select {
	case <-time.After(time.Until(c.rest)):
	case <-ctx.Done():
		return ctx.Err()
	}
	c.starts++
	w, err := startWorker(ctx, c.options)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if isScarcity(err) {
			return fmt.Errorf("start the face worker: %w", err)
		}
		c.backOff()
		return fmt.Errorf("%w: start the face worker: %w", ErrNotExamined, err)
	}
	c.worker = w
	return nil
}

func isScarcity(err error) bool {
	return slices.ContainsFunc([]error{syscall.EMFILE, syscall.ENFILE, syscall.EAGAIN, syscall.ENOMEM}, func(e error) bool { return errors.Is(err, e) })
}

func (c *Client) stop() {
	if c.worker != nil {
		c.worker.kill()
		c.worker = nil
	}
}

// worker is the process at the other end of two pipes.
type worker struct {
	process   *cage.Process
	requests  *os.File
	responses *os.File
	about     About
	jobs      uint64
	end       sync.Once
}

func startWorker(ctx context.Context, o Options) (*worker, error) {
	program := o.Program
	if program == "" {
		exe, err := os.Executable()
		if err != nil {
			return nil, err
		}
		program = exe
	}
	requestsOut, requests, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	responses, responsesIn, err := os.Pipe()
	if err != nil {
		requestsOut.Close()
		requests.Close()
		return nil, err
	}
	process, err := cage.Start(cage.Command{
		Path: program, Args: o.Worker.args(), Files: []*os.File{requestsOut, responsesIn}, Read: o.Worker.folders(),
		Limits: cage.Limits{Memory: o.Memory, Address: addressSpace, FileSize: 1, CPU: cpuTime},
	})
	requestsOut.Close()
	responsesIn.Close()
	if err != nil {
		requests.Close()
		responses.Close()
		return nil, err
	}
	w := &worker{process: process, requests: requests, responses: responses}
	if err := w.greet(ctx, o.Start); err != nil {
		w.kill()
		return nil, w.why(err)
	}
	return w, nil
}

// Limits of a worker over its whole life. OpenCV's libraries alone reserve
// some GB of addresses.
const (
	addressSpace = 8 << 30
	cpuTime      = 2 * time.Hour
)

func (w *worker) greet(ctx context.Context, within time.Duration) error {
	var hello response
	err := w.within(ctx, within, func() error { return readMessage(w.responses, &hello) })
	if err != nil {
		return err
	}
	if hello.ID != 0 || hello.About == nil {
		return errRubbish
	}
	w.about = *hello.About
	return nil
}

func (w *worker) do(ctx context.Context, op string, blobs [][]byte, within time.Duration) (response, error) {
	w.jobs++
	q := request{ID: w.jobs, Op: op}
	for _, blob := range blobs {
		q.Blobs = append(q.Blobs, len(blob))
	}
	var r response
	err := w.within(ctx, within, func() error {
		if err := writeMessage(w.requests, q, blobs...); err != nil {
			return err
		}
		return readMessage(w.responses, &r)
	})
	if err == nil && r.ID != q.ID {
		err = errRubbish
	}
	if err != nil {
		w.kill()
		return response{}, w.why(err)
	}
	return r, nil
}

// within runs one exchange; the pipes' deadlines end it when the time or ctx
// does.
func (w *worker) within(ctx context.Context, limit time.Duration, exchange func() error) error {
	set := func(at time.Time) {
		_ = w.requests.SetDeadline(at)
		_ = w.responses.SetDeadline(at)
	}
	set(time.Now().Add(limit))
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(stopped)
		set(time.Unix(1, 0))
	})
	defer func() {
		if !stop() {
			<-stopped // else it would end the next exchange
		}
	}()
	return exchange()
}

// why adds the dead worker's standard error.
func (w *worker) why(err error) error {
	<-w.process.Ended()
	if fault := w.process.Wait(); fault != nil {
		return fmt.Errorf("%w (%w)", err, fault)
	}
	return err
}

func (w *worker) alive() bool {
	select {
	case <-w.process.Ended():
		return false
	default:
		return true
	}
}

func (w *worker) kill() {
	w.end.Do(func() {
		w.process.Kill()
		<-w.process.Ended()
		w.requests.Close()
		w.responses.Close()
	})
}
