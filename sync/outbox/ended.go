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
// for this process's next try. A run that was cancelled says nothing.
func (o *Outbox) ended(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	o.mu.Lock()
	if err == nil {
		o.failures = 0
	} else {
		o.failures++
		o.tried = o.Clock.Now()
	}
	o.mu.Unlock()
	if kept := o.keep(ctx, err); kept != nil {
		return errors.Join(err, kept)
	}
	return err
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
