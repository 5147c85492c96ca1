package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/exam"
	"kaodian/app/roster"
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
	Erased  bool   `name:"erased-too" help:"Also take in who seems to have been erased here."`
}

// Run imports the list: every row or none, unless --partial.
func (i *importOrdersCommand) Run(ctx context.Context, common *common) error {
	return common.importing(ctx, i.take)
}

// importing opens the data folder for an import, and prints the report.
func (c *common) importing(ctx context.Context, take takeFunc) error {
	centre, err := c.open(ctx)
	if err != nil {
		return err
	}
	report, err := take(ctx, centre)
	if refusal.Is(err, intake.Busy) {
		err = errors.New("another import is under way; try again when it is done")
	}
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	return c.printImport(report)
}

type takeFunc func(context.Context, *centre) (intake.Report, error)

func (i *importOrdersCommand) take(ctx context.Context, centre *centre) (intake.Report, error) {
	return centre.intake().TakeOrders(ctx, intake.Orders{
		File: i.File, Photos: i.Photos, By: exam.Actor{Role: exam.BySystem}, Partial: i.Partial, DryRun: i.DryRun, ErasedToo: i.Erased,
	})
}

type importSyllabusCommand struct {
	Dir    string `arg:"" type:"existingdir" help:"Folder with syllabus.csv, bank.csv and the scores."`
	DryRun bool   `help:"Only say what would happen."`
}

// Run imports the syllabus, wholly or not at all.
func (i *importSyllabusCommand) Run(ctx context.Context, common *common) error {
	return common.importing(ctx, i.take)
}

func (i *importSyllabusCommand) take(ctx context.Context, centre *centre) (intake.Report, error) {
	return centre.intake().TakeSyllabus(ctx, i.Dir, i.DryRun)
}

// intake takes in lists and photos; what strangers made is read in cages.
func (c *centre) intake() *intake.Intake {
	return &intake.Intake{
		Store:   c.Store,
		Folder:  c.folder,
		Readers: cagedReaders{c.Rules().Location},
		Faces:   func() intake.Faces { return photoFaces{c.faces()} },
		Parcels: parcels{c},
	}
}

// printImport prints the report; bad rows go to standard error, and the exit
// status says whether any was refused.
func (c *common) printImport(report intake.Report) error {
	if !c.JSON {
		for _, problem := range report.Problems {
			fmt.Fprintln(os.Stderr, problem)
		}
	}
	failed := roster.Failed(report.Problems)
	if err := c.say(report, "%s", sentenceOf(report)); err != nil {
		return err
	}
	if failed && !report.Taken {
		fmt.Fprintln(os.Stderr, "kaodian: nothing was taken in; mend the rows above and import again"+orErased(report.Problems))
	}
	if failed {
		return command.ErrReported
	}
	return nil
}

// orErased is the other way where somebody erased would come back.
func orErased(problems []roster.Problem) string {
	if slices.ContainsFunc(problems, func(p roster.Problem) bool { return p.Code == roster.PersonErased && !p.Warning }) {
		return ", or with --erased-too where the erased person registered again"
	}
	return ""
}

func sentenceOf(r intake.Report) string {
	switch {
	case r.Taken:
		return fmt.Sprintf("%d added, %d changed, %d unchanged\n", r.Added, r.Changed, r.Unchanged)
	case r.DryRun:
		return fmt.Sprintf("nothing was written (--dry-run): %d would be added, %d changed, %d stay unchanged\n", r.Added, r.Changed, r.Unchanged)
	}
	return ""
}
