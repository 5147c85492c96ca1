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

	"kaodian/app/base/shown"
	"kaodian/media/ffmpeg"
)

// Result is what a clip shows.
type Result struct {
	Info   ffmpeg.Info
	Light  *shown.Light // nil if no picture could be decoded
	Looks  *shown.Looks // nil like Light
	Sound  *shown.Sound // nil if there is none or it could not be decoded
	Timing *shown.Timing
	Cuts   []shown.Cut
	Traces shown.Traces
	Print  Print
	// Stills are pictures by time: of the announcement one a second and
	// large, of the rest at most 60 and smaller.
	Stills []ffmpeg.Frame
	// Announced is until when the announcement was looked for.
	Announced time.Duration
	// LastPicture is the time of the last picture that could be decoded.
	LastPicture time.Duration
}

// A clip whose key frames are no further apart is known well enough from
// them; a phone has one a second. Those of a browser's recorder are rare. A
// short clip has too few to follow who is seen in it, and is soon decoded.
const (
	frequent = 2200 * time.Millisecond
	enough   = 16
)

// Limits are those of the caller's that decide what is measured. It keeps
// them, so that no number stands twice.
type Limits struct {
	Dark, Bright float64       // luma: a picture below, or above, counts as such
	Silent       float64       // dB: so loud a sound, or less, counts as none
	Scene        float64       // of what can be recognised: from there on it is another scene
	Black, Gap   time.Duration // shorter stretches without a picture are not told
}

// Clip reads the clip once: its packets, then all pictures or only the key
// frames, with the sound. Errors are ffmpeg's typed ones; a pass that broke
// off half-way gives what was read until then.
func Clip(ctx context.Context, tools ffmpeg.Tools, path string, limits Limits) (Result, error) {
	return ClipTelling(ctx, tools, path, limits, func(Result) {})
}

// ClipTelling is Clip that tells of a longer clip when the announcement is
// over, while the rest is read: format, light and stills until then, and
// nothing else. tell is called at most once and holds the pass up.
func ClipTelling(ctx context.Context, tools ffmpeg.Tools, path string, limits Limits, tell func(Result)) (Result, error) {
	info, err := tools.Probe(ctx, path)
	if err != nil {
		return Result{}, err
	}
	packets, err := tools.Packets(ctx, path, info)
	if err != nil {
		return Result{}, err
	}
	p := &pass{tools: tools, path: path, info: info, packets: packets, limits: limits, tell: tell}
	for {
		if err := p.run(ctx); err != nil {
			return Result{}, err
		}
		if len(p.pictures.list) > 0 {
			return p.result(), nil
		}
		if !p.lookAgain() {
			return Result{}, ffmpeg.ErrUndecodable
		}
	}
}

// lookAgain makes ready for another run over a clip that showed no picture:
// with every picture where only key frames were asked for, then without a sound
// that might be what stood in the way. False: nothing is left to try.
func (p *pass) lookAgain() bool {
	again := pass{tools: p.tools, path: p.path, info: p.info, packets: p.packets, limits: p.limits, tell: p.tell, everything: true}
	if p.thorough {
		if p.info.Audio == nil {
			return false
		}
		again.info.Unheard, again.info.Audio = p.info.Audio.Codec, nil
	}
	*p = again
	return true
}

// pass is the one pass over a clip.
type pass struct {
	tools   ffmpeg.Tools
	path    string
	info    ffmpeg.Info
	packets *ffmpeg.Packets
	limits  Limits

	pictures    pictureMeter
	cuts        cutMeter
	sound       *soundMeter // nil without sound
	stills      []ffmpeg.Frame
	shown       []time.Duration // of the pictures, as decoded
	broken      bool            // it broke off
	lastPicture time.Duration
	everything  bool         // key frames alone showed nothing
	thorough    bool         // every picture is decoded, not only key frames and what is around a doubt
	tell        func(Result) // nil when it was told
}

func (p *pass) run(ctx context.Context) error {
	p.measureLength()
	if p.fewWillDo() {
		done, err := p.keyFrames(ctx)
		if done || err != nil {
			return err
		}
	}
	return p.allPictures(ctx)
}

// measureLength takes the length that is shown for the clip's. Of a file that
// was cut off, only the container knows how long it was.
func (p *pass) measureLength() {
	if length := p.packets.Length(); length > 0 && p.packets.Whole && !p.info.Format.CutOff {
		p.info.Duration = length
	}
}

// fewWillDo says that the key frames are close to each other, that what is
// between them can be gone to, and that no edit list puts pieces together: a
// join costs the encoder nothing, so nothing would point to it.
func (p *pass) fewWillDo() bool {
	return !p.everything && p.info.Timed && p.info.Format.Indexed() && p.info.Traces.Segments <= 1 &&
		len(p.packets.Video) > 0 && p.packets.Said && p.packets.KeyGap() <= frequent && p.packets.Keys() >= enough
}

