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

// Orders is an order list to be taken in without a preview.
type Orders struct {
	File    string // the list's path
	Photos  string // folder of the photos, "" for none
	By      exam.Actor
	Partial bool // the good rows although others are bad
	DryRun  bool // only say what would happen
	// ErasedToo takes those in as well who seem to have been erased.
	ErasedToo bool
}

// Report is the output of an import; a dry run counts what would happen.
type Report struct {
	DryRun    bool             `json:"dry_run,omitempty"`
	Added     int              `json:"added"`
	Changed   int              `json:"changed"`
	Unchanged int              `json:"unchanged"`
	Taken     bool             `json:"taken"`
	Problems  []roster.Problem `json:"problems"`
}

// TakeOrders reads and imports the list. Photos are in the vault before a row
// names them; those that no row names in the end are removed.
func (i *Intake) TakeOrders(ctx context.Context, o Orders) (Report, error) {
	release, err := i.Hold()
	if err != nil {
		return Report{}, err
	}
	defer release()
	list, err := i.Readers.Orders(ctx, o.File)
	if err != nil {
		return Report{}, err
	}
	photos, err := i.takePhotos(ctx, o, list.Rows)
	if err != nil {
		return Report{}, errors.Join(err, i.sweepPhotos(ctx))
	}
	report, err := i.takeRows(ctx, o, list, photos)
	if o.DryRun {
		return report, err
	}
	return report, errors.Join(err, i.sweepPhotos(ctx))
}

// takeRows imports the good rows. If a bad row prevents the import, the good ones
// are still tried, so that every bad row is reported at once.
func (i *Intake) takeRows(ctx context.Context, o Orders, list roster.OrderList, photos []roster.Problem) (Report, error) {
	stopped := roster.Failed(list.Problems) && !o.Partial
	in := store.Import{Kind: store.ImportList, Name: filepath.Base(o.File), By: o.By, Rows: importRows(list.Rows), Partial: o.Partial, ErasedToo: o.ErasedToo}
	var imported store.Imported
	var err error
	if o.DryRun || stopped {
		var preview store.Preview
		preview, err = i.Store.PreviewImport(ctx, in)
		imported = preview.Counts()
	} else {
		imported, err = i.Store.TakeIn(ctx, in)
	}
	if err != nil {
		return Report{}, err
	}
	var problems roster.Problems
	problems.Add(list.Problems...)
	problems.Add(photos...)
	for place, row := range list.Rows {
		if refused := imported.Refused[place]; refused != nil {
			problems.Add(refusedRow(row, refused))
		}
	}
	for _, place := range imported.Returning {
		problems.Add(returningRow(list.Rows[place], o.ErasedToo))
	}
	unlisted, err := i.warnUnlisted(ctx, list.Rows, imported.Unlisted)
	if err != nil {
		return Report{}, err
	}
	problems.Add(unlisted...)
	report := Report{DryRun: o.DryRun, Problems: problems.List()}
	good := (o.Partial || !stopped && len(imported.Refused) == 0) && (o.ErasedToo || len(imported.Returning) == 0)
	if good {
		report.Added, report.Changed, report.Unchanged = imported.Added, imported.Changed, imported.Unchanged
	}
	report.Taken = good && !o.DryRun
	return report, nil
}

func importRows(rows []roster.Row) []store.ImportRow {
	list := make([]store.ImportRow, 0, len(rows))
	for _, row := range rows {
		list = append(list, store.ImportRow{Registration: row.Registration, PhotoName: row.PhotoFile})
	}
	return list
}

// refusedRow is a refusal by the store as a problem of the list.
func refusedRow(row roster.Row, err error) roster.Problem {
	columns := map[refusal.Code]string{
		exam.NoItems:        "pieces",
		exam.BankEmpty:      "grade",
		exam.SubjectChanged: "subject",
		exam.GradeChanged:   "grade",
		exam.PersonChanged:  "id_number",
		exam.WindowClosed:   "window_closes",
	}
	refused, _ := errors.AsType[*refusal.Error](err)
	problem := roster.FromExam(row.Number, columns[refused.Code], refused)
	if refused.Code == exam.BankEmpty {
		if problem.Args == nil {
			problem.Args = map[string]any{}
		}
		problem.Args["grade"] = row.Registration.Grade
	}
	return problem
}

// returningRow says that the row seems to bring back somebody who was erased: a
// warning where whoever imports can still agree, or did.
func returningRow(row roster.Row, warning bool) roster.Problem {
	return roster.Problem{Row: row.Number, Code: roster.PersonErased, Warning: warning}
}

// takePhotos checks the photos (R2) and stores the good ones in the vault, before
// any row names them.
func (i *Intake) takePhotos(ctx context.Context, o Orders, rows []roster.Row) ([]roster.Problem, error) {
	var folder *roster.Folder
	if o.Photos != "" {
		var err error
		if folder, err = roster.OpenFolder(o.Photos); err != nil {
			return nil, err
		}
		defer folder.Close()
	}
	faces := i.Faces()
	defer faces.Close()
	problems, err := roster.CheckPhotos(ctx, folder, rows, faces.CheckPhoto)
	if err != nil || o.DryRun {
		return problems, err
	}
	for _, row := range rows {
		if row.Registration.Photo == "" {
			continue
		}
		content, err := folder.ReadExactly(row.PhotoFile, row.Registration.Photo)
		if err != nil {
			return nil, fmt.Errorf("photo %s: %w", row.PhotoFile, err)
		}
		if err := i.keep(store.PhotoFile(row.Registration.Photo), content); err != nil {
			return nil, err
		}
	}
	return problems, nil
}
