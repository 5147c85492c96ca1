package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// The refusals of what comes down from the province.
const (
	// ParcelAnswered says that somebody took the parcel in or refused it already.
	ParcelAnswered refusal.Code = "parcel_answered"
	// ParcelNotFirst says that one before it waits for an answer.
	ParcelNotFirst refusal.Code = "parcel_not_first"
	// ParcelDamaged says that this disk damaged the parcel since it was fetched.
	ParcelDamaged refusal.Code = "parcel_damaged"
	// ParcelReason says that a refusal needs a reason.
	ParcelReason refusal.Code = "parcel_reason"
)

// ParcelState is what became of a parcel.
type ParcelState string

// The states.
const (
	ParcelWaiting ParcelState = "waiting"
	ParcelTaken   ParcelState = "taken"
	ParcelRefused ParcelState = "refused"
)

// ParcelRef names a parcel: its install, its number and its manifest.
type ParcelRef struct {
	Install        string
	Sequence       int64
	ManifestSHA256 string
}

// Parcel is what the province sent down, as it was fetched and verified.
type Parcel struct {
	ParcelRef
	Kind         string
	Title        string
	Files, Bytes int64 // as sent
	MadeAt       time.Time
	FetchedAt    time.Time
	State        ParcelState
	Answer       ParcelAnswer
	ToldInstall  string // with ToldSequence: the batch that tells the answer, "" before
	ToldSequence int64
}

// ParcelAnswer is what somebody made of a parcel; zero while it waits.
type ParcelAnswer struct {
	Reason    string // why it was refused
	Added     int
	Changed   int
	Unchanged int
	LeftOut   int // rows that could not be taken in
	By        exam.Actor
	At        time.Time
}

// ErrParcelPlace says that the chain of parcels ends elsewhere by now.
var ErrParcelPlace = errors.New("another program fetched this parcel meanwhile")

// LastParcel returns the newest parcel of the install; false if there is none.
func (s *Store) LastParcel(ctx context.Context, install string) (p Parcel, found bool, err error) {
	return s.findParcel(ctx, func(q *query.Queries) (query.Parcel, error) { return q.LastParcel(ctx, install) })
}

// FindParcel returns a parcel by its place; refusal.NotFound if there is none.
func (s *Store) FindParcel(ctx context.Context, install string, sequence int64) (Parcel, error) {
	p, found, err := s.findParcel(ctx, func(q *query.Queries) (query.Parcel, error) {
		return q.FindParcel(ctx, query.FindParcelParams{Install: install, Sequence: sequence})
	})
	if err == nil && !found {
		err = refusal.New(refusal.NotFound)
	}
	return p, err
}

func (s *Store) findParcel(ctx context.Context, find func(*query.Queries) (query.Parcel, error)) (p Parcel, found bool, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		row, err := find(q)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		p, found = s.parcel(row), err == nil
		return err
	})
	return p, found, err
}

// ListParcels returns parcels of the install: those that wait, in the order in
// which they are answered, then the others, the newest first.
func (s *Store) ListParcels(ctx context.Context, install string, limit int) (list []Parcel, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListParcels(ctx, query.ListParcelsParams{Install: install, Limit: int64(limit)})
		for _, row := range rows {
			list = append(list, s.parcel(row))
		}
		return err
	})
	return list, err
}

// maxUntold is how many answers a batch tells; the rest goes with the next one.
const maxUntold = 1000

// ListUntoldParcels returns the answered parcels whose answers no batch of the
// install tells yet, nor one that was accepted.
func (s *Store) ListUntoldParcels(ctx context.Context, install string) (list []Parcel, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListUntoldParcels(ctx, query.ListUntoldParcelsParams{Install: install, MaxRows: maxUntold})
		for _, row := range rows {
			list = append(list, s.parcel(row))
		}
		return err
	})
	return list, err
}

func (s *Store) parcel(row query.Parcel) Parcel {
	return Parcel{
		ParcelRef: ParcelRef{Install: row.Install, Sequence: row.Sequence, ManifestSHA256: row.ManifestSha256},
		Kind:      row.Kind, Title: row.Title, Files: row.Files, Bytes: row.Bytes, MadeAt: s.at(row.MadeAt), FetchedAt: s.at(row.FetchedAt), State: ParcelState(row.State),
		Answer: ParcelAnswer{
			Reason: row.Reason, Added: int(row.Added), Changed: int(row.Changed), Unchanged: int(row.Unchanged), LeftOut: int(row.LeftOut),
			By: exam.Actor{Role: exam.Role(row.ByRole), Name: row.ByName}, At: maybeAt(row.AnsweredAt, s.Rules().Location),
		},
		ToldInstall: row.ToldInstall, ToldSequence: row.ToldSequence,
	}
}

