package inspect_test

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// A good head over nothing is as broken as a file that is no video: the child
// hears it at once, and nobody waits for a version of it (R14).
func TestR14_AClipInWhichNothingCanBeDecodedIsBroken(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile(once(t, "plain.mp4", strings.Fields(source("160x90", "11")+ffmpegtest.H264)...))
	if err != nil {
		t.Fatal(err)
	}
	noise := rand.New(rand.NewPCG(1, 2))
	cases := []struct {
		name string
		data []byte
	}{
		{"its media are zeros", overMedia(good, func() byte { return 0 })},
		{"its media are noise", overMedia(good, func() byte { return byte(noise.Uint32()) })},
		{"its table says that all lies behind the end", overTable(good, "stco", 8, 0x7FFFFF00)},
		{"its table says that every picture has five bytes", overTable(good, "stsz", 12, 5)},
		{"its table says that every picture has a gigabyte", overTable(good, "stsz", 12, 1<<30)},
		{"zeros in a transport stream after its head", append(bytes.Clone(good[:40]), make([]byte, 40_000)...)},
	}
	for _, c := range cases {
		b := setUp(t, ffmpegtest.Write(t, "clip.mp4", c.data), "", t.TempDir())
		if err := b.Preview(t.Context(), previewJob); err != nil || b.store.previewed {
			t.Errorf("%s: a preview was made, or tried again: %v", c.name, err)
		}
		in := b.inspect(t)
		f := finding(t, in, exam.KindReadable)
		if f.Verdict != exam.Fail || exam.Examined(in.Findings) || in.NeedsRendition {
			t.Errorf("%s: %+v, a rendition %v", c.name, f, in.NeedsRendition)
		}
		if hints := exam.Hints(in.Findings); !exam.Broken(hints) {
			t.Errorf("%s: the child hears %v", c.name, hints)
		}
	}
}

// overMedia writes other bytes in place of the media, which come first.
func overMedia(clip []byte, next func() byte) []byte {
	clip = bytes.Clone(clip)
	at := bytes.Index(clip, []byte("mdat"))
	for i := at + 4; i < at-4+int(binary.BigEndian.Uint32(clip[at-4:])); i++ {
		clip[i] = next()
	}
	return clip
}

// overTable writes one number over all of every table of that name.
func overTable(clip []byte, kind string, skip int, value uint32) []byte {
	clip = bytes.Clone(clip)
	for at := 0; ; {
		next := bytes.Index(clip[at:], []byte(kind))
		if next < 0 {
			return clip
		}
		at += next + 4
		count := int(binary.BigEndian.Uint32(clip[at+skip-4:]))
		for i := range count {
			binary.BigEndian.PutUint32(clip[at+skip+4*i:], value)
		}
	}
}

// A sound that cannot be decoded is not silence.
func TestASoundThatCannotBeDecodedIsNotSilence(t *testing.T) {
	t.Parallel()
	good, err := os.ReadFile(once(t, "pcm.mov", strings.Fields(source("160x90", "11")+"-c:v mjpeg -c:a pcm_s16le")...))
	if err != nil {
		t.Fatal(err)
	}
	b := setUp(t, ffmpegtest.Write(t, "clip.mp4", bytes.Replace(good, []byte("sowt"), []byte("zzzz"), 1)), "", t.TempDir())
	in := b.inspect(t)
	if f := finding(t, in, exam.KindSound); f.Verdict != exam.CannotTell {
		t.Errorf("%+v", f)
	}
	if hints := exam.Hints(in.Findings); slices.Contains(hints, exam.HintSilent) || exam.Broken(hints) {
		t.Errorf("the child hears %v", hints)
	}
	if err := b.Render(t.Context(), job); err != nil || b.store.rendition == nil {
		t.Errorf("no rendition: %v", err)
	}
}
