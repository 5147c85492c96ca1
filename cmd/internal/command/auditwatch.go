package command

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"syscall"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/webkit"
)

// checkEvery is how often the log's end is checked, and how far a witness may be
// behind.
const checkEvery = 10 * time.Second

// walkEvery is how often the whole log is verified: a line that is changed while
// the program serves is noticed within it.
const walkEvery = 10 * time.Minute

// Watched is the audit log of a program that serves.
type Watched interface {
	AuditLog
	AuditEnd(ctx context.Context) (audit.Line, error)
	// CheckAuditEnd is the part of VerifyAudit that costs nothing.
	CheckAuditEnd(ctx context.Context) error
}

// AuditWatch watches the audit log while the program serves.
type AuditWatch struct {
	*Audit
	Log     *slog.Logger
	Watched Watched

	state atomic.Pointer[webkit.AuditState]
}

// State is what is wrong with the log, for the pages of whoever looks after the
// machine.
func (w *AuditWatch) State() webkit.AuditState {
	if state := w.state.Load(); state != nil {
		return *state
	}
	return webkit.AuditState{}
}

// Run verifies the whole log at the start and every walkEvery, while requests are
// served, and checks its end in between, until the context ends. A changed line
// is reported for as long; what kept the log from being verified, until it is.
func (w *AuditWatch) Run(ctx context.Context) error {
	often := time.NewTicker(checkEvery)
	defer often.Stop()
	if end, err := w.Watched.AuditEnd(ctx); err == nil { // the machine's log is a witness too
		w.Log.Info("audit log", "line", end.Seq, "hash", end.Hash)
	}
	var whole error
	var walked time.Time
	for ctx.Err() == nil {
		if !errors.Is(whole, audit.ErrChanged) && (whole != nil || time.Since(walked) >= walkEvery) {
			whole, walked = w.walk(ctx), time.Now()
		}
		err := whole
		if err == nil {
			err = w.Watched.CheckAuditEnd(ctx)
		}
		w.tell(ctx, err)
		select {
		case <-ctx.Done():
		case <-often.C:
		}
	}
	return nil
}

// walk verifies the whole log. A missing end is left to the check of the end,
// since an operator may accept the gap; an erasure that goes on is no damage.
func (w *AuditWatch) walk(ctx context.Context) error {
	_, err := w.Watched.VerifyAudit(ctx)
	if errors.Is(err, audit.ErrCut) || errors.Is(err, audit.ErrUnproved) {
		return nil
	}
	return err
}

func stateOf(err error) webkit.AuditState {
	cut := errors.Is(err, audit.ErrCut)
	state := webkit.AuditState{Broken: cut || errors.Is(err, audit.ErrChanged), Cut: cut, Detail: err.Error()}
	if !state.Broken {
		state.Unchecked = true
		state.Full = errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || refusal.Is(err, refusal.DiskFull)
	}
	return state
}

// tell reports an error once in the program's log, and on the pages.
func (w *AuditWatch) tell(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // the context's end stopped the check
	}
	state, before := webkit.AuditState{}, w.State()
	if err != nil {
		state = stateOf(err)
	}
	if err != nil && state != before {
		w.Log.Error("the audit log", "error", w.Advise(err))
	}
	w.state.Store(&state)
}
