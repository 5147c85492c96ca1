package intake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/roster"
)

// maxPreviews is how many are kept: each may be a list of thousands of rows.
const maxPreviews = 4

// Preview is what an import would do, row by row. It changed nothing, and is
// forgotten when it was taken in, when others came after it, and by a restart.
type Preview struct {
	ID          string
	Name        string // the file's
	Kind        store.ImportKind
	At          time.Time
	Rows        []PreviewRow     // in the file's order
	Problems    []roster.Problem // of the file as a whole
	Counts      map[store.Verdict]int
	Warned      int // rows that are good and have a warning
	Returning   int // rows that seem to bring back somebody who was erased
	Fingerprint string

	in     store.Import
	found  []roster.Problem // by whoever read the file
	rows   []roster.Row
	bad    []roster.RefusedRow
	photos []photo
	whose  map[int]exam.Registration                 // of photos, by row: whom the file's name means, also of one that is refused
	said   map[[sha256.Size]byte]roster.PhotoVerdict // of photos that were looked at
	folder string                                    // of the photos, "" for a list without
	busy   *sync.Mutex                               // of all versions: whoever adds to it, takes it in or lets it go

	orderID string // whose the photos are, "" where their names say it
}

// PreviewRow is one row of the file, or one photo.
type PreviewRow struct {
	Row      int    // as the spreadsheet counts it
	File     string // the photo's
	Ticket   string
	Name     string
	Verdict  store.Verdict
	Changes  []store.Change
	Problems []roster.Problem
}

// PreviewOrders reads a list and says what taking it in would do.
func (i *Intake) PreviewOrders(ctx context.Context, file, name string) (*Preview, error) {
	list, err := i.Readers.Orders(ctx, file)
	if err != nil {
		return nil, err
	}
	p := &Preview{ID: store.NewID(), Name: name, Kind: store.ImportList, At: i.Store.Now(), found: list.Problems, rows: list.Rows, bad: list.Refused, busy: &sync.Mutex{}}
	p.in = store.Import{Kind: p.Kind, Name: name, Rows: importRows(list.Rows)}
	if err := i.judge(ctx, p); err != nil {
		return nil, err
	}
	i.previews.put(p, maxPreviews)
	return p, nil
}

// judge says anew what would become of the rows.
func (i *Intake) judge(ctx context.Context, p *Preview) error {
	judged, err := i.Store.PreviewImport(ctx, p.in)
	if err != nil {
		return err
	}
	counts := judged.Counts()
	p.Fingerprint, p.Problems, p.Returning = judged.Fingerprint, nil, len(counts.Returning)
	byRow := map[int]*PreviewRow{}
	for _, row := range p.bad {
		byRow[row.Number] = &PreviewRow{Row: row.Number, Ticket: row.Ticket, Name: row.Name, Verdict: store.RowRefused}
	}
	for place, outcome := range judged.Outcomes {
		row := p.rows[place]
		one := &PreviewRow{Row: row.Number, File: row.PhotoFile, Ticket: row.Registration.Ticket, Name: row.Registration.Name, Verdict: outcome.Verdict, Changes: outcome.Changes}
		if outcome.Refused != nil {
			one.Problems = append(one.Problems, refusedRow(row, outcome.Refused))
		}
		if outcome.Returns {
			one.Problems = append(one.Problems, returningRow(row, true))
		}
		byRow[row.Number] = one
	}
	var unlisted []roster.Problem
	if p.Kind == store.ImportList {
		if unlisted, err = i.warnUnlisted(ctx, p.rows, counts.Unlisted); err != nil {
			return err
		}
	}
	for _, problem := range slices.Concat(p.found, unlisted) {
		row := byRow[problem.Row]
		switch {
		case problem.Row == 0 || problem.Code == roster.MoreProblems || row == nil && problem.Warning:
			p.Problems = append(p.Problems, problem)
			continue
		case row == nil:
			whose := p.whose[problem.Row]
			row = &PreviewRow{Row: problem.Row, Ticket: whose.Ticket, Name: whose.Name, Verdict: store.RowRefused}
			byRow[problem.Row] = row
		}
		row.Problems = append(row.Problems, problem)
	}
	p.collect(byRow)
	return nil
}

func (p *Preview) collect(byRow map[int]*PreviewRow) {
	p.Rows, p.Counts, p.Warned = make([]PreviewRow, 0, len(byRow)), map[store.Verdict]int{}, 0
	for _, row := range byRow {
		p.Rows = append(p.Rows, *row)
		p.Counts[row.Verdict]++
		if row.Verdict != store.RowRefused && len(row.Problems) > 0 {
			p.Warned++
		}
	}
	slices.SortFunc(p.Rows, func(a, b PreviewRow) int { return cmp.Compare(a.Row, b.Row) })
}

