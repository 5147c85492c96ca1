package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

const today = "2026-08-03"

// proposeDay has the boss propose to void the day.
func (c *centre) proposeDay(day string) store.Proposal {
	c.t.Helper()
	for _, one := range []string{"boss", "other"} {
		if _, err := c.FindUser(c.t.Context(), one); refusal.Is(err, refusal.NotFound) {
			c.must(c.PutUser(c.t.Context(), store.User{Name: one, Role: store.Administrator, Password: "x"}))
		}
	}
	v := store.VoidDay{Day: day, Reason: "停电"}
	count, err := c.CountDayAttempts(c.t.Context(), v)
	c.must(err)
	made, err := c.Propose(c.t.Context(), store.ProposalVoidDay, v, count, boss)
	c.must(err)
	return made
}

// voidedLines are how often each attempt was voided, by whom, and who confirmed it.
func (c *centre) voidedLines() map[string][]string {
	c.t.Helper()
	rows, err := c.DB().QueryContext(c.t.Context(), "SELECT attempt_id, by_name || '/' || coalesce(json_extract(args, '$.confirmed_by'), '') || '/' || reason FROM audit WHERE action = 'voided'")
	c.must(err)
	defer rows.Close()
	lines := map[string][]string{}
	for rows.Next() {
		var attempt, line string
		c.must(rows.Scan(&attempt, &line))
		lines[attempt] = append(lines[attempt], line)
	}
	c.must(rows.Err())
	return lines
}

func (c *centre) stateOf(order exam.Order) exam.AttemptState {
	c.t.Helper()
	now, err := c.FindOrder(c.t.Context(), order.ID)
	c.must(err)
	return now.Attempts[len(now.Attempts)-1].State
}

func nobodyHears(string) {}

// R22: every attempt of the day that may be voided is, in whatever state; what
// was voided, and what is in a batch, stays as it was.
func TestR22ADayIsVoidedWithEveryAttemptThatMayBe(t *testing.T) {
	c, orders := aDay(t)
	c.apply(orders["CHEAT"].ID, exam.Seal{})
	count, err := c.CheckVoidDay(t.Context(), store.VoidDay{Day: today, Reason: "停电"})
	c.must(err)
	if want := (store.DayAttempts{Attempts: 5, Candidates: 5, Running: 1, Sealed: 1}); count != want {
		t.Errorf("%+v, want %+v", count, want)
	}
	before := c.voidedLines()
	p, err := c.ConfirmProposal(t.Context(), c.proposeDay(today).ID, "other")
	c.must(err)
	var ended []string
	c.must(c.VoidDays(t.Context(), func(attempt string) { ended = append(ended, attempt) }))
	for ticket, want := range map[string]exam.AttemptState{
		"SUBMITTED": exam.Voided, "TIMEDOUT": exam.Voided, "EMPTY": exam.Voided, "RESET": exam.Voided, "RUNNING": exam.Voided, "VOIDED": exam.Voided, "CHEAT": exam.Submitted,
	} {
		if got := c.stateOf(orders[ticket]); got != want {
			t.Errorf("%s is %s", ticket, got)
		}
	}
	lines := c.voidedLines()
	if len(ended) != 5 || len(lines) != len(before)+5 {
		t.Errorf("%d ended, lines %v", len(ended), lines)
	}
	for _, attempt := range ended {
		if !slices.Equal(lines[attempt], []string{"boss/other/停电"}) {
			t.Errorf("%s has the lines %q", attempt, lines[attempt])
		}
	}
	done, err := c.FindProposal(t.Context(), p.ID)
	c.must(err)
	if string(done.Result) != `{"attempts":5,"candidates":5,"refused":1}` || done.Refused != "" {
		t.Errorf("came to %s, refused %q", done.Result, done.Refused)
	}

	// Each is taken back as after a single void, and the record counts it.
	order, err := c.FindOrder(t.Context(), orders["SUBMITTED"].ID)
	c.must(err)
	_, err = c.UndoVoid(t.Context(), order.ID, exam.UndoVoid{AttemptID: order.Attempts[0].ID, By: lead, Reason: "这一个没停电"})
	c.must(err)
	c.must(c.VoidDays(t.Context(), func(string) { t.Error("voided again what was taken back") }))
	record, err := c.RecordDay(t.Context(), store.Scope{Day: noon})
	c.must(err)
	want := store.DayVoid{
		VoidDay: store.VoidDay{Day: today, Reason: "停电"}, DayVoided: store.DayVoided{Attempts: 5, Candidates: 5, Refused: 1},
		At: c.Now(), By: "boss", ConfirmedBy: "other", Undone: 1,
	}
	if len(record.Voided) != 1 || record.Voided[0] != want {
		t.Errorf("the record says %+v, want %+v", record.Voided, want)
	}
	// Of another day it says so too, as long as one of its orders was concerned.
	for day, said := range map[time.Time]int{noon.AddDate(0, 0, 1): 1, noon.AddDate(0, 0, -3): 0} {
		record, err := c.RecordDay(t.Context(), store.Scope{Day: day})
		c.must(err)
		if len(record.Voided) != said {
			t.Errorf("the record of %s has %+v", day, record.Voided)
		}
	}
	if _, err := c.VerifyAudit(t.Context()); err != nil {
		t.Error(err)
	}
}

