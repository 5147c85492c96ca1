package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

func verdictsOf(outcomes []store.Outcome) (verdicts []store.Verdict) {
	for _, outcome := range outcomes {
		verdicts = append(verdicts, outcome.Verdict)
	}
	return verdicts
}

func TestAPreviewOfASyllabusSaysWhatComesChangesStaysAndGoes(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	next := store.Syllabus{Items: syllabus(), Bank: bank()}
	next.Items[1].Group = "一组"
	next.Items = append(next.Items[1:], store.SyllabusItem{Subject: "钢琴", GradeFrom: 1, GradeTo: 10, ItemSpec: exam.ItemSpec{Name: "乐曲", Kind: exam.ItemPiece}})
	next.Bank[0].File = "beef"
	next.Bank[2].Title = "视奏九"
	preview, err := c.PreviewSyllabus(t.Context(), next)
	c.must(err)
	if got := verdictsOf(preview.Items); !slices.Equal(got, []store.Verdict{store.RowChanged, store.RowSame, store.RowAdded}) {
		t.Error(got)
	}
	if got := verdictsOf(preview.Questions); !slices.Equal(got, []store.Verdict{store.RowChanged, store.RowSame, store.RowAdded}) {
		t.Error(got)
	}
	if len(preview.GoneItems) != 1 || preview.GoneItems[0].Name != "练习曲" || len(preview.GoneQuestions) != 1 || preview.GoneQuestions[0].Title != "视奏三" {
		t.Errorf("gone: %+v, %+v", preview.GoneItems, preview.GoneQuestions)
	}
	swapped := store.Syllabus{Items: []store.SyllabusItem{syllabus()[1], syllabus()[0], syllabus()[2]}, Bank: bank()}
	preview, err = c.PreviewSyllabus(t.Context(), swapped)
	c.must(err)
	if change := preview.Items[0].Changes; len(change) != 1 || change[0] != (store.Change{Column: "place", From: "2", To: "1"}) {
		t.Errorf("two items that change places: %+v", change)
	}
}

// R9: what a running attempt is made of stays while it runs.
func TestR9ASyllabusThatARunningAttemptUsesIsNotChanged(t *testing.T) {
	c := newCentre(t)
	attempt := c.start(c.enrol("T1"))
	drawn := ""
	for _, item := range attempt.Items {
		if item.Question != nil {
			drawn = item.Question.Title
		}
	}
	without := slices.DeleteFunc(bank(), func(q store.BankQuestion) bool { return q.Title == drawn })
	others := slices.DeleteFunc(bank(), func(q store.BankQuestion) bool { return q.Title != drawn })
	wantCode(t, c.ImportSyllabus(t.Context(), syllabus(), without), store.SyllabusInUse)
	wantCode(t, c.ImportSyllabus(t.Context(), syllabus()[1:], bank()), store.SyllabusInUse)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), others)) // what nobody drew may go
	c.clock.Set(attempt.Deadline)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), without))
}

func TestASyllabusIsUndoneUntilAnAttemptBeginsUnderIt(t *testing.T) {
	c := newCentre(t)
	order := c.enrol("T1")
	before, err := c.FindSyllabus(t.Context())
	c.must(err)
	staff := exam.Actor{Role: exam.ByStaff, Name: "li"}
	take := func(bank []store.BankQuestion) string {
		id, err := c.TakeSyllabus(t.Context(), store.SyllabusImport{Syllabus: store.Syllabus{Items: syllabus(), Bank: bank}, Name: "new.zip", By: staff})
		c.must(err)
		return id
	}
	first := take(bank()[:1])
	second := take(bank()[:2])
	wantCode(t, c.UndoSyllabus(t.Context(), first, staff), store.SyllabusMoved)
	c.must(c.UndoSyllabus(t.Context(), second, staff))
	c.must(c.UndoSyllabus(t.Context(), second, staff)) // told twice
	c.must(c.UndoSyllabus(t.Context(), first, staff))
	after, err := c.FindSyllabus(t.Context())
	c.must(err)
	if !slices.Equal(after.Bank, before.Bank) || !slices.Equal(after.Items, before.Items) {
		t.Errorf("after the undo %+v, before %+v", after, before)
	}
	third := take(bank()[:2])
	c.start(order)
	wantCode(t, c.UndoSyllabus(t.Context(), third, staff), store.SyllabusBegun)
	list, err := c.ListSyllabusImports(t.Context(), 10)
	c.must(err)
	if len(list) != 4 || list[0].By != "li" || list[1].UndoneBy != "li" || list[0].Questions != 2 {
		t.Errorf("%+v", list)
	}
}

