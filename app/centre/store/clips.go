package store

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/centre/store/queue"
	"kaodian/app/exam"
)

// ClipToInspect is what the examination is told of a clip.
type ClipToInspect struct {
	ID        string
	Path      string // the original in the vault
	Rendition string // where the rendition belongs
	Preview   string // where the quick preview belongs
	Sheet     string // where the contact sheet belongs
	Photo     string // the registration photo's file, "" while 照片待补
	Consent   exam.ConsentAnswer
	// PhotoTaken is zero when unknown.
	PhotoTaken exam.Date

	AttemptStartedAt time.Time
	ReceivedAt       time.Time
}

// Inspection is what one examination found.
type Inspection struct {
	JobID          string
	SHA256         string // of the original, lower-case hex
	MediaType      string // for Content-Type; application/octet-stream if unknown
	Measurement    exam.Measurement
	Findings       []exam.Finding // exam.Hints makes the candidate's hints of them (R19)
	Print          Print
	NeedsRendition bool
	SheetTimes     []time.Duration // of the contact sheet's pictures, nil if there is none
}

// Rendition is a finished rendition.
type Rendition struct {
	JobID   string
	SHA256  string
	Size    int64 // bytes
	Remuxed bool  // nothing was encoded anew
}

// ClipRecord is a clip with what its examination found.
type ClipRecord struct {
	ID         string
	AttemptID  string
	ItemID     string
	Name       string
	Size       int64
	ReceivedAt time.Time
	State      string // received, examined, unexaminable
	SHA256     string // "" until examined
	MediaType  string // "" until examined
	Playable   bool   // every phone can play the original
	Rendition  bool   // the rendition is in its place
	Preview    bool   // the quick preview is
	// SheetTimes are of the contact sheet's pictures, nil if there is none.
	SheetTimes []time.Duration
	// Converting says that something to play may still come: a job waits or runs.
	Converting bool
	Hints      []string
	// RenditionSHA256 is "" without one.
	RenditionSHA256 string
	Duration        time.Duration // 0 until examined
	Findings        []exam.Finding
}

// FindClipForInspection returns what the examination needs to know of a
// clip, or exam.NotFound when it is gone.
func (s *Store) FindClipForInspection(ctx context.Context, clipID string) (clip ClipToInspect, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		id, err := q.FindOrderIDOfClip(ctx, clipID)
		if err != nil {
			return absent(err)
		}
		order, err := s.loader(q).order(ctx, id)
		if err != nil {
			return err
		}
		attempt, item := order.FindClip(clipID)
		clip = ClipToInspect{
			ID:               clipID,
			Path:             s.file(ClipFile(clipID)),
			Rendition:        s.file(RenditionFile(clipID)),
			Preview:          s.file(PreviewFile(clipID)),
			Sheet:            s.file(SheetFile(clipID)),
			Consent:          order.Consent.Answer,
			PhotoTaken:       order.PhotoTaken,
			AttemptStartedAt: attempt.StartedAt,
			ReceivedAt:       item.Clip.ReceivedAt,
		}
		if order.Photo != "" {
			clip.Photo = s.file(PhotoFile(order.Photo))
		}
		return nil
	})
	return clip, err
}

// file is where a file of the data folder lies.
func (s *Store) file(name string) string { return filepath.Join(s.folder, filepath.FromSlash(name)) }

// RecordInspection writes down what an examination found in place of what an
// earlier one found, and ends its job. A clip that is gone meanwhile only
// ends the job, and is exam.NotFound.
func (s *Store) RecordInspection(ctx context.Context, clipID string, in Inspection) error {
	return s.ofClip(ctx, clipID, in.JobID, func(c *change) (int64, error) { return c.recordInspection(clipID, in) })
}

