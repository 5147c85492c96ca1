package outbox

import (
	"encoding/json"
	"fmt"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/internal/query"
)

func (r *recorder) registration(o store.Record) {
	r.note(r.InsertOrder(r.ctx, query.InsertOrderParams{
		ID: o.ID, Ticket: o.Ticket, Name: o.Name, Pinyin: o.Pinyin, Gender: o.Gender, BirthDate: o.BirthDate.String(),
		IDType: o.IDType, IDNumber: o.IDNumber, GuardianAddress: o.GuardianAddress, Phone: o.Phone, Subject: o.Subject, Grade: int64(o.Grade),
		WindowOpens: o.Window.OpensAt.UnixMilli(), WindowCloses: o.Window.ClosesAt.UnixMilli(), Photo: sqlkit.OrNull(r.sums["photo:"+o.ID]), PhotoTaken: o.PhotoTaken.String(),
		Consent: string(o.Consent.Answer), ConsentGuardian: o.Consent.Guardian, ConsentAt: sqlkit.MsOrNull(o.Consent.At),
		Status: string(o.Status), FinalAt: o.FinalAt.UnixMilli(),
	}))
	for place, piece := range o.Pieces {
		r.note(r.InsertPiece(r.ctx, query.InsertPieceParams{OrderID: o.ID, Place: int64(place), Item: piece.Item, Title: piece.Title}))
	}
}

func (r *recorder) attempt(o store.Record, a exam.Attempt) {
	r.note(r.InsertAttempt(r.ctx, query.InsertAttemptParams{
		ID: a.ID, OrderID: o.ID, Number: int64(a.Number), State: string(a.StateAt(o.At)), StartedAt: a.StartedAt.UnixMilli(), Deadline: a.Deadline.UnixMilli(),
		EndedAt: sqlkit.MsOrNull(a.EndedAt), LimitMs: a.Limit.Milliseconds(), ExtraMs: a.Extra.Milliseconds(), Code: a.Code,
		AcknowledgedAt: sqlkit.MsOrNull(a.AcknowledgedAt), RulesVersion: a.RulesVersion,
	}))
	for place, item := range a.Items {
		r.item(a, place, item)
		if item.Clip != nil && a.Travels(o.At) {
			r.clip(o, a.ID, item)
		}
	}
}

func (r *recorder) item(a exam.Attempt, place int, item exam.Item) {
	question := exam.Question{}
	if item.Question != nil {
		question = *item.Question
	}
	r.note(r.InsertItem(r.ctx, query.InsertItemParams{
		AttemptID: a.ID, ID: item.ID, Place: int64(place), Name: item.Name, Kind: string(item.Kind), Piece: item.Piece,
		QuestionID: sqlkit.OrNull(question.ID), QuestionTitle: question.Title,
	}))
}

func (r *recorder) clip(o store.Record, attemptID string, item exam.Item) {
	clip := o.Clips[item.Clip.ID]
	original := r.sums["original:"+clip.ID]
	if original == "" {
		r.note(fmt.Errorf("clip %s travels without its video", item.Clip.ID))
		return
	}
	r.note(r.InsertClip(r.ctx, query.InsertClipParams{
		ID: clip.ID, AttemptID: attemptID, ItemID: item.ID, Sha256: original, Size: clip.Size, Type: clip.MediaType,
		DurationMs: clip.Duration.Milliseconds(), ReceivedAt: clip.ReceivedAt.UnixMilli(), Previewed: sqlkit.Flag(item.Clip.Previewed),
		State: string(clip.State), Rendition: sqlkit.OrNull(r.sums["rendition:"+clip.ID]),
	}))
	r.examination(o, clip)
	r.review(o.ID, *item.Clip)
}

// examination copies what was seen when the clip was last looked at. Looked at
// again it is another one, so its time is in its name.
func (r *recorder) examination(o store.Record, clip store.ClipRecord) {
	if clip.ExaminedAt.IsZero() && len(clip.Findings) == 0 {
		return
	}
	id := clip.ID
	if !clip.ExaminedAt.IsZero() {
		id = fmt.Sprintf("%s/%d", clip.ID, clip.ExaminedAt.UnixMilli())
	}
	r.note(r.InsertExamination(r.ctx, query.InsertExaminationParams{
		ID: id, OrderID: o.ID, ClipID: clip.ID, ExaminedAt: sqlkit.MsOrNull(clip.ExaminedAt),
	}))
	for place, finding := range exam.UnderConsent(clip.Findings, o.Consent.Answer) {
		r.finding(id, int64(place), finding, o.Consent.Answer == exam.ConsentGiven)
	}
}

