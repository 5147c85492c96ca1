package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/jobs"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ClipToInspect is what the examination is told of a clip.
type ClipToInspect struct {
	ID           string
	Path         string // the original in the vault
	Rendition    string // where the rendition belongs
	Preview      string // where the quick preview belongs
	ContactSheet string // where the contact sheet belongs
	Thumbnail    string // where the card's small picture belongs
	Photo        string // the registration photo's file, "" while 照片待补
	Consent      exam.ConsentAnswer
	// PhotoTaken is zero when unknown.
	PhotoTaken exam.Date
	BornOn     exam.Date
	Subject    string

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
	Thumbnail      bool            // the card's small picture is in its place
}

// FirstLook is what is known of a clip when its announcement was looked at,
// for the candidate's card until the inspection is recorded.
type FirstLook struct {
	Hints, Good []string // of exam.Hints and exam.Good
	Duration    time.Duration
	Thumbnail   bool
}

// Rendition is a finished rendition.
type Rendition struct {
	JobID   string
	SHA256  string
	Size    int64 // bytes
	Remuxed bool  // nothing was encoded anew
}

// FindClipForInspection returns what the examination needs to know of a
// clip, or refusal.NotFound when it is gone.
func (s *Store) FindClipForInspection(ctx context.Context, clipID string) (clip ClipToInspect, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		id, err := q.FindOrderIDOfHeldClip(ctx, clipID)
		if err != nil {
			return sqlkit.Absent(err)
		}
		order, err := s.loader(q).order(ctx, id)
		if err != nil {
			return err
		}
		attempt, _, held := order.FindHeld(clipID)
		clip = ClipToInspect{
			ID:               clipID,
			Path:             s.file(ClipFile(clipID)),
			Rendition:        s.file(RenditionFile(clipID)),
			Preview:          s.file(PreviewFile(clipID)),
			ContactSheet:     s.file(ContactSheetFile(clipID)),
			Thumbnail:        s.file(ThumbnailFile(clipID)),
			Consent:          order.Consent.Answer,
			PhotoTaken:       order.PhotoTaken,
			BornOn:           order.BirthDate,
			Subject:          order.Subject,
			AttemptStartedAt: attempt.StartedAt,
			ReceivedAt:       held.ReceivedAt,
		}
		if order.Photo != "" {
			clip.Photo = s.file(PhotoFile(order.Photo))
		}
		return nil
	})
	return clip, err
}

// CohortPhoto is a registration photo beside which others are judged.
type CohortPhoto struct {
	SHA256 string
	Path   string
}

// ListCohort returns photos of candidates who agreed to the comparison (R25), one
// of each, other than the candidate's whose clip it is; always in the same order.
func (s *Store) ListCohort(ctx context.Context, clipID string, most int) (photos []CohortPhoto, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		names, err := q.ListCohort(ctx, query.ListCohortParams{ClipID: clipID, Most: int64(most)})
		for _, name := range names {
			photos = append(photos, CohortPhoto{SHA256: name, Path: s.file(PhotoFile(name))})
		}
		return err
	})
	return photos, err
}

// file is where a file of the data folder lies.
func (s *Store) file(name string) string { return filepath.Join(s.folder, filepath.FromSlash(name)) }

// RecordInspection writes down what an examination found in place of what an
// earlier one found, and ends its job. A clip that is gone meanwhile only
// ends the job, and is refusal.NotFound.
func (s *Store) RecordInspection(ctx context.Context, clipID string, in Inspection) error {
	return s.ofClip(ctx, clipID, in.JobID, func(c *change) (int64, error) { return c.recordInspection(clipID, in) })
}

// RecordFirstLook notes it, before the inspection is recorded.
func (s *Store) RecordFirstLook(ctx context.Context, clipID string, first FirstLook) error {
	hints, good, err := listed(first.Hints, first.Good)
	if err != nil {
		return err
	}
	return s.write(ctx, func(c *change) error {
		rows, err := c.Queries.RecordFirstLook(ctx, query.RecordFirstLookParams{
			Hints: hints, Good: good, DurationMs: first.Duration.Milliseconds(), Thumbnail: sqlkit.Flag(first.Thumbnail), ID: clipID,
		})
		if err != nil || rows == 0 { // gone, or known better already
			return err
		}
		return c.clipChanged(clipID)
	})
}

