package store

import (
	"context"
	"encoding/json"
	"time"

	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// loader reads an order with all that happened to it.
type loader struct {
	*query.Queries
	zone *time.Location
	// confirms says that a decision waits for the province. Where it does not
	// (any more), one that was reported holds (R20).
	confirms bool
}

func (l loader) order(ctx context.Context, id string) (exam.Order, error) {
	row, err := l.FindOrder(ctx, id)
	if err != nil {
		return exam.Order{}, sqlkit.Absent(err)
	}
	order := exam.Order{
		ID:            row.ID,
		Consent:       exam.Consent{Answer: exam.ConsentAnswer(row.Consent), Guardian: row.ConsentGuardian, At: maybeAt(row.ConsentAt, l.zone)},
		PracticedAt:   maybeAt(row.PracticedAt, l.zone),
		WindowMovedAt: maybeAt(row.WindowMovedAt, l.zone),
		SealedAt:      maybeAt(row.SealedAt, l.zone),
		Marking:       exam.Marking{Markers: int(row.Markers), Tolerance: int(row.MarkTolerance)},
	}
	if order.Registration, err = l.registration(ctx, row); err != nil {
		return exam.Order{}, err
	}
	if order.Items, err = l.itemSpecs(ctx, order.Registration); err != nil {
		return exam.Order{}, err
	}
	begun, err := l.attempts(ctx, &order)
	if err != nil {
		return exam.Order{}, err
	}
	if order.Decisions, err = l.decisions(ctx, id); err != nil {
		return exam.Order{}, err
	}
	if order.Irregularities, err = l.irregularities(ctx, id); err != nil {
		return exam.Order{}, err
	}
	if order.CheckIns, err = l.checkIns(ctx, id); err != nil {
		return exam.Order{}, err
	}
	if order.Recusals, err = l.recusals(ctx, id); err != nil {
		return exam.Order{}, err
	}
	if !begun { // no clip, so nothing that reviewers did
		return order, nil
	}
	return order, l.review(ctx, &order)
}

func (l loader) registration(ctx context.Context, row query.Order) (exam.Registration, error) {
	birth, err := exam.ParseDate(row.BirthDate)
	if err != nil {
		return exam.Registration{}, err
	}
	taken, err := exam.ParseDate(row.PhotoTaken)
	if err != nil {
		return exam.Registration{}, err
	}
	pieces, err := l.ListPieces(ctx, row.ID)
	if err != nil {
		return exam.Registration{}, err
	}
	registration := exam.Registration{
		Ticket:          row.Ticket,
		Name:            row.Name,
		Pinyin:          row.Pinyin,
		Gender:          row.Gender,
		BirthDate:       birth,
		IDType:          row.IDType,
		IDNumber:        row.IDNumber,
		GuardianAddress: row.GuardianAddress,
		Phone:           row.Phone,
		Subject:         row.Subject,
		Grade:           int(row.Grade),
		Window:          exam.Window{OpensAt: at(row.WindowOpens, l.zone), ClosesAt: at(row.WindowCloses, l.zone)},
		Photo:           row.Photo,
		PhotoTaken:      taken,
	}
	for _, piece := range pieces {
		registration.Pieces = append(registration.Pieces, exam.Piece{Item: piece.Item, Title: piece.Title})
	}
	return registration, nil
}

// itemSpecs are what the syllabus asks of the order, or its pieces (contract «The syllabus»).
func (l loader) itemSpecs(ctx context.Context, registration exam.Registration) ([]exam.ItemSpec, error) {
	specs, err := syllabusOf(ctx, l.Queries, registration.Subject, registration.Grade)
	return exam.PlanItems(specs, registration.Pieces), err
}

// syllabusOf are the syllabus's items of a subject and grade.
func syllabusOf(ctx context.Context, q *query.Queries, subject string, grade int) (specs []exam.ItemSpec, err error) {
	rows, err := q.ListSyllabusItems(ctx, query.ListSyllabusItemsParams{Subject: subject, Grade: int64(grade)})
	for _, row := range rows {
		specs = append(specs, exam.ItemSpec{Name: row.Name, Kind: exam.ItemKind(row.Kind), Drawn: row.Drawn == 1, Group: row.GroupName})
	}
	return specs, err
}

// bankOf are the questions of a subject and grade, by item.
func bankOf(ctx context.Context, q *query.Queries, subject string, grade int) (map[string][]exam.Question, error) {
	questions, err := q.ListQuestions(ctx, query.ListQuestionsParams{Subject: subject, Grade: int64(grade)})
	bank := map[string][]exam.Question{}
	for _, one := range questions {
		bank[one.Item] = append(bank[one.Item], exam.Question{ID: one.ID, Title: one.Title, File: one.File, Type: one.Type})
	}
	return bank, err
}

// attempts reads the order's attempts with their items; false if there is none,
// which is told at once: a list is compared with thousands of such orders.
func (l loader) attempts(ctx context.Context, order *exam.Order) (begun bool, err error) {
	attempts, err := l.ListAttempts(ctx, order.ID)
	if err != nil || len(attempts) == 0 {
		return false, err
	}
	items, err := l.items(ctx, order.ID)
	if err != nil {
		return false, err
	}
	for _, row := range attempts {
		attempt := l.attempt(row)
		if err := json.Unmarshal([]byte(row.Grants), &attempt.Grants); err != nil {
			return false, err
		}
		attempt.Items = items[row.ID]
		if row.Practice == 1 {
			order.Practice = append(order.Practice, attempt)
		} else {
			order.Attempts = append(order.Attempts, attempt)
		}
	}
	return true, nil
}

func (l loader) attempt(row query.Attempt) exam.Attempt {
	return exam.Attempt{
		ID:             row.ID,
		Number:         int(row.Number),
		State:          exam.AttemptState(row.State),
		StartedAt:      at(row.StartedAt, l.zone),
		Deadline:       at(row.Deadline, l.zone),
		EndedAt:        maybeAt(row.EndedAt, l.zone),
		Limit:          time.Duration(row.LimitMs) * time.Millisecond,
		Extra:          time.Duration(row.ExtraMs) * time.Millisecond,
		Code:           row.Code,
		AcknowledgedAt: maybeAt(row.AcknowledgedAt, l.zone),
		Device:         row.Device,
		RulesVersion:   row.RulesVersion,
		VoidedFrom:     exam.AttemptState(row.VoidedFrom),
	}
}

// items are the order's items by attempt, each with its clip.
func (l loader) items(ctx context.Context, orderID string) (map[string][]exam.Item, error) {
	rows, err := l.ListItems(ctx, orderID)
	if err != nil {
		return nil, err
	}
	clips, err := l.clips(ctx, orderID)
	if err != nil {
		return nil, err
	}
	former, err := l.formerClips(ctx, orderID)
	if err != nil {
		return nil, err
	}
	items := map[string][]exam.Item{}
	for _, row := range rows {
		place := row.AttemptID + "/" + row.ID
		item := exam.Item{ID: row.ID, Name: row.Name, Kind: exam.ItemKind(row.Kind), Piece: row.Piece, Clip: clips[place], Former: former[place]}
		if row.QuestionID != nil {
			item.Question = &exam.Question{ID: *row.QuestionID, Title: row.QuestionTitle, File: row.QuestionFile, Type: row.QuestionType}
		}
		items[row.AttemptID] = append(items[row.AttemptID], item)
	}
	return items, nil
}

func (l loader) clips(ctx context.Context, orderID string) (map[string]*exam.Clip, error) {
	rows, err := l.ListOrderClips(ctx, orderID)
	if err != nil {
		return nil, err
	}
	clips := map[string]*exam.Clip{}
	for _, row := range rows {
		clip, err := l.clip(row)
		if err != nil {
			return nil, err
		}
		clips[row.AttemptID+"/"+row.ItemID] = &clip
	}
	return clips, nil
}

// formerClips are those that stand behind each item's clip, oldest first.
func (l loader) formerClips(ctx context.Context, orderID string) (map[string][]exam.Clip, error) {
	rows, err := l.ListFormerClips(ctx, orderID)
	if err != nil {
		return nil, err
	}
	former := map[string][]exam.Clip{}
	for _, row := range rows {
		clip, err := l.clip(row)
		if err != nil {
			return nil, err
		}
		place := row.AttemptID + "/" + row.ItemID
		former[place] = append(former[place], clip)
	}
	return former, nil
}

func (l loader) clip(row query.Clip) (exam.Clip, error) {
	var hints []string
	err := json.Unmarshal([]byte(row.Hints), &hints)
	return exam.Clip{
		ID:         row.ID,
		Name:       row.Name,
		Size:       row.Size,
		ReceivedAt: at(row.ReceivedAt, l.zone),
		TakenIn:    row.TakenIn,
		Previewed:  row.Previewed == 1,
		Opened:     row.State == string(exam.ClipExamined),
		Broken:     exam.Broken(hints),
		Restored:   row.Restored == 1,
	}, err
}

func (l loader) decisions(ctx context.Context, orderID string) ([]exam.Decision, error) {
	rows, err := l.ListDecisions(ctx, orderID)
	if err != nil {
		return nil, err
	}
	var decisions []exam.Decision
	for _, row := range rows {
		decisions = append(decisions, l.decision(row))
	}
	return decisions, nil
}

func (l loader) irregularities(ctx context.Context, orderID string) (list []exam.Irregularity, err error) {
	rows, err := l.ListIrregularities(ctx, orderID)
	for _, row := range rows {
		list = append(list, l.irregularity(row))
	}
	return list, err
}

func (l loader) irregularity(row query.Irregularity) exam.Irregularity {
	return exam.Irregularity{
		ID:        row.ID,
		AttemptID: row.AttemptID,
		ClipID:    row.ClipID,
		Category:  row.Category,
		Remark:    row.Remark,
		By:        exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName},
		At:        at(row.At, l.zone),
		UndoneAt:  maybeAt(row.UndoneAt, l.zone),
	}
}

func (l loader) decision(row query.Decision) exam.Decision {
	return exam.Decision{
		ID:          row.ID,
		Kind:        exam.DecisionKind(row.Kind),
		ClipID:      row.ClipID,
		Reason:      row.Reason,
		By:          exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName},
		At:          at(row.At, l.zone),
		Pending:     row.Pending == 1 && l.confirms,
		ConfirmedAt: maybeAt(row.ConfirmedAt, l.zone),
		UndoneAt:    maybeAt(row.UndoneAt, l.zone),
	}
}
