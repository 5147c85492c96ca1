package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/roster"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/cmd/internal/command"
)

type importCommands struct {
	Orders   importOrdersCommand   `cmd:"" help:"Take in an order list (.xlsx or .csv)."`
	Syllabus importSyllabusCommand `cmd:"" help:"Take in a syllabus folder with its question bank."`
}

type importOrdersCommand struct {
	File    string `arg:"" type:"existingfile" help:"The order list."`
	Photos  string `type:"existingdir" placeholder:"DIR" help:"Folder with the registration photos."`
	Partial bool   `help:"Take the good rows although others are bad."`
	DryRun  bool   `help:"Only say what would happen."`
}

// importReport is the output of an import; a dry run counts what would happen.
type importReport struct {
	DryRun    bool             `json:"dry_run,omitempty"`
	Added     int              `json:"added"`
	Changed   int              `json:"changed"`
	Unchanged int              `json:"unchanged"`
	Taken     bool             `json:"taken"`
	Problems  []roster.Problem `json:"problems"`
}

// Run imports the list: every row or none, unless --partial.
func (i *importOrdersCommand) Run(ctx context.Context, common *common) error {
	return common.importing(ctx, i.take)
}

// importing opens the data folder for an import, one at a time, and prints the
// report.
func (c *common) importing(ctx context.Context, take takeFunc) error {
	centre, err := c.open(ctx)
	if err != nil {
		return err
	}
	report, err := centre.importOne(ctx, take)
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	return c.printImport(report)
}

type takeFunc func(context.Context, *centre) (importReport, error)

// importOne locks the vault against another import: each removes the files that
// no row names, and the other's are not named yet.
func (c *centre) importOne(ctx context.Context, take takeFunc) (importReport, error) {
	lock := flock.New(filepath.Join(c.folder, "import.lock"), flock.SetPermissions(0o600))
	taken, err := lock.TryLock()
	switch {
	case err != nil:
		return importReport{}, err
	case !taken:
		return importReport{}, errors.New("another import is under way; try again when it is done")
	}
	defer lock.Close()
	return take(ctx, c)
}

// take reads and imports the list. Photos are in the vault before a row names
// them; those that no row names in the end are removed.
func (i *importOrdersCommand) take(ctx context.Context, centre *centre) (importReport, error) {
	list, err := readOrders(ctx, i.File, centre.Rules().Location)
	if err != nil {
		return importReport{}, err
	}
	photos, err := i.takePhotos(ctx, centre, list.Rows)
	if err != nil {
		return importReport{}, errors.Join(err, centre.sweepPhotos(ctx))
	}
	report := importReport{DryRun: i.DryRun}
	err = i.takeRows(ctx, centre, list, photos, &report)
	if i.DryRun {
		return report, err
	}
	return report, errors.Join(err, centre.sweepPhotos(ctx))
}

// takeRows imports the good rows. If a bad row prevents the import, the good ones
// are still tried, so that every bad row is reported at once.
func (i *importOrdersCommand) takeRows(ctx context.Context, centre *centre, list roster.OrderList, photos []roster.Problem, report *importReport) error {
	stopped := roster.Failed(list.Problems) && !i.Partial
	imported, err := centre.ImportOrders(ctx, registrations(list.Rows), i.Partial, i.DryRun || stopped)
	if err != nil {
		return err
	}
	var problems roster.Problems
	problems.Add(list.Problems...)
	problems.Add(photos...)
	for place, row := range list.Rows {
		if refused := imported.Refused[place]; refused != nil {
			problems.Add(refusedRow(row, refused))
		}
	}
	report.Problems = problems.List()
	good := i.Partial || !stopped && len(imported.Refused) == 0
	if good {
		report.Added, report.Changed, report.Unchanged = imported.Added, imported.Changed, imported.Unchanged
	}
	report.Taken = good && !i.DryRun
	return nil
}

func registrations(rows []roster.Row) []exam.Registration {
	var list []exam.Registration
	for _, row := range rows {
		list = append(list, row.Registration)
	}
	return list
}

