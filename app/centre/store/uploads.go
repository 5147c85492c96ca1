package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/base/sqlkit"
	"kaodian/app/centre/store/internal/query"
	"kaodian/app/exam"
)

// Upload is one file on its way.
type Upload struct {
	ID        string // ours; also the name of the part and of the clip
	Owner     string // the person whose it is (exam.Registration.PersonKey)
	Attempt   string
	Item      string
	Filename  string    // as the phone told it; never a path
	Filetype  string    // as the phone told it; not believed
	Metadata  string    // the Upload-Metadata header as it came
	Size      int64     // bytes declared; of a live one the most that it may have
	Live      bool      // it is sent while it is recorded, so its length comes later (R23)
	Offset    int64     // bytes that are safe on the disk: the promise (I1)
	CreatedAt time.Time // by the centre's clock
	ExpiresAt time.Time // an unfinished upload is removed then
	ArrivedAt time.Time // when the byte before Offset came, zero before the first
	Finished  bool      // it is a clip now; Offset is Size
	TakenIn   string    // the staff account that takes the file in at the desk, "" for a phone's

	// Read only, derived from the attempt as it is now:

	// Device holds the attempt (R10). CreateUpload is given the device that
	// asks and compares it with the attempt's.
	Device string
	// Cutoff is the first moment that is too late for a byte (R13). Zero: no
	// byte is taken any more (submitted, reset, voided).
	Cutoff time.Time
	// Replaces says that the item has a clip, which this one would replace (R12).
	Replaces bool
}

// Arrives says whether a clip may still come of it: after a submit, a reset or
// a void none does, past the last moment for bytes only of what came in time
// (R13) and of a recording, as far as it came (R16, R28).
func (u Upload) Arrives(now time.Time) bool {
	if u.Cutoff.IsZero() {
		return false
	}
	salvaged := u.Live && u.Offset > 0 && !u.Replaces
	return now.Before(u.Cutoff) || u.Offset == u.Size || salvaged
}

// mayTake is how long a clip may take to be put together before nothing waits for
// it any more: a full disk must not keep a candidate from a reset for a day.
const mayTake = 15 * time.Minute

// PutTogether says whether a clip is still made of it though no byte comes any
// more: of what came in part, or of a whole part whose clip is not written down.
func (u Upload) PutTogether(now time.Time) bool {
	return !now.Before(u.Cutoff) && u.Arrives(now) && now.Before(u.Cutoff.Add(mayTake))
}

// Offset is what RecordOffsets writes down of one upload.
type Offset struct {
	ID        string
	Bytes     int64     // safe on the disk
	ArrivedAt time.Time // when the last of them came
}

// CreateUpload checks that the attempt takes a clip for the item now and
// makes the row. Unfinished uploads of the same item are deleted and returned;
// their files go to the trash.
func (s *Store) CreateUpload(ctx context.Context, u Upload, room func(need int64) error) (replaced []string, err error) {
	err = s.write(ctx, func(c *change) error {
		if err := c.checkUpload(u); err != nil {
			return err
		}
		if err := c.checkReplacement(u, room); err != nil {
			return err
		}
		if err := c.InsertUpload(ctx, uploadRow(u)); err != nil {
			return err
		}
		c.changed = append(c.changed, BoardKey)
		replaced, err = c.DeleteItemUploads(ctx, query.DeleteItemUploadsParams{AttemptID: u.Attempt, ItemID: u.Item, ID: u.ID})
		if err != nil {
			return err
		}
		return c.trashUploads(replaced...)
	})
	return replaced, err
}

func (c *change) checkUpload(u Upload) error {
	orderID, err := c.FindOrderIDOfAttempt(c.ctx, u.Attempt)
	if err != nil {
		return sqlkit.Absent(err)
	}
	order, err := c.load(orderID)
	if err != nil {
		return err
	}
	if u.TakenIn == "" && order.PersonKey() != u.Owner {
		return refusal.New(refusal.NotFound)
	}
	if u.TakenIn != "" {
		return exam.CheckTakeIn(c.rules, order, u.Attempt, u.Item, u.Size, c.now)
	}
	if err := c.checkDesk(u); err != nil {
		return err
	}
	return exam.CheckUpload(c.rules, order, u.Attempt, u.Item, u.Device, u.Size, c.now)
}

