package upkeep_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kaodian/app/base/clock"
	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
	"kaodian/app/centre/store/storetest"
	"kaodian/app/centre/upkeep"
	"kaodian/app/exam"
)

type noUploads struct{}

func (noUploads) Expire(context.Context) (int, error) { return 0, nil }

func (noUploads) EndAttempt(string) {}

func (noUploads) Remove(_ context.Context, path string) error { return durable.Remove(path) }

// newKeeper keeps a centre whose only attempt was reset after its clip came.
func newKeeper(t *testing.T) (keeper *upkeep.Keeper, s *store.Store, clip string) {
	t.Helper()
	folder := t.TempDir()
	ctx := t.Context()
	now := clock.NewFake(time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC))
	s, err := store.Open(ctx, storetest.Path(t, folder), exam.DefaultRules(time.UTC), now)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	clip = receive(t, s)
	file := filepath.Join(folder, store.ClipFile(clip))
	must(t, os.MkdirAll(filepath.Dir(file), 0o700))
	must(t, os.WriteFile(file, []byte("video"), 0o600))
	order, err := s.FindClipOrder(ctx, clip)
	must(t, err)
	attempt := order.Attempts[0]
	_, err = s.Apply(ctx, order.ID, exam.ResetAttempt{AttemptID: attempt.ID, Device: "phone"})
	must(t, err)
	return &upkeep.Keeper{Store: s, Uploads: noUploads{}, Folder: folder, Failed: func(err error) { t.Error(err) }}, s, clip
}

func TestAFileThatCannotBeDeletedHoldsNoOtherUp(t *testing.T) {
	keeper, s, clip := newKeeper(t)
	file := filepath.Join(keeper.Folder, store.ClipFile(clip))
	must(t, os.Remove(file))
	must(t, os.MkdirAll(filepath.Join(file, "in the way"), 0o700)) // a folder that is not empty
	if err := keeper.Often(t.Context()); err == nil {
		t.Error("nobody is told")
	}
	left, err := s.ListTrash(t.Context())
	must(t, err)
	if len(left) != 1 || left[0] != store.ClipFile(clip) {
		t.Errorf("the trash names %v", left)
	}
	must(t, os.RemoveAll(file))
	must(t, keeper.Often(t.Context()))
}

func TestAResetAttemptsFilesAreDeletedAndForgotten(t *testing.T) {
	keeper, s, clip := newKeeper(t)
	ctx, file := t.Context(), filepath.Join(keeper.Folder, store.ClipFile(clip))
	must(t, keeper.Often(ctx))
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the reset attempt's clip is still there: %v", err)
	}
	left, err := s.ListTrash(ctx)
	must(t, err)
	if len(left) != 0 {
		t.Errorf("the trash still names %v", left)
	}
}