// RecordFetched writes down a parcel that was verified and lies in down/: the
// next of its install's, else ErrParcelPlace. With refused it cannot be opened
// or read and is answered at once, by the system.
func (s *Store) RecordFetched(ctx context.Context, p Parcel, refused string) error {
	return s.write(ctx, func(c *change) error {
		last, err := c.LastParcel(ctx, p.Install)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if p.Sequence != last.Sequence+1 {
			return ErrParcelPlace
		}
		err = c.InsertParcel(ctx, query.InsertParcelParams{
			Install: p.Install, Sequence: p.Sequence, ManifestSha256: p.ManifestSHA256, Kind: p.Kind, Title: p.Title,
			Files: p.Files, Bytes: p.Bytes, MadeAt: p.MadeAt.UnixMilli(), FetchedAt: c.now.UnixMilli(),
		})
		if err != nil {
			return err
		}
		err = c.audit(Entry{Action: ActionParcelFetched, By: exam.Actor{Role: exam.ByProvince}, Args: parcelArgs(p.ParcelRef)})
		if err != nil || refused == "" {
			return err
		}
		return c.answerParcel(p.ParcelRef, ParcelRefused, ParcelAnswer{Reason: refused, By: exam.Actor{Role: exam.BySystem}})
	})
}

func parcelArgs(p ParcelRef) map[string]any {
	return map[string]any{"sequence": p.Sequence, "install": p.Install, "manifest": p.ManifestSHA256}
}

// RefuseParcel answers a parcel that nobody takes in. The first that waits is
// answered first. The same said once more changes nothing.
func (s *Store) RefuseParcel(ctx context.Context, p ParcelRef, reason string, by exam.Actor) error {
	reason = strings.TrimSpace(reason)
	switch err := exam.CheckReason(reason); { // what no batch can carry would keep every batch from being sealed
	case refusal.Is(err, exam.ReasonMissing):
		return refusal.New(ParcelReason)
	case err != nil:
		return err
	}
	return s.write(ctx, func(c *change) error {
		known, err := c.FindParcel(ctx, query.FindParcelParams{Install: p.Install, Sequence: p.Sequence})
		if err == nil && known.State == string(ParcelRefused) && known.Reason == reason && known.ByName == by.Name {
			return nil
		}
		return c.answerParcel(p, ParcelRefused, ParcelAnswer{Reason: reason, By: by})
	})
}

// answerParcel writes an answer down, once and in order.
func (c *change) answerParcel(p ParcelRef, state ParcelState, a ParcelAnswer) error {
	first, err := c.FirstWaitingParcel(c.ctx, p.Install)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return refusal.New(ParcelAnswered)
	case err != nil:
		return err
	case first.Sequence < p.Sequence:
		return refusal.New(ParcelNotFirst, "sequence", first.Sequence)
	}
	rows, err := c.AnswerParcel(c.ctx, query.AnswerParcelParams{
		State: string(state), Reason: a.Reason, Added: int64(a.Added), Changed: int64(a.Changed), Unchanged: int64(a.Unchanged), LeftOut: int64(a.LeftOut),
		ByRole: string(a.By.Role), ByName: a.By.Name, AnsweredAt: new(c.now.UnixMilli()),
		Install: p.Install, Sequence: p.Sequence, ManifestSha256: p.ManifestSHA256,
	})
	if err != nil {
		return err
	}
	if rows == 0 {
		return refusal.New(ParcelAnswered)
	}
	action := ActionParcelTaken
	if state == ParcelRefused {
		action = ActionParcelRefused
	}
	return c.audit(Entry{Action: action, By: a.By, Reason: a.Reason, Args: parcelArgs(p)})
}

// tellParcels notes that the batch tells what became of these.
func (c *change) tellParcels(b Batch) error {
	for _, p := range b.Parcels {
		rows, err := c.TellParcel(c.ctx, query.TellParcelParams{ToldInstall: b.Install, ToldSequence: b.Sequence, Install: p.Install, Sequence: p.Sequence})
		if err == nil && rows != 1 {
			err = fmt.Errorf("no answer to parcel %d of %s is there to be told", p.Sequence, p.Install)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
