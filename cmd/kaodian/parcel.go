package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/outbox"
)

type parcelCommands struct {
	List   parcelListCommand   `cmd:"" help:"Show what the province sent down."`
	Take   parcelTakeCommand   `cmd:"" help:"Take in what the province sent down."`
	Refuse parcelRefuseCommand `cmd:"" help:"Refuse what the province sent down, with a reason."`
}

type parcelListCommand struct{}

// Run shows the parcels of this install.
func (parcelListCommand) Run(ctx context.Context, common *common) error {
	return common.withParcels(ctx, func(_ *centre, status outbox.Status) error {
		body := statusBody(status)
		if common.JSON {
			return common.say(map[string]any{"parcels": body.Parcels, "wrong": body.WrongParcels}, "")
		}
		lines := parcelLines(status)
		if len(lines) == 0 {
			lines = []string{"nothing came from the province"}
		}
		for _, line := range lines {
			fmt.Println(line)
		}
		return nil
	})
}

type parcelTakeCommand struct {
	Number  int64 `arg:"" help:"The parcel's number."`
	Partial bool  `help:"Take the good rows although others are bad."`
	DryRun  bool  `help:"Only say what would happen."`
	Erased  bool  `name:"erased-too" help:"Also take in who seems to have been erased here."`
}

// Run takes the parcel in: every row or none, unless --partial.
func (p *parcelTakeCommand) Run(ctx context.Context, common *common) error {
	return common.withParcels(ctx, func(centre *centre, status outbox.Status) error {
		report, err := centre.intake().TakeParcel(ctx, status.Install, p.Number, intake.Agreed{Partial: p.Partial, ErasedToo: p.Erased}, p.DryRun, exam.Actor{Role: exam.BySystem})
		if err != nil {
			return explainParcel(err)
		}
		return common.printImport(report)
	})
}

type parcelRefuseCommand struct {
	Number int64  `arg:"" help:"The parcel's number."`
	Reason string `required:"" placeholder:"TEXT" help:"Why; the province is told."`
}

// Run refuses the parcel; the next batch tells the province.
func (p *parcelRefuseCommand) Run(ctx context.Context, common *common) error {
	return common.withParcels(ctx, func(centre *centre, status outbox.Status) error {
		parcel, err := centre.FindParcel(ctx, status.Install, p.Number)
		if err == nil {
			err = centre.RefuseParcel(ctx, parcel.ParcelRef, p.Reason, exam.Actor{Role: exam.BySystem})
		}
		if err != nil {
			return explainParcel(err)
		}
		return common.say(map[string]any{"number": p.Number, "state": store.ParcelRefused}, "parcel %d is refused; the next batch tells the province\n", p.Number)
	})
}

// explainParcel says of a refusal what to do, as an operator's error does.
func explainParcel(err error) error {
	switch refusal.CodeOf(err) {
	case refusal.NotFound:
		return errors.New("there is no parcel of this number; «kaodian parcel list» shows those that came")
	case store.ParcelAnswered:
		return errors.New("this parcel was taken in or refused already; «kaodian parcel list» says by whom")
	case store.ParcelDamaged:
		return fmt.Errorf("what came from the province is damaged on this disk; refuse it with that reason, and the province publishes it again (%w)", err)
	case store.ParcelNotFirst:
		return errors.New("a parcel before it waits for an answer; answer the parcels in their order")
	case store.ParcelReason:
		return errors.New("say in words why it is refused: --reason TEXT; the province reads it")
	case exam.ReasonTooLong:
		return fmt.Errorf("the reason is too long: at most %d characters", exam.MaxReason)
	case intake.Busy:
		return errors.New("another import is under way; try again when it is done")
	}
	return err
}

// withParcels runs do with the opened centre and how sending stands.
func (c *common) withParcels(ctx context.Context, do func(*centre, outbox.Status) error) error {
	return c.withCentre(ctx, func(centre *centre) error {
		out, err := centre.outbox(slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		status, err := out.Status(ctx)
		if err == nil && !status.Enrolled {
			err = outbox.ErrNotEnrolled
		}
		if err != nil {
			return err
		}
		return do(centre, status)
	})
}

// parcelLines say what came from the province and what became of it.
func parcelLines(s outbox.Status) (lines []string) {
	for _, wrong := range s.WrongParcels {
		lines = append(lines, "from the province, not taken: "+wrong)
	}
	for _, p := range s.Parcels {
		text := fmt.Sprintf("parcel %d: %s, %s", p.Sequence, p.Kind, p.State)
		if p.Title != "" {
			text += " «" + p.Title + "»"
		}
		switch p.State {
		case store.ParcelWaiting:
			text += "; take it in with «kaodian parcel take " + fmt.Sprint(p.Sequence) + "» or on the staff's page"
		case store.ParcelTaken:
			text += fmt.Sprintf(": %d added, %d changed, %d unchanged, %d left out", p.Answer.Added, p.Answer.Changed, p.Answer.Unchanged, p.Answer.LeftOut)
		case store.ParcelRefused:
			text += ": " + p.Answer.Reason
		}
		lines = append(lines, text)
	}
	return lines
}

// parcels opens what the province sent down with the install's key.
type parcels struct{ centre *centre }

// Open opens a parcel that waits.
func (p parcels) Open(ctx context.Context, parcel store.Parcel, dir string) (intake.ParcelFiles, error) {
	out, err := p.centre.outbox(slog.New(slog.DiscardHandler))
	if err != nil {
		return intake.ParcelFiles{}, err
	}
	shelf, err := out.Parcels()
	if err != nil {
		return intake.ParcelFiles{}, err
	}
	opened, err := shelf.Open(ctx, parcel, dir)
	if err != nil {
		return intake.ParcelFiles{}, err
	}
	return intake.ParcelFiles{Name: opened.Files[0].Name, List: opened.List, Photos: opened.Photos, Syllabus: opened.Syllabus}, nil
}
