package exam

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// world is one person with two orders, a clock that only goes forward, and
// phones, staff and a server that do whatever rapid draws: events of every
// kind in any order, pauses up to the borders of the rules and far beyond,
// restarts, and everything told twice.
type world struct {
	rules   Rules
	now     time.Time
	orders  []Order
	facts   [][]Fact // of each order, as they were told
	uploads []upload
	last    sent // to be told again
	ids     int
	watch   watcher
}

// upload is a file on its way, as the centre's store would keep it.
type upload struct {
	order   int
	receive Receive // ReceivedAt is zero until the last byte arrived
}

type sent struct {
	order int
	event Event
}

// applied is one Apply and its outcome.
type applied struct {
	order         int
	event         Event
	at            time.Time
	before, after Order
	facts         []Fact
	err           error
}

// watcher is a property: it sees every Apply, and the world after every step.
type watcher interface {
	applied(t *rapid.T, w *world, a applied)
	holds(t *rapid.T, w *world)
}

// explore runs random schedules, each with a fresh watcher.
func explore(t *testing.T, fresh func() watcher) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, fresh())
		actions := w.actions()
		actions[""] = func(t *rapid.T) { w.watch.holds(t, w) }
		t.Repeat(actions)
	})
}

func newWorld(t *rapid.T, watch watcher) *world {
	w := &world{watch: watch, facts: make([][]Fact, 2), rules: rules(
		grace(time.Duration(rapid.SampledFrom([]int{0, 0, 90}).Draw(t, "grace seconds"))*time.Second),
		resetSpan(rapid.SampledFrom([]ResetSpan{ResetWithinDay, ResetWithinDay, ResetWithinWindow}).Draw(t, "reset span")),
		func(r *Rules) { r.ProvinceDecides = rapid.Bool().Draw(t, "province decides") },
	)}
	for n := range w.facts {
		closes := at("1 08:00").Add(rapid.SampledFrom([]time.Duration{90 * time.Minute, 38 * time.Hour, 200 * time.Hour}).Draw(t, "window"))
		w.orders = append(w.orders, newOrder(grade(rapid.SampledFrom([]int{1, 6, 9}).Draw(t, "grade")), func(o *Order) {
			o.ID = fmt.Sprintf("order %d", n)
			o.Window.ClosesAt = closes
			o.Items = append(o.Items, ItemSpec{Name: "视奏", Kind: ItemSightReading, Drawn: true})
		}))
	}
	w.now = at("1 07:50").Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "minutes")) * time.Minute)
	return w
}

// apply sends an event to an order, as the store would.
func (w *world) apply(t *rapid.T, order int, e Event) {
	before := w.orders[order]
	after, facts, err := Apply(w.rules, before, e, w.now)
	t.Logf("%s order %d %T%+v: %v", w.now.Format("2 15:04:05.000"), order, e, e, err)
	w.last = sent{order, e}
	w.orders[order] = after
	w.facts[order] = append(w.facts[order], facts...)
	w.watch.applied(t, w, applied{order, e, w.now, before, after, facts, err})
}

