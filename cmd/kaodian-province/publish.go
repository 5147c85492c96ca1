package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kaodian/app/province/store"
	"kaodian/app/roster"
	"kaodian/sync/batch"
	"kaodian/sync/publish"
)

type publishCommand struct {
	Centre string `arg:"" help:"The centre's name."`
	What   string `arg:"" optional:"" help:"orders or syllabus."`
	From   string `arg:"" optional:"" type:"path" help:"The order list (.xlsx or .csv); or the syllabus, a folder or a .zip."`
	Photos string `type:"path" placeholder:"DIR" help:"With orders: the folder with the photos, or a .zip of them."`
	Title  string `placeholder:"TEXT" help:"What it is, for the centre's desk."`
	Root   string `type:"existingdir" placeholder:"DIR" help:"The drop's folder, to put it there at once; else the next «receive --root» does."`
	Zone   string `name:"timezone" default:"Asia/Shanghai" placeholder:"ZONE" help:"In which the list's times are meant, as the centre's setting has it."`

	LeaveOut bool `help:"Publish a list although its centre will refuse rows of it."`

	List bool `help:"Show what was published to the centre and what it made of it."`
}

// Run seals what comes down for the centre's box and, with --root, puts it at the
// drop.
func (p *publishCommand) Run(ctx context.Context, common *common) error {
	if err := batch.CheckCentre(p.Centre); err != nil {
		return err
	}
	return common.with(ctx, func(s *store.Store) error {
		if p.List {
			return p.list(ctx, common, s)
		}
		publisher, err := common.publisher(ctx, s)
		if err != nil {
			return err
		}
		content, err := p.content()
		if err != nil {
			return err
		}
		parcel, err := publisher.Seal(ctx, p.Centre, content)
		if err != nil {
			return err
		}
		if p.Root != "" {
			if _, err := publisher.Put(ctx, p.Root); err != nil {
				return fmt.Errorf("%s is sealed and goes with the next «receive»: %w", batch.Ref(parcel.Ref).ParcelFolder(), err)
			}
		}
		return common.print(bodyOf(parcel), sealedText(parcel, p.Root != ""))
	})
}

func sealedText(p store.Parcel, put bool) string {
	text := batch.Ref(p.Ref).ParcelFolder() + " is sealed for the centre's box; "
	if put {
		return text + "it lies at the drop"
	}
	return text + "the next «kaodian-province receive --root DIR» puts it at the drop"
}

// content is what is to be published; what is wrong with it is said before
// anything is sealed.
func (p *publishCommand) content() (content publish.Content, err error) {
	content = publish.Content{Kind: batch.Kind(p.What), Title: p.Title}
	if err := batch.CheckTitle(p.Title); err != nil {
		return content, fmt.Errorf("--title: %w", err)
	}
	switch {
	case p.From != "" && content.Kind == batch.OrdersKind:
		err = p.orders(&content)
		return content, err
	case p.From == "" || content.Kind != batch.SyllabusKind:
		return content, usage("say what to publish: «publish %s orders LIST --photos DIR», «publish %s syllabus FOLDER», or --list", p.Centre, p.Centre)
	case p.Photos != "":
		return content, usage("--photos go with orders; a syllabus holds its scores itself")
	}
	content.Sources, err = archives(p.From, "syllabus", batch.SyllabusContent)
	return content, err
}

// orders reads the list as its centre will, so that what would be refused there is
// corrected here.
func (p *publishCommand) orders(content *publish.Content) error {
	zone, err := time.LoadLocation(p.Zone)
	if err != nil || p.Zone == "" || p.Zone == "Local" {
		return usage("there is no time zone %q; name one such as Asia/Shanghai", p.Zone)
	}
	text, err := readList(p.From)
	if err != nil {
		return err
	}
	list := roster.ReadOrders(text, zone)
	content.Expected = expectedOf(list, zone)
	content.Sources = []publish.Source{publish.BytesSource(filepath.Base(p.From), batch.ListContent, text)}
	if p.Photos != "" {
		photos, err := archives(p.Photos, "photos", batch.PhotosContent)
		if err != nil {
			return err
		}
		content.Sources = append(content.Sources, photos...)
	}
	return p.checkList(p.From, list)
}

