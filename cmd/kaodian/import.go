package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kaodian/app/centre/roster"
	"kaodian/app/centre/store"
	"kaodian/app/durable"
	"kaodian/app/exam"
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

// importReport is what an import prints.
type importReport struct {
	Added     int              `json:"added"`
	Changed   int              `json:"changed"`
	Unchanged int              `json:"unchanged"`
	Taken     bool             `json:"taken"`
	Problems  []roster.Problem `json:"problems"`
}

// Run takes the list in: every good row or none, unless --partial.
func (i *importOrdersCommand) Run(ctx context.Context, common *common) error {
	centre, err := common.open(ctx)
	if err != nil {
		return err
	}
	report, err := i.take(ctx, centre)
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	return common.print(report)
}

func (i *importOrdersCommand) take(ctx context.Context, centre *centre) (importReport, error) {
	content, err := os.ReadFile(i.File)
	if err != nil {
		return importReport{}, err
	}
	list := roster.ReadOrders(content, centre.Rules().Location)
	photos, err := i.takePhotos(ctx, centre, list.Rows)
	if err != nil {
		return importReport{}, err
	}
	report := importReport{Problems: append(list.Problems, photos...)}
	if roster.Failed(list.Problems) && !i.Partial {
		return report, nil
	}
	imported, err := centre.ImportOrders(ctx, registrations(list.Rows), i.Partial, i.DryRun)
	if err != nil {
		return report, err
	}
	report.Added, report.Changed, report.Unchanged = imported.Added, imported.Changed, imported.Unchanged
	for place, refusal := range imported.Refused {
		report.Problems = append(report.Problems, refusedRow(list.Rows[place].Number, refusal))
	}
	report.Taken = !i.DryRun && (i.Partial || len(imported.Refused) == 0)
	return report, nil
}

func registrations(rows []roster.Row) []exam.Registration {
	var list []exam.Registration
	for _, row := range rows {
		list = append(list, row.Registration)
	}
	return list
}

func refusedRow(number int, err error) roster.Problem {
	columns := map[exam.Code]string{
		exam.SubjectChanged: "subject",
		exam.GradeChanged:   "grade",
		exam.PersonChanged:  "id_number",
	}
	refusal, _ := errors.AsType[*exam.Error](err)
	return roster.FromExam(number, columns[refusal.Code], refusal)
}

// takePhotos checks the photos (R2) and lays the good ones into the vault,
// before any row names them.
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

// keep writes a file of the vault, whose name is its SHA-256: there or not.
func (c *centre) keep(name string, content []byte) error {
	path := filepath.Join(c.folder, filepath.FromSlash(name))
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := durable.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return durable.WriteFile(path, content, 0o600)
}

type importSyllabusCommand struct {
	Dir string `arg:"" type:"existingdir" help:"Folder with syllabus.csv, bank.csv and the scores."`
}

// Run takes the syllabus in, wholly or not at all.
func (i *importSyllabusCommand) Run(ctx context.Context, common *common) error {
	centre, err := common.open(ctx)
	if err != nil {
		return err
	}
	report, err := i.take(ctx, centre)
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	return common.print(report)
}

func (i *importSyllabusCommand) take(ctx context.Context, centre *centre) (importReport, error) {
	folder, err := roster.OpenFolder(i.Dir)
	if err != nil {
		return importReport{}, err
	}
	defer folder.Close()
	syllabus := roster.ReadSyllabus(folder)
	report := importReport{Problems: syllabus.Problems}
	if roster.Failed(syllabus.Problems) {
		return report, nil
	}
	var items []store.SyllabusItem
	for _, item := range syllabus.Items {
		items = append(items, store.SyllabusItem{Subject: item.Subject, GradeFrom: item.GradeFrom, GradeTo: item.GradeTo, ItemSpec: item.ItemSpec})
	}
	bank, err := keepBank(centre, folder, syllabus.Questions)
	if err != nil {
		return report, err
	}
	report.Added, report.Taken = len(items)+len(bank), true
	return report, centre.ImportSyllabus(ctx, items, bank)
}

func keepBank(centre *centre, folder *roster.Folder, questions []roster.Question) ([]store.BankQuestion, error) {
	var bank []store.BankQuestion
	for _, q := range questions {
		if q.File != "" {
			content, err := folder.ReadExactly(q.FileName, q.File)
			if err != nil {
				return nil, fmt.Errorf("score %s: %w", q.FileName, err)
			}
			if err := centre.keep(store.QuestionFile(q.File), content); err != nil {
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

// print writes the report; what is bad goes to standard error, and the exit
// status says whether anything was refused.
func (c *common) print(report importReport) error {
	if c.JSON {
		text, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return err
		}
		fmt.Println(string(text))
	} else {
		for _, problem := range report.Problems {
			fmt.Fprintln(os.Stderr, problem)
		}
		fmt.Printf("%d added, %d changed, %d unchanged\n", report.Added, report.Changed, report.Unchanged)
	}
	if !report.Taken && roster.Failed(report.Problems) {
		fmt.Fprintln(os.Stderr, "kaodian: nothing was taken in; mend the rows above and import again")
		return errReported
	}
	if roster.Failed(report.Problems) {
		return errReported
	}
	return nil
}