// Bad says that something of the file cannot be taken in: the good rows alone
// can, if there are any.
func (p *Preview) Bad() bool { return p.Counts[store.RowRefused] > 0 || roster.Failed(p.found) }

// Find returns a preview that is still kept.
func (i *Intake) Find(id string) (*Preview, error) { return i.previews.find(id) }

// Forget lets a preview go; one that is gone already is no error, and Busy is
// whoever adds to it or takes it in.
func (i *Intake) Forget(id string) error { return i.previews.letGo(id) }

func (p *Preview) id() string { return p.ID }

func (p *Preview) lock() *sync.Mutex { return p.busy }

func (p *Preview) clear() {
	if p.folder != "" {
		_ = os.RemoveAll(p.folder) // what stays goes with the next start
	}
}

// Taken is what was taken in of a preview.
type Taken struct {
	store.Imported
	LeftOut int // rows that could not be taken in: by the list's reader or by the exam's rules
}

// Agreed is what whoever read a preview agreed to.
type Agreed struct {
	Fingerprint string // of the preview that was read
	Partial     bool   // the good rows although others are refused
	ErasedToo   bool   // also who seems to have been erased
}

// Take takes in what the preview with that fingerprint said: all, or with
// Partial the good rows. If the orders changed meanwhile nothing is taken
// (store.PreviewStale), and the preview says what would be done now. Told once
// more it answers what was taken in then, as the answer may have been lost.
func (i *Intake) Take(ctx context.Context, id string, a Agreed, by exam.Actor) (Taken, error) {
	p, done, err := i.previews.hold(id)
	if then, before := i.taken.find(id, a.Fingerprint); before && refusal.Is(err, PreviewGone) {
		return then, nil
	}
	if err != nil {
		return Taken{}, err
	}
	defer done()
	if p.Bad() && !a.Partial {
		return Taken{}, refusal.New(RowsRefused, "count", p.Counts[store.RowRefused])
	}
	release, err := i.Hold()
	if err != nil {
		return Taken{}, err
	}
	defer release()
	if err := i.keepPhotos(p); err != nil {
		return Taken{}, errors.Join(err, i.sweepPhotos(ctx))
	}
	in := p.in
	in.By, in.Partial, in.ErasedToo, in.Fingerprint = by, a.Partial, a.ErasedToo, cmp.Or(a.Fingerprint, "none")
	imported, err := i.Store.TakeIn(ctx, in)
	switch {
	case refusal.Is(err, store.PreviewStale):
		return Taken{}, errors.Join(i.again(ctx, p), err)
	case err != nil:
		return Taken{}, err
	case imported.ID == "" && len(imported.Returning) > 0:
		return Taken{}, errors.Join(i.again(ctx, p), refusal.New(store.ErasedReturn, "count", len(imported.Returning)))
	case imported.ID == "":
		return Taken{}, refusal.New(RowsRefused, "count", len(imported.Refused))
	}
	now := Taken{Imported: imported, LeftOut: p.Counts[store.RowRefused]}
	i.taken.note(id, a.Fingerprint, now)
	i.previews.forget(p)
	return now, i.sweepPhotos(ctx)
}

// again judges a preview whose orders changed meanwhile; whose a photo is may
// have changed too.
func (i *Intake) again(ctx context.Context, p *Preview) error {
	fresh := *p // who reads the former one goes on reading it
	judge := i.judge
	if p.Kind == store.ImportPhotos {
		judge = i.checkPhotos
	}
	if err := judge(ctx, &fresh); err != nil {
		return err
	}
	i.previews.put(&fresh, maxPreviews)
	return nil
}

// Undo takes an import back, and removes the photos that came with it.
func (i *Intake) Undo(ctx context.Context, importID string, by exam.Actor) error {
	release, err := i.Hold()
	if err != nil {
		return err
	}
	defer release()
	if err := i.Store.UndoImport(ctx, importID, by); err != nil {
		return err
	}
	return i.sweepPhotos(ctx)
}

// Scratch is a new file for what is being received, and the way to let it go.
func (i *Intake) Scratch() (file *os.File, done func(), err error) {
	if err := os.MkdirAll(i.previewFolder(), 0o700); err != nil {
		return nil, nil, err
	}
	file, err = os.CreateTemp(i.previewFolder(), "received-*")
	if err != nil {
		return nil, nil, err
	}
	return file, func() {
		_ = file.Close()
		_ = os.Remove(filepath.Clean(file.Name())) // what stays goes with the next start
	}, nil
}
