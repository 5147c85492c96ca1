package exam

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"kaodian/app/base/refusal"
)

// unmoved is a watcher that watches nothing; properties embed it and see what
// they need.
type unmoved struct{}

func (unmoved) applied(*rapid.T, *world, applied) {}
func (unmoved) holds(*rapid.T, *world)            {}

// alike takes equal moments and no list and an empty one for the same; mostly
// the quick look is enough.
func alike(a, b any) bool {
	return reflect.DeepEqual(a, b) || cmp.Equal(a, b, cmpopts.EquateEmpty())
}

// bookkeeping holds the orders against the ledgers of their facts.
type bookkeeping struct {
	unmoved
	ledgers []*ledger
}

func (b *bookkeeping) applied(_ *rapid.T, w *world, a applied) {
	b.open(w, a)
	if e, ok := a.event.(Looked); ok {
		b.ledgers[a.order].look(e)
	}
	for _, f := range a.facts {
		b.ledgers[a.order].write(f)
	}
}

// open makes the ledgers; no fact was told yet.
func (b *bookkeeping) open(w *world, a applied) {
	if b.ledgers != nil {
		return
	}
	for n, o := range w.orders {
		if n == a.order {
			o = a.before
		}
		b.ledgers = append(b.ledgers, newLedger(w.rules, o))
	}
}

// I2, R31: nothing happens to an order without a fact that says so, so a
// received clip stays until a fact takes it away, and a deadline moves only
// by what was granted.
func TestI2_TheFactsAloneRebuildTheOrder(t *testing.T) {
	explore(t, func() watcher { return &rebuilt{} })
}

type rebuilt struct{ bookkeeping }

func (r *rebuilt) holds(t *rapid.T, w *world) {
	for n, l := range r.ledgers {
		o := w.orders[n]
		if len(l.entries) != len(o.Attempts) || len(l.practice) != len(o.Practice) {
			t.Fatalf("%d attempts and %d practice runs, facts tell of %d and %d", len(o.Attempts), len(o.Practice), len(l.entries), len(l.practice))
		}
		for _, a := range slices.Concat(o.Attempts, o.Practice) {
			r.compare(t, *l.find(a.ID), a)
		}
		if !o.SealedAt.Equal(l.sealedAt) || o.Consent.Answer != l.answer || !o.Window.ClosesAt.Equal(l.window.ClosesAt) || !o.Window.OpensAt.Equal(l.window.OpensAt) {
			t.Fatalf("order %+v, facts tell %+v", o, l)
		}
	}
}

func (r *rebuilt) compare(t *rapid.T, e entry, a Attempt) {
	clips, once := map[string]string{}, map[string]bool{}
	for _, item := range a.Items {
		if item.Clip != nil {
			clips[item.ID] = item.Clip.ID
			once[item.Clip.ID] = true
		}
	}
	if len(once) != len(clips) || a.State == Reset && len(clips) > 0 {
		t.Fatalf("%s, %s, holds %v (R11, R15)", a.ID, a.State, clips)
	}
	if diff := cmp.Diff(e.clips, clips); diff != "" {
		t.Fatalf("clips of %s (-facts +order):\n%s", a.ID, diff)
	}
	if e.state != a.State || !e.deadline.Equal(a.Deadline) || !e.endedAt.Equal(a.EndedAt) || !e.revealedAt.Equal(a.AcknowledgedAt) {
		t.Fatalf("attempt %+v,\nfacts tell %+v", a, e)
	}
}

// I2: what was submitted, and what went into a batch, stays as it was.
func TestI2_WhatWasSubmittedOrSealedNeverChanges(t *testing.T) {
	explore(t, func() watcher { return &frozen{submitted: map[string]string{}, sealed: map[int]string{}} })
}

type frozen struct {
	unmoved
	submitted map[string]string // by attempt
	sealed    map[int]string    // by order
}

