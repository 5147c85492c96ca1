package outbox_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/batch"
)

var judge = exam.Actor{Role: exam.ByStaff, Name: "考官乙"}

// after does to a sealed order what can be done: a mark, a decision, a tick and
// a departure that are taken back.
func (c *centre) after(order exam.Order) {
	c.t.Helper()
	clip := order.Attempts[0].Items[0].Clip.ID
	for _, event := range []exam.Event{
		exam.HearAnnouncement{ClipID: clip, Part: exam.PartCode, Heard: exam.HeardWrong, By: judge},
		exam.HearAnnouncement{ClipID: clip, Part: exam.PartName, By: judge},
		exam.WithdrawDeparture{ID: "departure-1", ClipID: clip, By: judge},
		exam.NoteIrregularity{ID: "note-1", AttemptID: order.Attempts[0].ID, Category: "other", Remark: "停电", By: judge},
	} {
		_, err := c.Apply(c.t.Context(), order.ID, event)
		c.must(err)
	}
	mark := exam.Mark{ItemID: "1", Technique: exam.LevelFail, Tempo: exam.LevelFail, Interpretation: exam.LevelFail, Level: exam.LevelFail, By: judge}
	c.must(c.GiveMark(c.t.Context(), order.ID, mark))
	c.must(c.Decide(c.t.Context(), order.ID, exam.Decide{ID: "d1", Kind: exam.Disqualify, Reason: "替考", By: judge}, true))
}

// R31: what happens to an order after it was sealed goes with the next batch,
// once, under the batch in which the order travelled.
func TestR31WhatHappensAfterSealingTravelsInTheNextBatch(t *testing.T) {
	c := newCentre(t)
	order := c.reviewed()
	c.must(c.Send(t.Context()))
	if status := c.status(); status.LaterOrders != 0 {
		t.Fatalf("%d later orders right after sealing", status.LaterOrders)
	}
	c.clock.Advance(time.Hour)
	c.after(order)
	if status := c.status(); status.LaterOrders != 1 || status.WaitingOrders != 0 {
		t.Errorf("%d later orders, %d wait", status.LaterOrders, status.WaitingOrders)
	}
	c.must(c.Send(t.Context()))
	folder, m := c.batchOnStick(2)
	if len(m.Files) != 1 {
		t.Errorf("the batch has %d files, want the records", len(m.Files))
	}
	records := c.openRecords(folder)
	for query, want := range map[string]string{
		"SELECT order_id, sequence FROM records.subjects":                                                     fmt.Sprint([]any{order.ID, int64(1)}),
		"SELECT count(*) FROM records.orders":                                                                 "[0]",
		"SELECT heard, by_name FROM records.ticks WHERE what = 'name'":                                        "[ 考官乙]",
		"SELECT heard, by_name FROM records.ticks WHERE what = 'code'":                                        "[wrong 考官乙]",
		"SELECT id, category, clip_ms, withdrawn_at IS NOT NULL FROM records.departures":                      "[departure-1 hat 83000 1]",
		"SELECT level FROM records.marks WHERE examiner = '考官乙'":                                              "[fail]",
		"SELECT kind, reason, by_name, side FROM records.decisions":                                           "[disqualified 替考 考官乙 centre]",
		"SELECT group_concat(action) FROM (SELECT action FROM records.facts ORDER BY seq)":                    "[sealed,announcement_ticked,announcement_ticked,departure_withdrawn,irregularity_noted,marked,decided]",
		"SELECT id, category, remark, by_name, undone_at IS NULL FROM records.irregularities":                 "[note-1 other 停电 考官乙 1]",
		"SELECT min(audit.hash = facts.hash) FROM records.facts JOIN main.audit USING (seq)":                  "[1]",
		"SELECT count(*) FROM records.facts WHERE seq > (SELECT audit_seq FROM records.batch)":                "[0]",
		"SELECT count(*) FROM main.batch_orders WHERE order_id = (SELECT id FROM main.orders) AND later = 1":  "[1]",
		"SELECT (SELECT count(*) FROM records.examinations) + (SELECT count(*) FROM records.media) AS others": "[0]",
	} {
		if rows := c.rows(records, query); len(rows) != 1 || fmt.Sprint(rows[0]) != want {
			t.Errorf("%s: %v, want %s", query, rows, want)
		}
	}
	c.must(c.Send(t.Context()))
	if states := c.states(); len(states) != 2 || c.status().LaterOrders != 0 {
		t.Errorf("told again: batches %v", states)
	}
	facts, err := c.ListFacts(t.Context(), order.ID)
	c.must(err)
	for _, f := range facts {
		if f.Later {
			t.Errorf("%s is in a batch and called later", f.Action)
		}
	}
}

