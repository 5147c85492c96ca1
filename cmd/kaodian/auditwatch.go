package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/centre/web/staff"
)

// witnessEvery is how far the witness may be behind.
const witnessEvery = 10 * time.Second

// auditWatch watches the audit log while the server runs.
type auditWatch struct {
	*centre
	log   *slog.Logger
	state atomic.Pointer[staff.AuditState]
}

// State is what is wrong with the log, for the staff's page.
func (w *auditWatch) State() staff.AuditState {
	if state := w.state.Load(); state != nil {
		return *state
	}
	return staff.AuditState{}
}

// run verifies the whole log once, while requests are served; then it updates the
// witness until the context ends. A changed line is reported for as long.
func (w *auditWatch) run(ctx context.Context) error {
	often := time.NewTicker(witnessEvery)
	defer often.Stop()
	if end, err := w.AuditEnd(ctx); err == nil { // the machine's log is a witness too
		w.log.Info("audit log", "line", end.Seq, "hash", end.Hash)
	}
	_, changed := w.verifyAudit(ctx)
	if errors.Is(changed, audit.ErrCut) {
		changed = nil // checked again below: an operator may accept the gap
	}
	for ctx.Err() == nil {
		err := changed
		if err == nil {
			err = w.CheckAuditEnd(ctx)
		}
		if err == nil {
			err = w.witness().Keep(ctx)
		}
		w.tell(ctx, err)
		select {
		case <-ctx.Done():
		case <-often.C:
		}
	}
	return nil
}

// tell reports an error once in the program's log, and at the desk.
func (w *auditWatch) tell(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return // the context's end stopped the check
	}
	state, before := staff.AuditState{}, w.State()
	if err != nil {
		state = staff.AuditState{Broken: true, Cut: errors.Is(err, audit.ErrCut), Detail: err.Error()}
	}
	if err != nil && state != before {
		w.log.Error("the audit log", "error", new(common).audit().Advise(err))
	}
	w.state.Store(&state)
}
