package command

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/webkit"
)

// checkEvery is how often the log's end is checked, and how far a witness may be
// behind.
const checkEvery = 10 * time.Second

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

// Run verifies the whole log once, while requests are served; then it checks the
// log's end until the context ends. A changed line is reported for as long.
func (w *AuditWatch) Run(ctx context.Context) error {
	often := time.NewTicker(checkEvery)
	defer often.Stop()
	if end, err := w.Watched.AuditEnd(ctx); err == nil { // the machine's log is a witness too
		w.Log.Info("audit log", "line", end.Seq, "hash", end.Hash)
	}
	_, changed := w.Watched.VerifyAudit(ctx)
	if !errors.Is(changed, audit.ErrChanged) {
		w.tell(ctx, changed)
		changed = nil // checked again below: an operator may accept a gap, or make room on the disk
	}
	for ctx.Err() == nil {
		err := changed
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

// tell reports an error once in the program's log, and on the pages.
func (w *AuditWatch) tell(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // the context's end stopped the check
	}
	state, before := webkit.AuditState{}, w.State()
	if err != nil {
		cut := errors.Is(err, audit.ErrCut)
		// A disk that is full or fails says nothing of what was written.
		state = webkit.AuditState{Broken: cut || errors.Is(err, audit.ErrChanged), Cut: cut, Detail: err.Error()}
	}
	if err != nil && state != before {
		w.Log.Error("the audit log", "error", w.Advise(err))
	}
	w.state.Store(&state)
}
