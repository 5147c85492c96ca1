package store

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// ClipFreed refuses files that were let go (R27).
const ClipFreed refusal.Code = "clip_freed"

// ClipRecord is a clip with what its examination found.
type ClipRecord struct {
	ID         string
	AttemptID  string
	ItemID     string
	Name       string
	Size       int64
	ReceivedAt time.Time
	Restored   bool   // one that had replaced it could not be opened (R12)
	TakenIn    string // the staff account that took the file in at the desk, "" for the phone's upload
	State      exam.ClipState
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
	Good       []string // what is as it should be (R19): of exam.Good
	Thumbnail  bool     // the card's small picture is in its place
	// FreedAt is when its files were let go after the province had received
	// them, zero while they are here. Then nothing of it can be shown.
	FreedAt time.Time
	// RenditionSHA256 is "" without one.
	RenditionSHA256 string
	Duration        time.Duration // 0 until its announcement was looked at
	ExaminedAt      time.Time     // zero until then
	Findings        []exam.Finding
}

// FindClip returns the clip with its findings, or refusal.NotFound.
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
		if err != nil {
			return err
		}
		for _, row := range rows {
			if records[row.ID], err = s.loader(q).recordOf(ctx, row); err != nil {
				return err
			}
		}
		return nil
	})
	return records, err
}

func (l loader) clipRecord(ctx context.Context, clipID string) (ClipRecord, error) {
	row, err := l.FindClip(ctx, clipID)
	if err != nil {
		return ClipRecord{}, sqlkit.Absent(err)
	}
	record, err := l.recordOf(ctx, row)
	if err != nil {
		return ClipRecord{}, err
	}
	record.Findings, err = l.findings(ctx, clipID)
	if !record.FreedAt.IsZero() {
		forgetFrames(record.Findings)
	}
	return record, err
}

// forgetFrames leaves the places of evidence, whose pictures are gone.
func forgetFrames(findings []exam.Finding) {
	for _, f := range findings {
		for i := range f.Evidence {
			f.Evidence[i].Frame = ""
		}
	}
}

// recordOf is the clip without its findings.
func (l loader) recordOf(ctx context.Context, row query.Clip) (ClipRecord, error) {
	record, err := recordOf(row, l.zone)
	if err != nil || record.Playable || record.Rendition || exam.Broken(record.Hints) {
		return record, err
	}
	jobs, err := l.CountJobsOfClip(ctx, row.ID)
	record.Converting = jobs > 0
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
		Restored:   row.Restored == 1,
		TakenIn:    row.TakenIn,
		State:      exam.ClipState(row.State),
		SHA256:     row.Sha256,
		MediaType:  row.Type,
		Playable:   row.Playable == 1,
		Rendition:  row.Rendition == 1,
		Preview:    row.Preview == 1,
		Thumbnail:  row.Thumbnail == 1,

		FreedAt:         maybeAt(row.FreedAt, zone),
		RenditionSHA256: row.RenditionSha256,
		Duration:        time.Duration(row.DurationMs) * time.Millisecond,
		ExaminedAt:      maybeAt(row.ExaminedAt, zone),
	}
	var sheet []int64
	err := errors.Join(json.Unmarshal([]byte(row.Hints), &record.Hints), json.Unmarshal([]byte(row.Good), &record.Good), json.Unmarshal([]byte(row.SheetTimes), &sheet))
	for _, at := range sheet {
		record.SheetTimes = append(record.SheetTimes, time.Duration(at)*time.Millisecond)
	}
	if !record.FreedAt.IsZero() {
		record.Playable, record.Rendition, record.Preview, record.Thumbnail, record.SheetTimes = false, false, false, false, nil
	}
	return record, err
}
