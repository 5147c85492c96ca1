package store

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ProbeRow is an examiner's probe with what its order is.
type ProbeRow struct {
	exam.Probe
	Ticket, Subject string
	Grade           int
	unfit           bool // a video went, or a decision was made
}

// ended says that it waits for nothing of its examiner.
func (p ProbeRow) ended() bool { return !p.Finished.IsZero() || len(p.Said.Unmarkable) > 0 }

// work is what decides which of an examiner's orders are probes.
type work struct {
	rules     exam.Rules
	examiner  string
	standards []StandardRow
	probes    []ProbeRow
	met       map[string]bool // orders that the examiner marked in earnest, or is not to mark
	released  time.Time       // zero: never
	appeals   []query.ListOpenAppealsRow
}

func workOf(ctx context.Context, q *query.Queries, rules exam.Rules, examiner string) (w work, err error) {
	w = work{rules: rules, examiner: examiner, met: map[string]bool{}}
	if w.standards, err = listStandards(ctx, q, rules); err != nil {
		return w, err
	}
	if w.probes, err = listProbes(ctx, q, rules, examiner); err != nil {
		return w, err
	}
	if w.appeals, err = q.ListOpenAppeals(ctx); err != nil {
		return w, err
	}
	if w.nothing() {
		return w, nil // most centres
	}
	met, err := q.ListMetOrders(ctx, examiner)
	for _, id := range met {
		w.met[id] = true
	}
	if err != nil {
		return w, err
	}
	releases, err := q.ListReleases(ctx)
	for _, one := range releases {
		if one.Examiner == examiner {
			w.released = at(one.At, rules.Location)
		}
	}
	return w, err
}

// nothing says that the examiner's orders hold no probe.
func (w work) nothing() bool { return len(w.standards)+len(w.probes)+len(w.appeals) == 0 }