// RecordHints notes what a first look hints, before the inspection is recorded.
func (s *Store) RecordHints(ctx context.Context, clipID string, hints []string) error {
	text, err := json.Marshal(append([]string{}, hints...))
	if err != nil {
		return err
	}
	return s.write(ctx, func(c *change) error {
		rows, err := c.Queries.RecordHints(ctx, query.RecordHintsParams{Hints: string(text), ID: clipID})
		if err != nil || rows == 0 { // gone, or known better already
			return err
		}
		return c.clipChanged(clipID)
	})
}

// ofClip runs a write that ends a clip's job whether or not the clip is there.
func (s *Store) ofClip(ctx context.Context, clipID, jobID string, do func(*change) (rows int64, err error)) error {
	found := false
	err := s.write(ctx, func(c *change) error {
		rows, err := do(c)
		if err != nil {
			return err
		}
		if found = rows > 0; found {
			if err := c.clipChanged(clipID); err != nil {
				return err
			}
		}
		return queue.Remove(c.ctx, c.tx, jobID)
	})
	if err == nil && !found {
		return exam.Refuse(exam.NotFound)
	}
	return err
}

func (c *change) clipChanged(clipID string) error {
	orderID, err := c.FindOrderIDOfClip(c.ctx, clipID)
	c.changed = append(c.changed, orderID)
	return err
}

func (c *change) recordInspection(clipID string, in Inspection) (int64, error) {
	state := "unexaminable"
	if exam.Examined(in.Findings) {
		state = "examined"
	}
	hints, err := json.Marshal(append([]string{}, exam.Hints(in.Findings)...))
	if err != nil {
		return 0, err
	}
	rows, err := c.RecordInspection(c.ctx, query.RecordInspectionParams{
		State:      state,
		Sha256:     in.SHA256,
		Type:       in.MediaType,
		DurationMs: in.Measurement.Duration.Milliseconds(),
		Playable:   flag(!in.NeedsRendition && state == "examined"),
		Hints:      string(hints),
		ExaminedAt: new(ms(c.now)),
		SheetTimes: milliseconds(in.SheetTimes),
		ID:         clipID,
	})
	if err != nil || rows == 0 {
		return rows, err
	}
	if err := c.saveFindings(clipID, in.Findings); err != nil {
		return rows, err
	}
	if err := c.savePrint(clipID, in.Measurement.Duration, in.Print); err != nil {
		return rows, err
	}
	if in.NeedsRendition {
		err = c.sendJob(jobs.Rendition, clipID)
	}
	return rows, err
}

func (c *change) saveFindings(clipID string, findings []exam.Finding) error {
	if err := c.DeleteFindings(c.ctx, clipID); err != nil {
		return err
	}
	if err := c.RecordUrgency(c.ctx, query.RecordUrgencyParams{Urgency: exam.Urgency(exam.Worst(findings)), ID: clipID}); err != nil {
		return err
	}
	for place, f := range findings {
		err := c.InsertFinding(c.ctx, query.InsertFindingParams{
			ClipID:     clipID,
			Place:      int64(place),
			Kind:       f.Kind,
			Verdict:    string(f.Verdict),
			Value:      f.Value,
			LimitValue: f.Limit,
			Unit:       f.Unit,
			Note:       f.Note,
			Engine:     f.Engine,
			Detail:     f.Detail,
		})
		if err != nil {
			return err
		}
		if err := c.saveEvidence(clipID, place, f.Evidence); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) saveEvidence(clipID string, finding int, evidence []exam.Evidence) error {
	for place, e := range evidence {
		err := c.InsertEvidence(c.ctx, query.InsertEvidenceParams{
			ClipID:  clipID,
			Finding: int64(finding),
			Place:   int64(place),
			FromMs:  e.From.Milliseconds(),
			ToMs:    e.To.Milliseconds(),
			Frame:   e.Frame,
			OtherID: e.OtherID,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// RecordRendition notes that the rendition is in its place and ends its job.
func (s *Store) RecordRendition(ctx context.Context, clipID string, r Rendition) error {
	return s.ofClip(ctx, clipID, r.JobID, func(c *change) (int64, error) {
		return c.RecordRendition(ctx, query.RecordRenditionParams{RenditionSha256: r.SHA256, ID: clipID})
	})
}

// RecordPreview notes that the quick preview is in its place and ends its job.
func (s *Store) RecordPreview(ctx context.Context, clipID, jobID string) error {
	return s.ofClip(ctx, clipID, jobID, func(c *change) (int64, error) { return c.Queries.RecordPreview(ctx, clipID) })
}

// EvidenceInUse says whether any finding still shows this frame.
func (s *Store) EvidenceInUse(ctx context.Context, sha256 string) (used bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		count, err := q.CountEvidenceFrame(ctx, sha256)
		used = count > 0
		return err
	})
	return used, err
}

// FindEvidence returns a clip whose finding shows this frame, and its order,
// or exam.NotFound.
func (s *Store) FindEvidence(ctx context.Context, sha256 string) (orderID, clipID string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindEvidence(ctx, sha256)
		orderID, clipID = row.OrderID, row.ClipID
		return absent(err)
	})
	return orderID, clipID, err
}

// FindClip returns the clip with its findings, or exam.NotFound.
func (s *Store) FindClip(ctx context.Context, clipID string) (clip ClipRecord, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		clip, err = s.loader(q).clipRecord(ctx, clipID)
		return err
	})
	return clip, err
}