// deskSilence is how long a file that the desk takes in may make no progress
// before the phone may send to the same item again.
const deskSilence = time.Minute

// checkDesk keeps a phone from sending to an item for which the desk takes a
// file in: an item receives one upload at a time, and the last begun wins.
func (c *change) checkDesk(u Upload) error {
	busy, err := c.FindTakingIn(c.ctx, query.FindTakingInParams{AttemptID: u.Attempt, ItemID: u.Item, Since: new(c.now.Add(-deskSilence).UnixMilli())})
	if err == nil && busy {
		err = refusal.New(exam.TakenInAtDesk)
	}
	return err
}

// checkReplacement asks for the room of a clip that takes another's place:
// both lie on the disk for a while, and room was reserved for one (R12, R27).
func (c *change) checkReplacement(u Upload, room func(need int64) error) error {
	size, err := c.FindClipSize(c.ctx, query.FindClipSizeParams{AttemptID: u.Attempt, ItemID: u.Item})
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	promised, err := reserved(c.ctx, c.Queries, c.rules, c.now)
	if err != nil {
		return err
	}
	rest := c.rules.MaxClipBytes - size // its own item's share of what is promised
	return room(max(0, promised-rest) + u.Size)
}

func uploadRow(u Upload) query.InsertUploadParams {
	return query.InsertUploadParams{
		ID:        u.ID,
		AttemptID: u.Attempt,
		ItemID:    u.Item,
		Device:    u.Device,
		Name:      u.Filename,
		Type:      u.Filetype,
		Metadata:  u.Metadata,
		Size:      u.Size,
		BegunAt:   u.CreatedAt.UnixMilli(),
		ExpiresAt: u.ExpiresAt.UnixMilli(),
		Live:      sqlkit.Flag(u.Live),
		TakenIn:   u.TakenIn,
	}
}

// FindUpload returns the upload with what is true of its attempt now; a
// finished one as long as its clip exists. Else exam.UploadNotFound.
func (s *Store) FindUpload(ctx context.Context, id string) (u Upload, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		u, err = s.findUpload(ctx, q, id)
		return err
	})
	return u, err
}

func (s *Store) findUpload(ctx context.Context, q *query.Queries, id string) (Upload, error) {
	row, err := q.FindUpload(ctx, id)
	if err == nil {
		return s.upload(row.Upload, row.Attempt, row.PersonKey, row.Replaces), nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return Upload{}, err
	}
	done, err := q.FindFinishedUpload(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		return Upload{}, refusal.New(exam.UploadNotFound)
	}
	return Upload{
		ID:        done.Clip.ID,
		Owner:     done.PersonKey,
		Attempt:   done.Clip.AttemptID,
		Item:      done.Clip.ItemID,
		Filename:  done.Clip.Name,
		Size:      done.Clip.Size,
		Offset:    done.Clip.Size,
		ArrivedAt: s.at(done.Clip.ReceivedAt),
		Finished:  true,
		TakenIn:   done.Clip.TakenIn,
		Device:    done.Attempt.Device,
	}, err
}

func (s *Store) upload(row query.Upload, attempt query.Attempt, owner string, replaces bool) Upload {
	begun := s.at(row.BegunAt)
	cutoff, _ := loader{zone: s.Rules().Location}.attempt(attempt).UploadCutoff(s.Rules(), begun)
	return Upload{
		ID:        row.ID,
		Owner:     owner,
		Attempt:   row.AttemptID,
		Item:      row.ItemID,
		Filename:  row.Name,
		Filetype:  row.Type,
		Metadata:  row.Metadata,
		Size:      row.Size,
		Live:      row.Live != 0,
		TakenIn:   row.TakenIn,
		Offset:    row.Received,
		CreatedAt: begun,
		ExpiresAt: s.at(row.ExpiresAt),
		ArrivedAt: maybeAt(row.ArrivedAt, s.Rules().Location),
		Device:    attempt.Device,
		Cutoff:    cutoff,
		Replaces:  replaces,
	}
}

