package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// PreviewStale says that the orders changed after the preview that was agreed to.
const PreviewStale refusal.Code = "preview_stale"

// OrderChanged says that somebody changed the order after a form showed it.
const OrderChanged refusal.Code = "order_changed"

// ImportKind says what is taken in.
type ImportKind string

// The kinds.
const (
	ImportList   ImportKind = "list"
	ImportPhotos ImportKind = "photos"
	ImportByHand ImportKind = "hand"
)

// ImportRow is what is to be known of one order.
type ImportRow struct {
	exam.Registration
	PhotoName string // what the list calls the photo's file, "" leaves it as it is
	// Shown is the version of the order that a form was filled with, "" asks for
	// none: of another one nothing is taken in (OrderChanged).
	Shown string
}

// Import is a list, photos, or an order by hand, to be taken in at once.
type Import struct {
	Kind    ImportKind
	Name    string // the file's
	By      exam.Actor
	Rows    []ImportRow
	Partial bool // the good rows although others are refused
	// Fingerprint is that of the preview that was agreed to, "" asks for none:
	// if it would not be the same now, nothing is taken in (PreviewStale).
	Fingerprint string
	// Parcel is what brought it from the province, nil for none: it is answered
	// with the same transaction.
	Parcel *ParcelRef
	// ErasedToo takes those in as well who seem to have been erased: whoever imports
	// was told of them.
	ErasedToo bool
	// LeftOut is how many rows more could not be taken in: whoever read the file
	// refused them.
	LeftOut int
}

// Verdict is what becomes of a row.
type Verdict string

// The verdicts of a row that is not refused.
const (
	RowAdded   Verdict = "added"
	RowChanged Verdict = "changed"
	RowSame    Verdict = "same"
	RowRefused Verdict = "refused"
)

// Outcome is what becomes, or would become, of one row.
type Outcome struct {
	Verdict Verdict
	Changes []Change // of a changed order
	Refused error    // an *refusal.Error
	// Unlisted says that the syllabus has no row for its subject and grade: its
	// pieces alone are what it has to record, and nothing is drawn.
	Unlisted bool
	// Returns says that it seems to bring back somebody who was erased.
	Returns bool

	person string // whose photo it becomes: another's is another outcome
}

// Preview is what an import would do; it changed nothing.
type Preview struct {
	Outcomes    []Outcome // by place in the list
	Fingerprint string
}

// PreviewImport says what TakeIn would do. It reads only, so that nobody waits
// for it.
func (s *Store) PreviewImport(ctx context.Context, in Import) (preview Preview, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		j := &judge{Queries: q, loader: s.loader(q), ctx: ctx, now: s.Now(), rules: s.Rules(), kind: in.Kind, known: map[scope]syllabusAndBank{}}
		preview.Outcomes = make([]Outcome, 0, len(in.Rows))
		for _, row := range in.Rows {
			planned, err := j.row(row)
			if err != nil {
				return err
			}
			preview.Outcomes = append(preview.Outcomes, planned.Outcome)
		}
		preview.Fingerprint, err = fingerprint(preview.Outcomes)
		return err
	})
	return preview, err
}

// TakeIn takes the rows in one transaction: all, or none when one is refused;
// with Partial the good ones. The refused ones are in the result. Nothing is taken in
// where somebody erased would come back and nobody said that this is meant (ErasedToo).
func (s *Store) TakeIn(ctx context.Context, in Import) (result Imported, err error) {
	err = s.write(ctx, func(c *change) error {
		c.changed = append(c.changed, BoardKey) // names and photos
		result = Imported{ID: NewID(), Refused: map[int]error{}}
		t := &taking{change: c, importID: result.ID, judge: judge{
			Queries: c.Queries, loader: loader{Queries: c.Queries, zone: s.Rules().Location, confirms: s.Rules().ProvinceDecides},
			ctx: ctx, now: c.now, rules: c.rules, kind: in.Kind, known: map[scope]syllabusAndBank{},
		}, by: in.By}
		return t.all(in, &result)
	})
	if errors.Is(err, errRefused) {
		result.ID, err = "", nil
	}
	return result, err
}

// taking is an import under way.
type taking struct {
	*change
	judge    judge
	importID string
	by       exam.Actor
}

