package ffmpeg_test

import (
	"bytes"
	"image/jpeg"
	"math"
	"testing"
	"time"

	"kaodian/media/ffmpeg"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// seen keeps what a pass delivered.
type seen struct {
	pictures, motion []time.Duration
	differ           int // pictures that are not the one before again
	last             []byte
	sound            int // bytes
	soundFrom        time.Duration
	stills           []ffmpeg.Frame
}

func (s *seen) pass() ffmpeg.Pass {
	return ffmpeg.Pass{
		Picture: func(at time.Duration, luma []byte) {
			s.pictures = append(s.pictures, at)
			if !bytes.Equal(luma, s.last) {
				s.differ++
			}
			s.last = append(s.last[:0], luma...)
		},
		Motion: func(at time.Duration, _ []byte) { s.motion = append(s.motion, at) },
		Sound: func(at time.Duration, samples []byte) {
			if s.sound == 0 {
				s.soundFrom = at
			}
			s.sound += len(samples)
		},
		Still:     func(f ffmpeg.Frame) { s.stills = append(s.stills, f) },
		Announced: ffmpeg.Announcement,
	}
}

func look(t *testing.T, path string, keyFrames bool) *seen {
	t.Helper()
	s := &seen{}
	if err := ffmpegtest.Tools(t).ReadPass(t.Context(), path, probe(t, path), keyFrames, s.pass()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOnePassDeliversPicturesMotionSoundAndStills(t *testing.T) {
	path := ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source("640x360", "30", "26")+ffmpegtest.H264)
	for _, keyFrames := range []bool{true, false} {
		s := look(t, path, keyFrames)
		if len(s.pictures) < 26 || len(s.pictures) > 29 || s.differ != len(s.pictures) || s.pictures[1] < 850*time.Millisecond {
			t.Errorf("key frames %v: %d pictures, %d of them new, at %v", keyFrames, len(s.pictures), s.differ, s.pictures)
		}
		if keyFrames != (len(s.motion) == 0) || !keyFrames && len(s.motion) != 26*15 {
			t.Errorf("key frames %v: %d pictures of motion", keyFrames, len(s.motion))
		}
		if want := 26 * 2 * 44100; math.Abs(float64(s.sound-want)) > 10000 || s.soundFrom.Abs() > 50*time.Millisecond {
			t.Errorf("%d bytes of sound from %s, want about %d", s.sound, s.soundFrom, want)
		}
		if announced := ahead(s.stills, ffmpeg.Announcement); announced < 20 || announced > 23 || len(s.stills)-announced < 6 {
			t.Errorf("key frames %v: %d stills, %d of them in the announcement", keyFrames, len(s.stills), announced)
		}
	}
}

func ahead(stills []ffmpeg.Frame, until time.Duration) (count int) {
	for _, f := range stills {
		if f.At < until {
			count++
		}
	}
	return count
}

func TestStillsAreUprightAndNotEnlarged(t *testing.T) {
	cases := []struct {
		size          string
		upright       bool
		width, height int
	}{{"1920x1080", false, 1280, 720}, {"640x360", false, 640, 360}, {"640x360", true, 360, 640}}
	for _, c := range cases {
		path := ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source(c.size, "30", "2")+ffmpegtest.H264)
		if c.upright {
			path = ffmpegtest.Upright(t, path)
		}
		for _, f := range look(t, path, true).stills {
			picture, err := jpeg.DecodeConfig(bytes.NewReader(f.JPEG))
			if err != nil || picture.Width != c.width || picture.Height != c.height {
				t.Errorf("%s, upright %v: %d×%d, %v", c.size, c.upright, picture.Width, picture.Height, err)
			}
		}
	}
}

func TestACloserLookHasEveryPictureOfItsTime(t *testing.T) {
	path := ffmpegtest.Make(t, "a.mp4", ffmpegtest.Source("320x180", "30", "8")+ffmpegtest.H264)
	var at []time.Duration
	err := ffmpegtest.Tools(t).ReadCloser(t.Context(), path, probe(t, path), 0, 4300*time.Millisecond, 5300*time.Millisecond,
		func(when time.Duration, _ []byte) { at = append(at, when) })
	if err != nil || len(at) < 29 || len(at) > 31 || (at[0]-4300*time.Millisecond).Abs() > 40*time.Millisecond {
		t.Errorf("%d pictures from %v, %v", len(at), at[:min(len(at), 1)], err)
	}
}

func TestPacketsTellTimesAndKeyFrames(t *testing.T) {
	cases := []struct {
		file, args string
		gap        time.Duration
	}{
		{"a.mp4", ffmpegtest.H264, time.Second},
		{"a.mp4", ffmpegtest.H264 + "-g 90 -bf 2", 3 * time.Second},
		{"a.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -g 1000 -c:a libopus", 6 * time.Second},
	}
	for _, c := range cases {
		path := ffmpegtest.Make(t, c.file, ffmpegtest.Source("320x180", "30", "6")+c.args)
		packets, err := ffmpegtest.Tools(t).Packets(t.Context(), path, probe(t, path))
		if err != nil || len(packets.Video) != 180 || len(packets.Audio) < 200 || !packets.Whole {
			t.Fatalf("%s: %d and %d packets, %v", c.file, len(packets.Video), len(packets.Audio), err)
		}
		if (packets.KeyGap() - c.gap).Abs() > 70*time.Millisecond {
			t.Errorf("%s: key frames every %s, want %s", c.args, packets.KeyGap(), c.gap)
		}
	}
}
