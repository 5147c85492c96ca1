package intake

import (
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"sync"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/roster"
)

// Parcels opens what the province sent down.
type Parcels interface {
	// Open opens a parcel that waits into an empty folder, which the caller
	// removes.
	Open(ctx context.Context, p store.Parcel, dir string) (ParcelFiles, error)
}

// ParcelFiles are the files of a parcel in the clear.
type ParcelFiles struct {
	Name     string   // of the list or the syllabus, as the province's people call it
	List     string   // path of an order list, "" for none
	Photos   []string // paths of archives with its photos
	Syllabus string   // path of a syllabus' archive, "" for none
}

// ParcelPreview is what taking a parcel in would do: one of the two is not nil.
type ParcelPreview struct {
	Orders   *Preview
	Syllabus *SyllabusPreview
}

// PreviewParcel reads a parcel and says what taking it in would do. Taking the
// preview in answers the parcel with the same transaction.
func (i *Intake) PreviewParcel(ctx context.Context, install string, sequence int64, left Room) (ParcelPreview, error) {
	p, err := i.Store.FindParcel(ctx, install, sequence)
	if err != nil {
		return ParcelPreview{}, err
	}
	if p.State != store.ParcelWaiting {
		return ParcelPreview{}, refusal.New(store.ParcelAnswered)
	}
	room := &share{account: &i.account, left: left}
	defer room.end()
	if err := room.claim(p.Bytes); err != nil {
		return ParcelPreview{}, err
	}
	dir := filepath.Join(i.previewFolder(), store.NewID())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return ParcelPreview{}, err
	}
	files, err := i.Parcels.Open(ctx, p, dir)
	var preview ParcelPreview
	switch {
	case err != nil:
	case files.Syllabus != "":
		preview.Syllabus, err = i.parcelSyllabus(ctx, p.ParcelRef, files, left)
	default:
		preview.Orders, err = i.parcelOrders(ctx, p.ParcelRef, files, left)
	}
	return preview, errors.Join(err, os.RemoveAll(dir)) // what stays goes with the next start
}

func (i *Intake) parcelSyllabus(ctx context.Context, ref store.ParcelRef, files ParcelFiles, left Room) (*SyllabusPreview, error) {
	p, err := i.AddSyllabus(ctx, files.Syllabus, files.Name, "", false, left)
	if err != nil {
		return nil, err
	}
	bound := *p // nobody but this caller knows of the other one
	bound.parcel = &ref
	i.syllabi.put(&bound, maxSyllabi)
	return &bound, nil
}

// parcelOrders is the preview of a list with the photos that came with it (R2).
func (i *Intake) parcelOrders(ctx context.Context, ref store.ParcelRef, files ParcelFiles, left Room) (*Preview, error) {
	list, err := i.Readers.Orders(ctx, files.List)
	if err != nil {
		return nil, err
	}
	p := &Preview{
		ID: store.NewID(), Name: roster.Shorten(files.Name), Kind: store.ImportList, At: i.Store.Now(), found: list.Problems, rows: list.Rows, bad: list.Refused,
		said: map[[sha256.Size]byte]roster.PhotoVerdict{}, busy: &sync.Mutex{},
	}
	p.folder = filepath.Join(i.previewFolder(), p.ID)
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		return nil, err
	}
	err = i.parcelPhotos(ctx, p, files.Photos, left)
	if err == nil {
		p.in = store.Import{Kind: p.Kind, Name: p.Name, Rows: importRows(p.rows), Parcel: &ref, LeftOut: len(p.bad)}
		err = i.judge(ctx, p)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.folder))
	}
	i.previews.put(p, maxPreviews)
	return p, nil
}

// parcelPhotos unpacks the photos and looks at that of each row. One that cannot
// be taken is told and keeps no order from being taken in.
func (i *Intake) parcelPhotos(ctx context.Context, p *Preview, archives []string, left Room) error {
	for _, archive := range archives {
		if err := i.unpackPhotos(p, archive, left); err != nil {
			return err
		}
	}
	for _, photo := range p.photos {
		if photo.problem != nil {
			told := *photo.problem
			told.File, told.Warning = photo.name, true
			p.found = append(p.found, told)
		}
	}
	folder, err := roster.OpenFolder(p.folder)
	if err != nil {
		return err
	}
	defer folder.Close()
	faces := i.Faces()
	defer faces.Close()
	problems, err := roster.CheckPhotos(ctx, folder, p.rows, once(p.said, faces.CheckPhoto))
	p.found = append(p.found, problems...)
	return err
}

func (i *Intake) unpackPhotos(p *Preview, archive string, left Room) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	room := &share{account: &i.account, left: left}
	defer room.end()
	return p.receive(file, filepath.Base(archive), room)
}

// Parcel is what brought the preview from the province, nil for none.
func (p *Preview) Parcel() *store.ParcelRef { return p.in.Parcel }

// TakeParcel takes a parcel in without showing its preview: all of it, or with
// a.Partial the good rows; with dryRun nothing. Of a parcel of which something
// cannot be taken in nothing is, and it goes on waiting.
func (i *Intake) TakeParcel(ctx context.Context, install string, sequence int64, a Agreed, dryRun bool, by exam.Actor) (Report, error) {
	preview, err := i.PreviewParcel(ctx, install, sequence, func() (int64, error) { return 1 << 62, nil })
	if err != nil {
		return Report{}, err
	}
	if preview.Syllabus != nil {
		return i.takeParcelSyllabus(ctx, preview.Syllabus, dryRun, by)
	}
	p := preview.Orders
	report := Report{DryRun: dryRun, Problems: p.found, Added: p.Counts[store.RowAdded], Changed: p.Counts[store.RowChanged], Unchanged: p.Counts[store.RowSame]}
	for _, row := range p.Rows {
		report.Problems = append(report.Problems, toldOf(row, a)...)
	}
	if dryRun || p.Bad() && !a.Partial || p.Returning > 0 && !a.ErasedToo {
		return report, i.Forget(p.ID)
	}
	a.Fingerprint = p.Fingerprint
	_, err = i.Take(ctx, p.ID, a, by)
	report.Taken = err == nil
	return report, err
}

// toldOf is what a report tells of a row: why it is refused, and that it seems to bring
// back somebody who was erased.
func toldOf(row PreviewRow, a Agreed) (told []roster.Problem) {
	for _, one := range row.Problems {
		if one.Code == roster.PersonErased {
			one.Warning = a.ErasedToo
		} else if row.Verdict != store.RowRefused {
			continue
		}
		told = append(told, one)
	}
	return told
}

func (i *Intake) takeParcelSyllabus(ctx context.Context, p *SyllabusPreview, dryRun bool, by exam.Actor) (Report, error) {
	report := Report{DryRun: dryRun, Problems: p.Problems, Added: p.Counts[store.RowAdded], Changed: p.Counts[store.RowChanged], Unchanged: p.Counts[store.RowSame]}
	for _, row := range p.Rows {
		report.Problems = append(report.Problems, row.Problems...)
	}
	if dryRun || p.Bad() {
		return report, i.ForgetSyllabus(p.ID)
	}
	err := i.TakeSyllabusPreview(ctx, p.ID, p.Fingerprint, by)
	report.Taken = err == nil
	return report, err
}
