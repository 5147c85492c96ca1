package intake

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/roster"
)

// The files of a syllabus, as problems name them.
const (
	syllabusFile = "syllabus.csv"
	bankFile     = "bank.csv"
)

// TakeSyllabus imports the syllabus of a folder, wholly or not at all.
func (i *Intake) TakeSyllabus(ctx context.Context, dir string, dryRun bool) (Report, error) {
	release, err := i.Hold()
	if err != nil {
		return Report{}, err
	}
	defer release()
	folder, err := roster.OpenFolder(dir)
	if err != nil {
		return Report{}, err
	}
	defer folder.Close()
	syllabus, err := i.Readers.Syllabus(ctx, dir)
	if err != nil {
		return Report{}, err
	}
	report := Report{DryRun: dryRun, Problems: syllabus.Problems}
	if roster.Failed(syllabus.Problems) {
		return report, nil
	}
	in := store.SyllabusImport{Syllabus: syllabusOf(syllabus), Name: filepath.Base(dir), By: exam.Actor{Role: exam.BySystem}}
	preview, err := i.Store.PreviewSyllabus(ctx, in.Syllabus)
	if err != nil {
		return report, err
	}
	if report.Problems = append(report.Problems, bareOrders(preview.Bare)...); roster.Failed(report.Problems) {
		return report, nil
	}
	if report.Added = len(in.Items) + len(in.Bank); dryRun {
		return report, preview.Refused()
	}
	err = i.takeSyllabus(ctx, in, folder, syllabus.Questions)
	report.Taken = err == nil
	return report, err
}

// takeSyllabus puts the scores into the vault before a row names them; what no
// row names in the end goes again.
func (i *Intake) takeSyllabus(ctx context.Context, in store.SyllabusImport, folder *roster.Folder, questions []roster.Question) error {
	err := i.keepScores(folder, questions)
	if err == nil {
		_, err = i.Store.TakeSyllabus(ctx, in)
	}
	return errors.Join(err, i.sweepScores(ctx))
}

// syllabusOf is what was read, as the store keeps it.
func syllabusOf(read roster.Syllabus) (next store.Syllabus) {
	for _, item := range read.Items {
		next.Items = append(next.Items, store.SyllabusItem{Subject: item.Subject, GradeFrom: item.GradeFrom, GradeTo: item.GradeTo, ItemSpec: item.ItemSpec})
	}
	for _, q := range read.Questions {
		next.Bank = append(next.Bank, store.BankQuestion{
			Subject: q.Subject, GradeFrom: q.GradeFrom, GradeTo: q.GradeTo,
			Item: q.Item, Title: q.Title, File: q.File, Type: q.Type,
		})
	}
	return next
}

// bareOrders names once each subject and grade for which orders need a row.
func bareOrders(orders []store.BareOrder) (problems []roster.Problem) {
	for i := 0; i < len(orders); {
		first, count := orders[i], 0
		for ; i < len(orders) && orders[i].Subject == first.Subject && orders[i].Grade == first.Grade; i++ {
			count++
		}
		problems = append(problems, roster.Problem{File: syllabusFile, Code: roster.OrdersBare, Args: map[string]any{
			"count": count, "subject": first.Subject, "grade": first.Grade, "ticket": first.Ticket,
		}})
	}
	return problems
}

func (i *Intake) keepScores(folder *roster.Folder, questions []roster.Question) error {
	kept := map[string]bool{"": true}
	for _, q := range questions {
		if kept[q.File] {
			continue
		}
		kept[q.File] = true
		content, err := folder.ReadExactly(q.FileName, q.File)
		if err != nil {
			return fmt.Errorf("score %s: %w", q.FileName, err)
		}
		if err := i.keep(store.QuestionFile(q.File), content); err != nil {
			return err
		}
	}
	return nil
}

// UndoSyllabus brings back the syllabus that there was before an import.
func (i *Intake) UndoSyllabus(ctx context.Context, importID string, by exam.Actor) error {
	release, err := i.Hold()
	if err != nil {
		return err
	}
	defer release()
	err = i.Store.UndoSyllabus(ctx, importID, by)
	if bare, ok := errors.AsType[*store.BareOrdersError](err); ok {
		return bareRefusal(bare.Orders)
	}
	return errors.Join(err, i.sweepScores(ctx))
}

// SyllabusBare says that orders would have nothing to record; the arguments
// name the first, and how many there are.
const SyllabusBare refusal.Code = "syllabus_bare"

func bareRefusal(orders []store.BareOrder) error {
	first := orders[0]
	return refusal.New(SyllabusBare, "count", len(orders), "ticket", first.Ticket, "subject", first.Subject, "grade", first.Grade)
}
