package timekeeper

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/exam"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const boot = "this run of the machine"

// clockOfStore lets a test choose the store's clock after opening it.
type clockOfStore struct{ *clock.System }

// box is a centre's data, on which one life follows the other.
type box struct {
	*store.Store
	t     *testing.T
	clock *clockOfStore
}

func newBox(t *testing.T) *box {
	t.Helper()
	zone := time.FixedZone("Asia/Shanghai", 8*60*60)
	clk := &clockOfStore{clock.At(time.Now())}
	s, err := store.Open(t.Context(), storetest.Path(t, t.TempDir()), exam.DefaultRules(zone), clk)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return &box{Store: s, t: t, clock: clk}
}

// wroteDown makes the last time that was written down lie so long ago.
func (b *box) wroteDown(ago time.Duration) {
	b.t.Helper()
	must(b.t, b.SetSetting(b.t.Context(), "last_time", strconv.FormatInt(time.Now().Add(-ago).UnixMilli(), 10)))
}

// start begins a life in that run of the machine.
func (b *box) start(boot string) *Keeper {
	b.t.Helper()
	clk, err := Start(b.t.Context(), b.Store, boot)
	must(b.t, err)
	b.clock.System = clk
	k := &Keeper{Store: b.Store, Clock: clk, Boot: boot, Log: slog.New(slog.DiscardHandler)}
	must(b.t, k.Begin(b.t.Context()))
	return k
}

// jumped begins a life in which the machine's clock is ahead of the exam's.
func (b *box) jumped(ahead time.Duration) *Keeper {
	b.t.Helper()
	b.clock.System = clock.At(time.Now().Add(-ahead))
	k := &Keeper{Store: b.Store, Clock: b.clock.System, Boot: boot, Log: slog.New(slog.DiscardHandler)}
	must(b.t, k.Begin(b.t.Context()))
	return k
}

// behind is how far the clock is behind the machine's.
func (k *Keeper) behind() time.Duration { return k.Clock.Jump() }

func near(got, want time.Duration) bool { return (got - want).Abs() < 10*time.Second }

func TestAStartFarFromTheLastTimeWrittenDownWaitsForAPerson(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name    string
		ago     time.Duration // the last time that was written down
		behind  time.Duration // how far the exam's clock stays behind the machine's
		doubted bool
	}{
		{"off overnight", 14 * time.Hour, 0, false},
		{"off for just under 48 hours", 48*time.Hour - time.Minute, 0, false},
		{"off for more than 48 hours", 48*time.Hour + time.Minute, 48*time.Hour + time.Minute, true},
		{"off all summer", 80 * day, 80 * day, true},
		{"the machine's clock is years ahead", 20 * 365 * day, 20 * 365 * day, true},
		{"the machine's clock is a little behind", -2 * time.Minute, -2 * time.Minute, false},
		{"the machine's clock went back a month", -30 * day, -30 * day, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBox(t)
			b.wroteDown(c.ago)
			k := b.start(boot)
			if !near(k.behind(), c.behind) || k.State().Doubted != c.doubted {
				t.Errorf("the exam's clock is %s behind, in doubt %v", k.behind(), k.State().Doubted)
			}
			warning := Warning(k.Clock, time.FixedZone("", 8*60*60))
			if (warning == "") != (c.behind == 0) || warning != "" && !strings.Contains(warning, "+08:00") {
				t.Errorf("warning: %q", warning)
			}
		})
	}
}

func TestANewBoxGoesByItsMachine(t *testing.T) {
	if k := newBox(t).start(boot); k.behind().Abs() > time.Second || k.State().Doubted {
		t.Errorf("behind %s, in doubt %v", k.behind(), k.State().Doubted)
	}
}