// receive imports an order, starts its attempt and makes a clip.
func receive(t *testing.T, s *store.Store) string {
	t.Helper()
	ctx, now := t.Context(), s.Now()
	registration := exam.Registration{
		Ticket: "T1", IDNumber: "1", Subject: "钢琴", Grade: 1, Pieces: []exam.Piece{{Title: "小步舞曲"}},
		Window: exam.Window{OpensAt: now, ClosesAt: now.Add(time.Hour)},
	}
	_, err := s.ImportOrders(ctx, []exam.Registration{registration}, false, false)
	must(t, err)
	orders, err := s.ListOrders(ctx, registration.PersonKey())
	must(t, err)
	_, err = s.Apply(ctx, orders[0].ID, exam.Consented{})
	must(t, err)
	order, _, err := s.StartAttempt(ctx, orders[0].ID, store.Agreement{Device: "phone", Agreed: true})
	must(t, err)
	u := store.Upload{ID: store.NewID(), Owner: registration.PersonKey(), Attempt: order.Attempts[0].ID, Item: "1", Size: 5, Device: "phone", CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	_, err = s.CreateUpload(ctx, u, anyRoom)
	must(t, err)
	must(t, s.FinishUpload(ctx, u.ID, s.Now()))
	return u.ID
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func anyRoom(int64) error { return nil }

// I5: what the province has had for the retention time goes by itself. A kill
// between the rows and the files, or between the files and the trash, is made
// good at the next start; what no receipt names stays.
func TestI5WhatTheProvinceHasGoesAfterItsTimeWhateverIsKilled(t *testing.T) {
	folder, now := t.TempDir(), clock.NewFake(time.Date(2026, 8, 3, 12, 0, 0, 0, time.UTC))
	open := func() *store.Store {
		s, err := store.Open(t.Context(), filepath.Join(folder, "kaodian.db"), exam.DefaultRules(time.UTC), now)
		must(t, err)
		return s
	}
	s := open()
	clip := receive(t, s)
	order, err := s.FindClipOrder(t.Context(), clip)
	must(t, err)
	_, err = s.Apply(t.Context(), order.ID, exam.Submit{AttemptID: order.Attempts[0].ID, Device: "phone"})
	must(t, err)
	for _, name := range []string{store.ClipFile(clip), store.RenditionFile(clip), store.ContactSheetFile(clip), store.ThumbnailFile(clip)} {
		must(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o700))
		must(t, os.WriteFile(filepath.Join(folder, name), []byte("video"), 0o600))
	}
	left := func() (names []string) {
		for _, name := range []string{store.ClipFile(clip), store.RenditionFile(clip), store.ContactSheetFile(clip), store.ThumbnailFile(clip)} {
			if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
				names = append(names, name)
			}
		}
		return names
	}
	keeper := func() *upkeep.Keeper {
		return &upkeep.Keeper{Store: s, Uploads: noUploads{}, Folder: folder, Retention: func() time.Duration { return 30 * 24 * time.Hour }}
	}
	rounds := func(want int) {
		t.Helper()
		must(t, keeper().Rarely(t.Context()))
		must(t, s.Close()) // killed before the files went
		s = open()
		must(t, keeper().Often(t.Context()))
		if got := left(); len(got) != want {
			t.Errorf("left are %v", got)
		}
	}
	now.Advance(90 * 24 * time.Hour)
	rounds(4) // no receipt, however long
	must(t, s.RecordSealed(t.Context(), store.Batch{
		Install: "0011223344556677", Sequence: 1, ManifestSHA256: "m", Orders: []string{order.ID}, Seen: 1 << 40,
		Media: []store.Media{{SHA256: "plain", Sealed: "sealed", Role: store.RoleOriginal, Owner: clip}},
	}))
	must(t, s.RecordReceipt(t.Context(), "0011223344556677", 1, true, nil, []string{"sealed"}))
	now.Advance(30*24*time.Hour - time.Second)
	rounds(4)
	now.Advance(time.Second)
	must(t, s.Redate(t.Context(), store.Redating{From: s.Now(), To: s.Now(), By: exam.Actor{Role: exam.ByStaff, Name: "li"}, Mark: store.Setting{Name: "serving_clock"}}))
	rounds(4) // a wrong date can be taken back for a day
	now.Advance(24*time.Hour - time.Second)
	rounds(4)
	now.Advance(time.Second)
	must(t, os.Remove(filepath.Join(folder, store.ContactSheetFile(clip)))) // a kill after a file went
	rounds(0)
	if record, err := s.FindClip(t.Context(), clip); err != nil || record.FreedAt.IsZero() {
		t.Errorf("its row says %+v, %v", record, err)
	}
	must(t, s.Close())
}

// An erasure that cannot end holds nothing else up.
func TestAStuckErasureHoldsUpNoUpkeep(t *testing.T) {
	keeper, _, _ := newKeeper(t)
	keeper.Retention = func() time.Duration { return time.Hour }
	uploads := &expiring{}
	keeper.Uploads, keeper.Erasures = uploads, stuck{}
	if err := keeper.Rarely(t.Context()); !errors.Is(err, errStuck) {
		t.Errorf("it said %v", err)
	}
	if uploads.expired != 1 {
		t.Error("expired uploads stayed")
	}
}

var errStuck = errors.New("no room for the database")

type stuck struct{}

func (stuck) GoOn(context.Context) error { return errStuck }

type expiring struct {
	noUploads
	expired int
}

func (e *expiring) Expire(context.Context) (int, error) {
	e.expired++
	return 0, nil
}
