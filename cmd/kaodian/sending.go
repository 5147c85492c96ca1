package main

import (
	"context"
	"time"

	"kaodian/app/centre/store"
	"kaodian/app/centre/web/staff"
	"kaodian/sync/outbox"
)

// sending is the outbox as the API shows it.
type sending struct{ *outbox.Outbox }

// Status is the outbox's status in the API's form.
func (s sending) Status(ctx context.Context) (staff.Status, error) {
	status, err := s.Outbox.Status(ctx)
	return statusBody(status), err
}

// statusBody is the status in the API and in «kaodian sync status --json».
func statusBody(s outbox.Status) staff.Status {
	body := staff.Status{
		Enrolled: s.Enrolled, Answered: s.Answered, Centre: s.Centre, Install: s.Install, Drop: s.Drop, Sending: s.Sending,
		LastSuccess: s.LastSuccess, LastContact: s.LastContact, NextDue: s.NextDue,
		LastError: s.LastError, LastErrorCode: string(s.LastErrorCode), NoLine: s.NoLine,
		Note: string(s.Note.Code), NoteText: s.Note.Text, WaitingOrders: s.WaitingOrders, Unmarked: s.Unmarked, UnmarkedUntil: s.UnmarkedUntil,
		BusyOrders: s.BusyOrders, OpenOrders: s.OpenOrders, OpenUntil: s.OpenUntil, LaterOrders: s.LaterOrders, Unanswered: s.Unanswered, RefusedOrders: s.RefusedOrders, Batches: []staff.BatchStatus{}, Parcels: []staff.ParcelStatus{}, WrongParcels: append([]string{}, s.WrongParcels...),
	}
	if p := s.Progress; p != nil {
		body.Progress = &staff.Progress{Stage: string(p.Stage), Sequence: p.Sequence, Done: p.Done, Total: p.Total, Remaining: int64(p.Remaining.Round(time.Second).Seconds())}
	}
	for _, p := range s.Parcels {
		body.Parcels = append(body.Parcels, parcelBody(p))
	}
	for _, b := range s.Batches {
		body.Batches = append(body.Batches, staff.BatchStatus{
			Sequence: b.Sequence, State: b.State, Orders: b.Orders, Files: b.Files, Bytes: b.Bytes,
			SealedAt: b.SealedAt, SentAt: b.SentAt, ReceiptAt: b.ReceiptAt, Reasons: append([]string{}, b.Reasons...),
		})
	}
	return body
}

func parcelBody(p store.Parcel) staff.ParcelStatus {
	return staff.ParcelStatus{
		Install: p.Install, Sequence: p.Sequence, Kind: p.Kind, Title: p.Title, Files: p.Files, Bytes: p.Bytes, MadeAt: p.MadeAt, FetchedAt: p.FetchedAt, State: p.State,
		AnsweredAt: p.Answer.At, By: p.Answer.By.Name, Reason: p.Answer.Reason,
		Added: p.Answer.Added, Changed: p.Answer.Changed, Unchanged: p.Answer.Unchanged, LeftOut: p.Answer.LeftOut, Told: p.ToldSequence,
	}
}