func listProbes(ctx context.Context, q *query.Queries, rules exam.Rules, examiner string) ([]ProbeRow, error) {
	rows, err := q.ListProbes(ctx, examiner)
	all := make([]ProbeRow, 0, len(rows))
	for _, row := range rows {
		one := ProbeRow{Probe: probeOf(row.Probe, rules), Ticket: row.Ticket, Subject: row.Subject, Grade: int(row.Grade), unfit: row.Unfit != 0}
		if err := json.Unmarshal([]byte(row.Probe.Said), &one.Said); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, err
}

func probeOf(row query.Probe, rules exam.Rules) exam.Probe {
	return exam.Probe{
		OrderID: row.OrderID, Examiner: row.Examiner, Kind: exam.ProbeKind(row.Kind), Level: exam.Level(row.Level), Tolerance: int(row.Tolerance),
		Given: exam.Level(row.Given), Begun: at(row.BegunAt, rules.Location), Finished: maybeAt(row.FinishedAt, rules.Location),
	}
}

func (w work) find(orderID string) *exam.Probe {
	for i := range w.probes {
		if w.probes[i].OrderID == orderID {
			return &w.probes[i].Probe
		}
	}
	return nil
}

// unmet are the standard orders that the examiner knows nothing of.
func (w work) unmet() (rows []StandardRow) {
	for _, row := range w.standards {
		if !row.Unfit && !w.met[row.OrderID] && w.find(row.OrderID) == nil {
			rows = append(rows, row)
		}
	}
	return rows
}

// begun are the probes of that kind that wait for an end which they can have.
func (w work) begun(kind exam.ProbeKind) (rows []ProbeRow) {
	for _, row := range w.probes {
		same := func(standard StandardRow) bool { return standard.OrderID == row.OrderID }
		stands := kind == exam.ProbeAgain || slices.ContainsFunc(w.standards, same)
		if row.Kind == kind && !row.ended() && !row.unfit && stands {
			rows = append(rows, row)
		}
	}
	return rows
}

func (w work) of(kind exam.ProbeKind) (rows []ProbeRow) {
	for _, row := range w.probes {
		if row.Kind == kind {
			rows = append(rows, row)
		}
	}
	return rows
}

// isProbe says whether what the examiner does to the order is a probe.
func (w work) isProbe(orderID string) bool {
	if w.find(orderID) != nil || w.appeal(orderID) != nil {
		return true
	}
	for _, row := range w.standards {
		if row.OrderID == orderID {
			return !w.met[orderID]
		}
	}
	return false
}

// appeal is the open one of the order that the examiner may mark, nil if there is none.
// Who began it keeps nobody else from it: that examiner may not come back.
func (w work) appeal(orderID string) *query.ListOpenAppealsRow {
	for i, one := range w.appeals {
		if one.OrderID == orderID && !w.met[orderID] {
			return &w.appeals[i]
		}
	}
	return nil
}

// probe is the examiner's of the order, one that begins now where there is none yet.
func (w work) probe(o exam.Order, now time.Time) exam.Probe {
	if known := w.find(o.ID); known != nil {
		return *known
	}
	if one := w.appeal(o.ID); one != nil {
		return w.rules.Blind(o, w.examiner, exam.Level(one.Former), int(one.Tolerance), now)
	}
	for _, row := range w.standards {
		if row.OrderID == o.ID {
			return w.rules.NewProbe(o, w.examiner, row.Standard, w.ofSubject(o.Subject), now)
		}
	}
	return exam.Probe{}
}

func (w work) ofSubject(subject string) (probes []exam.Probe) {
	for _, row := range w.probes {
		if row.Subject == subject {
			probes = append(probes, row.Probe)
		}
	}
	return probes
}

func (w work) stopped() bool {
	var all []exam.Probe
	for _, row := range w.probes {
		all = append(all, row.Probe)
	}
	return exam.Stopped(all, w.released)
}

// toQualify are the standard orders of a subject that the examiner has to mark before
// real ones. Where too few are left nobody waits for them.
func (w work) toQualify(subject string) (ids []string) {
	left := w.rules.QualificationLeft(w.ofSubject(subject))
	for _, row := range w.begun(exam.ProbeQualification) {
		if row.Subject == subject && len(ids) < left {
			ids = append(ids, row.OrderID)
		}
	}
	for _, row := range w.byLot(w.unmet()) {
		if row.Subject == subject && len(ids) < left {
			ids = append(ids, row.OrderID)
		}
	}
	return ids
}

// closed is why the examiner gives the order no mark, nil if one is taken.
func (w work) closed(o exam.Order) error {
	switch {
	case w.stopped():
		return refusal.New(exam.MarkStopped)
	case !w.isProbe(o.ID) && !o.IsVoice(w.examiner) && len(w.toQualify(o.Subject)) > 0:
		return refusal.New(exam.MarkUnqualified)
	}
	return nil
}

// inProbe is the order as the examiner sees it.
func (w work) inProbe(o exam.Order, now time.Time) exam.Order {
	if !w.isProbe(o.ID) {
		return o
	}
	return o.InProbe(w.probe(o, now))
}

// CheckWork refuses an examiner whose work is stopped, or who has standard orders of
// the subject to mark before this one (R21).
func (s *Store) CheckWork(ctx context.Context, o exam.Order, examiner string) error {
	return s.read(ctx, func(q *query.Queries) error {
		work, err := workOf(ctx, q, s.Rules(), examiner)
		if err != nil {
			return err
		}
		return work.closed(o)
	})
}

// Review does what an examiner did to an order: in a probe it is kept there.
func (s *Store) Review(ctx context.Context, orderID, examiner string, event exam.Event) error {
	return s.write(ctx, func(c *change) error { return c.review(orderID, examiner, event) })
}

func (c *change) review(orderID, examiner string, event exam.Event) error {
	order, err := c.load(orderID)
	if err != nil {
		return err
	}
	work, err := workOf(c.ctx, c.Queries, c.rules, examiner)
	if err != nil {
		return err
	}
	_, marks := event.(exam.GiveMark)
	if marks {
		if err := work.closed(order); err != nil {
			return err
		}
	}
	if !work.isProbe(orderID) {
		_, err := c.act(orderID, func(exam.Order) (exam.Event, error) { return event, nil })
		if err != nil || !marks {
			return err
		}
		return c.bringBack(work)
	}
	before := work.probe(order, c.now)
	if marks && before.Kind == exam.ProbeAppeal && !before.Finished.IsZero() {
		return refusal.New(exam.MarkSettled) // the result followed from it
	}
	after, err := before.Apply(c.rules, order, event, c.now)
	if err != nil {
		return err
	}
	if err := c.saveProbe(after); err != nil {
		return err
	}
	if after.Kind == exam.ProbeAppeal {
		return c.appealMarked(work, after)
	}
	return c.auditProbe(before, after)
}

// appealMarked has the appeal be that examiner's, and what follows from the first whole
// level follow.
func (c *change) appealMarked(w work, p exam.Probe) error {
	appeal := w.appeal(p.OrderID)
	if appeal == nil {
		return nil // decided before
	}
	if err := c.BeginAppeal(c.ctx, query.BeginAppealParams{Examiner: p.Examiner, OrderID: p.OrderID}); err != nil || p.Finished.IsZero() {
		return err
	}
	decide := exam.DecideAppeal{
		Level: p.Given, Former: exam.Level(appeal.Former), Tolerance: int(appeal.Tolerance), Reason: appeal.Reason, By: exam.Actor{Role: exam.ByStaff, Name: p.Examiner},
	}
	if _, err := c.act(p.OrderID, func(exam.Order) (exam.Event, error) { return decide, nil }); err != nil {
		return err
	}
	return c.DecideAppeal(c.ctx, query.DecideAppealParams{
		ID: appeal.ID, Level: string(p.Given), Changed: sqlkit.Flag(decide.Changes()), DecidedAt: new(c.now.UnixMilli()),
	})
}

// bringBack has one of the examiner's own orders come back, of those of earlier days,
// if one is due.
func (c *change) bringBack(w work) error {
	if c.rules.AgainEvery == 0 {
		return nil
	}
	year, month, day := c.now.Date()
	before := time.Date(year, month, day, 0, 0, 0, 0, c.now.Location()).UnixMilli()
	marked, err := c.CountOwnWholes(c.ctx, query.CountOwnWholesParams{Examiner: w.examiner, Before: before})
	if err != nil || len(w.of(exam.ProbeAgain)) >= c.rules.AgainDue(int(marked)) {
		return err
	}
	own, err := c.ListOwnWholes(c.ctx, query.ListOwnWholesParams{Examiner: w.examiner, Before: before})
	if err != nil || len(own) == 0 {
		return err
	}
	drawn := own[pick(len(own))]
	order, err := c.load(drawn.OrderID)
	if err != nil {
		return err
	}
	return c.saveProbe(c.rules.Again(order, w.examiner, exam.Level(drawn.Level), c.now))
}

func (c *change) saveProbe(p exam.Probe) error {
	said, err := json.Marshal(p.Said)
	if err != nil {
		return err
	}
	return c.UpsertProbe(c.ctx, query.UpsertProbeParams{
		Examiner: p.Examiner, OrderID: p.OrderID, Kind: string(p.Kind), Level: string(p.Level), Tolerance: int64(p.Tolerance),
		Given: string(p.Given), BegunAt: p.Begun.UnixMilli(), FinishedAt: sqlkit.MsOrNull(p.Finished), Said: string(said),
	})
}

// auditProbe notes what came of the probe, and that it stopped the examiner's work.
// The lines are of no order: they do not travel with it.
func (c *change) auditProbe(before, after exam.Probe) error {
	if after.Given == before.Given {
		return nil
	}
	by := exam.Actor{Role: exam.ByStaff, Name: after.Examiner}
	entry := Entry{Action: ActionExaminerProbed, By: by}
	entry.Args = map[string]any{"order": after.OrderID, "kind": after.Kind, "given": after.Given, "level": after.Level, "within": after.Within()}
	if err := c.audit(entry); err != nil {
		return err
	}
	work, err := workOf(c.ctx, c.Queries, c.rules, after.Examiner)
	if err != nil || !work.stopped() {
		return err
	}
	entry = Entry{Action: ActionExaminerStopped, By: exam.Actor{Role: exam.BySystem}}
	entry.Args = map[string]any{"examiner": after.Examiner}
	return c.audit(entry)
}

// ListExaminersFacts are the facts of an order as an examiner is told of them.
func (s *Store) ListExaminersFacts(ctx context.Context, orderID, examiner string) ([]Entry, error) {
	facts, err := s.ListFacts(ctx, orderID)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(q *query.Queries) error {
		work, err := workOf(ctx, q, s.Rules(), examiner)
		if err == nil && work.isProbe(orderID) {
			facts = work.factsInProbe(orderID, facts)
		}
		return err
	})
	return facts, err
}

func (w work) factsInProbe(orderID string, facts []Entry) (told []Entry) {
	for _, e := range facts {
		fact := exam.Fact{Kind: exam.FactKind(e.Action), Args: e.Args}
		if e.Later = false; fact.ToldInProbe() {
			told = append(told, e)
		}
	}
	if probe := w.find(orderID); probe != nil {
		for _, fact := range probe.Said.Facts {
			told = append(told, entryOf(orderID, fact))
		}
	}
	return told
}