// actions are the steps of a schedule, each under as many names as it has
// chances.
func (w *world) actions() map[string]func(*rapid.T) {
	actions := map[string]func(*rapid.T){}
	add := func(chances int, name string, step func(*rapid.T)) {
		for n := range chances {
			actions[fmt.Sprintf("%s %d", name, n)] = step
		}
	}
	event := func(chances int, name string, make func(*rapid.T, int) Event) {
		add(chances, name, func(t *rapid.T) {
			order := rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "order")
			w.apply(t, order, make(t, order))
		})
	}
	event(40, "what a candidate or staff would do", w.sensible)
	add(2, "a while", w.pass)
	add(3, "to a border", w.toBorder)
	add(1, "a long pause", w.pause)
	add(1, "restart", w.restart)
	add(2, "tell again", w.tellAgain)
	add(1, "begin an upload", w.begin)
	add(1, "last byte", w.arrive)
	add(1, "news of a clip", w.news)
	add(4, "old news of a clip", w.oldNews)
	event(1, "clip", w.clip)
	event(1, "any clip", w.anyClip)
	event(1, "tick", func(*rapid.T, int) Event { return Tick{} })
	event(2, "start", w.start)
	event(1, "acknowledge", func(t *rapid.T, o int) Event { return Acknowledge{w.attemptID(t, o)} })
	event(1, "take over", func(t *rapid.T, o int) Event { return TakeOver{w.attemptID(t, o), device(t)} })
	event(1, "delete clip", func(t *rapid.T, o int) Event { return DeleteClip{w.clipID(t, o), w.holder(t, o)} })
	event(1, "move clip", func(t *rapid.T, o int) Event { return MoveClip{w.clipID(t, o), itemID(t), w.holder(t, o)} })
	event(4, "examined", w.looked)
	event(1, "preview", func(t *rapid.T, o int) Event { return Previewed{w.clipID(t, o)} })
	event(1, "submit", func(t *rapid.T, o int) Event { return Submit{w.attemptID(t, o), w.holder(t, o)} })
	event(1, "reset", func(t *rapid.T, o int) Event {
		return ResetAttempt{AttemptID: w.attemptID(t, o), Device: w.holder(t, o)}
	})
	event(1, "extra time", w.extraTime)
	event(1, "void", func(t *rapid.T, o int) Event { return Void{AttemptID: w.attemptID(t, o), By: staff, Reason: reason(t)} })
	event(1, "undo void", func(t *rapid.T, o int) Event {
		return UndoVoid{AttemptID: w.attemptID(t, o), By: staff, Reason: reason(t), OtherRunning: w.otherRunning(o)}
	})
	event(1, "submit for", func(t *rapid.T, o int) Event {
		return SubmitFor{AttemptID: w.attemptID(t, o), By: staff, Reason: reason(t)}
	})
	event(1, "reset for", func(t *rapid.T, o int) Event {
		return ResetFor{AttemptID: w.attemptID(t, o), By: staff, Reason: reason(t)}
	})
	event(1, "note", func(*rapid.T, int) Event { return NoteIrregularity{ID: w.newID("i"), Category: "power_cut", By: staff} })
	event(1, "undo note", func(t *rapid.T, o int) Event { return UndoIrregularity{ID: w.noteID(o), By: staff, Reason: reason(t)} })
	event(1, "move window", w.moveWindow)
	event(1, "practice", w.practice)
	event(1, "decide", w.decide)
	event(1, "confirm", func(t *rapid.T, o int) Event { return ConfirmDecision{w.decisionID(t, o), province, "属实"} })
	event(1, "undo", func(t *rapid.T, o int) Event { return UndoDecision{w.decisionID(t, o), staff, reason(t)} })
	event(1, "consent", func(t *rapid.T, _ int) Event {
		return Consented{Face: rapid.Bool().Draw(t, "face"), Guardian: "王大明", By: candidate()}
	})
	event(1, "change person", func(*rapid.T, int) Event { return ChangePerson{} })
	event(2, "seal", w.seal)
	return actions
}

// noteID is the order's last irregularity.
func (w *world) noteID(order int) string {
	if list := w.orders[order].Irregularities; len(list) > 0 {
		return list[len(list)-1].ID
	}
	return "none"
}

// sensible is an event that fits what the order shows, so that schedules get
// somewhere.
func (w *world) sensible(t *rapid.T, order int) Event {
	o := w.orders[order]
	one := func(events ...func() Event) Event { return rapid.SampledFrom(events).Draw(t, "sensibly")() }
	attempt, device := "none", phone
	if a := o.current(); a != nil {
		attempt, device = a.ID, a.Device
	}
	clip := func() Event { return w.clip(t, order) }
	submit := func() Event { return Submit{attempt, device} }
	reset := func() Event { return ResetAttempt{AttemptID: attempt, Device: device} }
	moved := func() Event { return MoveClip{w.clipID(t, order), itemID(t), device} }
	looked := func() Event { return Previewed{w.clipID(t, order)} }
	more := func() Event {
		return GiveExtraTime{ID: w.newID("g"), AttemptID: attempt, By: staff, Duration: 10 * time.Minute, Reason: "停电", OtherRunning: w.otherRunning(order)}
	}
	late := func() Event { return w.lateClip(t, o) }
	voided := func() Event { return void(attempt) }
	tick := func() Event { return Tick{} }
	switch o.Status(w.rules, w.now) {
	case StatusWaiting:
		w.now = o.Window.OpensAt
		return w.start(t, order)
	case StatusOpen:
		return w.start(t, order)
	case StatusRunning:
		return one(clip, clip, clip, clip, clip, moved, looked, more, submit, submit, reset, reset)
	case StatusAutoSubmitted:
		return one(reset, reset, more, more, voided, late, tick)
	case StatusSubmitted:
		return one(late, late, clip, voided, tick)
	case StatusDisqualified:
		return undo(o.disqualification().ID)
	}
	return one(func() Event { return move(Window{w.now.Add(-time.Hour), w.now.Add(30 * time.Hour)}) }, voided, late, tick)
}

