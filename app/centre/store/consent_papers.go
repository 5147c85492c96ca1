package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// The refusals of pictures that the desk sends.
const (
	ScanUnreadable   refusal.Code = "scan_unreadable"
	ScanTooLarge     refusal.Code = "scan_too_large"
	LookNeedsConsent refusal.Code = "look_needs_consent" // nobody agreed to a comparison (R25)
)

// ConsentPaper is a consent on paper (R25): the scan lies in ConsentFile.
type ConsentPaper struct {
	SHA256   string
	Type     string // media type of the scan
	Face     bool
	Guardian string
	By       exam.Actor
	At       time.Time
}

// ConsentFile is where the scan of a consent lies in the data folder.
func ConsentFile(sha256 string) string { return "vault/consents/" + sha256 }

// EnterConsent enters an answer that was given on paper. The scan is on the
// disk already.
func (s *Store) EnterConsent(ctx context.Context, orderID string, p ConsentPaper) (exam.Order, error) {
	var after exam.Order
	err := s.write(ctx, func(c *change) error {
		var err error
		after, err = c.act(orderID, func(o exam.Order) (exam.Event, error) {
			event := exam.Consented{Face: p.Face, Guardian: p.Guardian, By: p.By, Paper: p.SHA256}
			known, err := c.LatestConsentPaper(ctx, orderID)
			stands := (o.Consent.Answer == exam.ConsentGiven) == p.Face
			if err == nil && known.Sha256 == p.SHA256 && stands {
				event.Paper = "" // told again, and nobody answered otherwise since
			}
			if errors.Is(err, sql.ErrNoRows) {
				err = nil
			}
			return event, err
		})
		if err != nil {
			return err
		}
		return c.UpsertConsentPaper(ctx, query.UpsertConsentPaperParams{
			OrderID: orderID, Sha256: p.SHA256, Type: p.Type, Answer: string(after.Consent.Answer), ByName: p.By.Name, At: c.now.UnixMilli(),
		})
	})
	return after, err
}

// FindConsentPaper returns the order's latest consent on paper.
func (s *Store) FindConsentPaper(ctx context.Context, orderID string) (p ConsentPaper, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.LatestConsentPaper(ctx, orderID)
		p = ConsentPaper{SHA256: row.Sha256, Type: row.Type, Face: row.Answer == string(exam.ConsentGiven), By: exam.Actor{Role: exam.ByStaff, Name: row.ByName}, At: s.at(row.At)}
		return sqlkit.Absent(err)
	})
	return p, err
}

// ListConsentFiles returns the scans that a row names.
func (s *Store) ListConsentFiles(ctx context.Context) (names []string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		names, err = q.ListConsentFiles(ctx)
		return err
	})
	return names, err
}