// listed writes two lists as JSON.
func listed(hints, good []string) (hintsJSON, goodJSON string, err error) {
	first, err1 := json.Marshal(append([]string{}, hints...))
	second, err2 := json.Marshal(append([]string{}, good...))
	return string(first), string(second), errors.Join(err1, err2)
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
		return c.DeleteJob(ctx, jobID)
	})
	if err == nil && !found {
		return refusal.New(refusal.NotFound)
	}
	return err
}

func (c *change) clipChanged(clipID string) error {
	place, err := c.FindPlaceOfClip(c.ctx, clipID) // also of one that its examination took away
	c.changed = append(c.changed, place.OrderID)
	return err
}

func (c *change) recordInspection(clipID string, in Inspection) (int64, error) {
	found := in.Findings
	var err error
	switch in.Findings, err = c.allowed(clipID, found); {
	case errors.Is(err, sql.ErrNoRows):
		return 0, nil // the clip is gone
	case err != nil:
		return 0, err
	}
	state := exam.ClipUnexaminable
	if exam.Examined(in.Findings) {
		state = exam.ClipExamined
	}
	hints, good, err := listed(exam.Hints(in.Findings), exam.Good(in.Findings))
	if err != nil {
		return 0, err
	}
	rows, err := c.RecordInspection(c.ctx, query.RecordInspectionParams{
		State:      string(state),
		Sha256:     in.SHA256,
		Type:       in.MediaType,
		DurationMs: in.Measurement.Duration.Milliseconds(),
		Playable:   sqlkit.Flag(!in.NeedsRendition && state == exam.ClipExamined),
		Hints:      hints,
		Good:       good,
		Thumbnail:  sqlkit.Flag(in.Thumbnail),
		ExaminedAt: new(c.now.UnixMilli()),
		SheetTimes: milliseconds(in.SheetTimes),
		ID:         clipID,
	})
	if err != nil || rows == 0 {
		return rows, err
	}
	if err := c.saveFindings(clipID, in.Findings); err != nil {
		return rows, err
	}
	if !exam.SameFindings(in.Findings, found) {
		if err := c.trashFrames(found); err != nil {
			return rows, err
		}
	}
	if err := c.savePrint(clipID, in.Measurement.Duration, in.Print); err != nil {
		return rows, err
	}
	if err := c.addElsewhere(clipID, in.Measurement.Elsewhere); err != nil {
		return rows, err
	}
	if in.NeedsRendition {
		if err := c.sendJob(jobs.Rendition, clipID); err != nil {
			return rows, err
		}
	}
	return rows, c.looked(clipID, state, exam.Hints(in.Findings))
}

// looked tells the exam what the examination found, by which a clip that was
// replaced stands again or goes (R12).
func (c *change) looked(clipID string, state exam.ClipState, hints []string) error {
	place, err := c.FindPlaceOfClip(c.ctx, clipID)
	if err != nil {
		return err
	}
	_, err = c.act(place.OrderID, func(exam.Order) (exam.Event, error) {
		return exam.Looked{ClipID: clipID, Opened: state == exam.ClipExamined, Broken: exam.Broken(hints)}, nil
	})
	return err
}

// addElsewhere adds this clip to the findings of those that show the same and
// were examined before it: whoever looks at any of them is to know of all.
func (c *change) addElsewhere(clipID string, elsewhere []exam.Elsewhere) error {
	for _, e := range elsewhere {
		findings, err := loader{Queries: c.Queries}.findings(c.ctx, e.ClipID)
		if err != nil {
			return err
		}
		findings, news := exam.AddElsewhere(findings, exam.Elsewhere{ClipID: clipID, Same: e.Same, Likeness: e.Likeness})
		if !news {
			continue
		}
		if err := errors.Join(c.saveFindings(e.ClipID, findings), c.clipChanged(e.ClipID)); err != nil {
			return err
		}
	}
	return nil
}

// milliseconds writes times as JSON.
func milliseconds(times []time.Duration) string {
	list := make([]string, len(times))
	for i, t := range times {
		list[i] = strconv.FormatInt(t.Milliseconds(), 10)
	}
	return "[" + strings.Join(list, ",") + "]"
}
