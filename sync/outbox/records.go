package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/batch"
	"kaodian/sync/internal/query"
	"kaodian/sync/records"
)

// unfitError says that an order cannot go into a batch as it is: the province
// would refuse the whole.
type unfitError struct {
	order  string
	reason error
}

func (e *unfitError) Error() string {
	return fmt.Sprintf("order %s cannot be sent: %v; correct it or ask for help", e.order, e.reason)
}

func (e *unfitError) Unwrap() error { return e.reason }

// writeRecords writes records.sqlite at path (a new file) with what happened
// to these orders and which media file is what. Each order is read at a moment
// of its own: RecordSealed refuses the batch if anything happened to one since.
func writeRecords(ctx context.Context, s Store, path string, m batch.Manifest, orders []string, media []store.Media) error {
	return records.Create(ctx, s, path, func(q *query.Queries) error {
		r := &recorder{Queries: q, ctx: ctx, sums: sumsOf(media)}
		err := q.InsertBatch(ctx, query.InsertBatchParams{
			Version: batch.Version, Centre: m.Centre, Install: m.Install, Sequence: m.Sequence, MadeAt: m.MadeAt.UnixMilli(), Program: m.Program,
		})
		if err != nil {
			return err
		}
		for _, id := range orders {
			if r.order(s, id); r.err != nil {
				return unfit(id, r.err)
			}
		}
		r.media(media)
		return r.err
	})
}

// unfit names the order whose row broke a rule.
func unfit(order string, err error) error {
	if _, broken := errors.AsType[*records.RowError](err); broken {
		return &unfitError{order: order, reason: err}
	}
	return err
}

// sumsOf are the hashes of the media that travel, by role and owner.
func sumsOf(media []store.Media) map[string]string {
	sums := map[string]string{}
	for _, m := range media {
		sums[string(m.Role)+":"+m.Owner] = m.SHA256
	}
	return sums
}

// recorder writes rows and keeps the first error, after which the queries
// write nothing more.
type recorder struct {
	*query.Queries
	ctx  context.Context
	sums map[string]string
	err  error
}

func (r *recorder) note(err error) {
	if r.err == nil {
		r.err = err
	}
}

// media names each file once, with its first owner; the others refer to it.
func (r *recorder) media(list []store.Media) {
	named := map[string]bool{}
	for _, m := range list {
		if !named[m.SHA256] {
			named[m.SHA256] = true
			r.note(r.InsertMedia(r.ctx, query.InsertMediaParams{
				Sha256: m.SHA256, Sealed: m.Sealed, Size: m.Size, Type: m.Type, Role: string(m.Role), Owner: m.Owner,
			}))
		}
	}
}

func (r *recorder) order(s Store, id string) {
	o, err := s.FindRecord(r.ctx, id)
	if err != nil {
		r.note(err)
		return
	}
	r.registration(o)
	for _, attempt := range o.Attempts {
		r.attempt(o, attempt)
	}
	for _, d := range o.Decisions {
		r.note(r.InsertDecision(r.ctx, query.InsertDecisionParams{
			ID: d.ID, OrderID: o.ID, Kind: string(d.Kind), ClipID: d.ClipID, Reason: d.Reason, ByRole: string(d.By.Role), ByName: d.By.Name,
			At: d.At.UnixMilli(), Pending: sqlkit.Flag(d.Pending), ConfirmedAt: sqlkit.MsOrNull(d.ConfirmedAt), UndoneAt: sqlkit.MsOrNull(d.UndoneAt),
		}))
	}
	for _, m := range o.Marks {
		r.note(r.InsertMark(r.ctx, query.InsertMarkParams{
			OrderID: o.ID, ItemID: m.ItemID, Technique: string(m.Technique), Tempo: string(m.Tempo), Interpretation: string(m.Interpretation),
			Level: string(m.Level), Remarks: m.Remarks, ByName: m.By.Name, At: m.At.UnixMilli(),
		}))
	}
	for _, line := range o.Lines {
		r.fact(line)
	}
}

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
	for place, finding := range exam.UnderConsent(clip.Findings, o.Consent.Answer) {
		r.finding(o, clip.ID, int64(place), finding)
	}
	r.review(*item.Clip)
}

// review copies the announcement's ticks and the marked departures; the
// departures' remarks are in their facts.
func (r *recorder) review(clip exam.Clip) {
	for _, h := range clip.Hearings {
		r.note(r.InsertTick(r.ctx, query.InsertTickParams{ClipID: clip.ID, What: string(h.Part), Heard: string(h.Heard), ByName: h.By.Name, At: h.At.UnixMilli()}))
	}
	for place, d := range clip.Departures {
		var moment *int64
		if d.Moment != nil {
			moment = new(d.Moment.Milliseconds())
		}
		r.note(r.InsertDeparture(r.ctx, query.InsertDepartureParams{
			ClipID: clip.ID, Place: int64(place), Category: d.Category, ClipMs: moment, ByName: d.By.Name, At: d.At.UnixMilli(),
		}))
	}
}

// finding copies a finding; frames travel only under the consent to face
// recognition (R25).
func (r *recorder) finding(o store.Record, clipID string, place int64, f exam.Finding) {
	r.note(r.InsertFinding(r.ctx, query.InsertFindingParams{
		ClipID: clipID, Place: place, Kind: string(f.Kind), Verdict: string(f.Verdict), Value: f.Value, LimitValue: f.Limit,
		Unit: string(f.Unit), Note: string(f.Note), Engine: f.Engine,
	}))
	for n, e := range f.Evidence {
		frame := sqlkit.OrNull(e.Frame)
		if o.Consent.Answer != exam.ConsentGiven {
			frame = nil
		}
		r.note(r.InsertEvidence(r.ctx, query.InsertEvidenceParams{
			ClipID: clipID, Finding: place, Place: int64(n), FromMs: e.From.Milliseconds(), ToMs: e.To.Milliseconds(), Frame: frame,
		}))
	}
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
