package web

import (
	"context"
	"time"

	"kaodian/app/province/store"
)

// centreBody is a centre and what came of it.
type centreBody struct {
	Centre         string    `json:"centre"`
	Title          string    `json:"title,omitempty" doc:"What people call it"`
	InvitedAt      time.Time `json:"invited_at" doc:"When its newest enrolment file was made"`
	EnrolledAt     time.Time `json:"enrolled_at,omitzero" doc:"Absent until the centre used the file"`
	RevokedAt      time.Time `json:"revoked_at,omitzero"`
	Install        string    `json:"install,omitempty" doc:"Its newest box"`
	LastReceivedAt time.Time `json:"last_received_at,omitzero"`
	Batches        int64     `json:"batches"`
	Orders         int64     `json:"orders"`
	Refused        int64     `json:"refused,omitempty" doc:"Batches of its newest box that were not taken in: refused, damaged, or of a fork"`
	Damaged        int64     `json:"damaged,omitempty" doc:"Of these, damaged in transfer; the centre sends them again"`
	OfNewer        int64     `json:"of_newer,omitempty" doc:"Batches of its newest box that wait for a newer kaodian-province"`
	Gap            int64     `json:"gap,omitempty" doc:"The sequence that is missed while later ones wait"`
}

type centresOutput struct{ Body []centreBody }

func (s *Server) listCentres(ctx context.Context, _ *struct{}) (*centresOutput, error) {
	centres, err := s.Store.ListCentres(ctx)
	out := &centresOutput{Body: []centreBody{}}
	for _, c := range centres {
		if !limit(ctx).Has(c.Name) {
			continue
		}
		out.Body = append(out.Body, centreBody{
			Centre:         c.Name,
			Title:          c.Title,
			InvitedAt:      c.InvitedAt,
			EnrolledAt:     c.EnrolledAt,
			RevokedAt:      c.RevokedAt,
			Install:        c.Install,
			LastReceivedAt: c.LastReceived,
			Batches:        c.Batches,
			Orders:         c.Orders,
			Refused:        c.Refused,
			Damaged:        c.Damaged,
			OfNewer:        c.OfNewer,
			Gap:            c.Gap,
		})
	}
	return out, err
}

type batchesInput struct {
	Centre string `query:"centre" maxLength:"32" doc:"Of this centre only"`
}

type batchBody struct {
	Centre     string            `json:"centre"`
	Install    string            `json:"install"`
	Sequence   int64             `json:"sequence"`
	Status     store.BatchStatus `json:"status" enum:"accepted,refused,quarantined,waiting,of_newer,damaged,set_aside"`
	Manifest   string            `json:"manifest_sha256,omitempty" doc:"Tells batches of one place apart; absent while no signature over it holds"`
	Reasons    []string          `json:"reasons"`
	Orders     int64             `json:"orders"`
	Clips      int64             `json:"clips"`
	Files      int64             `json:"files"`
	Bytes      int64             `json:"bytes" doc:"As sent"`
	ReceivedAt time.Time         `json:"received_at"`
}

type batchesOutput struct{ Body []batchBody }

// shownBatches is how many batches the list holds, the newest.
const shownBatches = 500

func (s *Server) listBatches(ctx context.Context, in *batchesInput) (*batchesOutput, error) {
	batches, err := s.Store.ListBatchesWithin(ctx, limit(ctx), in.Centre, shownBatches)
	out := &batchesOutput{Body: []batchBody{}}
	for _, b := range batches {
		status, reasons := shownAs(b)
		out.Body = append(out.Body, batchBody{
			Centre:     b.Ref.Centre,
			Install:    b.Ref.Install,
			Sequence:   b.Ref.Sequence,
			Status:     status,
			Manifest:   b.ManifestSHA256,
			Reasons:    append([]string{}, reasons...),
			Orders:     b.Orders,
			Clips:      b.Clips,
			Files:      b.Files,
			Bytes:      b.Bytes,
			ReceivedAt: b.ReceivedAt,
		})
	}
	return out, err
}

// What is shown of a batch beyond its own status.
const (
	setAside store.BatchStatus = "set_aside" // accepted, and an operator set it aside
	ofNewer  store.BatchStatus = "of_newer"  // waiting for a newer program
)

func shownAs(b store.Batch) (store.BatchStatus, []string) {
	switch {
	case b.OfNewer():
		return ofNewer, b.Reasons
	case b.SetAsideAt.IsZero():
		return b.Status, b.Reasons
	case b.SetAsideReason == "":
		return setAside, nil
	}
	return setAside, []string{b.SetAsideReason}
}