// Whether an attempt began under a syllabus is told by what came after what, not
// by a clock that may jump between the two.
func TestASyllabusIsUndoneByTheOrderOfWhatHappenedNotByTheClock(t *testing.T) {
	staff := exam.Actor{Role: exam.ByStaff, Name: "li"}
	take := func(c *centre) string {
		id, err := c.TakeSyllabus(t.Context(), store.SyllabusImport{Syllabus: store.Syllabus{Items: syllabus(), Bank: bank()}, Name: "new.zip", By: staff})
		c.must(err)
		return id
	}
	setBack := func(c *centre) { c.clock.Set(c.clock.Now().Add(-time.Second)) }

	before := newCentre(t)
	before.start(before.enrol("T1"))
	setBack(before)
	before.must(before.UndoSyllabus(t.Context(), take(before), staff)) // by the clock the attempt came later

	after := newCentre(t)
	order := after.enrol("T1")
	id := take(after)
	setBack(after)
	after.start(order) // by the clock it came before
	wantCode(t, after.UndoSyllabus(t.Context(), id, staff), store.SyllabusBegun)
}

func TestAPreviewOfASyllabusThatIsOldTakesNothing(t *testing.T) {
	c := newCentre(t)
	next := store.Syllabus{Items: syllabus(), Bank: bank()}
	preview, err := c.PreviewSyllabus(t.Context(), next)
	c.must(err)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()[:1]))
	_, err = c.TakeSyllabus(t.Context(), store.SyllabusImport{Syllabus: next, Fingerprint: preview.Fingerprint})
	if code := refusal.CodeOf(err); code != store.PreviewStale {
		t.Errorf("%v", err)
	}
	bare := errors.AsType[*store.BareOrdersError]
	if _, ok := bare(err); ok {
		t.Error("it is no question of orders")
	}
}

// The province is told what its syllabus changed here, and not that all was new.
func TestAParcelsSyllabusIsAnsweredByWhatItChanged(t *testing.T) {
	c := newCentre(t)
	c.must(c.ImportSyllabus(t.Context(), syllabus(), bank()))
	ref := store.ParcelRef{Install: "0123456789abcdef", Sequence: 1, ManifestSHA256: "aa"}
	c.must(c.RecordFetched(t.Context(), store.Parcel{ParcelRef: ref, Kind: "syllabus"}, ""))
	next := store.Syllabus{Items: syllabus(), Bank: bank()}
	next.Items[1].Group = "一组"
	next.Bank = append(next.Bank[1:], store.BankQuestion{Subject: next.Bank[0].Subject, GradeFrom: next.Bank[0].GradeFrom, GradeTo: next.Bank[0].GradeTo, Item: next.Bank[0].Item, Title: "视奏九", File: "beef"})
	_, err := c.TakeSyllabus(t.Context(), store.SyllabusImport{Syllabus: next, By: staff, Parcel: &ref})
	c.must(err)
	p, err := c.FindParcel(t.Context(), ref.Install, ref.Sequence)
	c.must(err)
	same := len(syllabus()) - 1 + len(bank()) - 1
	if got := p.Answer; got.Added != 1 || got.Changed != 2 || got.Unchanged != same {
		t.Errorf("%+v, want 1 added, 2 changed, %d unchanged", got, same)
	}
}