func (t *taking) all(in Import, result *Imported) error {
	err := t.InsertImport(t.ctx, query.InsertImportParams{ID: t.importID, Kind: string(in.Kind), Name: in.Name, At: t.now.UnixMilli(), ByName: in.By.Name})
	if err != nil {
		return err
	}
	outcomes := make([]Outcome, 0, len(in.Rows))
	for place, row := range in.Rows {
		planned, err := t.judge.row(row)
		if err == nil {
			err = t.take(planned)
		}
		if err != nil {
			return err
		}
		outcomes = append(outcomes, planned.Outcome)
		result.count(place, planned.Outcome)
	}
	now, err := fingerprint(outcomes)
	switch {
	case err != nil:
		return err
	case in.Fingerprint != "" && in.Fingerprint != now:
		return refusal.New(PreviewStale)
	case len(result.Refused) > 0 && !in.Partial, len(result.Returning) > 0 && !in.ErasedToo:
		return errRefused
	}
	err = t.CountImport(t.ctx, query.CountImportParams{Added: int64(result.Added), Changed: int64(result.Changed), ID: t.importID})
	if err != nil {
		return err
	}
	if in.Parcel != nil {
		err := t.answerParcel(*in.Parcel, ParcelTaken, ParcelAnswer{
			Added: result.Added, Changed: result.Changed, Unchanged: result.Unchanged, LeftOut: len(result.Refused) + in.LeftOut, By: in.By,
		})
		if err != nil {
			return err
		}
	}
	args := map[string]any{"import": t.importID, "added": result.Added, "changed": result.Changed, "refused": len(result.Refused)}
	if len(result.Returning) > 0 {
		args["erased_return"] = len(result.Returning)
	}
	return t.audit(Entry{Action: actionOf[in.Kind], By: in.By, Args: args})
}

var actionOf = map[ImportKind]audit.Action{
	ImportList:   ActionOrdersImported,
	ImportPhotos: ActionPhotosImported,
	ImportByHand: ActionOrderByHand,
}

func (i *Imported) count(place int, o Outcome) {
	if o.Returns {
		i.Returning = append(i.Returning, place)
	}
	if o.Unlisted {
		i.Unlisted = append(i.Unlisted, place)
	}
	switch o.Verdict {
	case RowAdded:
		i.Added++
	case RowChanged:
		i.Changed++
	case RowSame:
		i.Unchanged++
	case RowRefused:
		i.Refused[place] = o.Refused
	}
}

// take does what was planned for a row, and keeps what an undo needs.
func (t *taking) take(p planned) error {
	switch p.Verdict {
	case RowAdded:
		id, err := t.insertOrder(p.next)
		if err != nil {
			return err
		}
		if p.emergency { // it travels as a fact: the batch has no column for it (R31)
			if err := t.audit(Entry{Action: ActionEmergencyOrder, By: t.by, OrderID: id}); err != nil {
				return err
			}
		}
		return errors.Join(t.mark(id, p.photoName, p.emergency), t.remember(id, "", p.next))
	case RowChanged:
		return t.changeOrder(p)
	}
	return nil
}

func (t *taking) changeOrder(p planned) error {
	former, err := json.Marshal(former{p.order.Registration, p.formerly.PhotoName, p.formerly.Emergency})
	if err != nil {
		return err
	}
	if p.registration {
		if err := t.updateRegistration(p.order, p.next, t.by); err != nil {
			return err
		}
		// A dated fact (R31), and what a batch that is being built looks for.
		if err := t.audit(Entry{Action: changeOf(p.order.Registration, p.next), By: t.by, OrderID: p.order.ID}); err != nil {
			return err
		}
	}
	return errors.Join(t.mark(p.order.ID, p.photoName, p.emergency), t.remember(p.order.ID, string(former), p.next))
}

func (t *taking) mark(id, photoName string, emergency bool) error {
	return t.MarkOrder(t.ctx, query.MarkOrderParams{PhotoName: photoName, Emergency: sqlkit.Flag(emergency), ID: id})
}

func (t *taking) remember(id, former string, next exam.Registration) error {
	left, err := leftAs(next)
	if err != nil {
		return err
	}
	return t.InsertImportOrder(t.ctx, query.InsertImportOrderParams{ImportID: t.importID, OrderID: id, Former: former, LeftAs: left})
}

// former is an order as it was before an import.
type former struct {
	exam.Registration
	PhotoName string
	Emergency bool
}

// VersionOf names what is registered, as a form shows it.
func VersionOf(g exam.Registration) (string, error) {
	g.Photo, g.PhotoTaken = "", exam.Date{}
	return leftAs(g)
}

// leftAs is a registration's SHA-256: an undo compares it, and a moment is the
// same in every zone.
func leftAs(g exam.Registration) (string, error) {
	g.Window = exam.Window{OpensAt: g.Window.OpensAt.Truncate(time.Millisecond).UTC(), ClosesAt: g.Window.ClosesAt.Truncate(time.Millisecond).UTC()}
	if len(g.Pieces) == 0 {
		g.Pieces = nil
	}
	text, err := json.Marshal(g)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

func fingerprint(outcomes []Outcome) (string, error) {
	hash := sha256.New()
	encoder := json.NewEncoder(hash)
	for _, o := range outcomes {
		refused, _ := errors.AsType[*refusal.Error](o.Refused)
		if err := encoder.Encode([]any{o.Verdict, o.Changes, refused, o.person}); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
