package outbox

import (
	"context"
	"encoding/json"
	"errors"
)

// failure is the last run that failed, as every process on the data folder
// knows it: one that a command began stands on the staff's page too.
type failure struct {
	Text string  `json:"text"`
	Code Trouble `json:"code"`
}

// ended keeps how a run through the member's own drop ended, for the status and
// for this process's next try. A run that was cancelled says nothing, nor one
// that did not begin: another was sending, or there is no province to send to.
func (o *Outbox) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	if TroubleOf(err) == Busy || errors.Is(err, ErrNotEnrolled) {
		o.failedNow()
		return err
	}
	if err != nil {
		o.failedNow()
	} else {
		o.mu.Lock()
		o.failures = 0
		o.mu.Unlock()
	}
	if kept := o.keep(ctx, err); kept != nil {
		return errors.Join(err, kept)
	}
	return err
}

// failedNow makes the next try wait.
func (o *Outbox) failedNow() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.failures++
	o.tried = o.Clock.Now()
}

// keep writes the failure down, or that there is none; what is known already is
// not written again.
func (o *Outbox) keep(ctx context.Context, err error) error {
	text := ""
	if err != nil {
		encoded, encodeErr := json.Marshal(failure{err.Error(), TroubleOf(err)})
		if encodeErr != nil {
			return encodeErr
		}
		text = string(encoded)
	}
	known, findErr := o.Store.FindSetting(ctx, lastFailure)
	if findErr != nil || known == text {
		return findErr
	}
	return o.Store.SetSetting(ctx, lastFailure, text)
}

// failed is the last run that failed, if none went well since.
func (o *Outbox) failed(ctx context.Context) (last failure, err error) {
	text, err := o.Store.FindSetting(ctx, lastFailure)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &last)
	}
	return last, err
}
