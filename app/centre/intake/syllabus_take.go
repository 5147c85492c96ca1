package intake

import (
	"cmp"
	"context"
	"os"
	"sync"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/roster"
)

// TakeSyllabusPreview takes in what the preview with that fingerprint said. If
// something changed meanwhile nothing is taken (store.PreviewStale), and the
// preview says what would be done now. Told once more that it was taken in, as
// the answer may have been lost.
func (i *Intake) TakeSyllabusPreview(ctx context.Context, id, fingerprint string, by exam.Actor) error {
	p, done, err := i.syllabi.hold(id)
	if _, before := i.takenSyllabi.find(id, fingerprint); before && refusal.Is(err, PreviewGone) {
		return nil
	}
	if err != nil {
		return err
	}
	defer done()
	if p.Bad() {
		return refusal.New(RowsRefused, "count", p.Counts[store.RowRefused])
	}
	release, err := i.Hold()
	if err != nil {
		return err
	}
	defer release()
	folder, err := roster.OpenFolder(p.folder)
	if err != nil {
		return refusal.New(PreviewGone)
	}
	defer folder.Close()
	in := store.SyllabusImport{Syllabus: syllabusOf(p.read), Name: p.Name, By: by, Fingerprint: cmp.Or(fingerprint, "none"), Parcel: p.parcel}
	err = i.takeSyllabus(ctx, in, folder, p.read.Questions)
	switch {
	case refusal.Is(err, store.PreviewStale):
		fresh := *p // who reads the former one goes on reading it
		if judged := i.judgeSyllabus(ctx, &fresh); judged != nil {
			return judged
		}
		i.syllabi.put(&fresh, maxSyllabi)
		return err
	case err != nil:
		return err
	}
	i.takenSyllabi.note(id, fingerprint, struct{}{})
	i.syllabi.forget(p)
	return nil
}

// maxSyllabi is how many previews of syllabi are kept.
const maxSyllabi = 2

// FindSyllabus returns a preview that is still kept.
func (i *Intake) FindSyllabus(id string) (*SyllabusPreview, error) { return i.syllabi.find(id) }

// ForgetSyllabus lets a preview go; one that is gone already is no error, and
// Busy is whoever adds to it or takes it in.
func (i *Intake) ForgetSyllabus(id string) error { return i.syllabi.letGo(id) }

func (p *SyllabusPreview) id() string { return p.ID }

func (p *SyllabusPreview) lock() *sync.Mutex { return p.busy }

func (p *SyllabusPreview) clear() { _ = os.RemoveAll(p.folder) } // what stays goes with the next start
