package store

import (
	"context"
	"errors"
	"maps"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Pack is an emergency pack 应急包: what was drawn in advance and printed, for a
// day that goes on without the server.
type Pack struct {
	ID      string
	At      time.Time
	Sheets  []PaperSheet
	Without []string // tickets of orders for which nothing can be drawn: they could not begin either
}

// PaperSheet is one candidate's sheet of a pack.
type PaperSheet struct {
	exam.Order
	exam.Paper
	PackID string
	Number int // within the pack, from 1
	At     time.Time
}

// MakePack draws a sheet for every order of the scope that can still begin. Each
// is a fact of its order, without what stands on it: who reads the facts must
// not know the code (R8).
func (s *Store) MakePack(ctx context.Context, f Scope, by exam.Actor) (pack Pack, err error) {
	err = s.write(ctx, func(c *change) error {
		pack = Pack{ID: NewID(), At: c.now}
		rows, err := c.ListScope(ctx, f.params(s.Rules().Location))
		if err != nil {
			return err
		}
		drawn := map[string]bool{}
		for _, row := range rows {
			order, err := c.load(row.ID)
			if err != nil {
				return err
			}
			status := s.StatusOf(order)
			if !order.MayBegin(c.rules) || status != exam.StatusWaiting && status != exam.StatusOpen {
				continue
			}
			switch err := c.addSheet(&pack, order, drawn, by); refusal.CodeOf(err) {
			case exam.NoItems, exam.BankEmpty:
				pack.Without = append(pack.Without, order.Ticket)
			default:
				if err != nil {
					return err
				}
			}
		}
		return c.audit(Entry{Action: ActionPapersMade, By: by, Args: map[string]any{"papers": "pack", "orders": len(pack.Sheets)}})
	})
	return pack, err
}

// addSheet draws a sheet; drawn are the questions of the pack so far, which it
// avoids while it can, as neighbours open theirs at one time (R9). What phones
// drew within the last hour says nothing of that time.
func (c *change) addSheet(pack *Pack, order exam.Order, drawn map[string]bool, by exam.Actor) error {
	draw, err := c.draw(order)
	if err != nil {
		return err
	}
	draw.Recent = maps.Clone(drawn)
	paper, err := draw.Paper(order)
	if err != nil {
		return err
	}
	sheet := PaperSheet{Order: order, Paper: paper, PackID: pack.ID, Number: len(pack.Sheets) + 1, At: c.now}
	if err := c.insertSheet(sheet, drawn); err != nil {
		return err
	}
	pack.Sheets = append(pack.Sheets, sheet)
	return c.audit(Entry{Action: ActionPackPrinted, By: by, OrderID: order.ID, Args: map[string]any{"number": sheet.Number}})
}

func (c *change) insertSheet(sheet PaperSheet, drawn map[string]bool) error {
	id := NewID()
	err := c.InsertPaperSheet(c.ctx, query.InsertPaperSheetParams{
		ID: id, PackID: sheet.PackID, OrderID: sheet.ID, Number: int64(sheet.Number), MadeAt: c.now.UnixMilli(), Code: sheet.Code,
	})
	for place, item := range sheet.Paper.Items {
		var question exam.Question
		if item.Question != nil {
			question = *item.Question
			drawn[question.ID] = true
		}
		err = errors.Join(err, c.InsertPaperItem(c.ctx, query.InsertPaperItemParams{
			SheetID: id, Place: int64(place), Name: item.Name, Kind: string(item.Kind), Piece: item.Piece,
			QuestionID: question.ID, QuestionTitle: question.Title, QuestionFile: question.File, QuestionType: question.Type,
		}))
	}
	return err
}

// addPapers keeps a draw from what stands on the order's papers.
func (c *change) addPapers(draw *exam.Draw, orderID string) error {
	sheets, err := c.ListPaperSheets(c.ctx, orderID)
	if err != nil || len(sheets) == 0 {
		return err
	}
	for _, sheet := range sheets {
		draw.Codes = append(draw.Codes, sheet.Code)
	}
	items, err := c.ListPaperItems(c.ctx, orderID)
	for _, item := range items {
		draw.Used[item.QuestionID] = true
	}
	return err
}

// OpenPapers returns what stands on an order's papers, and notes who looked:
// whoever looks at a video that was made by one has to know its code (R33).
func (s *Store) OpenPapers(ctx context.Context, orderID string, by exam.Actor) (sheets []PaperSheet, err error) {
	err = s.write(ctx, func(c *change) error {
		order, err := c.load(orderID)
		if err != nil {
			return err
		}
		rows, errSheets := c.ListPaperSheets(ctx, orderID)
		items, errItems := c.ListPaperItems(ctx, orderID)
		if err := errors.Join(errSheets, errItems); err != nil {
			return err
		}
		sheets = nil
		for _, row := range rows {
			sheet := PaperSheet{Order: order, PackID: row.PackID, Number: int(row.Number), At: s.at(row.MadeAt), Paper: exam.Paper{Code: row.Code}}
			for _, item := range items {
				if item.SheetID == row.ID {
					sheet.Paper.Items = append(sheet.Paper.Items, paperItem(item))
				}
			}
			sheets = append(sheets, sheet)
		}
		return c.audit(Entry{Action: ActionPaperViewed, By: by, OrderID: orderID})
	})
	return sheets, err
}

func paperItem(row query.PaperItem) exam.Item {
	item := exam.Item{Name: row.Name, Kind: exam.ItemKind(row.Kind), Piece: row.Piece}
	if row.QuestionID != "" {
		item.Question = &exam.Question{ID: row.QuestionID, Title: row.QuestionTitle, File: row.QuestionFile, Type: row.QuestionType}
	}
	return item
}

// OpenPackScore returns the media type of a score that a pack shows, and notes
// who looked (R8); or it is refusal.NotFound.
func (s *Store) OpenPackScore(ctx context.Context, packID, file string, by exam.Actor) (mediaType string, err error) {
	err = s.write(ctx, func(c *change) error {
		row, err := c.FindPackScore(ctx, query.FindPackScoreParams{PackID: packID, File: file})
		if err != nil {
			return sqlkit.Absent(err)
		}
		mediaType = row.QuestionType
		return c.audit(Entry{Action: ActionQuestionViewed, By: by, Args: map[string]any{"item": row.Name, "title": row.QuestionTitle}})
	})
	return mediaType, err
}
