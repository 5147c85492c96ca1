package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kaodian/app/centre/store"
	"kaodian/media/ffmpeg"
)

// R19: a clip is looked at when it is there, not when somebody looks whether
// one is there.
func TestR19AFinishedUploadIsLookedAtAtOnce(t *testing.T) {
	if _, err := ffmpeg.Find(); err != nil {
		t.Skip(err)
	}
	folder := emptyCentre(t)
	server, _ := serveAt(t, folder, time.Now())
	if status := run([]string{"import", "orders", listOf(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour)), "--data", folder}); status != 0 {
		t.Fatalf("import: exit status %d", status)
	}
	order := begin(t, server)
	e, err := server.examination(t.Context(), slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(e.close)
	e.runner.Poll = time.Hour
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- e.run(ctx) }()
	defer func() { stop(); must(t, <-ended) }()
	time.Sleep(300 * time.Millisecond) // until the lanes have found nothing

	clip := store.NewID()
	path := filepath.Join(folder, filepath.FromSlash(store.ClipFile(clip)))
	must(t, os.MkdirAll(filepath.Dir(path), 0o700))
	must(t, os.WriteFile(path, []byte("no video"), 0o600))
	now := server.Now()
	_, err = server.CreateUpload(t.Context(), store.Upload{
		ID: clip, Owner: order.PersonKey(), Attempt: order.Attempts[0].ID, Item: "1", Size: 8, Device: "phone", CreatedAt: now, ExpiresAt: now.Add(time.Hour),
	}, func(int64) error { return nil })
	must(t, err)
	must(t, server.RecordOffsets(t.Context(), []store.Offset{{ID: clip, Bytes: 8, ArrivedAt: now}}))
	must(t, server.FinishUpload(t.Context(), clip, now))
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		record, err := server.FindClip(t.Context(), clip)
		must(t, err)
		if record.State == "unexaminable" {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("it waits until somebody looks: %+v", record)
		}
	}
}
