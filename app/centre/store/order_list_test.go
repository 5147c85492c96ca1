package store_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

var allStatuses = []exam.Status{
	exam.StatusWaiting, exam.StatusOpen, exam.StatusRunning, exam.StatusSubmitted,
	exam.StatusAutoSubmitted, exam.StatusAbsent, exam.StatusForfeited, exam.StatusDisqualified,
}

// everySort walks through the pages of each sort and returns the tickets found.
func (c *centre) everySort(f store.OrderFilter) []string {
	c.t.Helper()
	var first []string
	for _, sort := range []store.OrderSort{store.ByTicket, store.ByName, store.ByWindow} {
		var found []string
		f.Sort, f.After, f.Limit = sort, "", 5
		for {
			page, err := c.ListOrderPage(c.t.Context(), f)
			c.must(err)
			for _, order := range page.Orders {
				found = append(found, order.Ticket)
			}
			if page.Next == "" {
				if page.Count != len(found) {
					c.t.Errorf("%+v counts %d, its pages hold %v", f, page.Count, found)
				}
				break
			}
			f.After = page.Next
		}
		slices.Sort(found)
		if first == nil {
			first = found
		} else if !slices.Equal(found, first) {
			c.t.Errorf("by %s: %v, by ticket: %v", sort, found, first)
		}
	}
	return first
}

// R7, R16, R17, R20: the list's filter is a statement of its own, the exam's
// rule is the truth: of many orders in many states both say the same, at every
// moment.
func TestTheListsFilterSaysTheExamsStatus(t *testing.T) {
	c := newCentre(t)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 16 {
		g := registration(fmt.Sprintf("S%02d", i))
		g.IDNumber = fmt.Sprintf("E%d", i)
		g.IDType = "护照"
		opens := noon.Add(time.Duration(random.IntN(60)-20) * time.Hour)
		g.Window = exam.Window{OpensAt: opens, ClosesAt: opens.Add(time.Duration(12+random.IntN(60)) * time.Hour)}
		imported, err := c.ImportOrders(t.Context(), []exam.Registration{g}, false, false)
		c.must(err)
		if len(imported.Refused) > 0 {
			t.Fatal(imported.Refused)
		}
	}
	seen := map[exam.Status]bool{}
	for range 40 {
		c.clock.Advance(time.Duration(5+random.IntN(180)) * time.Minute)
		page, err := c.ListOrderPage(t.Context(), store.OrderFilter{Limit: 100})
		c.must(err)
		want := map[exam.Status][]string{}
		for _, row := range page.Orders {
			status := row.Status(c.Rules(), c.Now())
			want[status] = append(want[status], row.Ticket)
			seen[status] = true
		}
		for _, status := range allStatuses {
			if got := c.everySort(store.OrderFilter{Status: status}); !slices.Equal(got, want[status]) {
				t.Errorf("%s: %v, the exam says %v", status, got, want[status])
			}
		}
		for _, row := range page.Orders {
			c.doSomething(random, row.Order)
		}
	}
	if len(seen) != len(allStatuses) {
		t.Errorf("only %v were seen: this proves little", seen)
	}
}

