package intake

import (
	"context"
	"errors"
	"fmt"

	"kaodian/app/centre/roster"
	"kaodian/app/centre/store"
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
	var items []store.SyllabusItem
	for _, item := range syllabus.Items {
		items = append(items, store.SyllabusItem{Subject: item.Subject, GradeFrom: item.GradeFrom, GradeTo: item.GradeTo, ItemSpec: item.ItemSpec})
	}
	keep, take := i.keep, i.Store.ImportSyllabus
	if dryRun {
		keep, take = func(string, []byte) error { return nil }, i.Store.TrySyllabus
	}
	bank, err := keepBank(keep, folder, syllabus.Questions)
	if err != nil {
		return report, err
	}
	err = take(ctx, items, bank)
	if bare, ok := errors.AsType[*store.BareOrdersError](err); ok {
		report.Problems = append(report.Problems, bareOrders(bare.Orders)...)
		return report, nil
	}
	report.Added, report.Taken = len(items)+len(bank), err == nil && !dryRun
	return report, err
}

// bareOrders names once each subject and grade for which orders need a row.
func bareOrders(orders []store.BareOrder) (problems []roster.Problem) {
	for i := 0; i < len(orders); {
		first, count := orders[i], 0
		for ; i < len(orders) && orders[i].Subject == first.Subject && orders[i].Grade == first.Grade; i++ {
			count++
		}
		problems = append(problems, roster.Problem{File: "syllabus.csv", Code: roster.OrdersBare, Args: map[string]any{
			"count": count, "subject": first.Subject, "grade": first.Grade, "ticket": first.Ticket,
		}})
	}
	return problems
}

func keepBank(keep func(name string, content []byte) error, folder *roster.Folder, questions []roster.Question) ([]store.BankQuestion, error) {
	var bank []store.BankQuestion
	kept := map[string]bool{"": true}
	for _, q := range questions {
		if !kept[q.File] {
			kept[q.File] = true
			content, err := folder.ReadExactly(q.FileName, q.File)
			if err != nil {
				return nil, fmt.Errorf("score %s: %w", q.FileName, err)
			}
			if err := keep(store.QuestionFile(q.File), content); err != nil {
				return nil, err
			}
		}
		bank = append(bank, store.BankQuestion{
			Subject: q.Subject, GradeFrom: q.GradeFrom, GradeTo: q.GradeTo,
			Item: q.Item, Title: q.Title, File: q.File, Type: q.Type,
		})
	}
	return bank, nil
}
