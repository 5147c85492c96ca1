package exam

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"kaodian/app/base/refusal"
)

func TestR21_AnExaminerSeesWhatCountsOfFinalOrders(t *testing.T) {
	r := rules()
	running := play(t, r, newOrder(), does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00"))).order
	submitted := play(t, r, newOrder(), both()).order
	timedOut := play(t, r, newOrder(), does("1 09:00", start("a1"), quick("a1", "1", "c1", "1 09:00")), does("1 10:00", Tick{})).order
	sealed := timedOut
	sealed.SealedAt = at("1 10:30")
	voided := play(t, r, newOrder(), both(), does("1 09:20", void("a1"))).order
	for name, c := range map[string]struct {
		order Order
		clip  string
		when  string
		want  refusal.Code
	}{
		"of a running attempt":                {running, "c1", "1 09:10", OrderNotFinal},
		"of a submitted one":                  {submitted, "c1", "1 09:10", ""},
		"of one that timed out and may go on": {timedOut, "c1", "1 10:00", OrderNotFinal},
		"of one that is in a batch":           {sealed, "c1", "1 11:00", ""},
		"of an attempt that was voided":       {voided, "c1", "1 09:30", refusal.NotFound},
		"that is none of the order's":         {submitted, "c9", "1 09:10", refusal.NotFound},
	} {
		if err := c.order.CheckExaminer(c.clip, "examiner", r, at(c.when)); refusal.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// What a person wrote or is called is in no field of an anonymous order, but the
// examiner's own words and what is to be judged are.
func TestR21_AnAnonymousOrderNamesNobody(t *testing.T) {
	const secret, own = "诸葛小欢", "考官甲"
	other, me := Actor{Role: ByStaff, Name: "李老师"}, Actor{Role: ByStaff, Name: own}
	clip := &Clip{ID: "c1", Name: secret + ".mp4", Departures: []Departure{
		{ID: "d1", Category: "hat", Remark: secret, By: other}, {ID: "d2", Category: "hat", Remark: "白帽子", By: me},
	}}
	before := Order{
		ID: "o1",
		Registration: Registration{
			Ticket: secret, Name: secret, Pinyin: secret, IDNumber: secret, GuardianAddress: secret, Phone: secret, Photo: secret, Subject: "钢琴", Grade: 3,
		},
		Consent:   Consent{Answer: ConsentGiven, Guardian: secret},
		Attempts:  []Attempt{{ID: "a1", Code: "1234", Items: []Item{{ID: "1", Piece: "小步舞曲", Clip: clip}, {ID: "2"}}}},
		Practice:  []Attempt{{ID: "p1", Items: []Item{{ID: "1", Clip: &Clip{ID: "c2", Name: secret}}}}},
		Decisions: []Decision{{ID: "x1", ClipID: "c1", Reason: secret, By: other}},
		Marks:     []Mark{{ItemID: "1", Remarks: secret, By: other}, {ItemID: "1", Remarks: "稳", By: me}},
	}
	whole, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := json.Marshal(before.Anonymous(own))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(seen), secret) {
		t.Errorf("an examiner sees %s", seen)
	}
	for _, left := range []string{"钢琴", "1234", "小步舞曲", "白帽子", "稳", `"x1"`, `"d1"`} {
		if !strings.Contains(string(seen), left) {
			t.Errorf("an examiner does not see %s in %s", left, seen)
		}
	}
	if strings.Count(string(seen), "Remarks") != 1 {
		t.Errorf("an examiner sees others' marks: %s", seen)
	}
	if after, err := json.Marshal(before); err != nil || string(after) != string(whole) {
		t.Error("the order itself was changed")
	}
}

func TestR21_WhatAnExaminerIsToldOfWhatHappened(t *testing.T) {
	me, other := Actor{Role: ByStaff, Name: "考官甲"}, Actor{Role: ByStaff, Name: "考官乙"}
	for _, c := range []struct {
		fact Fact
		told bool
	}{
		{Fact{Kind: FactMarked, By: me}, true},
		{Fact{Kind: FactMarked, By: other}, false},
		{Fact{Kind: FactHeard, By: other}, true},
		{Fact{Kind: FactExtraTime, By: other, Reason: "停电", At: time.Unix(1, 0)}, true},
		{Fact{Kind: FactHelpAsked, By: Actor{Role: ByCandidate}}, false},
		{Fact{Kind: FactHelpAnswered, By: other}, false},
		{Fact{Kind: FactHelpClosed, By: other}, false},
		{Fact{Kind: FactHelpWithdrawn}, false},
	} {
		got, told := c.fact.Anonymous(me.Name)
		c.fact.Reason = ""
		if told != c.told || fmt.Sprint(got) != fmt.Sprint(c.fact) {
			t.Errorf("%s by %s: told %t, %+v", c.fact.Kind, c.fact.By.Name, told, got)
		}
	}
}
