// Package measure says in plain numbers what a clip shows: format, size,
// length, orientation, light, sound. Whether that is good is the exam's
// business.
//
// It owns no state and writes no file, so a crash leaves nothing. It must not
// import app, sync or the face engine.
package measure

import (
	"context"
	"errors"
	"time"

	"kaodian/media/ffmpeg"
)

// Result is what a clip shows.
type Result struct {
	Info  ffmpeg.Info
	Light *Light // nil if no picture could be decoded
	Sound *Sound // nil if there is none or it could not be decoded
}

// Light is how bright the key frames are.
type Light struct {
	Mean     float64 // luma over all of them, 0 to 255
	Pictures int
}

// Sound is how loud the clip is, in dB relative to full scale.
type Sound struct {
	Peak       float64
	Mean       float64       // root mean square
	Silent     time.Duration // the longest stretch without sound
	SilentFrom time.Duration // where that begins
}

// Clip probes the clip and makes one light pass over it: key frames and
// sound. Errors are ffmpeg's typed ones; a pass that broke off half-way gives
// what was read until then.
func Clip(ctx context.Context, tools ffmpeg.Tools, path string) (Result, error) {
	info, err := tools.Probe(ctx, path)
	if err != nil {
		return Result{}, err
	}
	light, sound := &lightMeter{}, newSoundMeter()
	err = tools.ReadLevels(ctx, path, info, ffmpeg.Levels{Picture: light, Sound: sound})
	if err != nil && !errors.Is(err, ffmpeg.ErrNotExamined) {
		return Result{}, err
	}
	return Result{Info: info, Light: light.result(), Sound: sound.result()}, nil
}