// However often the box is started again: the jump is not forgotten, and the
// last time written down does not take it.
func TestADoubtOutlivesEveryRestart(t *testing.T) {
	for _, c := range []struct {
		name  string
		ahead time.Duration
		boots []string
	}{
		{"a start years ahead, then the server again", 3 * 365 * 24 * time.Hour, []string{boot, boot, boot}},
		{"a start years ahead, then the machine again", 3 * 365 * 24 * time.Hour, []string{"second", "third", "third"}},
		{"a start of a machine three days off", 72 * time.Hour, []string{boot, "second", boot}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBox(t)
			b.wroteDown(c.ahead)
			for _, boot := range append([]string{boot}, c.boots...) {
				k := b.start(boot)
				must(t, b.RecordTime(t.Context())) // as each minute
				if !k.State().Doubted || !near(k.behind(), c.ahead) {
					t.Fatalf("in %q: in doubt %v, %s behind", boot, k.State().Doubted, k.behind())
				}
			}
		})
	}
}

func TestAJumpWhileItRunsOutlivesARestart(t *testing.T) {
	for _, boots := range [][]string{{boot}, {boot, boot}, {"another run"}, {boot, "another run"}} {
		for _, ahead := range []time.Duration{6 * time.Minute, 3 * time.Hour, 400 * 24 * time.Hour, -3 * time.Hour} {
			b := newBox(t)
			b.jumped(ahead)
			for _, boot := range boots {
				if k := b.start(boot); !k.State().Doubted || !near(k.behind(), ahead) {
					t.Errorf("%s ahead, then started in %q: in doubt %v, %s behind", ahead, boots, k.State().Doubted, k.behind())
				}
			}
		}
	}
}

func TestOneTapSetsTheClockAndAnotherJumpIsSeenAgain(t *testing.T) {
	by := exam.Actor{Role: exam.ByStaff, Name: "li"}
	for _, ahead := range []time.Duration{80 * 24 * time.Hour, -3 * time.Hour} {
		b := newBox(t)
		k := b.jumped(ahead)
		must(t, k.Confirm(t.Context(), time.Now().Add(-time.Minute), false, by)) // what the page showed a minute ago
		if s := k.State(); s.Doubted || k.behind().Abs() > time.Second {
			t.Fatalf("after the tap: in doubt %v, %s behind", s.Doubted, k.behind())
		}
		for _, boot := range []string{boot, "another run"} {
			if k := b.start(boot); k.State().Doubted || k.behind().Abs() > 2*time.Second {
				t.Errorf("started in %q after the tap: in doubt %v, %s behind", boot, k.State().Doubted, k.behind())
			}
		}
		b.jumped(2 * time.Hour) // again
		if k := b.start(boot); !k.State().Doubted {
			t.Error("a jump after the tap is not seen")
		}
	}
}

// dying is a store of a program that writes nothing more after the clock is set.
type dying struct{ *store.Store }

var errGone = errors.New("the program is gone")

func (dying) SetSetting(context.Context, string, string) error { return errGone }

// What is dated anew is never counted by the clock as it was before.
func TestACrashRightAfterTheTapStartsByTheClockThatWasSet(t *testing.T) {
	for _, ahead := range []time.Duration{80 * 24 * time.Hour, -3 * time.Hour} {
		b := newBox(t)
		k := b.jumped(ahead)
		k.Store = dying{b.Store}
		_ = k.Confirm(t.Context(), time.Now(), false, exam.Actor{Role: exam.ByStaff, Name: "li"}) // nobody hears it
		if k := b.start(boot); k.State().Doubted || k.behind().Abs() > 10*time.Second {
			t.Errorf("started after the crash: in doubt %v, %s behind", k.State().Doubted, k.behind())
		}
	}
}

