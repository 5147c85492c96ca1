package intake

import (
	"cmp"
	"context"
	"os"
	"slices"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/roster"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

// TakeSyllabusPreview takes in what the preview with that fingerprint said. If
// something changed meanwhile nothing is taken (store.PreviewStale), and the
// preview says what would be done now. Told once more that it was taken in, as
// the answer may have been lost.
func (i *Intake) TakeSyllabusPreview(ctx context.Context, id, fingerprint string, by exam.Actor) error {
	p, done, err := i.holdSyllabus(id)
	if refusal.Is(err, PreviewGone) && i.wasTaken(id) {
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
	in := store.SyllabusImport{Syllabus: syllabusOf(p.read), Name: p.Name, By: by, Fingerprint: cmp.Or(fingerprint, "none")}
	err = i.takeSyllabus(ctx, in, folder, p.read.Questions)
	switch {
	case refusal.Is(err, store.PreviewStale):
		fresh := *p // who reads the former one goes on reading it
		if judged := i.judgeSyllabus(ctx, &fresh); judged != nil {
			return judged
		}
		i.rememberSyllabus(&fresh)
		return err
	case err != nil:
		return err
	}
	i.noteTaken(id)
	i.ForgetSyllabus(id)
	return nil
}

// maxTaken is how many are known of that were taken in.
const maxTaken = 16

func (i *Intake) noteTaken(id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.taken = append(i.taken, id)
	i.taken = i.taken[max(0, len(i.taken)-maxTaken):]
}

func (i *Intake) wasTaken(id string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Contains(i.taken, id)
}

// holdSyllabus returns a preview that nobody else adds to or takes in.
func (i *Intake) holdSyllabus(id string) (p *SyllabusPreview, done func(), err error) {
	if p, err = i.FindSyllabus(id); err != nil {
		return nil, nil, err
	}
	held := p.busy
	if !held.TryLock() {
		return nil, nil, refusal.New(Busy)
	}
	if p, err = i.FindSyllabus(id); err != nil { // what became of it meanwhile
		held.Unlock()
		return nil, nil, err
	}
	return p, held.Unlock, nil
}

// maxSyllabi is how many previews of syllabi are kept.
const maxSyllabi = 2

// FindSyllabus returns a preview that is still kept.
func (i *Intake) FindSyllabus(id string) (*SyllabusPreview, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	at := slices.IndexFunc(i.syllabi, func(p *SyllabusPreview) bool { return p.ID == id })
	if at < 0 {
		return nil, refusal.New(PreviewGone)
	}
	return i.syllabi[at], nil
}

func (i *Intake) rememberSyllabus(p *SyllabusPreview) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.syllabi = append(slices.DeleteFunc(i.syllabi, func(other *SyllabusPreview) bool { return other.ID == p.ID }), p)
	for len(i.syllabi) > maxSyllabi {
		_ = os.RemoveAll(i.syllabi[0].folder) // what stays goes with the next start
		i.syllabi = i.syllabi[1:]
	}
}

// ForgetSyllabus lets a preview go.
func (i *Intake) ForgetSyllabus(id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.syllabi = slices.DeleteFunc(i.syllabi, func(p *SyllabusPreview) bool {
		if p.ID == id {
			_ = os.RemoveAll(p.folder)
		}
		return p.ID == id
	})
}