// lateClip is news, after a crash, of a clip that came in the very last moment
// or in the first that is too late.
func (w *world) lateClip(t *rapid.T, o Order) Event {
	a := o.current()
	if a == nil {
		return Tick{}
	}
	id, side := w.newID("c"), rapid.SampledFrom([]time.Duration{-time.Millisecond, w.rules.UploadGrace}).Draw(t, "side")
	return Receive{AttemptID: a.ID, ItemID: "2", BegunAt: a.StartedAt, Clip: Clip{ID: id, Name: id, Size: 1000, ReceivedAt: a.Deadline.Add(side)}}
}

// looked is the examination of a clip, also of one that stands behind another.
func (w *world) looked(t *rapid.T, order int) Event {
	id := w.clipID(t, order)
	if _, item := w.orders[order].FindClip(id); item != nil && len(item.Former) > 0 && rapid.Bool().Draw(t, "former") {
		id = item.Former[0].ID
	}
	found := rapid.IntRange(0, 3).Draw(t, "found")
	_, _, clip := w.orders[order].FindHeld(id)
	broken := found == 0 && (clip == nil || !clip.Opened) // a file does not change
	return Looked{ClipID: id, Opened: found > 1 && (clip == nil || !clip.Broken), Broken: broken || clip != nil && clip.Broken}
}

func (w *world) pass(t *rapid.T) {
	w.now = w.now.Add(time.Duration(rapid.IntRange(0, 20*60_000).Draw(t, "ms")) * time.Millisecond)
}

func (w *world) pause(t *rapid.T) {
	w.now = w.now.Add(time.Duration(rapid.IntRange(1, 30).Draw(t, "hours")) * time.Hour)
}

// toBorder goes to one of the next moments at which a rule changes its
// answer, or to the millisecond before or after.
func (w *world) toBorder(t *rapid.T) {
	var borders []time.Time
	for _, o := range w.orders {
		borders = append(borders, o.Window.OpensAt, o.Window.ClosesAt)
		for _, list := range [][]Attempt{o.Attempts, o.Practice} {
			for _, a := range list {
				borders = append(borders, a.Deadline, a.Deadline.Add(w.rules.UploadGrace), w.rules.dayEnd(a.Deadline), a.StartedAt.Add(practiceKept))
			}
		}
	}
	borders = slices.DeleteFunc(borders, func(b time.Time) bool { return b.Before(w.now.Add(-time.Millisecond)) })
	slices.SortFunc(borders, time.Time.Compare)
	if borders = slices.Compact(borders); len(borders) == 0 {
		return
	}
	side := time.Duration(rapid.IntRange(-1, 1).Draw(t, "side")) * time.Millisecond
	w.now = later(w.now, rapid.SampledFrom(borders[:min(2, len(borders))]).Draw(t, "border").Add(side))
}

// restart forgets everything but what was written down.
func (w *world) restart(t *rapid.T) {
	through := rapid.SampledFrom([]func(Order) (Order, error){throughJSON, throughGob}).Draw(t, "form")
	for n, o := range w.orders {
		again, err := through(o)
		if err != nil {
			t.Fatal(err)
		}
		if !alike(o, again) {
			t.Fatalf("lost by a restart:\n%s", cmp.Diff(o, again))
		}
		w.orders[n] = again
	}
}

func throughJSON(o Order) (again Order, err error) {
	text, err := json.Marshal(o)
	if err != nil {
		return again, err
	}
	return again, json.Unmarshal(text, &again)
}

func throughGob(o Order) (again Order, err error) {
	var buffer bytes.Buffer
	if err := gob.NewEncoder(&buffer).Encode(o); err != nil {
		return again, err
	}
	return again, gob.NewDecoder(&buffer).Decode(&again)
}

func (w *world) tellAgain(t *rapid.T) {
	if w.last.event == nil {
		return
	}
	w.apply(t, w.last.order, w.last.event)
}