// RecordOffsets writes down how far uploads are safe on the disk; an offset
// never shrinks, one of an upload that is gone is left out. The board is not told:
// dozens of phones send all the time, and while they do it is read anyway.
func (s *Store) RecordOffsets(ctx context.Context, offsets []Offset) error {
	return s.write(ctx, func(c *change) error {
		for _, o := range offsets {
			err := c.RecordOffset(ctx, query.RecordOffsetParams{Received: o.Bytes, ArrivedAt: sqlkit.MsOrNull(o.ArrivedAt), ID: o.ID})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// SettleUpload gives a live upload its length, which may not be less than what
// is safe already. One that has its length keeps it, whatever is said now.
func (s *Store) SettleUpload(ctx context.Context, id string, size int64) error {
	return s.write(ctx, func(c *change) error {
		c.changed = append(c.changed, BoardKey)
		_, err := c.Queries.SettleUpload(ctx, query.SettleUploadParams{Size: size, ID: id})
		return err
	})
}

// FinishUpload makes the clip of an upload whose last byte arrived then
// (R13); told again it changes nothing.
func (s *Store) FinishUpload(ctx context.Context, id string, arrived time.Time) error {
	return s.write(ctx, func(c *change) error {
		row, err := c.FindUpload(ctx, id)
		if errors.Is(err, sql.ErrNoRows) {
			if _, err := c.FindClip(ctx, id); err == nil {
				return nil
			}
			return refusal.New(exam.UploadNotFound)
		}
		if err != nil {
			return err
		}
		if _, err := c.DeleteUpload(ctx, id); err != nil {
			return err
		}
		_, err = c.act(row.Attempt.OrderID, func(exam.Order) (exam.Event, error) { return s.received(row.Upload, arrived), nil })
		return err
	})
}

func (s *Store) received(u query.Upload, arrived time.Time) exam.Receive {
	return exam.Receive{
		AttemptID: u.AttemptID,
		ItemID:    u.ItemID,
		BegunAt:   s.at(u.BegunAt),
		Clip: exam.Clip{
			ID:         u.ID,
			Name:       u.Name,
			Size:       u.Size,
			ReceivedAt: arrived.Truncate(time.Millisecond),
			TakenIn:    u.TakenIn,
		},
	}
}

// RemoveUpload deletes the row of an unfinished upload, whose files go to the
// trash; an absent or finished one is no error and is left alone.
func (s *Store) RemoveUpload(ctx context.Context, id string) error {
	return s.write(ctx, func(c *change) error { return c.dropUpload(id) })
}

// ListUploads returns the unfinished uploads of an attempt, or with "" of all.
func (s *Store) ListUploads(ctx context.Context, attempt string) (uploads []Upload, err error) {
	err = s.read(ctx, func(q *query.Queries) error {
		rows, err := q.ListUploads(ctx, attempt)
		for _, row := range rows {
			uploads = append(uploads, s.upload(row.Upload, row.Attempt, row.PersonKey, row.Replaces))
		}
		return err
	})
	return uploads, err
}

// dropUploads deletes the uploads of attempts that take no byte any more
// (submitted, reset, voided, erased).
func (c *change) dropUploads(after exam.Order) error {
	uploads, err := c.ListOrderUploads(c.ctx, after.ID)
	if err != nil {
		return err
	}
	for _, u := range uploads {
		attempt := after.FindAttempt(u.AttemptID)
		if attempt != nil && (attempt.State == exam.Running || attempt.State == exam.AutoSubmitted) {
			continue
		}
		if err := c.dropUpload(u.ID); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) dropUpload(id string) error {
	deleted, err := c.DeleteUpload(c.ctx, id)
	if err != nil || deleted == 0 {
		return err
	}
	c.changed = append(c.changed, BoardKey)
	return c.trashUploads(id)
}

// trashUploads also names the file that a whole upload has in the vault when
// the program was killed before its clip was written down.
func (c *change) trashUploads(ids ...string) error {
	for _, id := range ids {
		if err := c.trash(UploadFile(id), ClipFile(id)); err != nil {
			return err
		}
	}
	return nil
}