// A machine without a battery starts in 1970, and nobody there may set it.
func TestStaffSayWhatTimeItIsAndTheMachineMayStayWrong(t *testing.T) {
	b := newBox(t)
	right := time.Now().Add(50 * 24 * time.Hour) // the machine is fifty days behind
	k := b.jumped(0)
	must(t, k.Confirm(t.Context(), right, true, exam.Actor{Role: exam.ByStaff, Name: "li"}))
	if got := k.Clock.Now().Sub(right); got < 0 || got > 10*time.Second || k.State().Doubted {
		t.Errorf("the clock is %s off, in doubt %v", got, k.State().Doubted)
	}
	if again := b.start(boot); again.State().Doubted || !near(again.behind(), -50*24*time.Hour) {
		t.Errorf("started again: in doubt %v, %s behind", again.State().Doubted, again.behind())
	}
	if again := b.start("another run"); !again.State().Doubted {
		t.Error("after another start of the machine nobody asks what time it is")
	}
	for _, wrong := range []time.Time{time.Unix(0, 0), time.Date(2206, 7, 1, 0, 0, 0, 0, time.UTC), time.Date(9998, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		before := k.Clock.Now()
		if err := k.Confirm(t.Context(), wrong, false, exam.Actor{}); refusal.CodeOf(err) != DateInvalid {
			t.Errorf("%s: %v", wrong, err)
		}
		if !near(k.Clock.Now().Sub(before), 0) {
			t.Errorf("%s was refused, and the clock moved by %s", wrong, k.Clock.Now().Sub(before))
		}
	}
}

// D9 of a walk: the year was mistyped, and all that waited happened at once.
func TestADateThatNoClockIsNearIsSaidTwice(t *testing.T) {
	b := newBox(t)
	k := b.jumped(72 * time.Hour)
	by := exam.Actor{Role: exam.ByStaff, Name: "li"}
	before, machine, far := k.Clock.Now(), time.Now(), time.Now().AddDate(10, 0, 0)
	err := k.Confirm(t.Context(), far, false, by)
	told, _ := errors.AsType[*refusal.Error](err)
	if refusal.CodeOf(err) != DateFar || !near(time.Duration(told.Args["ahead_s"].(int64))*time.Second, far.Sub(machine)) {
		t.Fatalf("a year mistyped: %v", err)
	}
	if !near(k.Clock.Now().Sub(before), 0) || !k.State().Doubted {
		t.Error("it was refused, and the clock moved or the doubt is gone")
	}
	for i := range minPhones {
		k.NotePhone(strconv.Itoa(i), time.Now().AddDate(0, 0, 40))
	}
	must(t, k.Confirm(t.Context(), time.Now().AddDate(0, 0, 40), false, by)) // the phones say so
	must(t, k.Confirm(t.Context(), far, true, by))
	must(t, k.Confirm(t.Context(), time.Now(), false, by)) // taken back
}

// Whoever shows the state may change the zone of its times.
func TestTheStateIsTheCallersOwn(t *testing.T) {
	k := newBox(t).jumped(80 * 24 * time.Hour)
	zone := time.FixedZone("elsewhere", 3600)
	first := k.State()
	*first.Since = first.Since.In(zone).Add(time.Hour)
	if again := k.State(); again.Since.Equal(*first.Since) {
		t.Error("what a caller did to the state is the keeper's now")
	}
}

// running starts an attempt whose window holds the exam's present time.
func (b *box) running(closes time.Time) exam.Order {
	b.t.Helper()
	now := b.Now()
	_, err := b.ImportOrders(b.t.Context(), []exam.Registration{{
		Ticket: "T1", Name: "王小明", IDType: "居民身份证", IDNumber: "11010119900307123X", Subject: "钢琴", Grade: 3,
		Window: exam.Window{OpensAt: now.Add(-time.Hour), ClosesAt: closes}, Pieces: []exam.Piece{{Item: "乐曲", Title: "小步舞曲"}},
	}}, false, false)
	must(b.t, err)
	return b.begin()
}

func (b *box) begin() exam.Order {
	b.t.Helper()
	order := b.order()
	_, err := b.Apply(b.t.Context(), order.ID, exam.Consented{Face: false})
	must(b.t, err)
	order, _, err = b.StartAttempt(b.t.Context(), order.ID, store.Agreement{Device: "phone", Agreed: true, RulesVersion: "1", CurrentRules: "1"})
	must(b.t, err)
	return order
}

func (b *box) order() exam.Order {
	b.t.Helper()
	person, err := b.FindLogin(b.t.Context(), "T1", "11010119900307123X")
	must(b.t, err)
	orders, err := b.ListOrders(b.t.Context(), person)
	must(b.t, err)
	return orders[0]
}

// R7, I3: who plays while the clock is set keeps the time left, and the session.
func TestR7ARunningAttemptKeepsItsTimeLeftWhenTheClockIsSet(t *testing.T) {
	const day = 24 * time.Hour
	for _, c := range []struct {
		name   string
		ahead  time.Duration
		closes time.Duration // the window, from the exam's time
		left   time.Duration
	}{
		{"the date was three days behind", 3 * day, 10 * day, 30 * time.Minute},
		{"the date was a day ahead", -day, 10 * day, 30 * time.Minute},
		{"by the right date the window ends sooner", 3 * day, 3*day + 10*time.Minute, 10 * time.Minute},
		{"by that date the window was over", 3 * day, day, 30 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBox(t)
			k := b.jumped(c.ahead)
			started := b.running(b.Now().Add(c.closes))
			must(t, b.CreateSession(t.Context(), "secret", store.Session{Kind: store.CandidateSession, Subject: "x", Device: "phone", ExpiresAt: b.Now().Add(time.Hour)}))
			must(t, k.Confirm(t.Context(), time.Now(), false, exam.Actor{Role: exam.ByStaff, Name: "li"}))
			ended, err := b.Tick(t.Context())
			must(t, err)
			attempt := b.order().Attempts[0]
			if left := attempt.Deadline.Sub(b.Now()); len(ended) > 0 || attempt.State != exam.Running || !near(left, c.left) {
				t.Errorf("%s with %s left, %d ended", attempt.State, left, len(ended))
			}
			if moved := attempt.StartedAt.Sub(started.Attempts[0].StartedAt); !near(moved, c.ahead) {
				t.Errorf("its start moved by %s", moved)
			}
			if _, err := b.FindSession(t.Context(), "secret", store.CandidateSession); err != nil {
				t.Errorf("the session: %v", err)
			}
		})
	}
}