// newID makes ids of attempts, clips and decisions.
func (w *world) newID(prefix string) string {
	w.ids++
	return fmt.Sprintf("%s%d", prefix, w.ids)
}

func (w *world) start(t *rapid.T, order int) Event {
	place := rapid.IntRange(0, 6).Draw(t, "place")
	e := start(w.newID("a"))
	e.Device = device(t)
	e.OtherRunning = w.otherRunning(order)
	e.Draw = Draw{
		Bank:   map[string][]Question{"视奏": bank(4)},
		Used:   w.orders[order].UsedQuestions(),
		Recent: set(rapid.SliceOfN(rapid.SampledFrom([]string{"q0", "q1", "q2", "q3"}), 0, 3).Draw(t, "recent")...),
		Pick:   func(n int) int { return place % n },
	}
	return e
}

// otherRunning is what the store asks its rows: does another order of the
// person have a running attempt whose deadline has not come?
func (w *world) otherRunning(order int) bool {
	for n, o := range w.orders {
		for _, a := range o.Attempts {
			if n != order && a.State == Running && w.now.Before(a.Deadline) {
				return true
			}
		}
	}
	return false
}

// begin begins an upload where the rules allow it.
func (w *world) begin(t *rapid.T) {
	order := rapid.IntRange(0, 1).Draw(t, "order")
	attempt, item := w.attemptID(t, order), itemID(t)
	if CheckUpload(w.rules, w.orders[order], attempt, item, w.holder(t, order), 1000, w.now) != nil {
		return
	}
	id := w.newID("c")
	w.uploads = append(w.uploads, upload{order, Receive{AttemptID: attempt, ItemID: item, BegunAt: w.now, Clip: Clip{ID: id, Name: id + ".mov", Size: 1000}}})
}

// arrive lets the last byte of an upload arrive, if its attempt still takes it.
func (w *world) arrive(t *rapid.T) {
	n, u := w.anyUpload(t)
	if u == nil || !u.receive.Clip.ReceivedAt.IsZero() {
		return
	}
	attempt := w.orders[u.order].FindAttempt(u.receive.AttemptID)
	if attempt != nil {
		if cutoff, open := attempt.UploadCutoff(w.rules, u.receive.BegunAt); open && w.now.Before(cutoff) {
			w.uploads[n].receive.Clip.ReceivedAt = w.now
			return
		}
	}
	w.dropUpload(n)
}

// news tells of an upload that arrived, now or long ago; the store keeps no
// upload that was told.
func (w *world) news(t *rapid.T) {
	n, u := w.anyUpload(t)
	if u == nil || u.receive.Clip.ReceivedAt.IsZero() {
		return
	}
	told := *u
	w.dropUpload(n)
	w.apply(t, told.order, told.receive)
}

func (w *world) anyUpload(t *rapid.T) (int, *upload) {
	if len(w.uploads) == 0 {
		return 0, nil
	}
	n := rapid.IntRange(0, len(w.uploads)-1).Draw(t, "upload")
	return n, &w.uploads[n]
}

func (w *world) dropUpload(n int) { w.uploads = append(w.uploads[:n:n], w.uploads[n+1:]...) }

// oldNews tells again of a clip that is held, as it was first told.
func (w *world) oldNews(t *rapid.T) {
	order := rapid.IntRange(0, 1).Draw(t, "order")
	attempt, item := w.orders[order].FindClip(w.clipID(t, order))
	if item != nil {
		w.apply(t, order, Receive{AttemptID: attempt.ID, ItemID: itemID(t), BegunAt: attempt.StartedAt, Clip: *item.Clip})
	}
}

// clip is a short one, begun and arrived right now.
func (w *world) clip(t *rapid.T, order int) Event {
	id := w.newID("c")
	return Receive{AttemptID: w.attemptID(t, order), ItemID: itemID(t), BegunAt: w.now, Clip: Clip{ID: id, Name: id, Size: 1000, ReceivedAt: w.now}}
}

// anyClip is a clip of which nobody heard before, begun and arrived at any
// time up to now.
func (w *world) anyClip(t *rapid.T, order int) Event {
	ago := func(name string) time.Duration {
		return time.Duration(rapid.IntRange(0, 90*60_000).Draw(t, name)) * time.Millisecond
	}
	arrived := w.now.Add(-ago("arrived ms ago"))
	id := w.newID("c")
	return Receive{AttemptID: w.attemptID(t, order), ItemID: itemID(t), BegunAt: arrived.Add(-ago("took ms")), Clip: Clip{ID: id, Name: id, Size: 1000, ReceivedAt: arrived}}
}

