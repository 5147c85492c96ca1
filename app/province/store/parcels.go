package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"kaodian/app/province/store/internal/query"
)

// Parcel is what the province sent down to one install, and what its centre
// made of it.
type Parcel struct {
	Ref            Ref
	ManifestSHA256 string
	Kind           string
	Title          string
	Files, Bytes   int64
	MadeAt         time.Time
	PutAt          time.Time // zero before it lay at a drop
	ClearedAt      time.Time // zero while it may lie there
	Void           bool      // its install may send no more or another took its place: nobody will answer
	Answer         ParcelAnswer
	Expected       []Expected // of a list, when it is published; see ListExpected
}

// ParcelState is how a parcel stands.
type ParcelState string

// The states of a parcel.
const (
	ParcelSealed  ParcelState = "sealed"  // it goes to the drop with the next run
	ParcelWaiting ParcelState = "waiting" // it lies at the drop, or at the centre
	ParcelTaken   ParcelState = "taken"
	ParcelRefused ParcelState = "refused"
	ParcelVoid    ParcelState = "void" // nobody will answer
)

// State is how the parcel stands.
func (p Parcel) State() ParcelState {
	switch {
	case p.Answer.Outcome != "":
		return ParcelState(p.Answer.Outcome)
	case p.Void:
		return ParcelVoid
	case p.PutAt.IsZero():
		return ParcelSealed
	}
	return ParcelWaiting
}

// ParcelAnswer is what a centre made of a parcel; zero before it told.
type ParcelAnswer struct {
	Outcome        string // taken, refused
	Reason         string
	Added, Changed int64
	Unchanged      int64
	LeftOut        int64 // rows that could not be taken in
	ByRole, ByName string
	At             time.Time
}

// ErrNoInstall says that a centre has no box that could open a parcel.
var ErrNoInstall = errors.New("no box of this centre may open what is published: it has not joined, or was revoked; give it an enrolment file with «kaodian-province enrol»")

// NextParcel is the place of the next parcel for the centre's newest box, whose
// keys it says, and the manifest before it, "" for the first.
func (s *Store) NextParcel(ctx context.Context, centre string) (box Install, sequence int64, previous string, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := q.NewestInstall(ctx, centre)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNoInstall
		}
		if err != nil {
			return err
		}
		box = installOf(row)
		sequence, previous, err = nextParcel(ctx, q, centre, box.Install)
		return err
	})
	return box, sequence, previous, err
}

func nextParcel(ctx context.Context, q *query.Queries, centre, install string) (sequence int64, previous string, err error) {
	last, err := q.LastPublished(ctx, query.LastPublishedParams{Centre: centre, Install: install})
	if errors.Is(err, sql.ErrNoRows) {
		return 1, "", nil
	}
	return last.Sequence + 1, last.ManifestSha256, err
}

// ErrParcelMoved says that another program published meanwhile.
var ErrParcelMoved = errors.New("another program published to this centre meanwhile; publish again")

// RecordPublished writes down a parcel whose files are in the store's folder:
// from then on it is the one of its number. previous is the manifest before it.
func (s *Store) RecordPublished(ctx context.Context, p Parcel, previous string) error {
	return s.write(ctx, func(c *change) error {
		sequence, last, err := nextParcel(ctx, c.Queries, p.Ref.Centre, p.Ref.Install)
		if err != nil {
			return err
		}
		if sequence != p.Ref.Sequence || last != previous {
			return ErrParcelMoved
		}
		err = c.InsertPublished(ctx, query.InsertPublishedParams{
			Centre: p.Ref.Centre, Install: p.Ref.Install, Sequence: p.Ref.Sequence, ManifestSha256: p.ManifestSHA256,
			Kind: p.Kind, Title: p.Title, Files: p.Files, Bytes: p.Bytes, MadeAt: p.MadeAt.UnixMilli(),
		})
		if err != nil {
			return err
		}
		if err := c.expect(ctx, p.Ref, p.Expected); err != nil {
			return err
		}
		return c.audit(Entry{Action: ActionParcelPublished, Subject: p.Ref.Folder(), Args: map[string]any{"kind": p.Kind, "manifest": p.ManifestSHA256}})
	})
}

// ListPublished returns the newest parcels of a centre, with "" of all centres.
func (s *Store) ListPublished(ctx context.Context, centre string, limit int) ([]Parcel, error) {
	return s.listParcels(ctx, query.ListPublishedParams{Centre: centre, ClearedToo: 1, MaxRows: int64(limit)})
}

// ListAtDrop returns the parcels of all centres that are to be put at the drop, or
// to be removed from it.
func (s *Store) ListAtDrop(ctx context.Context, limit int) ([]Parcel, error) {
	return s.listParcels(ctx, query.ListPublishedParams{Centre: "", MaxRows: int64(limit)})
}

func (s *Store) listParcels(ctx context.Context, of query.ListPublishedParams) (list []Parcel, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListPublished(ctx, of)
		for _, row := range rows {
			list = append(list, parcelOf(row))
		}
		return err
	})
	return list, err
}

func parcelOf(row query.ListPublishedRow) Parcel {
	p := row.Published
	parcel := Parcel{
		Ref: Ref{Centre: p.Centre, Install: p.Install, Sequence: p.Sequence}, ManifestSHA256: p.ManifestSha256, Kind: p.Kind, Title: p.Title,
		Files: p.Files, Bytes: p.Bytes, MadeAt: at(p.MadeAt), PutAt: maybeAt(p.PutAt), ClearedAt: maybeAt(p.ClearedAt),
		Answer: ParcelAnswer{
			Outcome: row.Outcome, Reason: row.Reason, Added: row.Added, Changed: row.Changed, Unchanged: row.Unchanged, LeftOut: row.LeftOut,
			ByRole: row.ByRole, ByName: row.ByName, At: maybeAt(row.At),
		},
	}
	parcel.Void = parcel.Answer.Outcome == "" && (row.RevokedAt != nil || row.Replaced)
	return parcel
}

// RecordPut writes down that the whole parcel lies at a drop.
func (s *Store) RecordPut(ctx context.Context, ref Ref) error {
	return s.write(ctx, func(c *change) error {
		err := c.RecordPut(ctx, query.RecordPutParams{PutAt: new(c.now.UnixMilli()), Centre: ref.Centre, Install: ref.Install, Sequence: ref.Sequence})
		if err != nil {
			return fmt.Errorf("write down that %s was put: %w", ref.Folder(), err)
		}
		return nil
	})
}

// RecordParcelCleared writes down that nothing of the parcel is left at the drop.
func (s *Store) RecordParcelCleared(ctx context.Context, ref Ref) error {
	return s.write(ctx, func(c *change) error {
		return c.RecordParcelCleared(ctx, query.RecordParcelClearedParams{
			ClearedAt: new(c.now.UnixMilli()), Centre: ref.Centre, Install: ref.Install, Sequence: ref.Sequence,
		})
	})
}