// R16: what ran when the box was switched off for a summer is over by the
// date that staff confirm.
func TestR16AnAttemptOfBeforeTheMachineWasOffIsOverByTheConfirmedDate(t *testing.T) {
	b := newBox(t)
	b.jumped(80 * 24 * time.Hour)
	b.running(b.Now().Add(5 * 24 * time.Hour))
	b.wroteDown(80 * 24 * time.Hour)
	k := b.start("another run")
	if ended, err := b.Tick(t.Context()); err != nil || len(ended) > 0 {
		t.Fatalf("before anybody confirmed: %d ended, %v", len(ended), err)
	}
	must(t, k.Confirm(t.Context(), time.Now(), false, exam.Actor{Role: exam.ByStaff, Name: "li"}))
	_, err := b.Tick(t.Context())
	must(t, err)
	if a := b.order().Attempts[0]; a.State != exam.AutoSubmitted || !a.EndedAt.Equal(a.Deadline) {
		t.Errorf("%s at %s, deadline %s", a.State, a.EndedAt, a.Deadline)
	}
}

// R17: nothing is closed, sealed or erased by a date that nobody confirmed;
// nobody is turned away for it either.
func TestR17NothingIsClosedOrSealedByADateInDoubt(t *testing.T) {
	b := newBox(t)
	b.wroteDown(400 * 24 * time.Hour)
	k := b.start(boot)
	b.running(b.Now().Add(5 * 24 * time.Hour)) // over, by the machine's clock
	if status := b.StatusOf(b.order()); status != exam.StatusRunning {
		t.Errorf("status %s", status)
	}
	if err := b.RecordSealed(t.Context(), store.Batch{Install: "i", Sequence: 1}); refusal.CodeOf(err) != store.DateNotConfirmed {
		t.Errorf("sealing: %v", err)
	}
	must(t, k.Confirm(t.Context(), time.Now(), false, exam.Actor{Role: exam.ByStaff, Name: "li"}))
	must(t, b.RecordSealed(t.Context(), store.Batch{Install: "i", Sequence: 1}))
}

