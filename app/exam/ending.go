package exam

import "kaodian/app/base/refusal"

// Submit is the Event 提交 (R14). Submitting a submitted attempt again changes
// nothing: the phone may not have seen the first answer.
type Submit struct{ AttemptID, Device string }

func (e Submit) apply(a *act) error {
	attempt, err := a.find(e.AttemptID)
	if err != nil {
		return err
	}
	if attempt.State == Submitted {
		return nil
	}
	if attempt.State != Running {
		return refusal.New(AttemptOver, "state", attempt.State)
	}
	if err := requireDevice(attempt, e.Device); err != nil {
		return err
	}
	return a.submit(attempt, candidate(), "")
}

func (a *act) submit(attempt *Attempt, by Actor, reason string) error {
	if attempt.Videos() == 0 {
		return refusal.New(NothingToSubmit)
	}
	a.end(attempt, Submitted)
	a.happened(FactSubmitted, by, attempt, func(f *Fact) {
		f.Reason = reason
		f.Args = map[string]any{"clips": attempt.Clips(), "items": len(attempt.Items)}
	})
	if a.order.IsPractice(attempt.ID) {
		a.order.PracticedAt = a.now
	}
	return nil
}

func (a *act) end(attempt *Attempt, state AttemptState) {
	attempt.State = state
	if attempt.EndedAt.IsZero() {
		attempt.EndedAt = a.now
	}
}

// ResetAttempt is the Event 重置 (R15): the attempt is spent and its clips go.
// Resetting a reset attempt again changes nothing.
type ResetAttempt struct {
	AttemptID, Device string
	Arriving          bool // a clip is still put together of what came before the timeout (R28)
}

func (e ResetAttempt) apply(a *act) error {
	attempt, err := a.find(e.AttemptID)
	if err != nil || attempt.State == Reset {
		return err
	}
	if a.order.IsPractice(attempt.ID) {
		a.erasePractice(func(p Attempt) bool { return p.ID == e.AttemptID })
		return nil
	}
	if err := a.mayReset(attempt, e.Arriving); err != nil {
		return err
	}
	if attempt.State == Running { // a timed-out attempt is reset from the order list, on any device
		if err := requireDevice(attempt, e.Device); err != nil {
			return err
		}
	}
	a.reset(attempt, candidate(), "")
	return nil
}

func (a *act) reset(attempt *Attempt, by Actor, reason string) {
	a.removeClips(attempt, by)
	a.end(attempt, Reset)
	a.order.Marks = nil
	a.happened(FactReset, by, attempt, func(f *Fact) {
		f.Reason = reason
		f.Args = map[string]any{"resets_left": a.rules.MaxResets() - a.order.ResetsUsed()}
	})
}

// mayReset refuses a timed-out attempt of which something still arrives: nobody
// knows yet what would be deleted.
func (a *act) mayReset(attempt *Attempt, arriving bool) error {
	switch {
	case attempt.State == Submitted:
		return refusal.New(OrderSubmitted)
	case attempt.State == Voided:
		return refusal.New(AttemptOver, "state", attempt.State)
	case attempt.State == AutoSubmitted && arriving:
		return refusal.New(StillArriving)
	}
	if !a.order.SealedAt.IsZero() {
		return refusal.New(OrderSealed)
	}
	if a.order.AttemptsUsed() >= a.rules.MaxAttempts || a.order.ResetsUsed() >= a.rules.MaxResets() {
		return refusal.New(NoResetsLeft)
	}
	if until := a.order.resetEnd(a.rules, *attempt); !a.now.Before(until) {
		return refusal.New(ResetTooLate, "reset_until", until)
	}
	return nil
}

func (a *act) removeClips(attempt *Attempt, by Actor) {
	for i := range attempt.Items {
		a.dropFormer(attempt, &attempt.Items[i], func(Clip) bool { return true })
		if attempt.Items[i].Clip != nil {
			a.removeClip(attempt, &attempt.Items[i], by)
		}
	}
}

// Seal is the Event of a final order going into a batch; sealed once, told
// again it changes nothing.
type Seal struct{}

func (Seal) apply(a *act) error {
	if !a.order.SealedAt.IsZero() {
		return nil
	}
	if !a.order.IsFinal(a.rules, a.now) {
		return refusal.New(AttemptRunning)
	}
	a.dropFormers()
	a.order.SealedAt = a.now
	a.happened(FactSealed, system(), nil, nil)
	return nil
}