func refusedRow(row roster.Row, err error) roster.Problem {
	columns := map[refusal.Code]string{
		exam.NoItems:        "pieces",
		exam.BankEmpty:      "grade",
		exam.SubjectChanged: "subject",
		exam.GradeChanged:   "grade",
		exam.PersonChanged:  "id_number",
	}
	refused, _ := errors.AsType[*refusal.Error](err)
	problem := roster.FromExam(row.Number, columns[refused.Code], refused)
	if refused.Code == exam.BankEmpty {
		problem.Args["grade"] = row.Registration.Grade
	}
	return problem
}

// takePhotos checks the photos (R2) and stores the good ones in the vault, before
// any row names them.
func (i *importOrdersCommand) takePhotos(ctx context.Context, centre *centre, rows []roster.Row) ([]roster.Problem, error) {
	folder, err := openPhotos(i.Photos)
	if err != nil {
		return nil, err
	}
	if folder != nil {
		defer folder.Close()
	}
	faces := centre.faces()
	defer faces.Close()
	problems, err := roster.CheckPhotos(ctx, folder, rows, checkPhoto(faces))
	if err != nil || i.DryRun {
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
		if err := centre.keep(store.PhotoFile(row.Registration.Photo), content); err != nil {
			return nil, err
		}
	}
	return problems, nil
}

func openPhotos(dir string) (*roster.Folder, error) {
	if dir == "" {
		return nil, nil
	}
	return roster.OpenFolder(dir)
}

type importSyllabusCommand struct {
	Dir    string `arg:"" type:"existingdir" help:"Folder with syllabus.csv, bank.csv and the scores."`
	DryRun bool   `help:"Only say what would happen."`
}

// Run imports the syllabus, wholly or not at all.
func (i *importSyllabusCommand) Run(ctx context.Context, common *common) error {
	return common.importing(ctx, i.take)
}

func (i *importSyllabusCommand) take(ctx context.Context, centre *centre) (importReport, error) {
	folder, err := roster.OpenFolder(i.Dir)
	if err != nil {
		return importReport{}, err
	}
	defer folder.Close()
	syllabus, err := readSyllabus(ctx, i.Dir)
	if err != nil {
		return importReport{}, err
	}
	report := importReport{DryRun: i.DryRun, Problems: syllabus.Problems}
	if roster.Failed(syllabus.Problems) {
		return report, nil
	}
	var items []store.SyllabusItem
	for _, item := range syllabus.Items {
		items = append(items, store.SyllabusItem{Subject: item.Subject, GradeFrom: item.GradeFrom, GradeTo: item.GradeTo, ItemSpec: item.ItemSpec})
	}
	keep, take := centre.keep, centre.ImportSyllabus
	if i.DryRun {
		keep, take = func(string, []byte) error { return nil }, centre.TrySyllabus
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
	report.Added, report.Taken = len(items)+len(bank), err == nil && !i.DryRun
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

// printImport prints the report; bad rows go to standard error, and the exit
// status says whether any was refused.
func (c *common) printImport(report importReport) error {
	if !c.JSON {
		for _, problem := range report.Problems {
			fmt.Fprintln(os.Stderr, problem)
		}
	}
	failed := roster.Failed(report.Problems)
	if err := c.say(report, "%s", report.sentence()); err != nil {
		return err
	}
	if failed && !report.Taken {
		fmt.Fprintln(os.Stderr, "kaodian: nothing was taken in; mend the rows above and import again")
	}
	if failed {
		return command.ErrReported
	}
	return nil
}

func (r importReport) sentence() string {
	switch {
	case r.Taken:
		return fmt.Sprintf("%d added, %d changed, %d unchanged\n", r.Added, r.Changed, r.Unchanged)
	case r.DryRun:
		return fmt.Sprintf("nothing was written (--dry-run): %d would be added, %d changed, %d stay unchanged\n", r.Added, r.Changed, r.Unchanged)
	}
	return ""
}
