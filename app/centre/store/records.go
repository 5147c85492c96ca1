package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/mattn/go-sqlite3"

	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
	"kaodian/sync/batch"
)

// RecordsHeader is what records.sqlite says of its batch.
type RecordsHeader struct {
	Centre   string
	Install  string
	Sequence int64
	MadeAt   time.Time
	Program  string
}

// Media is a file of a batch and what it is.
type Media struct {
	SHA256 string // of the plain bytes
	Sealed string // SHA-256 of the sealed file
	Size   int64  // of the plain bytes
	Type   string
	Role   MediaRole
	Owner  string // clip or order id
}

// MediaRole is what a media file is.
type MediaRole string

// The roles.
const (
	RoleOriginal  MediaRole = "original"
	RoleRendition MediaRole = "rendition"
	RolePhoto     MediaRole = "photo"
	RoleEvidence  MediaRole = "evidence"
)

// WriteRecords writes records.sqlite at path (a new file) with what happened
// to these orders and which media file is what. A file that serves several
// owners is in media once for each.
func (s *Store) WriteRecords(ctx context.Context, path string, header RecordsHeader, orderIDs []string, media []Media) error {
	db := sql.OpenDB(connector{
		dsn:    "file:" + (&url.URL{Path: path}).EscapedPath() + "?_journal_mode=OFF&_foreign_keys=on&_txlock=immediate",
		driver: &sqlite3.SQLiteDriver{},
	})
	db.SetMaxOpenConns(1)
	err := s.fill(ctx, db, header, orderIDs, media)
	return errors.Join(err, db.Close())
}

