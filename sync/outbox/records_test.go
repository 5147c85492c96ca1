package outbox_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/seal"
)

// openRecords unseals the records of a batch with the province's key.
func (c *centre) openRecords(folder string) (path string) {
	c.t.Helper()
	sealed, err := os.Open(filepath.Join(folder, batch.RecordsName))
	c.must(err)
	defer sealed.Close()
	path = filepath.Join(c.t.TempDir(), "records.sqlite")
	plain, err := os.Create(path)
	c.must(err)
	c.must(errors.Join(seal.Decrypt(plain, sealed, c.identity), plain.Close()))
	return path
}

// reviewed is a submitted order whose only clip was ticked and marked.
func (c *centre) reviewed() exam.Order {
	c.t.Helper()
	staff, judge := exam.Actor{Role: exam.ByStaff, Name: "李老师"}, exam.Actor{Role: exam.ByStaff, Name: "考官甲"}
	order := c.submit("T1", "a video of somebody")
	clip, moment := order.Attempts[0].Items[0].Clip.ID, 83*time.Second
	apply := func(event exam.Event) {
		_, err := c.Apply(c.t.Context(), order.ID, event)
		c.must(err)
	}
	for _, part := range exam.Parts {
		apply(exam.HearAnnouncement{ClipID: clip, Part: part, Heard: exam.HeardWell, By: staff})
	}
	apply(exam.MarkDeparture{ID: "departure-1", ClipID: clip, Category: "hat", Moment: &moment, Remark: "白帽子", By: staff})
	mark := exam.Mark{ItemID: "1", Technique: exam.LevelGood, Tempo: exam.LevelPass, Interpretation: exam.LevelGood, Level: exam.LevelGood, Remarks: "稳", By: judge}
	c.must(c.GiveMark(c.t.Context(), order.ID, mark))
	c.must(c.SaveMarkDraft(c.t.Context(), order.ID, exam.Mark{Level: exam.LevelPass, By: judge}))
	return order
}