// The box was off from Friday to Monday, and the window opened on Monday.
func TestR7AWindowThatIsOpenByTheMachinesClockIsOpenWhileTheDateIsInDoubt(t *testing.T) {
	b := newBox(t)
	k := b.jumped(62 * time.Hour)
	_, err := b.ImportOrders(t.Context(), []exam.Registration{{
		Ticket: "T1", Name: "王小明", IDType: "居民身份证", IDNumber: "11010119900307123X", Subject: "钢琴", Grade: 3,
		Window: exam.Window{OpensAt: time.Now().Add(-time.Hour), ClosesAt: time.Now().Add(9 * time.Hour)}, Pieces: []exam.Piece{{Item: "乐曲", Title: "小步舞曲"}},
	}}, false, false)
	must(t, err)
	if status := b.StatusOf(b.order()); status != exam.StatusOpen {
		t.Errorf("status %s", status)
	}
	b.begin()
	must(t, k.Confirm(t.Context(), time.Now(), false, exam.Actor{Role: exam.ByStaff, Name: "li"}))
	if a := b.order().Attempts[0]; a.State != exam.Running || !near(time.Until(a.Deadline), 30*time.Minute) {
		t.Errorf("%s until %s", a.State, a.Deadline)
	}
}

func TestThePhonesAreASecondOpinion(t *testing.T) {
	b := newBox(t)
	k := b.jumped(3 * time.Hour)
	truth := func() time.Time { return time.Now().Add(30 * time.Second) }
	k.NotePhone("one", truth())
	k.NotePhone("one", truth())
	k.NotePhone("wrong", time.Unix(0, 0))
	if s := k.State(); s.Phones != 2 || s.Differs {
		t.Errorf("%+v", s)
	}
	for i := range 2 * maxPhones {
		k.NotePhone(strconv.Itoa(i), truth())
	}
	s := k.State()
	if s.Phones != maxPhones || !s.Differs || !near(time.Until(*s.ByPhones), 30*time.Second) {
		t.Errorf("%+v", s)
	}
	must(t, k.Confirm(t.Context(), time.Now(), false, exam.Actor{Role: exam.ByStaff, Name: "li"}))
	if s := k.State(); s.Differs || !near(s.ByPhones.Sub(s.Time), 30*time.Second) {
		t.Errorf("after the clock was set: %+v", s)
	}
}

func TestACommandBesideTheServerSaysWhatTimeItIs(t *testing.T) {
	b := newBox(t)
	k := b.jumped(72 * time.Hour)
	must(t, Ask(t.Context(), b.Store, time.Now(), exam.Actor{Role: exam.ByStaff, Name: "kaodian clock"}))
	must(t, k.answer(t.Context()))
	if waits, err := Asked(t.Context(), b.Store); err != nil || waits || k.State().Doubted {
		t.Errorf("waits %v, in doubt %v: %v", waits, k.State().Doubted, err)
	}
}

func TestTheLogSaysOnceThatTheMachinesClockWasSet(t *testing.T) {
	var said bytes.Buffer
	b := newBox(t)
	k := b.jumped(0)
	k.Log = slog.New(slog.NewTextHandler(&said, nil))
	k.Clock.Set(-time.Hour) // the machine's is an hour ahead now
	k.Clock.Agree(0)
	for range 3 {
		must(t, k.Look(context.WithoutCancel(t.Context())))
	}
	if lines := strings.Count(said.String(), "\n"); lines != 1 || !strings.Contains(said.String(), "1h0m0s") {
		t.Errorf("%d lines: %s", lines, said.String())
	}
}

// The server was killed right after the machine's clock was set, before it
// looked: the machine's own count tells it.
func TestAJumpThatNobodyNoticedIsSeenAtTheNextStart(t *testing.T) {
	b := newBox(t)
	k := b.jumped(3 * time.Hour)
	k.doubted = time.Time{}
	must(t, k.note(t.Context()))
	if again := b.start(boot); !again.State().Doubted || !near(again.behind(), 3*time.Hour) {
		t.Errorf("in doubt %v, %s behind", again.State().Doubted, again.behind())
	}
}