func (s *Store) fill(ctx context.Context, db *sql.DB, header RecordsHeader, orderIDs []string, media []Media) error {
	if _, err := db.ExecContext(ctx, batch.RecordsSchema); err != nil {
		return fmt.Errorf("records.sqlite: %w", err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it does nothing
	err = s.read(ctx, func(q *query.Queries) error {
		r := &recorder{ctx: ctx, tx: tx, loader: s.loader(q), rules: s.rules, now: s.Now(), sums: sumsOf(media)}
		r.header(header)
		for _, id := range orderIDs {
			r.current = id
			r.order(id)
		}
		r.current = ""
		r.media(media)
		if r.err == nil {
			r.err = r.judge.End()
		}
		return r.err
	})
	if err != nil {
		return err
	}
	return tx.Commit()
}

// sumsOf are the hashes of the media that travel, by role and owner.
func sumsOf(media []Media) map[string]string {
	sums := map[string]string{}
	for _, m := range media {
		sums[string(m.Role)+":"+m.Owner] = m.SHA256
	}
	return sums
}

// recorder copies rows; after its first error it does nothing more.
type recorder struct {
	loader
	ctx   context.Context
	tx    *sql.Tx
	rules exam.Rules
	now   time.Time
	sums  map[string]string
	// current is the order whose rows are being copied, "" for the batch's own.
	current string
	judge   batch.Judge
	err     error
}

// RecordsError says that an order cannot go into a batch as it is: the
// province would refuse the whole.
type RecordsError struct {
	OrderID string
	Reason  error
}

func (e *RecordsError) Error() string {
	return fmt.Sprintf("order %s cannot be sent: %v; correct it or ask for help", e.OrderID, e.Reason)
}

func (e *RecordsError) Unwrap() error { return e.Reason }

// insertInto are the statements of records.sql's tables, column for column.
var insertInto = map[string]string{
	"batch":      "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?)",
	"orders":     "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	"pieces":     "INSERT INTO pieces VALUES (?, ?, ?, ?)",
	"attempts":   "INSERT INTO attempts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	"items":      "INSERT INTO items VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
	"clips":      "INSERT INTO clips VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	"findings":   "INSERT INTO findings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	"evidence":   "INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?)",
	"ticks":      "INSERT INTO ticks VALUES (?, ?, ?, ?, ?)",
	"departures": "INSERT INTO departures VALUES (?, ?, ?, ?, ?, ?)",
	"marks":      "INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
	"decisions":  "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	"facts":      "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	"media":      "INSERT INTO media VALUES (?, ?, ?, ?, ?, ?)",
}

// insert writes a row that keeps the rules of a batch's values: what came from
// a sensor or a list is mended where that loses nothing, and for anything else
// the order stays behind.
func (r *recorder) insert(table string, values ...any) {
	if r.err != nil {
		return
	}
	plain(values)
	batch.Mend(table, values)
	if err := r.judge.Row(table, values); err != nil {
		r.err = err
		if r.current != "" && !errors.Is(err, batch.ErrTooManyRows) {
			r.err = &RecordsError{OrderID: r.current, Reason: err}
		}
		return
	}
	if _, err := r.tx.ExecContext(r.ctx, insertInto[table], values...); err != nil {
		r.err = fmt.Errorf("records.sqlite, %s: %w", table, err)
	}
}

// plain makes of values what SQLite would give back.
func plain(values []any) {
	for i, value := range values {
		switch v := value.(type) {
		case int:
			values[i] = int64(v)
		case *int64:
			values[i] = pointed(v)
		case *float64:
			values[i] = pointed(v)
		case *string:
			values[i] = pointed(v)
		}
	}
}

func pointed[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}

// media names each file once, with its first owner; the others refer to it.
func (r *recorder) media(list []Media) {
	named := map[string]bool{}
	for _, m := range list {
		if !named[m.SHA256] {
			named[m.SHA256] = true
			r.insert("media", m.SHA256, m.Sealed, m.Size, m.Type, string(m.Role), m.Owner)
		}
	}
}

func (r *recorder) header(h RecordsHeader) {
	r.insert("batch", batch.Version, h.Centre, h.Install, h.Sequence, ms(h.MadeAt), h.Program)
}

func (r *recorder) order(id string) {
	order, err := r.loader.order(r.ctx, id)
	if err != nil {
		r.err = errors.Join(r.err, err)
		return
	}
	r.registration(order)
	for _, attempt := range order.Attempts {
		r.attempt(order, attempt)
	}
	for _, d := range order.Decisions {
		r.insert("decisions", d.ID, order.ID, string(d.Kind), d.ClipID, d.Reason, string(d.By.Role), d.By.Name, ms(d.At), flag(d.Pending), maybe(d.ConfirmedAt), maybe(d.UndoneAt))
	}
	for _, m := range order.Marks {
		r.insert("marks", order.ID, m.ItemID, string(m.Technique), string(m.Tempo), string(m.Interpretation), string(m.Level), m.Remarks, m.By.Name, ms(m.At))
	}
	r.facts(order.ID)
}

func (r *recorder) registration(o exam.Order) {
	final, _ := o.FinalAt(r.rules, r.now)
	r.insert("orders", o.ID, o.Ticket, o.Name, o.Pinyin, o.Gender, o.BirthDate.String(), o.IDType, o.IDNumber,
		o.GuardianAddress, o.Phone, o.Subject, o.Grade, ms(o.Window.OpensAt), ms(o.Window.ClosesAt),
		orNull(r.sums["photo:"+o.ID]), o.PhotoTaken.String(), string(o.Consent.Answer), o.Consent.Guardian, maybe(o.Consent.At),
		string(o.Status(r.rules, r.now)), ms(final))
	for place, piece := range o.Pieces {
		r.insert("pieces", o.ID, place, piece.Item, piece.Title)
	}
}

func (r *recorder) attempt(o exam.Order, a exam.Attempt) {
	r.insert("attempts", a.ID, o.ID, a.Number, string(a.StateAt(r.now)), ms(a.StartedAt), ms(a.Deadline), maybe(a.EndedAt),
		a.Limit.Milliseconds(), a.Extra.Milliseconds(), a.Code, maybe(a.AcknowledgedAt), a.RulesVersion)
	for place, item := range a.Items {
		r.item(a, place, item)
		if item.Clip != nil && a.Travels(r.now) {
			r.clip(o, a.ID, item)
		}
	}
}

func (r *recorder) item(a exam.Attempt, place int, item exam.Item) {
	question := exam.Question{}
	if item.Question != nil {
		question = *item.Question
	}
	r.insert("items", a.ID, item.ID, place, item.Name, string(item.Kind), item.Piece, orNull(question.ID), question.Title)
}

func (r *recorder) clip(o exam.Order, attemptID string, item exam.Item) {
	record, err := r.clipRecord(r.ctx, item.Clip.ID)
	if err != nil {
		r.err = errors.Join(r.err, err)
		return
	}
	original := r.sums["original:"+record.ID]
	if original == "" {
		r.err = errors.Join(r.err, fmt.Errorf("clip %s travels without its video", record.ID))
		return
	}
	row, err := r.FindClip(r.ctx, record.ID)
	if err != nil {
		r.err = errors.Join(r.err, err)
		return
	}
	r.insert("clips", record.ID, attemptID, item.ID, original, record.Size, record.MediaType, row.DurationMs,
		ms(record.ReceivedAt), flag(item.Clip.Previewed), record.State, orNull(r.sums["rendition:"+record.ID]))
	for place, finding := range exam.UnderConsent(record.Findings, o.Consent.Answer) {
		r.finding(o, record.ID, place, finding)
	}
	r.review(*item.Clip)
}

// review copies the announcement's ticks and the marked departures; the
// departures' remarks are in their facts.
func (r *recorder) review(clip exam.Clip) {
	for _, h := range clip.Hearings {
		r.insert("ticks", clip.ID, string(h.Part), string(h.Heard), h.By.Name, ms(h.At))
	}
	for place, d := range clip.Departures {
		var moment *int64
		if d.Moment != nil {
			moment = new(d.Moment.Milliseconds())
		}
		r.insert("departures", clip.ID, place, d.Category, moment, d.By.Name, ms(d.At))
	}
}

// finding copies a finding; frames travel only under the consent to face
// recognition (R25).
func (r *recorder) finding(o exam.Order, clipID string, place int, f exam.Finding) {
	r.insert("findings", clipID, place, f.Kind, string(f.Verdict), f.Value, f.Limit, f.Unit, f.Note, f.Engine)
	for n, e := range f.Evidence {
		frame := orNull(e.Frame)
		if o.Consent.Answer != exam.ConsentGiven {
			frame = nil
		}
		r.insert("evidence", clipID, place, n, e.From.Milliseconds(), e.To.Milliseconds(), frame)
	}
}

func (r *recorder) facts(orderID string) {
	rows, err := r.ListOrderAudit(r.ctx, orderID)
	if err != nil {
		r.err = errors.Join(r.err, err)
		return
	}
	for _, row := range rows {
		if !json.Valid([]byte(row.Args)) {
			r.err = errors.Join(r.err, fmt.Errorf("line %d of the audit log is damaged; restore a backup", row.Seq))
			return
		}
		r.insert("facts", row.Seq, row.At, row.RecordedAt, row.Action, row.ByRole, row.ByName, row.OrderID, row.AttemptID, row.ClipID, row.Reason, row.Args, row.Hash)
	}
}
