package store

import (
	"context"
	"time"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

func (c *change) saveFindings(clipID string, findings []exam.Finding) error {
	if err := c.DeleteFindings(c.ctx, clipID); err != nil {
		return err
	}
	err := c.RecordUrgency(c.ctx, query.RecordUrgencyParams{
		Urgency: exam.Urgency(exam.Worst(findings)), ExaminersUrgency: exam.Urgency(exam.Worst(exam.Anonymous(findings))), ID: clipID,
	})
	if err != nil {
		return err
	}
	for place, f := range findings {
		err := c.InsertFinding(c.ctx, query.InsertFindingParams{
			ClipID:     clipID,
			Place:      int64(place),
			Kind:       string(f.Kind),
			Verdict:    string(f.Verdict),
			Value:      f.Value,
			LimitValue: f.Limit,
			Side:       string(f.Side),
			Unit:       string(f.Unit),
			Note:       string(f.Note),
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
			Kind:    exam.Kind(row.Kind),
			Verdict: exam.Verdict(row.Verdict),
			Value:   row.Value,
			Limit:   row.LimitValue,
			Side:    exam.Side(row.Side),
			Unit:    exam.Unit(row.Unit),
			Note:    exam.Note(row.Note),
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

// EvidenceInUse says whether any finding of a clip that is here shows this frame.
func (s *Store) EvidenceInUse(ctx context.Context, sha256 string) (used bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		count, err := q.CountKeptFrame(ctx, sha256)
		used = count > 0
		return err
	})
	return used, err
}

// FindEvidence returns a clip whose finding shows this frame, and its order,
// or refusal.NotFound.
func (s *Store) FindEvidence(ctx context.Context, sha256 string) (orderID, clipID string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.FindEvidence(ctx, sha256)
		orderID, clipID = row.OrderID, row.ClipID
		return sqlkit.Absent(err)
	})
	return orderID, clipID, err
}