func (f *frozen) applied(_ *rapid.T, _ *world, a applied) {
	if _, ok := a.event.(Looked); ok && a.before.SealedAt.IsZero() {
		f.lookAgain(a.after) // what a broken file had replaced stands again (R12)
	}
	for _, fact := range a.facts {
		switch {
		case fact.Kind == FactSubmitted && !a.after.IsPractice(fact.AttemptID):
			f.submitted[fact.AttemptID] = frozenText(*a.after.FindAttempt(fact.AttemptID))
		case fact.Kind == FactSealed:
			f.sealed[a.order] = frozenText(a.after.Attempts...)
		}
	}
}

func (f *frozen) lookAgain(o Order) {
	for _, attempt := range o.Attempts {
		if _, ok := f.submitted[attempt.ID]; ok {
			if attempt.State == Voided {
				attempt.State = Submitted
			}
			f.submitted[attempt.ID] = frozenText(attempt)
		}
	}
}

// R12: at an item that has a video something stands that may be one, whatever
// broken files came after it, as long as nobody took it away.
func TestR12_NoBrokenFileTakesAVideoAway(t *testing.T) {
	explore(t, func() watcher { return &keptVideos{} })
}

type keptVideos struct{ unmoved }

func (keptVideos) applied(t *rapid.T, _ *world, a applied) {
	switch a.event.(type) {
	case Looked, Receive:
	default:
		return
	}
	for _, before := range slices.Concat(a.before.Attempts, a.before.Practice) {
		after := a.after.FindAttempt(before.ID)
		for n, item := range before.Items {
			if item.Clip != nil && item.Clip.Opened && after != nil && !hasVideo(after.Items[n]) {
				t.Fatalf("item %+v lost its video: %+v", item, after.Items[n])
			}
		}
	}
}

func hasVideo(i Item) bool {
	return i.Clip != nil && !i.Clip.Broken
}

func (keptVideos) holds(t *rapid.T, w *world) {
	for _, o := range w.orders {
		for _, attempt := range slices.Concat(o.Attempts, o.Practice) {
			for _, item := range attempt.Items {
				unsure := item.Clip != nil && !item.Clip.Opened && !item.Clip.Broken
				if len(item.Former) > 0 && (!unsure || !o.SealedAt.IsZero() || attempt.State == Reset) {
					t.Fatalf("something stands behind %+v", item)
				}
			}
		}
	}
}