// ListClipRecords returns what is known of the clips of an order's attempts, by clip id.
func (s *Store) ListClipRecords(ctx context.Context, orderID string) (records map[string]ClipRecord, err error) {
	records = map[string]ClipRecord{}
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListOrderClips(ctx, orderID)
		for _, row := range rows {
			record, err := recordOf(row, s.rules.Location)
			if err != nil {
				return err
			}
			records[row.ID] = record
		}
		return err
	})
	return records, err
}

func (l loader) clipRecord(ctx context.Context, clipID string) (ClipRecord, error) {
	row, err := l.FindClip(ctx, clipID)
	if err != nil {
		return ClipRecord{}, absent(err)
	}
	record, err := recordOf(row, l.zone)
	if err != nil {
		return ClipRecord{}, err
	}
	if !record.Playable && !record.Rendition {
		jobs, err := l.CountJobsOfClip(ctx, clipID)
		if err != nil {
			return ClipRecord{}, err
		}
		record.Converting = jobs > 0
	}
	record.Findings, err = l.findings(ctx, clipID)
	return record, err
}

func recordOf(row query.Clip, zone *time.Location) (ClipRecord, error) {
	record := ClipRecord{
		ID:         row.ID,
		AttemptID:  row.AttemptID,
		ItemID:     row.ItemID,
		Name:       row.Name,
		Size:       row.Size,
		ReceivedAt: at(row.ReceivedAt, zone),
		State:      row.State,
		SHA256:     row.Sha256,
		MediaType:  row.Type,
		Playable:   row.Playable == 1,
		Rendition:  row.Rendition == 1,
		Preview:    row.Preview == 1,

		RenditionSHA256: row.RenditionSha256,
		Duration:        time.Duration(row.DurationMs) * time.Millisecond,
	}
	var sheet []int64
	err := errors.Join(json.Unmarshal([]byte(row.Hints), &record.Hints), json.Unmarshal([]byte(row.SheetTimes), &sheet))
	for _, at := range sheet {
		record.SheetTimes = append(record.SheetTimes, time.Duration(at)*time.Millisecond)
	}
	return record, err
}

// milliseconds writes times as JSON.
func milliseconds(times []time.Duration) string {
	list := make([]string, len(times))
	for i, t := range times {
		list[i] = strconv.FormatInt(t.Milliseconds(), 10)
	}
	return "[" + strings.Join(list, ",") + "]"
}

