package store

import (
	"encoding/json"
	"errors"
	"path"
	"slices"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// act loads the order, applies the event and writes down what came of it:
// the order, its facts in the audit log, its jobs and its trash.
func (c *change) act(orderID string, event func(exam.Order) (exam.Event, error)) (exam.Order, error) {
	before, err := c.load(orderID)
	if err != nil {
		return exam.Order{}, err
	}
	e, err := event(before)
	if err != nil {
		return exam.Order{}, err
	}
	after, facts, err := exam.Apply(c.rules, before, e, c.now)
	if err != nil {
		return exam.Order{}, err
	}
	return after, c.save(before, after, facts)
}

func (c *change) load(orderID string) (exam.Order, error) {
	return loader{Queries: c.Queries, zone: c.rules.Location, confirms: c.rules.ProvinceDecides}.order(c.ctx, orderID)
}

func (c *change) save(before, after exam.Order, facts []exam.Fact) error {
	if len(facts) == 0 {
		return nil
	}
	c.changed = append(c.changed, after.ID)
	if err := c.saveOrder(after); err != nil {
		return err
	}
	for _, attempt := range after.Attempts {
		if err := c.saveAttempt(after.ID, attempt, false); err != nil {
			return err
		}
	}
	for _, run := range after.Practice {
		if err := c.saveAttempt(after.ID, run, true); err != nil {
			return err
		}
	}
	for _, decision := range after.Decisions {
		if err := c.saveDecision(after.ID, decision); err != nil {
			return err
		}
	}
	for _, i := range after.Irregularities {
		if err := c.saveIrregularity(after.ID, i); err != nil {
			return err
		}
	}
	for _, one := range after.CheckIns {
		if err := c.saveCheckIn(after.ID, one); err != nil {
			return err
		}
	}
	if err := c.dropUploads(after); err != nil {
		return err
	}
	if err := c.factsOf(after, facts); err != nil {
		return err
	}
	if err := c.erasePractice(before, after); err != nil {
		return err
	}
	return c.forgetFaces(before, after)
}

func (c *change) saveOrder(o exam.Order) error {
	return c.UpdateOrder(c.ctx, query.UpdateOrderParams{
		WindowOpens:     o.Window.OpensAt.UnixMilli(),
		WindowCloses:    o.Window.ClosesAt.UnixMilli(),
		Consent:         string(o.Consent.Answer),
		ConsentGuardian: o.Consent.Guardian,
		ConsentAt:       sqlkit.MsOrNull(o.Consent.At),
		PracticedAt:     sqlkit.MsOrNull(o.PracticedAt),
		WindowMovedAt:   sqlkit.MsOrNull(o.WindowMovedAt),
		SealedAt:        sqlkit.MsOrNull(o.SealedAt),
		Markers:         int64(o.Marking.Markers),
		MarkTolerance:   int64(o.Marking.Tolerance),
		Seats:           int64(o.Seats()),
		Settled:         sqlkit.Flag(o.Marked()),
		ID:              o.ID,
	})
}

func (c *change) saveAttempt(orderID string, a exam.Attempt, practice bool) error {
	grants, err := json.Marshal(append([]string{}, a.Grants...))
	if err != nil {
		return err
	}
	err = c.UpsertAttempt(c.ctx, query.UpsertAttemptParams{
		ID:             a.ID,
		OrderID:        orderID,
		Practice:       sqlkit.Flag(practice),
		Number:         int64(a.Number),
		State:          string(a.State),
		StartedAt:      a.StartedAt.UnixMilli(),
		Deadline:       a.Deadline.UnixMilli(),
		EndedAt:        sqlkit.MsOrNull(a.EndedAt),
		LimitMs:        a.Limit.Milliseconds(),
		ExtraMs:        a.Extra.Milliseconds(),
		Code:           a.Code,
		AcknowledgedAt: sqlkit.MsOrNull(a.AcknowledgedAt),
		Device:         a.Device,
		RulesVersion:   a.RulesVersion,
		Grants:         string(grants),
		VoidedFrom:     string(a.VoidedFrom),
	})
	if err != nil {
		return err
	}
	for place, item := range a.Items {
		if err := c.saveItem(a.ID, place, item); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) saveItem(attemptID string, place int, item exam.Item) error {
	question := exam.Question{}
	if item.Question != nil {
		question = *item.Question
	}
	return c.InsertItem(c.ctx, query.InsertItemParams{
		AttemptID:     attemptID,
		ID:            item.ID,
		Place:         int64(place),
		Name:          item.Name,
		Kind:          string(item.Kind),
		Piece:         item.Piece,
		QuestionID:    sqlkit.OrNull(question.ID),
		QuestionTitle: question.Title,
		QuestionFile:  question.File,
		QuestionType:  question.Type,
	})
}

// erasePractice deletes the rows of practice runs that are no more (R26).
func (c *change) erasePractice(before, after exam.Order) error {
	for _, run := range before.Practice {
		if after.IsPractice(run.ID) {
			continue
		}
		if err := c.DeletePracticeClips(c.ctx, run.ID); err != nil {
			return err
		}
		if err := c.DeleteAttempt(c.ctx, run.ID); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) saveDecision(orderID string, d exam.Decision) error {
	return c.UpsertDecision(c.ctx, query.UpsertDecisionParams{
		ID:          d.ID,
		OrderID:     orderID,
		Kind:        string(d.Kind),
		ClipID:      d.ClipID,
		Reason:      d.Reason,
		ByRole:      string(d.By.Role),
		ByName:      d.By.Name,
		At:          d.At.UnixMilli(),
		Pending:     sqlkit.Flag(d.Pending),
		ConfirmedAt: sqlkit.MsOrNull(d.ConfirmedAt),
		UndoneAt:    sqlkit.MsOrNull(d.UndoneAt),
	})
}

func (c *change) saveIrregularity(orderID string, i exam.Irregularity) error {
	return c.UpsertIrregularity(c.ctx, query.UpsertIrregularityParams{
		ID:        i.ID,
		OrderID:   orderID,
		AttemptID: i.AttemptID,
		Category:  i.Category,
		Remark:    i.Remark,
		ByRole:    string(i.By.Role),
		ByName:    i.By.Name,
		At:        i.At.UnixMilli(),
		UndoneAt:  sqlkit.MsOrNull(i.UndoneAt),
		ClipID:    i.ClipID,
	})
}

// factsOf does what follows from each fact outside the order's own rows, and
// notes it in the audit log.
func (c *change) factsOf(after exam.Order, facts []exam.Fact) error {
	for _, fact := range facts {
		if err := c.follow(after, fact); err != nil {
			return err
		}
		if err := c.audit(entryOf(after.ID, fact)); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) follow(after exam.Order, fact exam.Fact) error {
	switch fact.Kind {
	case exam.FactClipRemoved:
		return c.removeClip(fact.ClipID)
	case exam.FactClipSetAside:
		return c.setClipAside(after, fact.ClipID)
	case exam.FactClipRestored:
		return c.restoreClip(after, fact.ClipID)
	case exam.FactClipReceived:
		return c.insertClip(after, fact)
	case exam.FactClipMoved, exam.FactClipPreviewed:
		return c.placeClips(after, fact.AttemptID)
	case exam.FactHeard, exam.FactDeparture, exam.FactDepartureUndone:
		_, item := after.FindClip(fact.ClipID)
		return c.saveReview(item.Clip)
	case exam.FactRecused, exam.FactReadmitted:
		return c.saveRecusals(after)
	case exam.FactMarked, exam.FactSettled, exam.FactAppealDecided, exam.FactReset, exam.FactVoided, exam.FactReopened:
		return c.saveMarks(after)
	}
	return nil
}

// insertClip makes the clip's row and its examination's job.
func (c *change) insertClip(after exam.Order, fact exam.Fact) error {
	_, item := after.FindClip(fact.ClipID)
	err := c.InsertClip(c.ctx, query.InsertClipParams{
		ID:         item.Clip.ID,
		AttemptID:  fact.AttemptID,
		ItemID:     item.ID,
		Name:       item.Clip.Name,
		Size:       item.Clip.Size,
		ReceivedAt: item.Clip.ReceivedAt.UnixMilli(),
		TakenIn:    item.Clip.TakenIn,
	})
	if err != nil {
		return err
	}
	return errors.Join(c.sendJob(jobs.Preview, item.Clip.ID), c.sendJob(jobs.Inspect, item.Clip.ID))
}

// placeClips writes down which clip stands at which item. They are taken off
// first: two clips that change places would meet at one item.
func (c *change) placeClips(after exam.Order, attemptID string) error {
	if err := c.ParkClips(c.ctx, attemptID); err != nil {
		return err
	}
	for _, item := range after.FindAttempt(attemptID).Items {
		if item.Clip == nil {
			continue
		}
		err := c.PlaceClip(c.ctx, query.PlaceClipParams{ItemID: item.ID, Previewed: sqlkit.Flag(item.Clip.Previewed), ID: item.Clip.ID})
		if err != nil {
			return err
		}
	}
	return nil
}

// setClipAside puts the clip behind the one that replaces it. Its files and its
// jobs stay: it may stand again (R12).
func (c *change) setClipAside(after exam.Order, clipID string) error {
	_, item, _ := after.FindHeld(clipID)
	place := slices.IndexFunc(item.Former, func(f exam.Clip) bool { return f.ID == clipID })
	return c.SetClipAside(c.ctx, query.SetClipAsideParams{At: new(c.now.UnixMilli()), Behind: new(int64(place)), ID: clipID})
}

func (c *change) restoreClip(after exam.Order, clipID string) error {
	_, _, clip := after.FindHeld(clipID)
	err := c.RestoreClip(c.ctx, query.RestoreClipParams{Restored: sqlkit.Flag(clip.Restored), ID: clipID})
	return errors.Join(err, c.saveMarks(after))
}

// removeClip keeps the row for its hashes (R15) and lets go of the rest.
func (c *change) removeClip(clipID string) error {
	evidence, err := c.ListEvidence(c.ctx, clipID)
	if err != nil {
		return err
	}
	if err := c.DeleteFindings(c.ctx, clipID); err != nil {
		return err
	}
	if err := errors.Join(c.dropReview(clipID), c.dropJobs(clipID)); err != nil {
		return err
	}
	if err := c.RemoveClip(c.ctx, query.RemoveClipParams{RemovedAt: new(c.now.UnixMilli()), ID: clipID}); err != nil {
		return err
	}
	return c.trashClip(clipID, evidence)
}

// trashClip lets go of all files of a clip that needs them no more, and of
// the frames that no other clip needs.
func (c *change) trashClip(clipID string, evidence []query.Evidence) error {
	for _, e := range evidence {
		if err := c.trashFrame(e.Frame); err != nil {
			return err
		}
	}
	return c.trash(ClipFile(clipID), RenditionFile(clipID), PreviewFile(clipID), ContactSheetFile(clipID), ThumbnailFile(clipID))
}

// trashFrame lets go of an evidence frame that no clip needs any more.
func (c *change) trashFrame(frame string) error {
	if frame == "" {
		return nil
	}
	used, err := c.CountKeptFrame(c.ctx, frame)
	if err != nil || used > 0 {
		return err
	}
	return c.trash(EvidenceFile(frame))
}

func (c *change) trash(paths ...string) error {
	for _, p := range paths {
		if err := c.InsertTrash(c.ctx, query.InsertTrashParams{Path: p, Since: c.now.UnixMilli()}); err != nil {
			return err
		}
	}
	return nil
}

// The files of the data folder, relative to it and with forward slashes.

// UploadFile is where the bytes of an upload are received.
func UploadFile(id string) string { return path.Join("uploads", id+".part") }

// ClipFile is a clip's original.
func ClipFile(id string) string { return path.Join("vault", "clips", id) }

// RenditionFile is the clip as every phone can play it.
func RenditionFile(id string) string { return path.Join("vault", "renditions", id+".mp4") }

// PreviewFile is the clip's beginning and end, made to be there soon.
func PreviewFile(id string) string { return path.Join("vault", "previews", id+".mp4") }

// ContactSheetFile is the clip's contact sheet: ContactSheetColumns pictures in a row, each
// in a place of ContactSheetWidth × ContactSheetHeight pixels.
func ContactSheetFile(id string) string { return path.Join("vault", "sheets", id+".jpg") }

// ThumbnailFile is the small picture of a clip's card.
func ThumbnailFile(id string) string { return path.Join("vault", "thumbnails", id+".jpg") }

// The form of a contact sheet.
const (
	ContactSheetColumns = 5
	ContactSheetWidth   = 256
	ContactSheetHeight  = 144
)

// EvidenceFile is an evidence frame by its SHA-256.
func EvidenceFile(sha256 string) string { return path.Join("vault", "evidence", sha256+".jpg") }

// PhotoFile is a registration photo by its SHA-256.
func PhotoFile(sha256 string) string { return path.Join("vault", "photos", sha256) }

// QuestionFile is a drawn score by its SHA-256.
func QuestionFile(sha256 string) string { return path.Join("vault", "bank", sha256) }