func TestR33TicksDeparturesAndMarksTravel(t *testing.T) {
	c := newCentre(t)
	order := c.reviewed()
	c.must(c.Send(t.Context()))
	folder, _ := c.batchOnStick(1)
	conn, err := c.DB().Conn(t.Context())
	c.must(err)
	defer conn.Close()
	_, err = conn.ExecContext(t.Context(), "ATTACH ? AS r", c.openRecords(folder))
	c.must(err)
	for query, want := range map[string]string{
		"SELECT group_concat(what || '=' || heard || ' ' || by_name) FROM (SELECT * FROM r.ticks ORDER BY what)":                                                                                                                                          "code=heard 李老师,grade=heard 李老师,name=heard 李老师,piece=heard 李老师,subject=heard 李老师",
		"SELECT group_concat(id || ' ' || (order_id = '" + order.ID + "') || ' ' || category || ' ' || clip_ms || ' ' || by_name || ' ' || (withdrawn_at IS NULL)) FROM r.departures":                                                                     "departure-1 1 hat 83000 李老师 1",
		"SELECT group_concat((order_id = '" + order.ID + "') || ' ' || item_id || ' ' || technique || ' ' || tempo || ' ' || interpretation || ' ' || level || ' ' || remarks || by_name || ' ' || round || ' ' || side || ' ' || examiner) FROM r.marks": "1 1 good pass good good 稳考官甲 1 centre 考官甲",
		"SELECT reason || ' ' || by_name FROM r.facts WHERE action = 'departure_marked'":                                                                                                                                                                  "白帽子 李老师",
		"SELECT count(*) || ' ' || (SELECT length(code) || ' ' || (acknowledged_at IS NULL) FROM r.attempts) FROM r.facts WHERE action = 'announcement_ticked'":                                                                                           "5 4 1",
		"SELECT count(*) || ' ' || min(audit.hash = facts.hash AND audit.args = facts.args AND audit.at = facts.at AND audit.recorded_at = facts.recorded_at) FROM r.facts JOIN main.audit USING (seq)":                                                   "11 1",
		"SELECT version || ' ' || sequence || ' ' || centre || ' ' || program FROM r.batch":                                                                                                                                                               "2 1 jinan kaodian test",
		"SELECT (audit_seq = max(facts.seq)) || ' ' || (audit_hash = (SELECT hash FROM main.audit WHERE seq = audit_seq)) FROM r.batch, r.facts":                                                                                                          "1 1",
		"SELECT count(*) || ' ' || min(order_id = '" + order.ID + "') || ' ' || (install = (SELECT install FROM r.batch)) || ' ' || sequence FROM r.subjects":                                                                                             "1 1 1 1",
		"SELECT count(*) || ' ' || min(examinations.order_id = '" + order.ID + "' AND clip_id = clips.id AND examinations.examined_at = main.clips.examined_at) FROM r.examinations, main.clips":                                                          "1 1",
	} {
		var got string
		c.must(conn.QueryRowContext(t.Context(), query).Scan(&got))
		if got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	_, err = conn.ExecContext(t.Context(), "DETACH r")
	c.must(err)
}

// Several examiners' marks travel with their rounds, and the chair's word as the
// last (FORMAT.md); what an examiner gave who is recused does not.
func TestR21_TheRoundsOfAnOrderTravel(t *testing.T) {
	c := newCentre(t)
	rules := c.Rules()
	rules.Markers, rules.MarkTolerance = 2, 0
	c.UseRules(rules)
	order := c.submit("T1", "a video of somebody")
	give := func(name string, level exam.Level) {
		t.Helper()
		for _, item := range order.Attempts[0].Items {
			if item.Clip != nil {
				c.must(c.GiveMark(t.Context(), order.ID, exam.Mark{ItemID: item.ID, Technique: level, Tempo: level, Interpretation: level, Level: level, By: exam.Actor{Role: exam.ByStaff, Name: name}}))
			}
		}
		c.must(c.GiveMark(t.Context(), order.ID, exam.Mark{Level: level, By: exam.Actor{Role: exam.ByStaff, Name: name}}))
	}
	chief := exam.Actor{Role: exam.ByStaff, Name: "组长"}
	give("甲", exam.LevelFail)
	_, err := c.Apply(t.Context(), order.ID, exam.Recuse{Examiner: "甲", Reason: "学生", By: chief})
	c.must(err)
	give("乙", exam.LevelPass)
	give("丙", exam.LevelGood)
	give("丁", exam.LevelExcellent)
	_, err = c.Apply(t.Context(), order.ID, exam.Settle{Level: exam.LevelGood, Reason: "复听后一致", By: chief})
	c.must(err)
	c.must(c.Send(t.Context()))
	folder, _ := c.batchOnStick(1)
	db := c.openRecords(folder)
	conn, err := c.DB().Conn(t.Context())
	c.must(err)
	defer conn.Close()
	_, err = conn.ExecContext(t.Context(), "ATTACH ? AS r", db)
	c.must(err)
	var got string
	c.must(conn.QueryRowContext(t.Context(), "SELECT group_concat(round || examiner || level || remarks) FROM (SELECT * FROM r.marks WHERE item_id = '' ORDER BY round)").Scan(&got))
	if want := "1乙pass,2丙good,3丁excellent,100组长good复听后一致"; got != want {
		t.Errorf("marks %s, want %s", got, want)
	}
	c.must(conn.QueryRowContext(t.Context(), "SELECT group_concat(action || reason) FROM (SELECT * FROM r.facts WHERE action IN ('examiner_recused', 'marks_settled') ORDER BY seq)").Scan(&got))
	if want := "examiner_recused学生,marks_settled复听后一致"; got != want {
		t.Errorf("facts %s, want %s", got, want)
	}
}
