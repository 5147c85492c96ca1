package reading_test

import (
	"os"
	"slices"
	"testing"

	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// What does not hang on what the clip shows is seen on both sides of its limit
// in clips that are as small as it allows.
func TestR18_FormLightAndSilenceOnBothSidesOfTheirLimits(t *testing.T) {
	t.Parallel()
	const h264 = "-c:v libx264 -preset ultrafast -pix_fmt yuv420p "
	picture := func(size, rate, seconds string) string {
		return "-f lavfi -i testsrc2=s=" + size + ":r=" + rate + ":d=" + seconds + " "
	}
	plainOf := func(size string) string { return picture(size, "30", "1") + h264 }
	// Full range is a phone's; here studio range, from 16 to 235.
	luma := func(value string) string {
		return "-f lavfi -i color=s=64x36:r=10:d=2,format=yuv420p,geq=lum=" + value + ":cb=128:cr=128 " + h264
	}
	silent := func(from, to string) string {
		return "-f lavfi -i testsrc2=s=64x36:r=2:d=22 -f lavfi -i sine=f=440:r=8000:d=22,volume=0:enable='between(t," + from + "," + to + ")' " + h264 + "-c:a aac "
	}
	for _, c := range []struct {
		name, args string
		kind       exam.Kind
		verdict    exam.Verdict
		note       exam.Note
	}{
		{"1080 lines", plainOf("1920x1080"), exam.KindResolution, exam.Pass, ""},
		{"720 lines", plainOf("1280x720"), exam.KindResolution, exam.Pass, ""},
		{"718 lines", plainOf("1280x718"), exam.KindResolution, exam.Warn, ""},
		{"30 pictures a second", picture("64x36", "30", "2") + h264, exam.KindFrameRate, exam.Pass, ""},
		{"29.97 pictures a second", picture("64x36", "30000/1001", "2") + h264, exam.KindFrameRate, exam.Pass, ""},
		{"28 pictures a second", picture("64x36", "28", "2") + h264, exam.KindFrameRate, exam.Warn, ""},
		{"15 pictures a second", picture("64x36", "15", "2") + h264, exam.KindFrameRate, exam.Warn, ""},
		{"a little wider than high", plainOf("66x64"), exam.KindOrientation, exam.Pass, ""},
		{"square", plainOf("64x64"), exam.KindOrientation, exam.Warn, exam.NotePortrait},
		{"9.8 s", picture("64x36", "10", "9.8") + h264, exam.KindDuration, exam.Fail, exam.NoteTooShort},
		{"10.2 s", picture("64x36", "10", "10.2") + h264, exam.KindDuration, exam.Pass, ""},
		{"silent for 18 s", silent("2", "20"), exam.KindSilence, exam.Warn, exam.NoteSilentStretch},
		{"silent for 15.5 s", silent("3", "18.5"), exam.KindSilence, exam.Warn, exam.NoteSilentStretch},
		{"silent for 14.5 s", silent("3", "17.5"), exam.KindSilence, exam.Pass, ""},
		{"never silent", silent("30", "31"), exam.KindSilence, exam.Pass, ""},
		{"rather bright", luma("200"), exam.KindLight, exam.Pass, ""},
		{"too bright", luma("232"), exam.KindLight, exam.Warn, exam.NoteTooBright},
		{"rather dark", luma("60"), exam.KindLight, exam.Pass, ""},
		{"too dark", luma("30"), exam.KindLight, exam.Warn, exam.NoteTooDark},
		{"the index in front", plainOf("64x36") + "-movflags +faststart ", exam.KindIndex, exam.Pass, ""},
		{"the index at the end", plainOf("64x36"), exam.KindIndex, exam.Pass, exam.NoteIndexAtEnd},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if f := of(t, judged(t, ffmpegtest.Make(t, "a.mp4", c.args)), c.kind); f.Verdict != c.verdict || f.Note != c.note {
				t.Errorf("%s %q, measured %v, limit %v", f.Verdict, f.Note, deref(f.Value), deref(f.Limit))
			}
		})
	}
	t.Run("as large as allowed, and a byte larger", func(t *testing.T) {
		t.Parallel()
		path := ffmpegtest.Make(t, "a.mp4", plainOf("64x36"))
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		for most, verdict := range map[int64]exam.Verdict{info.Size(): exam.Pass, info.Size() - 1: exam.Fail} {
			if f := of(t, judgedWithin(t, path, most), exam.KindSize); f.Verdict != verdict {
				t.Errorf("%d bytes of %d: %s", info.Size(), most, f.Verdict)
			}
		}
	})
}

func of(t *testing.T, findings []exam.Finding, kind exam.Kind) exam.Finding {
	t.Helper()
	at := slices.IndexFunc(findings, func(f exam.Finding) bool { return f.Kind == kind })
	if at < 0 {
		t.Fatalf("no finding %s", kind)
	}
	return findings[at]
}
