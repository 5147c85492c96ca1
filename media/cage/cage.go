package cage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Limits bound what a child may take. Zero means no limit of that kind.
type Limits struct {
	Deadline time.Duration // wall clock, for Run
	CPU      time.Duration // CPU time, whole seconds
	Memory   int64         // private writable memory, bytes
	Address  int64         // address space, bytes
	FileSize int64         // of any file it writes, bytes
}

// Command is a program to run.
type Command struct {
	Path   string
	Args   []string
	Files  []*os.File // descriptors 3, 4, … of the child; the caller closes its own
	Read   []string   // files and folders that it may read, beside the libraries
	Write  []string   // files that are there already and that it may write
	Stdout io.Writer  // nil: thrown away. A write that fails ends the child
	Limits Limits
	Brake  *Brake // may stop it for a while; nil for none
	Urgent bool   // a person waits: scheduled before the other cages, still after everything else
}

// Reason says why a child failed.
type Reason string

// The reasons.
const (
	Exited   Reason = "exited"   // with a status other than 0
	Killed   Reason = "killed"   // by a signal: a crash or a limit
	Deadline Reason = "deadline" // it took too long
	Output   Reason = "output"   // its output was refused
)

// Error is a child's failure.
type Error struct {
	Program string
	Reason  Reason
	Stderr  string // the first and the last of its standard error
	Err     error
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s %s: %v", e.Program, e.Reason, e.Err)
	if e.Stderr != "" {
		text += ": " + e.Stderr
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// pipeGrace is how long pipes may stay open after the child has ended, held by a
// process that it left behind, which is then killed.
const pipeGrace = time.Second

// Process is a child that runs.
type Process struct {
	cmd    *exec.Cmd
	stderr words
	ended  chan struct{}
	err    error // valid once ended is closed
	output *refusal
}

// Start starts the child. It must be waited for.
func Start(c Command) (*Process, error) {
	p := &Process{ended: make(chan struct{})}
	p.cmd = exec.Command(c.Path, c.Args...)
	p.cmd.Env = []string{}
	p.cmd.ExtraFiles = c.Files
	p.cmd.Stderr = &p.stderr
	p.cmd.SysProcAttr = attributes()
	p.cmd.WaitDelay = pipeGrace
	if c.Stdout != nil {
		p.output = &refusal{to: c.Stdout, refused: p.Kill}
		p.cmd.Stdout = p.output
	}
	started := make(chan error)
	go p.live(c, started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", c.Path, err)
	}
	return p, nil
}

// live starts the child and waits for it, on a thread of its own: the child
// inherits the thread's restrictions (priority, network), and gets the parent
// death signal when the thread dies; it is never unlocked and so dies with this
// function.
func (p *Process) live(c Command, started chan<- error) {
	runtime.LockOSThread()
	if err := confine(c); err != nil {
		started <- err
		return
	}
	if err := p.cmd.Start(); err != nil {
		started <- err
		return
	}
	if err := limit(p.cmd.Process.Pid, c.Limits); err != nil {
		p.Kill()
		_ = p.cmd.Wait()
		started <- fmt.Errorf("set limits: %w", err)
		return
	}
	started <- nil
	p.err = p.cmd.Wait()
	p.Kill() // what it left behind in its group
	close(p.ended)
}

// Pid is the child's process id, which is also its group's.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Kill ends the child and everything in its group at once. Once the child has
// ended it does nothing: its id may be another's by then.
func (p *Process) Kill() {
	select {
	case <-p.ended:
	default:
		killGroup(p.cmd.Process)
	}
}

// signal reaches the child and everything in its group.
func (p *Process) signal(s syscall.Signal) {
	select {
	case <-p.ended:
	default:
		_ = syscall.Kill(-p.Pid(), s)
	}
}

// Ended is closed when the child has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Wait waits for the end. A bad one is an *Error.
func (p *Process) Wait() error {
	<-p.ended
	if p.output != nil && p.output.err != nil {
		return p.fault(Output, p.output.err)
	}
	if p.err == nil || errors.Is(p.err, exec.ErrWaitDelay) {
		return nil // pipes that others held; the child itself ended well
	}
	var exit *exec.ExitError
	if errors.As(p.err, &exit) && exit.ExitCode() >= 0 {
		return p.fault(Exited, p.err)
	}
	return p.fault(Killed, p.err)
}

// Stderr is the first and the last of the child's standard error, once it has
// ended.
func (p *Process) Stderr() string { return p.stderr.String() }

func (p *Process) fault(reason Reason, err error) *Error {
	return &Error{Program: p.cmd.Path, Reason: reason, Stderr: p.stderr.String(), Err: err}
}

// Run runs the child to its end. When ctx ends first the child is killed and
// the error is ctx's, so that a caller can tell its own stop from the child's
// fault, which is an *Error.
func Run(ctx context.Context, c Command) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p, err := Start(c)
	if err != nil {
		return err
	}
	return awaitBraked(ctx, p, c.Limits.Deadline, c.Brake)
}

// Await is the second half of Run, for a caller that reads the child's pipes
// meanwhile.
func Await(ctx context.Context, p *Process, within time.Duration) error {
	return awaitBraked(ctx, p, within, nil)
}

func timer(after time.Duration) (<-chan time.Time, func()) {
	if after <= 0 {
		return nil, func() {}
	}
	t := time.NewTimer(after)
	return t.C, func() { t.Stop() }
}

// refusal passes output on until a write is refused.
type refusal struct {
	to      io.Writer
	refused func()
	err     error
}

func (r *refusal) Write(b []byte) (int, error) {
	n, err := r.to.Write(b)
	if err != nil {
		r.err = err
		r.refused()
	}
	return n, err
}

// words keeps the first and the last bytes written to it: a program prints the
// cause of a crash before its stack.
type words struct {
	mu     sync.Mutex
	first  []byte
	last   []byte
	missed bool // something between the two
}

const firstWords, lastWords = 512, 2 << 10

func (w *words) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	length := len(b)
	room := min(firstWords-len(w.first), length)
	w.first = append(w.first, b[:room]...)
	b = b[room:]
	kept := append(w.last, b[max(0, len(b)-lastWords):]...)
	w.missed = w.missed || len(b) > lastWords || len(kept) > lastWords
	w.last = kept[max(0, len(kept)-lastWords):]
	return length, nil
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := string(w.first)
	if w.missed {
		text += " … "
	}
	return strings.ToValidUTF8(strings.TrimSpace(text+string(w.last)), "?")
}

// Buffer keeps output up to a cap; more is refused.
type Buffer struct {
	Cap  int // bytes
	data []byte
}

// ErrTooMuch is output beyond a Buffer's cap.
var ErrTooMuch = errors.New("more output than expected")

// Write appends, or refuses all of b.
func (b *Buffer) Write(p []byte) (int, error) {
	if len(b.data)+len(p) > b.Cap {
		return 0, ErrTooMuch
	}
	b.data = append(b.data, p...)
	return len(p), nil
}

// Bytes is what was written.
func (b *Buffer) Bytes() []byte { return b.data }

// killGroup kills the group that the child leads. Until the child is waited
// for its id cannot be another's; after that a group of that id is what it
// left behind.
func killGroup(leader *os.Process) {
	_ = syscall.Kill(-leader.Pid, syscall.SIGKILL)
}
