package rehearsal

import (
	"context"
	"path/filepath"
	"time"

	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/centre/upload"
	"kaodian/app/exam"
)

// piece is one file that a phone sends. It is guarded by the hall's mutex.
type piece struct {
	upload.Upload
	phone *phone
}

// pieces keeps the hall's uploads for the engine: in memory, because nothing of
// them outlives the process. Offsets are written down all the same, as an
// exam's are, because that is part of what is measured.
type pieces struct{ hall *Hall }

var _ upload.Store = pieces{}

// CreateUpload takes a piece of a phone that joined, as its only one.
func (s pieces) CreateUpload(ctx context.Context, u upload.Upload, room func(need int64) error) (replaced []string, err error) {
	h := s.hall
	promised, err := h.Store.Reserved(ctx)
	if err != nil {
		return nil, err
	}
	if err := room(promised + u.Size); err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.run
	if r == nil || r.over || r.byDevice[u.Owner] == nil {
		return nil, refusal.New(NotRunning)
	}
	p := r.byDevice[u.Owner]
	switch {
	case p.token != u.Attempt:
		return nil, refusal.New(Elsewhere)
	case u.Live, u.Size > r.piece:
		return nil, refusal.New(exam.UploadTooLarge, "size", u.Size, "max_clip_bytes", r.piece)
	}
	if old := h.forget(r, p); old != "" {
		replaced = []string{old}
	}
	if p.state != PhoneSending {
		p.state, p.heard = PhoneSending, time.Now()
	}
	if !r.sends {
		r.sends, r.until = true, time.Now().Add(r.plan.Length)
		r.looked = time.Now()
	}
	u.Attempt = r.id // by which all of them are ended
	p.current = &piece{Upload: u, phone: p}
	r.uploads[u.ID] = p.current
	return replaced, nil
}

// forget takes a phone's piece from it and returns its id, "" if it has none.
// What came of it counts.
func (h *Hall) forget(r *run, p *phone) string {
	if p.current == nil {
		return ""
	}
	id := p.current.ID
	p.before = h.arrived(p)
	p.current = nil
	delete(r.uploads, id)
	return id
}

// Erases is always true: nothing here is kept.
func (s pieces) Erases(context.Context) (bool, error) { return true, nil }

// forever is later than any byte; the end of a rehearsal ends its uploads.
const forever = time.Hour

// FindUpload returns a piece of the rehearsal that runs.
func (s pieces) FindUpload(_ context.Context, id string) (upload.Upload, error) {
	h := s.hall
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.run == nil || h.run.over || h.run.uploads[id] == nil {
		return upload.Upload{}, refusal.New(exam.UploadNotFound)
	}
	u := h.run.uploads[id].Upload
	u.Cutoff = h.Clock.Now().Add(forever)
	return u, nil
}

// RecordOffsets writes down how much of each phone is safe.
func (s pieces) RecordOffsets(ctx context.Context, offsets []upload.Offset) error {
	id, phones := s.note(offsets)
	if len(phones) == 0 {
		return nil
	}
	return s.hall.Store.RecordRehearsal(ctx, id, phones)
}

func (s pieces) note(offsets []upload.Offset) (id string, phones []store.RehearsalPhone) {
	h := s.hall
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.run == nil {
		return "", nil
	}
	for _, o := range offsets {
		if one := h.run.uploads[o.ID]; one != nil && !one.Finished {
			one.Offset, one.ArrivedAt = max(one.Offset, o.Bytes), o.ArrivedAt
			phones = append(phones, store.RehearsalPhone{Number: one.phone.number, Bytes: one.phone.before + one.Offset})
		}
	}
	return h.run.id, phones
}

// SettleUpload has nothing to settle: no piece is live.
func (s pieces) SettleUpload(context.Context, string, int64) error { return nil }

// FinishUpload deletes a piece that came whole; nothing becomes of it. Its
// row's transaction stands for the clip's.
func (s pieces) FinishUpload(ctx context.Context, id string, _ time.Time) error {
	h := s.hall
	h.mu.Lock()
	var run string
	var done store.RehearsalPhone
	if h.run != nil && h.run.uploads[id] != nil {
		one := h.run.uploads[id]
		one.Finished, one.Offset = true, one.Size
		if one.phone.current == one {
			one.phone.current, one.phone.before = nil, max(one.phone.before+one.Size, one.phone.seen)
		}
		if one.phone.last != id { // of those before nobody asks any more, and tiny ones are many
			delete(h.run.uploads, one.phone.last)
			one.phone.last = id
		}
		run, done = h.run.id, store.RehearsalPhone{Number: one.phone.number, Bytes: one.phone.before}
	}
	h.mu.Unlock()
	if err := h.Disk.Remove(filepath.Join(h.Engine.Clips, id)); err != nil {
		return err
	}
	if run == "" {
		return nil
	}
	return h.Store.RecordRehearsal(ctx, run, []store.RehearsalPhone{done})
}

// RemoveUpload forgets a piece; its file goes as soon as no request writes to it.
func (s pieces) RemoveUpload(ctx context.Context, id string) error {
	h := s.hall
	h.mu.Lock()
	if h.run != nil {
		if one := h.run.uploads[id]; one != nil && one.phone.current == one {
			h.forget(h.run, one.phone)
		}
		delete(h.run.uploads, id)
	}
	h.mu.Unlock()
	go func() { h.note(h.removePart(context.WithoutCancel(ctx), id)) }()
	return nil
}

// ListUploads is empty: what a crash leaves is removed before anything is served.
func (s pieces) ListUploads(context.Context, string) ([]upload.Upload, error) { return nil, nil }
