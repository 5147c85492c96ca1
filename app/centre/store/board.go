package store

import (
	"context"
	"encoding/json"
	"time"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// OnBoard is an attempt on the staff's board, with what the board shows of its order.
type OnBoard struct {
	exam.Attempt
	OrderID, Name, Ticket, Subject string
	Grade                          int
	Consent                        exam.ConsentAnswer
	Photo                          bool
	Document                       exam.Document // by which the check-in identified the candidate (R25), "" without
	LoanPhone                      string        // the centre's phone that the candidate has, "" without
	Items                          []ItemOnBoard
	Closed                         *ClosedRow // nil while it is open
}

// ItemOnBoard is an item with its clip, both "" without one, and the upload
// that is on its way to it.
type ItemOnBoard struct {
	ID, Name, ClipID string
	ClipState        exam.ClipState
	Hints            []string // what the candidate is told of the clip (R19)
	TakenIn          string   // the staff account that took the clip in at the desk
	Upload           *Upload
}

// ListBoard returns the attempts that run or ended within the last day,
// running ones first. Every desk asks every three seconds while phones write, and a whole exam is on
// the board: three questions to the database answer for all of them.
func (s *Store) ListBoard(ctx context.Context) (board []OnBoard, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		since := new(s.Now().Add(-24 * time.Hour).UnixMilli())
		items, err := s.itemsOnBoard(ctx, q, since)
		if err != nil {
			return err
		}
		closed, err := s.closedRows(ctx, q)
		if err != nil {
			return err
		}
		rows, err := q.ListRecentAttempts(ctx, since)
		for _, row := range rows {
			board = append(board, OnBoard{
				Attempt:  s.loader(q).attempt(row.Attempt),
				OrderID:  row.Attempt.OrderID,
				Name:     row.Name,
				Ticket:   row.Ticket,
				Subject:  row.Subject,
				Grade:    int(row.Grade),
				Consent:  exam.ConsentAnswer(row.Consent),
				Photo:    row.Photo != "",
				Document: exam.Document(row.Document),

				LoanPhone: row.LoanPhone,
				Items:     items[row.Attempt.ID],
				Closed:    closed[row.Attempt.ID],
			})
		}
		return err
	})
	return board, err
}

// itemsOnBoard are the items of the board's attempts, by attempt.
func (s *Store) itemsOnBoard(ctx context.Context, q *query.Queries, since *int64) (map[string][]ItemOnBoard, error) {
	uploads := map[string]*Upload{}
	begun, err := q.ListUploads(ctx, "")
	for _, row := range begun {
		if key := row.Upload.AttemptID + "/" + row.Upload.ItemID; uploads[key] == nil {
			uploads[key] = new(s.upload(row.Upload, row.Attempt, row.PersonKey, row.Replaces))
		}
	}
	if err != nil {
		return nil, err
	}
	items := map[string][]ItemOnBoard{}
	rows, err := q.ListRecentItems(ctx, since)
	for _, row := range rows {
		item := ItemOnBoard{ID: row.ID, Name: row.Name, ClipID: row.ClipID, ClipState: exam.ClipState(row.ClipState), Hints: []string{}, TakenIn: row.TakenIn, Upload: uploads[row.AttemptID+"/"+row.ID]}
		if err := json.Unmarshal([]byte(row.Hints), &item.Hints); err != nil {
			return nil, err
		}
		items[row.AttemptID] = append(items[row.AttemptID], item)
	}
	return items, err
}