// A crash at any order loses nothing and voids nothing twice, and what starts
// after the confirmation is not of it.
func TestR22AVoidOfADayGoesOnAfterACrash(t *testing.T) {
	for broken := range 4 {
		t.Run(fmt.Sprint("after ", broken), func(t *testing.T) {
			c := newCentre(t)
			var attempts []exam.Attempt
			var orders []exam.Order
			for i := range 3 {
				order := c.enrolOther(fmt.Sprint("T", i), fmt.Sprint("id", i))
				orders = append(orders, order)
				attempts = append(attempts, c.start(order))
			}
			_, err := c.ConfirmProposal(t.Context(), c.proposeDay(today).ID, "other")
			c.must(err)
			ctx, kill := context.WithCancel(t.Context())
			defer kill()
			voided := 0
			if broken == 0 {
				kill()
			}
			err = c.VoidDays(ctx, func(string) {
				if voided++; voided == broken {
					kill()
				}
			})
			if !errors.Is(err, context.Canceled) || voided != broken {
				t.Fatalf("broken off after %d of %d: %v", voided, broken, err)
			}
			c.restart()
			var later exam.Attempt
			if broken > 0 { // whoever was voided begins anew meanwhile
				for _, order := range orders {
					if c.stateOf(order) == exam.Voided {
						later = c.start(order)
						break
					}
				}
			}
			for range 2 {
				c.must(c.VoidDays(t.Context(), nobodyHears))
			}
			lines := c.voidedLines()
			for _, one := range attempts {
				if len(lines[one.ID]) != 1 {
					t.Errorf("%s has %d lines", one.ID, len(lines[one.ID]))
				}
			}
			if later.ID != "" && len(lines[later.ID]) > 0 {
				t.Error("voided what began after the confirmation")
			}
			var ends int
			c.must(c.DB().QueryRowContext(t.Context(), "SELECT count(*) FROM audit WHERE action = 'day_voided' AND json_extract(args, '$.attempts') = 3").Scan(&ends))
			if ends != 1 {
				t.Errorf("the log has %d lines for the day", ends)
			}
		})
	}
}

// A day is the centre's: what began two minutes before midnight is of the day
// before, though it runs past midnight and is of the same day in UTC.
func TestR22AnAttemptIsOfTheDayOnWhichItBeganInTheCentresZone(t *testing.T) {
	c := newCentre(t)
	c.clock.Advance(11*time.Hour + 58*time.Minute) // 23:58
	before, after := c.enrolOther("T1", "id1"), c.enrolOther("T2", "id2")
	c.start(before)
	c.clock.Advance(3 * time.Minute) // 00:01
	c.start(after)
	_, err := c.ConfirmProposal(t.Context(), c.proposeDay("2026-08-04").ID, "other")
	c.must(err)
	c.must(c.VoidDays(t.Context(), nobodyHears))
	if c.stateOf(before) != exam.Running || c.stateOf(after) != exam.Voided {
		t.Errorf("of the day before: %s, of the day: %s", c.stateOf(before), c.stateOf(after))
	}
	_, err = c.ConfirmProposal(t.Context(), c.proposeDay(today).ID, "other")
	c.must(err)
	c.must(c.VoidDays(t.Context(), nobodyHears))
	if c.stateOf(before) != exam.Voided {
		t.Errorf("of its own day: %s", c.stateOf(before))
	}
}

// With nothing left the confirmation is the end, and says why.
func TestR22ADayOfWhichNothingIsLeftIsNotVoided(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	attempt := c.start(order)
	made := c.proposeDay(today)
	c.apply(order.ID, exam.Void{AttemptID: attempt.ID, By: lead, Reason: "停电"})
	p, err := c.ConfirmProposal(t.Context(), made.ID, "other")
	c.must(err)
	again, err := c.FindProposal(t.Context(), made.ID)
	c.must(err)
	if p.Refused != store.NothingToVoid || again.Refused != store.NothingToVoid || again.Result == nil {
		t.Errorf("%+v, then %+v", p, again)
	}
	_, err = c.CheckVoidDay(t.Context(), store.VoidDay{Day: today, Reason: "停电"})
	wantCode(t, err, store.NothingToVoid)
	_, err = c.CheckVoidDay(t.Context(), store.VoidDay{Day: today, Reason: "……"})
	wantCode(t, err, exam.ReasonMissing)
	record, err := c.RecordDay(t.Context(), store.Scope{Day: noon})
	c.must(err)
	if len(record.Voided) != 0 {
		t.Errorf("the record says %+v", record.Voided)
	}
}

// Whoever confirms two at once for the same day voids each attempt once.
func TestR22TwoProposalsOfTheSameDayVoidEachAttemptOnce(t *testing.T) {
	c := newCentre(t)
	attempt := c.start(c.enrol("T1"))
	first := c.proposeDay(today)
	second, err := c.Propose(t.Context(), store.ProposalVoidDay, store.VoidDay{Day: today, Reason: "断网"}, nil, exam.Actor{Role: exam.ByStaff, Name: "other"})
	c.must(err)
	for id, by := range map[string]string{first.ID: "other", second.ID: "boss"} {
		_, err := c.ConfirmProposal(t.Context(), id, by)
		c.must(err)
	}
	c.must(c.VoidDays(t.Context(), nobodyHears))
	if lines := c.voidedLines(); len(lines[attempt.ID]) != 1 {
		t.Errorf("%v", lines)
	}
	for _, id := range []string{first.ID, second.ID} {
		p, err := c.FindProposal(t.Context(), id)
		c.must(err)
		if p.Result == nil {
			t.Error("one of them never ends")
		}
	}
}
