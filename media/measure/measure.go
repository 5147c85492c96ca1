// Package measure says in plain numbers what a clip shows: format, size,
// length, orientation, light, sharpness, cuts, sound, times, signs of editing,
// and the prints by which it is known again. Whether that is good is the
// exam's business.
//
// It owns no state and writes no file, so a crash leaves nothing. It must not
// import app, sync or the face engine.
package measure

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"kaodian/media/ffmpeg"
)

// Result is what a clip shows.
type Result struct {
	Info   ffmpeg.Info
	Light  *Light // nil if no picture could be decoded
	Looks  *Looks // nil like Light
	Sound  *Sound // nil if there is none or it could not be decoded
	Timing *Timing
	Cuts   []Cut
	Traces ffmpeg.Traces
	Print  Print
	// Stills are pictures by time: of the announcement one a second and
	// large, of the rest at most 60 and smaller.
	Stills []ffmpeg.Frame
	// LastPicture is the time of the last picture that could be decoded.
	LastPicture time.Duration
	// Thorough says that every picture was decoded, not only key frames and
	// what is around a doubt.
	Thorough bool
}

// A clip whose key frames are no further apart is known well enough from
// them; a phone has one a second. Those of a browser's recorder are rare.
const frequent = 2200 * time.Millisecond

// Clip reads the clip once: its packets, then all pictures or only the key
// frames, with the sound. Errors are ffmpeg's typed ones; a pass that broke
// off half-way gives what was read until then.
func Clip(ctx context.Context, tools ffmpeg.Tools, path string) (Result, error) {
	return ClipTelling(ctx, tools, path, func(Result) {})
}

// ClipTelling is Clip that tells of a longer clip when the announcement is
// over, while the rest is read: format, light and stills until then, and
// nothing else. tell is called at most once and holds the pass up.
func ClipTelling(ctx context.Context, tools ffmpeg.Tools, path string, tell func(Result)) (Result, error) {
	info, err := tools.Probe(ctx, path)
	if err != nil {
		return Result{}, err
	}
	packets, err := tools.Packets(ctx, path, info)
	if err != nil {
		return Result{}, err
	}
	p := &pass{tools: tools, path: path, info: info, packets: packets, tell: tell}
	if err := p.run(ctx); err != nil {
		return Result{}, err
	}
	return p.result(), nil
}

// pass is the one pass over a clip.
type pass struct {
	tools   ffmpeg.Tools
	path    string
	info    ffmpeg.Info
	packets *ffmpeg.Packets

	pictures    pictureMeter
	cuts        cutMeter
	sound       *soundMeter // nil without sound
	stills      []ffmpeg.Frame
	lastPicture time.Duration
	thorough    bool
	tell        func(Result) // nil when it was told
}

func (p *pass) run(ctx context.Context) error {
	keyFrames := len(p.packets.Video) > 0 && p.info.Timed && p.packets.KeyGap() <= frequent
	p.thorough = !keyFrames
	to := ffmpeg.Pass{
		Picture: p.pictures.write,
		Motion:  p.cuts.write,
		Still:   p.takeStill,
	}
	p.pictures.idle = idleBetween(p.packets.Video)
	if p.info.Audio != nil {
		p.sound = newSoundMeter(ffmpeg.SoundForm(p.info))
		to.Sound = p.sound.write
	}
	err := p.tools.ReadPass(ctx, p.path, p.info, keyFrames, to)
	if err != nil && !errors.Is(err, ffmpeg.ErrNotExamined) {
		return err
	}
	p.lastPicture = p.cuts.last
	if keyFrames {
		return p.lookCloser(ctx)
	}
	return nil
}

func (p *pass) takeStill(f ffmpeg.Frame) {
	if f.At >= ffmpeg.Announcement && p.tell != nil {
		p.tell(Result{Info: p.info, Light: p.pictures.light(), Stills: slices.Clone(p.stills)})
		p.tell = nil
	}
	p.stills = append(p.stills, f)
}

func (p *pass) result() Result {
	slices.SortStableFunc(p.stills, func(a, b ffmpeg.Frame) int { return cmp.Compare(a.At, b.At) })
	return Result{
		Info:        p.info,
		Light:       p.pictures.light(),
		Looks:       p.pictures.looks(),
		Sound:       p.sound.result(),
		Timing:      timingOf(p.packets),
		Cuts:        p.cuts.cuts,
		Traces:      p.info.Traces,
		Print:       p.print(),
		Stills:      p.stills,
		LastPicture: p.lastPicture,
		Thorough:    p.thorough,
	}
}