// keyFrames decodes the key frames, and more where there is a doubt. Not done
// is what did not agree with the packets.
func (p *pass) keyFrames(ctx context.Context) (done bool, err error) {
	if err := p.read(ctx, true, p.takers()); err != nil {
		return false, err
	}
	if !p.broken && !agreesOnKeys(p.pictures.list, p.packets) {
		return false, nil
	}
	return p.lookCloser(ctx)
}

// allPictures decodes everything. Where the file does not say the pictures'
// times, or does not hold to them, each one's is taken.
func (p *pass) allPictures(ctx context.Context) error {
	p.thorough = true
	line := lineOf(p.packets.Video, ffmpeg.UsualStep(p.packets.Video))
	if p.packets.Said {
		to := p.takers()
		to.Motion = func(at time.Duration, luma []byte) {
			p.shown = append(p.shown, at)
			p.cuts.write(at, luma)
		}
		if err := p.read(ctx, false, to); err != nil || p.broken || line.agreesAsItIs(p.shown) {
			p.lastPicture = p.cuts.last
			return err
		}
	}
	to := p.takers()
	to.Motion = p.cuts.write
	to.Shown = func(at time.Duration) { p.shown = append(p.shown, at) }
	if err := p.read(ctx, false, to); err != nil {
		return err
	}
	p.settle(line)
	return nil
}

// minTold is from when on a clip is told of ahead: one that is read within
// a second or two has nothing to tell ahead.
const minTold = 12 * time.Second

// announced is until when the announcement is looked for. It begins with the
// first picture, which may come late, and leaves half of a short clip for who
// plays.
func (p *pass) announced() time.Duration {
	first := time.Duration(0)
	if len(p.packets.Video) > 0 {
		first = p.packets.Video[0].At
	}
	if p.info.Duration <= first { // it is not known how long
		return first + ffmpeg.Announcement
	}
	return first + min(ffmpeg.Announcement, (p.info.Duration-first)/2)
}

// settle puts everything that was seen on the one time line.
func (p *pass) settle(line line) {
	if len(p.shown) == 0 {
		return
	}
	move, ok := line.fit(p.shown, p.packets.Said)
	if !ok {
		p.packets = &ffmpeg.Packets{Video: packetsOf(p.shown), Audio: p.packets.Audio, Start: p.packets.Start, Whole: p.packets.Whole}
	}
	for i := range p.pictures.list {
		p.pictures.list[i].at = move(p.pictures.list[i].at)
	}
	for i := range p.cuts.cuts {
		p.cuts.cuts[i].At = move(p.cuts.cuts[i].At)
	}
	for i := range p.stills {
		p.stills[i].At = max(move(p.stills[i].At), 0)
	}
	p.lastPicture = move(slices.Max(p.shown))
	p.measureLength()
}

// read reads the clip anew.
func (p *pass) read(ctx context.Context, keyFrames bool, to ffmpeg.Pass) error {
	err := p.tools.ReadPass(ctx, p.path, p.info, keyFrames, to)
	if p.broken = errors.Is(err, ffmpeg.ErrNotExamined); p.broken && (len(p.pictures.list) > 0 || ffmpeg.EndedByItself(err)) {
		return nil
	}
	return err
}

// takers take what is read, from its beginning.
func (p *pass) takers() ffmpeg.Pass {
	p.pictures = pictureMeter{idle: idleBetween(p.packets.Video)}
	p.cuts, p.stills, p.shown = cutMeter{scene: p.limits.Scene}, nil, nil
	to := ffmpeg.Pass{Start: p.packets.Start, Picture: p.pictures.write, Still: p.takeStill, Announced: p.announced()}
	if p.info.Audio != nil {
		channels, rate := ffmpeg.SoundForm(p.info)
		p.sound = newSoundMeter(channels, rate, p.limits.Silent)
		to.Sound = p.sound.write
	}
	return to
}

func (p *pass) takeStill(f ffmpeg.Frame) {
	if until := p.announced(); p.tell != nil && f.At >= max(until, minTold) {
		p.tell(Result{Info: p.info, Light: p.pictures.light(p.limits), Stills: slices.Clone(p.stills), Announced: until})
		p.tell = nil
	}
	p.stills = append(p.stills, f)
}

func (p *pass) result() Result {
	slices.SortStableFunc(p.stills, func(a, b ffmpeg.Frame) int { return cmp.Compare(a.At, b.At) })
	return Result{
		Info:        p.info,
		Light:       p.pictures.light(p.limits),
		Looks:       p.pictures.looks(),
		Sound:       p.sound.result(),
		Timing:      heard(timingOf(p.packets, p.limits.Gap), p.sound),
		Cuts:        p.cuts.cuts,
		Traces:      p.info.Traces,
		Print:       p.print(),
		Stills:      p.stills,
		Announced:   p.announced(),
		LastPicture: p.lastPicture,
	}
}