// finding copies a finding; frames travel only under the consent to face
// recognition (R25).
func (r *recorder) finding(examination string, place int64, f exam.Finding, consent bool) {
	r.note(r.InsertFinding(r.ctx, query.InsertFindingParams{
		Examination: examination, Place: place, Kind: string(f.Kind), Verdict: string(f.Verdict), Value: f.Value, LimitValue: f.Limit,
		Side: string(f.Side), Unit: string(f.Unit), Note: string(f.Note), Engine: f.Engine, Detail: f.Detail,
	}))
	for n, e := range f.Evidence {
		frame := sqlkit.OrNull(e.Frame)
		if !consent {
			frame = nil
		}
		r.note(r.InsertEvidence(r.ctx, query.InsertEvidenceParams{
			Examination: examination, Finding: place, Place: int64(n), FromMs: e.From.Milliseconds(), ToMs: e.To.Milliseconds(),
			Frame: frame, OtherID: sqlkit.OrNull(e.OtherID),
		}))
	}
}

// review copies the announcement's ticks and the marked departures; the
// departures' remarks are in their facts.
func (r *recorder) review(orderID string, clip exam.Clip) {
	for _, h := range clip.Hearings {
		r.note(r.InsertTick(r.ctx, query.InsertTickParams{
			OrderID: orderID, ClipID: clip.ID, What: string(h.Part), Heard: string(h.Heard), ByName: h.By.Name, At: h.At.UnixMilli(),
		}))
	}
	for _, d := range clip.Departures {
		var moment *int64
		if d.Moment != nil {
			moment = new(d.Moment.Milliseconds())
		}
		r.note(r.InsertDeparture(r.ctx, query.InsertDepartureParams{
			OrderID: orderID, ClipID: clip.ID, ID: d.ID, Category: d.Category, ClipMs: moment, ByName: d.By.Name, At: d.At.UnixMilli(),
		}))
	}
}

// here is the side that this program is on: what it seals was decided and
// marked there.
const here = "centre"

func (r *recorder) decision(orderID string, d exam.Decision) {
	r.note(r.InsertDecision(r.ctx, query.InsertDecisionParams{
		ID: d.ID, OrderID: orderID, Side: here, Kind: string(d.Kind), ClipID: d.ClipID, Reason: d.Reason, ByRole: string(d.By.Role), ByName: d.By.Name,
		At: d.At.UnixMilli(), Pending: sqlkit.Flag(d.Pending), ConfirmedAt: sqlkit.MsOrNull(d.ConfirmedAt), UndoneAt: sqlkit.MsOrNull(d.UndoneAt),
	}))
}

func (r *recorder) irregularity(orderID string, i exam.Irregularity) {
	r.note(r.InsertIrregularity(r.ctx, query.InsertIrregularityParams{
		ID: i.ID, OrderID: orderID, AttemptID: i.AttemptID, ClipID: i.ClipID, Category: i.Category, Remark: i.Remark,
		ByRole: string(i.By.Role), ByName: i.By.Name, At: i.At.UnixMilli(), UndoneAt: sqlkit.MsOrNull(i.UndoneAt),
	}))
}

func (r *recorder) erasure(orderID string, e store.Erasure) {
	r.note(r.InsertErasure(r.ctx, query.InsertErasureParams{
		ID: e.ID, OrderID: orderID, What: e.What, Reason: e.Reason, ByRole: string(e.By.Role), ByName: e.By.Name, At: e.At.UnixMilli(),
	}))
}

func (r *recorder) mark(orderID string, m exam.Mark) {
	r.note(r.InsertMark(r.ctx, query.InsertMarkParams{
		OrderID: orderID, ItemID: m.ItemID, Round: int64(m.Round), Side: here, Examiner: m.By.Name,
		Technique: string(m.Technique), Tempo: string(m.Tempo), Interpretation: string(m.Interpretation),
		Level: string(m.Level), Remarks: m.Remarks, ByName: m.By.Name, At: m.At.UnixMilli(),
	}))
}

func (r *recorder) fact(l store.AuditLine) {
	if !json.Valid([]byte(l.Args)) {
		r.note(fmt.Errorf("line %d of the audit log is damaged; restore a backup", l.Seq))
		return
	}
	r.note(r.InsertFact(r.ctx, query.InsertFactParams{
		Seq: l.Seq, At: l.At.UnixMilli(), RecordedAt: l.RecordedAt.UnixMilli(), Action: l.Action, ByRole: string(l.By.Role), ByName: l.By.Name,
		OrderID: l.OrderID, AttemptID: l.AttemptID, ClipID: l.ClipID, Reason: l.Reason, Args: l.Args, Hash: l.Hash,
	}))
}