func (w *world) extraTime(t *rapid.T, order int) Event {
	seconds := rapid.SampledFrom([]int{-1, 0, 1, 60, 60, 1800, 1800, 3 * 3600}).Draw(t, "seconds")
	return GiveExtraTime{ID: w.newID("g"), AttemptID: w.attemptID(t, order), By: staff, Duration: time.Duration(seconds) * time.Second, Reason: reason(t), OtherRunning: w.otherRunning(order)}
}

func (w *world) moveWindow(t *rapid.T, order int) Event {
	minutes := func(name string, from, to int) time.Duration {
		return time.Duration(rapid.IntRange(from, to).Draw(t, name)) * time.Minute
	}
	opens := w.now.Add(-minutes("opened minutes ago", -30, 300))
	return MoveWindow{Window: Window{OpensAt: opens, ClosesAt: w.now.Add(minutes("closes in minutes", -5, 3000))}, By: staff, Reason: reason(t)}
}

func (w *world) practice(t *rapid.T, order int) Event {
	e := practice(w.newID("p"))
	e.Device = device(t)
	e.OtherRunning = w.otherRunning(order)
	return e
}

func (w *world) decide(t *rapid.T, order int) Event {
	e := Decide{ID: w.newID("d"), Kind: Disqualify, Reason: reason(t), By: rapid.SampledFrom([]Actor{staff, province}).Draw(t, "by")}
	if rapid.IntRange(0, 2).Draw(t, "clip") > 0 {
		e.Kind, e.ClipID = ClipInvalid, w.clipID(t, order)
	}
	return e
}

// seal is told of half of what is final, and now and then of anything.
func (w *world) seal(t *rapid.T, order int) Event {
	if patience := rapid.IntRange(0, 5).Draw(t, "patience"); patience > 2 || patience > 0 && !w.orders[order].IsFinal(w.rules, w.now) {
		return Tick{}
	}
	return Seal{}
}

// attemptID is mostly the last attempt or practice run, now and then another.
func (w *world) attemptID(t *rapid.T, order int) string {
	var ids []string
	for _, a := range slices.Concat(w.orders[order].Practice, w.orders[order].Attempts) {
		ids = append(ids, a.ID)
	}
	if len(ids) == 0 {
		return "none"
	}
	last := ids[len(ids)-1]
	return rapid.SampledFrom(append(ids, "none", last, last, last, last, last, last, last, last)).Draw(t, "attempt")
}

func (w *world) clipID(t *rapid.T, order int) string {
	var ids []string
	for _, a := range slices.Concat(w.orders[order].Practice, w.orders[order].Attempts) {
		for _, item := range a.Items {
			if item.Clip != nil {
				ids = append(ids, item.Clip.ID)
			}
		}
	}
	if len(ids) == 0 {
		return "none"
	}
	return rapid.SampledFrom(ids).Draw(t, "clip")
}

func (w *world) decisionID(t *rapid.T, order int) string {
	var ids []string
	for _, d := range w.orders[order].Decisions {
		ids = append(ids, d.ID)
	}
	if len(ids) == 0 {
		return "none"
	}
	return rapid.SampledFrom(ids).Draw(t, "decision")
}

// holder is mostly the device that holds the order's last attempt.
func (w *world) holder(t *rapid.T, order int) string {
	o := w.orders[order]
	devices := []string{phone, tablet}
	if n := len(o.Practice); n > 0 {
		devices = append(devices, o.Practice[n-1].Device, o.Practice[n-1].Device)
	}
	if n := len(o.Attempts); n > 0 {
		devices = append(devices, o.Attempts[n-1].Device, o.Attempts[n-1].Device, o.Attempts[n-1].Device)
	}
	return rapid.SampledFrom(devices).Draw(t, "device")
}

func device(t *rapid.T) string { return rapid.SampledFrom([]string{phone, tablet}).Draw(t, "device") }
func itemID(t *rapid.T) string {
	return rapid.SampledFrom([]string{"1", "1", "2", "2", "3", "9"}).Draw(t, "item")
}
func reason(t *rapid.T) string {
	return rapid.SampledFrom([]string{"停电", "停电", "停电", "停电", "停电", "停电", "停电", ""}).Draw(t, "reason")
}
