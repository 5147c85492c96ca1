package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/exam"
)

func TestTheAuditLogIsSearchedAndPaged(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	order := c.enrol("T1")
	for n := range 5 {
		by := exam.Actor{Role: exam.ByStaff, Name: []string{"wang", "li"}[n%2]}
		check(t, c.Audit(ctx, store.Entry{Action: store.ActionVideoViewed, By: by, OrderID: order.ID, Reason: fmt.Sprintf("100%% of %d", n)}))
		c.clock.Advance(time.Minute)
	}
	count := func(f store.AuditFilter) int {
		t.Helper()
		lines, err := c.ListAuditLines(ctx, f, 100)
		check(t, err)
		for n := 1; n < len(lines); n++ {
			if lines[n].Seq >= lines[n-1].Seq {
				t.Error("the newest is not first")
			}
		}
		return len(lines)
	}
	now := c.Now()
	for name, one := range map[string]struct {
		filter store.AuditFilter
		want   int
	}{
		"who":           {store.AuditFilter{By: "wang"}, 3},
		"what":          {store.AuditFilter{Action: store.ActionVideoViewed}, 5},
		"ticket":        {store.AuditFilter{Candidate: "t1", Action: store.ActionVideoViewed}, 5},
		"nobody":        {store.AuditFilter{Candidate: "T9"}, 0},
		"text":          {store.AuditFilter{Text: "100% of 3"}, 1},
		"no wild card":  {store.AuditFilter{Text: "100_ of"}, 0},
		"from":          {store.AuditFilter{From: now.Add(-2 * time.Minute)}, 2},
		"to":            {store.AuditFilter{Action: store.ActionVideoViewed, To: now.Add(-2 * time.Minute)}, 3},
		"who and where": {store.AuditFilter{By: "li", Candidate: "T1", Text: "1"}, 2},
	} {
		if got := count(one.filter); got != one.want {
			t.Errorf("%s: %d lines, want %d", name, got, one.want)
		}
	}
	first, err := c.ListAuditLines(ctx, store.AuditFilter{Action: store.ActionVideoViewed}, 2)
	check(t, err)
	if first[0].Ticket != "T1" || first[0].Candidate == "" {
		t.Errorf("about %+v", first[0])
	}
	if rest := count(store.AuditFilter{Action: store.ActionVideoViewed, Before: first[1].Seq}); rest != 3 {
		t.Errorf("the second page has %d", rest)
	}
	actions, names, err := c.AuditChoices(ctx)
	check(t, err)
	if !strings.Contains(strings.Join(actions, " "), "video_viewed") || strings.Join(names, " ") != "li wang" {
		t.Errorf("choices: %v, %v", actions, names)
	}
}

// A log of years answers at once: by who and by what it is read along an index,
// newest first, and sorts nothing.
func TestASearchOfTheAuditLogReadsAlongAnIndex(t *testing.T) {
	c := newCentre(t)
	db := storetest.Open(t, c.path)
	for want, f := range map[string]store.AuditFilter{
		"audit_by":                         {By: "wang"},
		"audit_action":                     {Action: "video_viewed"},
		"audit_order":                      {Candidate: "T1"},
		"INTEGER PRIMARY KEY (rowid<?)":    {Before: 100},
		"audit_by (by_name=? AND rowid<?)": {By: "wang", Before: 100},
	} {
		statement, args := store.AuditSearch(f, 51)
		plan := explained(t, db, statement, args)
		text := strings.Join(plan, "\n")
		if !strings.Contains(text, strings.Fields(want)[0]) || f.Candidate == "" && strings.Contains(text, "TEMP B-TREE") {
			t.Errorf("%s:\n%s", want, text)
		}
	}
}

func explained(t *testing.T, db *storetest.DB, statement string, args []any) (plan []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+statement, args...)
	check(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var detail string
		check(t, rows.Scan(&id, &parent, &unused, &detail))
		plan = append(plan, detail)
	}
	check(t, rows.Err())
	return plan
}
