package outbox

import (
	"context"
	"errors"
	"fmt"

	"kaodian/app/centre/store"
	"kaodian/sync/batch"
	"kaodian/sync/internal/query"
	"kaodian/sync/records"
)

// unfitError says that an order cannot go into a batch as it is: the province
// would refuse the whole.
type unfitError struct {
	order  string
	reason error
}

func (e *unfitError) Error() string {
	return fmt.Sprintf("order %s cannot be sent: %v; correct it or ask for help", e.order, e.reason)
}

func (e *unfitError) Unwrap() error { return e.reason }

// writeRecords writes records.sqlite at path (a new file) with what happened
// to the chosen orders and which media file is what. Each order is read at a
// moment of its own: RecordSealed refuses the batch if anything happened to one
// since the audit log's line that the choice has seen.
func writeRecords(ctx context.Context, s Store, path string, m batch.Manifest, chosen choice, media []store.Media) error {
	return records.Create(ctx, s, path, m.Version, func(q *query.Queries) error {
		r := &recorder{Queries: q, ctx: ctx, batch: m.Ref(), sums: sumsOf(media)}
		err := q.InsertBatch(ctx, query.InsertBatchParams{
			Version: int64(m.Version), Centre: m.Centre, Install: m.Install, Sequence: m.Sequence, MadeAt: m.MadeAt.UnixMilli(), Program: m.Program,
			AuditSeq: chosen.seen.Seq, AuditHash: chosen.seen.Hash,
		})
		if err != nil {
			return err
		}
		for _, id := range chosen.orders {
			if r.order(s, id); r.err != nil {
				return unfit(id, r.err)
			}
		}
		for _, later := range chosen.later {
			if r.later(s, later); r.err != nil {
				return unfit(later.OrderID, r.err)
			}
		}
		for _, p := range chosen.parcels {
			r.parcel(p)
		}
		r.media(media)
		return r.err
	})
}

// unfit names the order whose row broke a rule.
func unfit(order string, err error) error {
	if _, broken := errors.AsType[*records.RowError](err); broken {
		return &unfitError{order: order, reason: err}
	}
	return err
}

// sumsOf are the hashes of the media that travel, by role and owner.
func sumsOf(media []store.Media) map[string]string {
	sums := map[string]string{}
	for _, m := range media {
		sums[string(m.Role)+":"+m.Owner] = m.SHA256
	}
	return sums
}

// recorder writes rows and keeps the first error, after which the queries
// write nothing more.
type recorder struct {
	*query.Queries
	ctx   context.Context
	batch batch.Ref
	sums  map[string]string
	err   error
}

func (r *recorder) note(err error) {
	if r.err == nil {
		r.err = err
	}
}

// media names each file once, with its first owner; the others refer to it.
func (r *recorder) media(list []store.Media) {
	named := map[string]bool{}
	for _, m := range list {
		if !named[m.SHA256] {
			named[m.SHA256] = true
			r.note(r.InsertMedia(r.ctx, query.InsertMediaParams{
				Sha256: m.SHA256, Sealed: m.Sealed, Size: m.Size, Type: m.Type, Role: string(m.Role), Owner: m.Owner,
			}))
		}
	}
}

func (r *recorder) order(s Store, id string) {
	o, err := s.FindRecord(r.ctx, id)
	if err != nil {
		r.note(err)
		return
	}
	r.note(r.InsertSubject(r.ctx, query.InsertSubjectParams{OrderID: o.ID, Install: r.batch.Install, Sequence: r.batch.Sequence}))
	r.registration(o)
	for _, attempt := range o.Attempts {
		r.attempt(o, attempt)
	}
	for _, d := range o.Decisions {
		r.decision(o.ID, d)
	}
	for _, i := range o.Irregularities {
		r.irregularity(o.ID, i)
	}
	for _, m := range o.Marks {
		r.mark(o.ID, m)
	}
	for _, line := range o.Lines {
		r.fact(line)
	}
}