func (l loader) findings(ctx context.Context, clipID string) ([]exam.Finding, error) {
	rows, err := l.ListFindings(ctx, clipID)
	if err != nil {
		return nil, err
	}
	evidence, err := l.ListEvidence(ctx, clipID)
	if err != nil {
		return nil, err
	}
	var findings []exam.Finding
	for _, row := range rows {
		finding := exam.Finding{
			Kind:    row.Kind,
			Verdict: exam.Verdict(row.Verdict),
			Value:   row.Value,
			Limit:   row.LimitValue,
			Unit:    row.Unit,
			Note:    row.Note,
			Engine:  row.Engine,
			Detail:  row.Detail,
		}
		for _, e := range evidence {
			if e.Finding == row.Place {
				finding.Evidence = append(finding.Evidence, evidenceOf(e))
			}
		}
		findings = append(findings, finding)
	}
	return findings, nil
}

func evidenceOf(row query.Evidence) exam.Evidence {
	return exam.Evidence{
		From:    time.Duration(row.FromMs) * time.Millisecond,
		To:      time.Duration(row.ToMs) * time.Millisecond,
		Frame:   row.Frame,
		OtherID: row.OtherID,
	}
}

// ClipPage is a part of the staff's list of clips, newest first.
type ClipPage struct {
	Clips []ClipOfOrder
	Next  string // the clip before which the next page starts, "" at the end
}

// ClipOfOrder is a clip with the order it belongs to.
type ClipOfOrder struct {
	ClipRecord
	Order exam.Order
}

// ListClips returns at most limit clips received before that clip ("" from
// the newest).
func (s *Store) ListClips(ctx context.Context, before string, limit int) (page ClipPage, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		l := s.loader(q)
		from := query.ListClipIDsParams{Before: ms(s.Now().Add(time.Hour)), Most: int64(limit)}
		if before != "" {
			row, err := q.FindClip(ctx, before)
			if err != nil {
				return absent(err)
			}
			from.Before, from.BeforeID = row.ReceivedAt, row.ID
		}
		rows, err := q.ListClipIDs(ctx, from)
		if err != nil {
			return err
		}
		page, err = l.clipPage(ctx, rows, limit)
		return err
	})
	return page, err
}

func (l loader) clipPage(ctx context.Context, rows []query.ListClipIDsRow, limit int) (ClipPage, error) {
	var page ClipPage
	for _, row := range rows {
		record, err := l.clipRecord(ctx, row.ID)
		if err != nil {
			return ClipPage{}, err
		}
		order, err := l.order(ctx, row.OrderID)
		if err != nil {
			return ClipPage{}, err
		}
		page.Clips = append(page.Clips, ClipOfOrder{ClipRecord: record, Order: order})
	}
	if len(page.Clips) == limit {
		page.Next = page.Clips[limit-1].ID
	}
	return page, nil
}

// ListThatRan returns the attempts that ran at a moment (R22), each with its order.
func (s *Store) ListThatRan(ctx context.Context, moment time.Time) (list []OnBoard, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListAttemptsThatRan(ctx, ms(moment))
		for _, row := range rows {
			list = append(list, OnBoard{Order: exam.Order{ID: row.OrderID}, AttemptID: row.ID})
		}
		return errors.Join(err, s.loadOrders(ctx, q, list))
	})
	return list, err
}

// ListBoard returns the orders whose attempts run or ended within the last
// day, running ones first, each with the attempt that stands on the board.
func (s *Store) ListBoard(ctx context.Context) (board []OnBoard, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListRecentAttempts(ctx, new(ms(s.Now().Add(-24*time.Hour))))
		for _, row := range rows {
			board = append(board, OnBoard{Order: exam.Order{ID: row.OrderID}, AttemptID: row.ID})
		}
		return errors.Join(err, s.loadOrders(ctx, q, board))
	})
	return board, err
}

// loadOrders puts the whole order where only its id stands.
func (s *Store) loadOrders(ctx context.Context, q *query.Queries, list []OnBoard) (err error) {
	for i := range list {
		if list[i].Order, err = s.loader(q).order(ctx, list[i].Order.ID); err != nil {
			return err
		}
	}
	return nil
}

// OnBoard is an attempt on the staff's board.
type OnBoard struct {
	Order     exam.Order
	AttemptID string
}
