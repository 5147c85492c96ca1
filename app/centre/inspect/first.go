package inspect

import (
	"context"
	"fmt"

	"kaodian/app/centre/inspect/reading"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/media/measure"
)

// firstLook is what is known of a clip when its announcement was looked at,
// while the rest is still read: a candidate who has to record again hears it
// within seconds (R19).
type firstLook struct {
	inspector *Inspector
	clip      store.ClipToInspect
	pictures  album
	done      chan error // nil while there is nothing to wait for
	face      *exam.Face // valid when it is done
	thumbnail bool       // it is in its place; valid when it is done
}

func (f *firstLook) begin(ctx context.Context, seen measure.Result) {
	f.done = make(chan error, 1)
	go func() { f.done <- f.look(ctx, seen) }()
}

func (f *firstLook) look(ctx context.Context, seen measure.Result) error {
	var m exam.Measurement
	reading.Fill(&m, seen)
	var err error
	if f.face, err = f.inspector.face(ctx, f.clip, f.pictures, seen); err != nil {
		return err
	}
	m.Face = f.face
	if f.thumbnail, err = keepThumbnail(f.clip, seen.Stills); err != nil {
		return err
	}
	findings := exam.Judge(m, exam.Context{Consent: f.clip.Consent})
	return f.inspector.Store.RecordFirstLook(ctx, f.clip.ID, store.FirstLook{
		Hints: exam.Hints(findings), Good: exam.Good(findings), Duration: m.Duration, Thumbnail: f.thumbnail,
	})
}

// faceOf is the face of the whole clip's announcement, which is not looked at
// twice.
func (f *firstLook) faceOf(ctx context.Context, whole measure.Result) (*exam.Face, error) {
	if f.done != nil {
		return f.face, nil
	}
	return f.inspector.face(ctx, f.clip, f.pictures, whole)
}

// thumbnailOf says whether the card's small picture is there: the first look
// made it, or it is made of the whole clip.
func (f *firstLook) thumbnailOf(whole measure.Result) (bool, error) {
	if f.thumbnail {
		return true, nil
	}
	return keepThumbnail(f.clip, whole.Stills)
}

// wait waits for its end, if it began.
func (f *firstLook) wait() error {
	if f.done == nil {
		return nil
	}
	return <-f.done
}

// sumBeside is the hash of the original, taken while the clip is looked at.
type sumBeside struct {
	done chan struct{}
	sum  string
	size int64
	err  error
}

func hashBeside(ctx context.Context, path string) *sumBeside {
	s := &sumBeside{done: make(chan struct{})}
	go func() {
		defer close(s.done)
		s.sum, s.size, s.err = hashFile(ctx, path)
	}()
	return s
}

func (s *sumBeside) into(in *store.Inspection) error {
	<-s.done
	if s.err != nil {
		return fmt.Errorf("the clip's original: %w", s.err)
	}
	in.SHA256, in.Measurement.Size = s.sum, s.size
	return nil
}