// doSomething does what may happen to an order; most of it is refused as
// things stand, which is no matter.
func (c *centre) doSomething(random *rand.Rand, o exam.Order) {
	ctx := c.t.Context()
	staff := exam.Actor{Role: exam.ByStaff, Name: "王老师"}
	last := ""
	if len(o.Attempts) > 0 {
		last = o.Attempts[len(o.Attempts)-1].ID
	}
	if o.Status(c.Rules(), c.Now()) == exam.StatusRunning {
		switch random.IntN(4) {
		case 0, 1:
			c.sendOf(o.PersonKey(), o.Attempts[len(o.Attempts)-1], "1")
		case 2:
			c.sendOf(o.PersonKey(), o.Attempts[len(o.Attempts)-1], "1")
			_, _ = c.Apply(ctx, o.ID, exam.Submit{AttemptID: last, Device: "phone"})
		case 3:
			_, _ = c.Apply(ctx, o.ID, exam.ResetAttempt{AttemptID: last, Device: "phone"})
		}
		return
	}
	switch random.IntN(9) {
	case 0, 1, 2:
		_, _ = c.Apply(ctx, o.ID, exam.Consented{Face: false})
		_, _, _ = c.StartAttempt(ctx, o.ID, store.Agreement{Device: "phone", Agreed: true, RulesVersion: "1", CurrentRules: "1"})
	case 3:
		_, _ = c.Apply(ctx, o.ID, exam.Void{AttemptID: last, By: staff, Reason: "停电"})
	case 4:
		_, _ = c.Apply(ctx, o.ID, exam.MoveWindow{Window: exam.Window{OpensAt: o.Window.OpensAt, ClosesAt: c.Now().Add(20 * time.Hour)}, By: staff, Reason: "停电"})
	case 5:
		_, _ = c.Tick(ctx)
	case 6:
		if random.IntN(8) == 0 {
			_, _ = c.Apply(ctx, o.ID, exam.Decide{ID: store.NewID(), Kind: exam.Disqualify, By: staff, Reason: "替考"})
		}
	}
}

func TestTheListFindsByWhatThePersonInFrontSays(t *testing.T) {
	c := newCentre(t)
	for i, name := range []string{"王小明", "李静", "王静"} {
		g := registration(fmt.Sprintf("2026-%03d", i))
		g.Name, g.IDNumber, g.Pinyin = name, fmt.Sprintf("3701022014050612%d%d", i, i), []string{"Wang Xiaoming", "Li Jing", ""}[i]
		if i == 2 {
			g.Photo, g.Grade = "abcd", 8
			g.Window.OpensAt = noon.Add(30 * time.Hour)
		}
		_, err := c.ImportOrders(t.Context(), []exam.Registration{g}, false, false)
		c.must(err)
	}
	for _, test := range []struct {
		filter store.OrderFilter
		want   []string
	}{
		{store.OrderFilter{}, []string{"2026-000", "2026-001", "2026-002"}},
		{store.OrderFilter{Who: "王"}, []string{"2026-000", "2026-002"}},
		{store.OrderFilter{Who: " LI j "}, []string{"2026-001"}},
		{store.OrderFilter{Who: "-00２"}, []string{"2026-002"}},
		{store.OrderFilter{Who: "1211"}, []string{"2026-001"}},
		{store.OrderFilter{Who: "370102"}, nil}, // the beginning is everybody's
		{store.OrderFilter{Who: "%"}, nil},
		{store.OrderFilter{NoPhoto: true}, []string{"2026-000", "2026-001"}},
		{store.OrderFilter{Grade: 8}, []string{"2026-002"}},
		{store.OrderFilter{Subject: "古筝"}, nil},
		{store.OrderFilter{Day: exam.DateOf(noon)}, []string{"2026-000", "2026-001"}},
		{store.OrderFilter{Day: exam.DateOf(noon.AddDate(0, 0, 1))}, []string{"2026-000", "2026-001", "2026-002"}},
		{store.OrderFilter{Day: exam.DateOf(noon.AddDate(0, 0, 3))}, nil},
	} {
		if got := c.everySort(test.filter); !slices.Equal(got, test.want) {
			t.Errorf("%+v: %v, want %v", test.filter, got, test.want)
		}
	}
}

// A page of a list of 20,000 is read by the index of its sort, and nothing is
// sorted for it.
func TestAPageOfTheListIsReadByItsIndex(t *testing.T) {
	c := newCentre(t)
	const index = `^SEARCH orders USING INDEX (sqlite_autoindex_orders_2 \(ticket_key>|orders_name \(\(?name|orders_window \(\(?window_opens)`
	own, found := regexp.MustCompile(index), 0
	for _, statement := range statements(t, regexp.MustCompile(`name: ListOrderRowsBy`)) {
		for _, line := range c.plan(statement) {
			if own.MatchString(line) {
				found++
			}
			if regexp.MustCompile(`TEMP B-TREE|^SCAN orders`).MatchString(line) {
				t.Errorf("%s in\n%s", line, statement)
			}
		}
	}
	if found != 3 {
		t.Errorf("%d of 3 sorts have their index", found)
	}
}