// frozenText is all that must stay of attempts, without the device: who looks
// from where is nothing that a batch holds.
func frozenText(attempts ...Attempt) string {
	attempts = slices.Clone(attempts)
	for n := range attempts {
		attempts[n].Device, attempts[n].VoidedFrom = "", ""
		attempts[n].Items = slices.Clone(attempts[n].Items)
		for i := range attempts[n].Items {
			attempts[n].Items[i].Former = nil // behind what was submitted; a seal lets them go
		}
	}
	text, err := json.Marshal(attempts)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func (f *frozen) holds(t *rapid.T, w *world) {
	for n, o := range w.orders {
		for _, a := range o.Attempts {
			f.check(t, a)
		}
		if was, ok := f.sealed[n]; ok && was != frozenText(o.Attempts...) {
			t.Fatalf("went into a batch as\n%s, is\n%+v", was, o.Attempts)
		}
	}
}

func (f *frozen) check(t *rapid.T, a Attempt) {
	was, ok := f.submitted[a.ID]
	if !ok && a.State != Submitted {
		return
	}
	is := a
	if a.State == Voided {
		is.State, is.VoidedFrom = Submitted, "" // staff can void it (R22); the rest stays
	}
	if was != frozenText(is) {
		t.Fatalf("submitted as\n%s, is\n%+v", was, a)
	}
}

// I2, R16: every run that runs out is submitted by one fact, dated to its
// deadline, whenever that is noticed; and no run ends by itself otherwise.
func TestI2_EveryRunOutIsOneFactDatedToItsDeadline(t *testing.T) {
	explore(t, func() watcher { return &runOuts{deadlines: map[string][]time.Time{}} })
}

type runOuts struct {
	unmoved
	deadlines map[string][]time.Time // by attempt, of each of its runs
}

func (r *runOuts) applied(_ *rapid.T, _ *world, a applied) {
	for _, f := range a.facts {
		if begins(f) {
			r.deadlines[f.AttemptID] = append(r.deadlines[f.AttemptID], time.Time{})
		}
	}
	for _, attempt := range slices.Concat(a.after.Attempts, a.after.Practice) {
		if runs := r.deadlines[attempt.ID]; attempt.State == Running {
			runs[len(runs)-1] = attempt.Deadline
		}
	}
}

// begins says that the fact begins a run.
func begins(f Fact) bool {
	return f.Kind == FactAttemptStarted || f.Kind == FactPracticeStarted || f.Kind == FactReopened
}

func (r *runOuts) holds(t *rapid.T, w *world) {
	for n, o := range w.orders {
		_, due, err := Apply(w.rules, o, Tick{}, w.now)
		if err != nil {
			t.Fatal(err)
		}
		runs, running := map[string]int{}, map[string]bool{}
		for _, f := range slices.Concat(w.facts[n], due) {
			switch {
			case begins(f):
				if running[f.AttemptID] {
					t.Fatalf("%s began twice", f.AttemptID)
				}
				running[f.AttemptID] = true
				runs[f.AttemptID]++
			case f.Kind == FactTimedOut:
				deadline := r.deadlines[f.AttemptID][runs[f.AttemptID]-1]
				if !running[f.AttemptID] || !f.At.Equal(deadline) {
					t.Fatalf("run %d of %s ran out at %s, its deadline was %s", runs[f.AttemptID], f.AttemptID, f.At, deadline)
				}
				running[f.AttemptID] = false
			case f.Kind == FactSubmitted, f.Kind == FactReset, f.Kind == FactVoided, f.Kind == FactPracticeErased:
				running[f.AttemptID] = false
			case f.Kind == FactVoidUndone:
				running[f.AttemptID] = f.Args["back_to"] == Running
			}
		}
		for id, runs := range running {
			deadlines := r.deadlines[id]
			if last := deadlines[len(deadlines)-1]; runs && !w.now.Before(last) {
				t.Fatalf("%s runs on past its deadline %s", id, last)
			}
		}
	}
}

// I3, R7.
func TestI3_NeverMoreThanThreeThatCountAndNeverTwoAtOnce(t *testing.T) {
	explore(t, func() watcher { return &counted{} })
}

type counted struct{ unmoved }

func (counted) applied(t *rapid.T, _ *world, a applied) {
	for _, f := range a.facts {
		if f.Kind != FactAttemptStarted {
			continue
		}
		if !a.before.Window.Contains(a.at) || a.before.Status(rules(), a.at) != StatusOpen || !a.before.SealedAt.IsZero() {
			t.Fatalf("started at %s though the order is %s in the window %+v", a.at, a.before.Status(rules(), a.at), a.before.Window)
		}
	}
}

func (counted) holds(t *rapid.T, w *world) {
	running := 0
	for _, o := range w.orders {
		count, ids := 0, map[string]bool{}
		for _, a := range o.Attempts {
			if a.State != Voided {
				count++
			}
			if a.State == Running && w.now.Before(a.Deadline) {
				running++
			}
			ids[a.ID] = true
		}
		if count > 3 || len(ids) != len(o.Attempts) {
			t.Fatalf("%d attempts count of %+v", count, o.Attempts)
		}
	}
	if running > 1 {
		t.Fatalf("%d attempts run at once", running)
	}
}

// I3, R7, R13, R22: the time of all runs of an attempt together is at most
// its limit and what staff granted; no run reaches past the window; and no
// clip is of a time at which bytes were not taken.
func TestI3_NeverMoreTimeThanTheLimitAndTheExtraTime(t *testing.T) {
	explore(t, func() watcher { return &timed{runs: map[string][]run{}, granted: map[string]time.Duration{}} })
}

type run struct{ from, to time.Time }

type timed struct {
	unmoved
	runs    map[string][]run
	granted map[string]time.Duration
}

func (c *timed) applied(_ *rapid.T, _ *world, a applied) {
	if e, ok := a.event.(GiveExtraTime); ok && a.err == nil {
		c.granted[e.AttemptID] += e.Duration
	}
	for _, f := range a.facts {
		if begins(f) {
			c.runs[f.AttemptID] = append(c.runs[f.AttemptID], run{from: a.at})
		}
	}
	for _, attempt := range slices.Concat(a.after.Attempts, a.after.Practice) {
		runs := c.runs[attempt.ID]
		runs[len(runs)-1].to = attempt.Deadline
	}
}

func (c *timed) holds(t *rapid.T, w *world) {
	for _, o := range w.orders {
		for _, a := range slices.Concat(o.Attempts, o.Practice) {
			total := time.Duration(0)
			for _, r := range c.runs[a.ID] {
				total += r.to.Sub(r.from)
			}
			if total > a.Limit+c.granted[a.ID] || a.Limit != w.rules.Limit(o.Grade) {
				t.Fatalf("%s has %s: limit %s, granted %s", a.ID, total, a.Limit, c.granted[a.ID])
			}
			if a.StateAt(w.now) == Running && a.Deadline.After(o.Window.ClosesAt) && !o.IsPractice(a.ID) {
				t.Fatalf("%s runs until %s, the window until %s", a.ID, a.Deadline, o.Window.ClosesAt)
			}
			if a.EndedAt.After(a.Deadline) && a.State != Voided {
				t.Fatalf("%s ended at %s, its deadline was %s", a.ID, a.EndedAt, a.Deadline)
			}
			for _, item := range a.Items {
				if item.Clip != nil && !item.Clip.ReceivedAt.Before(a.Deadline.Add(w.rules.UploadGrace)) {
					t.Fatalf("%s holds a clip of %s, its deadline was %s", a.ID, item.Clip.ReceivedAt, a.Deadline)
				}
			}
		}
	}
}

// R16: a final order is final for good, unless staff void its attempt or
// move its window; neither time, nor candidate, nor extra time, nor an undone
// decision undoes it. Nothing makes an order of a batch un-final.
func TestR16_FinalNeverGoesBack(t *testing.T) {
	explore(t, func() watcher { return &finality{since: map[int]time.Time{}} })
}

type finality struct {
	unmoved
	since map[int]time.Time
}

func (f *finality) applied(t *rapid.T, w *world, a applied) {
	switch a.event.(type) {
	case Void, UndoVoid, MoveWindow:
		if a.err == nil {
			if !a.before.SealedAt.IsZero() {
				t.Fatalf("%T in a batch", a.event)
			}
			delete(f.since, a.order)
		}
	case Seal:
		if at, known := a.after.FinalAt(w.rules, a.at); a.err == nil && (!known || at.After(a.at)) {
			t.Fatalf("sealed at %s, final at %s, %v", a.at, at, known)
		}
	}
}

func (f *finality) holds(t *rapid.T, w *world) {
	for n, o := range w.orders {
		at, known := o.FinalAt(w.rules, w.now)
		if o.IsFinal(w.rules, w.now) != (known && !w.now.Before(at)) {
			t.Fatalf("final at %s, %v, but IsFinal says otherwise at %s", at, known, w.now)
		}
		if was, ok := f.since[n]; ok && (!known || !at.Equal(was)) {
			t.Fatalf("was final since %s, is since %s, %v", was, at, known)
		}
		if o.IsFinal(w.rules, w.now) {
			f.since[n] = at
		}
	}
}

// R15: the order list offers a reset exactly when it would be taken, and
// until exactly the moment that it names.
func TestR15_ResetsLeftIsZeroExactlyWhenAResetIsRefused(t *testing.T) {
	explore(t, func() watcher { return resettable{} })
}

type resettable struct{ unmoved }

func (resettable) holds(t *rapid.T, w *world) {
	for _, o := range w.orders {
		last := o.current()
		until, named := o.ResetUntil(w.rules, w.now)
		if last == nil || last.State == Reset || last.State == Submitted {
			if named {
				t.Fatalf("nothing to reset, but until %s", until)
			}
			continue
		}
		try := func(when time.Time) error {
			_, _, err := Apply(w.rules, o, ResetAttempt{AttemptID: last.ID, Device: last.Device}, when)
			return err
		}
		left, err := o.ResetsLeft(w.rules, w.now), try(w.now)
		if (left > 0) != (err == nil) || named != (left > 0) {
			t.Fatalf("%d resets left, until %v, but a reset gives %v", left, named, err)
		}
		if named && (try(until.Add(-time.Millisecond)) != nil || try(until) == nil) {
			t.Fatalf("until %s is not the first moment too late", until)
		}
		if left == 0 {
			continue
		}
		after, _, _ := Apply(w.rules, o, ResetAttempt{AttemptID: last.ID, Device: last.Device}, w.now)
		if got := after.ResetsLeft(w.rules, w.now); got != left-1 || after.Status(w.rules, w.now) == StatusRunning {
			t.Fatalf("a reset leaves %d of %d", got, left)
		}
	}
}

// R16, R17, R20: what an order shows follows from what happened and the
// clock; whether timeouts were written down makes no difference.
func TestR16_StatusIsOnlyDerived(t *testing.T) {
	explore(t, func() watcher { return &derived{} })
}

type derived struct{ bookkeeping }

func (d *derived) holds(t *rapid.T, w *world) {
	for n, l := range d.ledgers {
		o := w.orders[n]
		if got, want := o.Status(w.rules, w.now), l.status(w.now); got != want {
			t.Fatalf("%s at %s, facts tell %s: %+v", got, w.now, want, o)
		}
		if got, want := o.IsFinal(w.rules, w.now), l.final(w.now); got != want {
			t.Fatalf("final %v at %s, facts tell %v: %+v", got, w.now, want, o)
		}
		ticked, _, err := Apply(w.rules, o, Tick{}, w.now)
		if err != nil {
			t.Fatal(err)
		}
		if !alike(seenOf(w, o), seenOf(w, ticked)) {
			t.Fatalf("writing timeouts down changed what is seen:\n%s", cmp.Diff(seenOf(w, o), seenOf(w, ticked)))
		}
	}
}

// seenOf is everything that is derived from an order.
func seenOf(w *world, o Order) map[string]any {
	final, known := o.FinalAt(w.rules, w.now)
	until, named := o.ResetUntil(w.rules, w.now)
	m := map[string]any{
		"status": o.Status(w.rules, w.now), "resets": o.ResetsLeft(w.rules, w.now), "used": o.AttemptsUsed(),
		"final": final, "known": known, "until": until, "named": named, "against": o.DisqualifiedFor(),
	}
	for _, a := range o.Attempts {
		cutoff, open := a.UploadCutoff(w.rules, a.StartedAt)
		m[a.ID] = []any{a.StateAt(w.now), cutoff, open}
	}
	return m
}

// A refused event changes nothing and says why; no event changes the order
// that it was given; the same event gives the same outcome.
func TestApplyIsAPureFunction(t *testing.T) {
	explore(t, func() watcher { return &pure{} })
}

type pure struct {
	unmoved
	orders []Order // deep copies of the world's, from the step before
}

func (p *pure) applied(t *rapid.T, w *world, a applied) {
	if len(p.orders) > 0 && !alike(p.orders[a.order], a.before) {
		t.Fatalf("changed in place by an event or a look:\n%s", cmp.Diff(p.orders[a.order], a.before))
	}
	if a.err != nil && (refusal.CodeOf(a.err) == "" || len(a.facts) > 0 || !alike(a.before, a.after)) {
		t.Fatalf("refused with %v, facts %v", a.err, a.facts)
	}
	again, facts, err := Apply(w.rules, a.before, a.event, a.at)
	if !alike(again, a.after) || refusal.CodeOf(err) != refusal.CodeOf(a.err) || !cmp.Equal(facts, a.facts) {
		t.Fatalf("%T gave another outcome: %v, then %v", a.event, a.err, err)
	}
}

func (p *pure) holds(_ *rapid.T, w *world) {
	p.orders = p.orders[:0]
	for _, o := range w.orders {
		p.orders = append(p.orders, o.Clone())
	}
}

// A phone or a province that never saw the answer sends its event again: it
// is refused, or nothing more happens.
func TestToldTwiceHappensOnce(t *testing.T) {
	explore(t, func() watcher { return repeated{} })
}

type repeated struct{ unmoved }

func (repeated) applied(t *rapid.T, w *world, a applied) {
	if a.err != nil {
		return
	}
	again, facts, err := Apply(w.rules, a.after, a.event, a.at)
	switch a.event.(type) {
	case MoveWindow, ChangePerson:
		facts = nil // said again, and noted again
	}
	if err == nil && (len(facts) > 0 || !alike(a.after, again)) {
		t.Fatalf("%T%+v happened twice: %+v\n%s", a.event, a.event, facts, cmp.Diff(a.after, again))
	}
}

// R8, R9: over all attempts of an order no code comes twice, and no question
// while the bank has another.
func TestR8_R9_NoCodeTwiceAndNoQuestionWhileThereIsAnother(t *testing.T) {
	explore(t, func() watcher { return drawnOnce{} })
}

type drawnOnce struct{ unmoved }

func (drawnOnce) holds(t *rapid.T, w *world) {
	for _, o := range w.orders {
		codes, questions := map[string]bool{}, map[string]bool{}
		for n, a := range o.Attempts {
			if codes[a.Code] || len(a.Code) != 4 {
				t.Fatalf("code %q, after %v", a.Code, codes)
			}
			codes[a.Code] = true
			id := a.Items[2].Question.ID
			if questions[id] && n < 4 {
				t.Fatalf("question %s again, after %v", id, questions)
			}
			questions[id] = true
		}
	}
}

// The schedules are worth their time only if they get everywhere.
func TestSchedulesReachEveryFactAndTheThirdAttempt(t *testing.T) {
	seen := reached{}
	explore(t, func() watcher { return seen })
	for _, kind := range []FactKind{
		FactConsented, FactAttemptStarted, FactCodeRevealed, FactTakenOver, FactClipReceived, FactClipSetAside, FactClipRestored, FactClipRemoved, FactClipMoved,
		FactClipPreviewed, FactSubmitted, FactReset, FactTimedOut, FactExtraTime, FactReopened, FactVoided, FactWindowMoved,
		FactPersonChanged, FactPracticeStarted, FactPracticeErased, FactDecided, FactDecisionConfirm, FactDecisionUndone, FactSealed,
		FactVoidUndone, FactNoted, FactNoteUndone, "third attempt",
	} {
		if seen[kind] == 0 {
			t.Errorf("no schedule has %s", kind)
		}
	}
}

type reached map[FactKind]int

func (r reached) applied(_ *rapid.T, _ *world, a applied) {
	for _, f := range a.facts {
		r[f.Kind]++
	}
	if a.after.AttemptsUsed() == 3 {
		r["third attempt"]++
	}
}

func (reached) holds(*rapid.T, *world) {}