// archives are the files of a folder, or a ZIP as it is.
func archives(from, name string, role batch.ContentRole) ([]publish.Source, error) {
	info, err := os.Stat(from)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return publish.FolderSources(from, name, role)
	}
	archive, err := zip.OpenReader(from)
	if err != nil || strings.ToLower(filepath.Ext(from)) != ".zip" {
		return nil, errors.Join(fmt.Errorf("%s is neither a folder nor a .zip that opens; name one of them", from), err)
	}
	source, err := publish.FileSource(from, role)
	return []publish.Source{source}, errors.Join(err, archive.Close())
}

func (c *common) publisher(ctx context.Context, s *store.Store) (*publish.Publisher, error) {
	_, signer, err := c.keys(ctx, s)
	if err != nil {
		return nil, err
	}
	return &publish.Publisher{Store: s, Signer: signer, Folder: filepath.Join(c.Store, "parcels"), Program: "kaodian-province " + version}, nil
}

// shownParcels is how many a list shows.
const shownParcels = 100

func (p *publishCommand) list(ctx context.Context, common *common, s *store.Store) error {
	parcels, err := s.ListPublished(ctx, p.Centre, shownParcels)
	if err != nil {
		return err
	}
	bodies, lines := []parcelBody{}, []string{}
	for _, parcel := range parcels {
		bodies = append(bodies, bodyOf(parcel))
		lines = append(lines, parcelLine(parcel))
	}
	if len(lines) == 0 {
		lines = []string{"nothing was published to " + p.Centre + " yet"}
	}
	return common.print(bodies, strings.Join(lines, "\n"))
}

// parcelBody is a parcel in JSON.
type parcelBody struct {
	Centre    string            `json:"centre"`
	Install   string            `json:"install"`
	Sequence  int64             `json:"sequence"`
	Kind      string            `json:"kind"`
	Title     string            `json:"title,omitempty"`
	State     store.ParcelState `json:"state"`
	MadeAt    time.Time         `json:"made_at"`
	PutAt     time.Time         `json:"put_at,omitzero"`
	AnswerAt  time.Time         `json:"answered_at,omitzero"`
	By        string            `json:"by,omitempty"` // the centre's account
	Reason    string            `json:"reason,omitempty"`
	Added     int64             `json:"added"`
	Changed   int64             `json:"changed"`
	Unchanged int64             `json:"unchanged"`
	LeftOut   int64             `json:"left_out"`
}

func bodyOf(p store.Parcel) parcelBody {
	return parcelBody{
		Centre: p.Ref.Centre, Install: p.Ref.Install, Sequence: p.Ref.Sequence, Kind: p.Kind, Title: p.Title, State: p.State(), MadeAt: p.MadeAt, PutAt: p.PutAt,
		AnswerAt: p.Answer.At, By: p.Answer.ByName, Reason: p.Answer.Reason, Added: p.Answer.Added, Changed: p.Answer.Changed, Unchanged: p.Answer.Unchanged, LeftOut: p.Answer.LeftOut,
	}
}

func parcelLine(p store.Parcel) string {
	text := fmt.Sprintf("%s: %s %s", batch.Ref(p.Ref).ParcelFolder(), p.Kind, p.State())
	if p.Title != "" {
		text += " «" + p.Title + "»"
	}
	by := p.Answer.ByName
	if by == "" {
		by = p.Answer.ByRole
	}
	at := p.Answer.At.Local().Format("2006-01-02 15:04")
	switch p.State() {
	case store.ParcelTaken:
		text += fmt.Sprintf(" on %s by %s: %d added, %d changed, %d unchanged, %d left out", at, by, p.Answer.Added, p.Answer.Changed, p.Answer.Unchanged, p.Answer.LeftOut)
	case store.ParcelRefused:
		text += fmt.Sprintf(" on %s by %s: %s", at, by, p.Answer.Reason)
	case store.ParcelVoid:
		text += ": the box that could open it was revoked or replaced; publish it again"
	case store.ParcelSealed:
		text += ": the next «receive --root DIR» puts it at the drop"
	}
	return text
}
