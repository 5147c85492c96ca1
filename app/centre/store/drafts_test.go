package store_test

import (
	"testing"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// drafts are what an examiner has begun in an order.
func (c *centre) drafts(orderID, examiner string) []exam.Mark {
	c.t.Helper()
	drafts, err := c.ListMarkDrafts(c.t.Context(), orderID, examiner)
	c.must(err)
	return drafts
}

func TestR21ADraftIsTakenWhereAMarkWouldBe(t *testing.T) {
	c := newCentre(t)
	order, clip := c.reviewed()
	begun := exam.Mark{ItemID: "1", Tempo: exam.LevelPass, Remarks: "右手稳", By: judge}
	save := func(m exam.Mark) refusal.Code { return refusal.CodeOf(c.SaveMarkDraft(t.Context(), order.ID, m)) }
	give := func(m exam.Mark) refusal.Code {
		m.Technique, m.Tempo, m.Interpretation, m.Level = exam.LevelGood, exam.LevelGood, exam.LevelGood, exam.LevelGood
		return refusal.CodeOf(c.GiveMark(t.Context(), order.ID, m))
	}
	refused := func(when string, m exam.Mark, want refusal.Code) {
		t.Helper()
		if draft, mark := save(m), give(m); draft != want || mark != want {
			t.Errorf("%s: the draft %q, the mark %q, want %q", when, draft, mark, want)
		}
	}
	if code := save(begun); code != "" {
		t.Fatal(code)
	}
	refused("an item that is not there", exam.Mark{ItemID: "9", Remarks: "稳", By: judge}, refusal.NotFound)
	c.apply(order.ID, exam.Decide{ID: "decision-1", Kind: exam.ClipInvalid, ClipID: clip, Reason: "看谱", By: staff})
	refused("R20: an invalid clip", begun, exam.MarkClipInvalid)
	c.apply(order.ID, exam.Decide{ID: "decision-2", Kind: exam.Disqualify, Reason: "替考", By: staff})
	refused("R20: a disqualified order", begun, exam.Disqualified)
	if kept := c.drafts(order.ID, judge.Name); len(kept) != 2 || kept[1].Remarks != "右手稳" {
		t.Errorf("a refusal lost what was kept: %+v", kept)
	}
	c.apply(order.ID, exam.UndoDecision{ID: "decision-1", Reason: "误判", By: staff})
	c.apply(order.ID, exam.UndoDecision{ID: "decision-2", Reason: "误判", By: staff})
	c.apply(order.ID, exam.Seal{})
	if draft, mark := save(begun), give(begun); draft != "" || mark != "" {
		t.Errorf("R31: in a batch the draft is %q, the mark %q", draft, mark)
	}
	if kept := c.drafts(order.ID, judge.Name); len(kept) != 1 || kept[0].ItemID != "" {
		t.Errorf("after the item's mark there are %+v", kept)
	}
}

func TestADraftInWhichNothingIsLeftIsForgotten(t *testing.T) {
	c := newCentre(t)
	order, _ := c.reviewed()
	other := exam.Actor{Role: exam.ByStaff, Name: "考官乙"}
	c.must(c.SaveMarkDraft(t.Context(), order.ID, exam.Mark{ItemID: "1", Remarks: "稳", By: other}))
	c.must(c.SaveMarkDraft(t.Context(), order.ID, exam.Mark{ItemID: "1", By: other}))
	if kept := c.drafts(order.ID, other.Name); len(kept) != 0 {
		t.Errorf("%+v", kept)
	}
}

// Another account of a name is another person's: it finds nothing of the first.
func TestDraftsAndPhrasesGoWithTheirAccount(t *testing.T) {
	c := newCentre(t)
	order, _ := c.reviewed()
	for _, name := range []string{judge.Name, "考官乙"} {
		c.must(c.PutUser(t.Context(), store.User{Name: name, Role: store.Examiner, Password: "x"}))
		c.must(c.AddPhrase(t.Context(), name, "节奏很稳"))
	}
	c.must(c.SaveMarkDraft(t.Context(), order.ID, exam.Mark{ItemID: "1", Remarks: "稳", By: exam.Actor{Role: exam.ByStaff, Name: "考官乙"}}))
	c.must(c.RemoveStaff(t.Context(), judge.Name, staff))
	for name, want := range map[string]int{judge.Name: 0, "考官乙": 1} {
		phrases, err := c.ListPhrases(t.Context(), name)
		c.must(err)
		if drafts := c.drafts(order.ID, name); len(drafts) != want || len(phrases) != want {
			t.Errorf("%s has %+v, %v", name, drafts, phrases)
		}
	}
}