// What only looks, and what the centre does with its own disk, makes no batch.
func TestALookMakesNoBatch(t *testing.T) {
	c := newCentre(t)
	order := c.submit("T1", "a video")
	c.must(c.Send(t.Context()))
	c.must(c.Audit(t.Context(), store.Entry{Action: store.ActionIdentityViewed, By: judge, OrderID: order.ID}))
	if c.status().LaterOrders != 0 {
		t.Error("a look is told as a change")
	}
}

// What a refused batch told goes again under the next install: the order whole
// where the province did not take it, else only what came later.
func TestR31LaterFactsOfARefusedBatchGoAgain(t *testing.T) {
	c := newCentre(t)
	order := c.reviewed()
	c.must(c.Send(t.Context()))
	_, first := c.batchOnStick(1)
	c.answer(first, nil, c.signer)
	c.must(c.Send(t.Context()))
	c.after(order)
	c.must(c.Send(t.Context()))
	_, second := c.batchOnStick(2)
	c.refuse(second)
	if err := c.Send(t.Context()); err == nil {
		t.Fatal("nothing is said of the refused batch")
	}
	c.join()
	c.must(c.Send(t.Context()))
	folder, _ := c.batchOnStick(1)
	rows := c.rows(c.openRecords(folder), "SELECT subjects.install, subjects.sequence, (SELECT count(*) FROM records.orders), (SELECT count(*) FROM records.decisions) FROM records.subjects")
	if want := fmt.Sprint([]any{first.Install, int64(1), int64(0), int64(1)}); len(rows) != 1 || fmt.Sprint(rows[0]) != want {
		t.Errorf("under the new install %v, want %s", rows, want)
	}
}

// R31: a clip that was examined after its order was sealed.
func TestALateFindingTravelsWithItsEvidence(t *testing.T) {
	c := newCentre(t)
	order := c.submit("T1", "a video of T1")
	c.consent(order, exam.ConsentGiven)
	c.must(c.Send(t.Context()))
	c.clock.Advance(time.Hour)
	frame := batch.Sum([]byte("a frame"))
	c.found(order, "a frame", exam.Finding{Kind: exam.KindFaceMatch, Verdict: exam.Warn, Evidence: []exam.Evidence{{Frame: frame}}})
	c.must(c.Send(t.Context()))
	folder, m := c.batchOnStick(2)
	rows := c.rows(c.openRecords(folder), "SELECT media.role, evidence.frame = media.sha256 FROM records.evidence JOIN records.media ON media.sha256 = evidence.frame")
	if len(rows) != 1 || fmt.Sprint(rows[0]) != "[evidence 1]" || !slices.ContainsFunc(m.Files, func(f batch.File) bool { return f.Name != batch.RecordsName }) {
		t.Errorf("late evidence %v, files %v", rows, m.Files)
	}
}

// R25: a consent that is withdrawn after sealing takes what was found of the face
// out of what the province goes by: the next batch tells the examination anew.
func TestR25AWithdrawnConsentTravelsInTheNextBatch(t *testing.T) {
	c := newCentre(t)
	order := c.submit("T1", "a video of T1")
	_, err := c.Apply(c.t.Context(), order.ID, exam.Consented{Face: true, Guardian: "王大明", By: exam.Actor{Role: exam.ByCandidate}})
	c.must(err)
	value, frame := 0.7, batch.Sum([]byte("a frame"))
	c.found(order, "a frame",
		exam.Finding{Kind: exam.KindReadable, Verdict: exam.Pass},
		exam.Finding{Kind: exam.KindFaceMatch, Verdict: exam.Pass, Value: &value, Engine: "a network", Evidence: []exam.Evidence{{Frame: frame}}},
	)
	c.must(c.Send(t.Context()))
	c.clock.Advance(time.Hour)
	_, err = c.Apply(c.t.Context(), order.ID, exam.Consented{By: exam.Actor{Role: exam.ByCandidate}})
	c.must(err)
	c.must(c.Send(t.Context()))
	folder, m := c.batchOnStick(2)
	if len(m.Files) != 1 {
		t.Errorf("the batch has %d files, want the records", len(m.Files))
	}
	records := c.openRecords(folder)
	for query, want := range map[string]string{
		"SELECT count(*) FROM records.examinations":                                              "[1]",
		"SELECT kind, note, value IS NULL, engine FROM records.findings WHERE kind LIKE 'face%'": "[face_match identified_at_the_desk 1 ]",
		"SELECT count(*) FROM records.evidence":                                                  "[0]",
		"SELECT group_concat(action) FROM records.facts":                                         "[sealed,consented]",
	} {
		if rows := c.rows(records, query); len(rows) != 1 || fmt.Sprint(rows[0]) != want {
			t.Errorf("%s: %v, want %s", query, rows, want)
		}
	}
	c.must(c.Send(t.Context()))
	if states := c.states(); len(states) != 2 {
		t.Errorf("told again: batches %v", states)
	}
}
