package inspect_test

import (
	"context"
	"testing"
	"time"

	"kaodian/app/centre/jobs"
	"kaodian/media/cage"
	"kaodian/media/ffmpeg/ffmpegtest"
	"kaodian/media/vision"
)

// ceiling is more than a clip of a second takes on any machine.
const ceiling = 2 * time.Minute

// R12: a rendition that somebody waits to see is held back by nothing.
func TestR12WhatSomebodyWaitsToSeeDoesNotStand(t *testing.T) {
	t.Parallel()
	b := setUp(t, ffmpegtest.Make(t, "a.avi", source("160x90", "1")+"-c:v mpeg4 -c:a mp3 "), "", t.TempDir())
	b.Tools.Brake = &cage.Brake{}
	defer b.Tools.Brake.Hold()()
	ctx, cancel := context.WithTimeout(t.Context(), ceiling)
	defer cancel()
	err := b.Render(ctx, jobs.Job{ID: "job", Kind: jobs.Rendition, ClipID: "clip1", Urgency: jobs.Wanted})
	if err != nil || b.store.rendition == nil {
		t.Errorf("it stood while others were looked at: %v", err)
	}
}

// meanwhile does something while the faces of a clip are looked for.
type meanwhile struct {
	do func(context.Context) error
}

func (m meanwhile) Compare(ctx context.Context, _ []byte, _ [][]byte) (vision.Comparison, error) {
	if err := m.do(ctx); err != nil {
		return vision.Comparison{}, err
	}
	return vision.Comparison{}, vision.ErrNotExamined
}

// An examination that nobody waits for holds no rendition back.
func TestAnExaminationThatNobodyWaitsForHoldsNothingBack(t *testing.T) {
	t.Parallel()
	b := setUp(t, ffmpegtest.Make(t, "a.avi", source("160x90", "1")+"-c:v mpeg4 -c:a mp3 "), "", t.TempDir())
	b.Tools.Brake = &cage.Brake{}
	b.Faces = meanwhile{do: func(ctx context.Context) error {
		return b.Render(ctx, jobs.Job{ID: "rendition", Kind: jobs.Rendition, ClipID: "clip1", Urgency: jobs.Rest})
	}}
	ctx, cancel := context.WithTimeout(t.Context(), ceiling)
	defer cancel()
	err := b.Handlers()[jobs.Inspect](ctx, jobs.Job{ID: "inspection", Kind: jobs.Inspect, ClipID: "clip1", Urgency: jobs.Rest})
	if err != nil || b.store.rendition == nil || b.store.recorded == nil {
		t.Errorf("%v", err)
	}
}
