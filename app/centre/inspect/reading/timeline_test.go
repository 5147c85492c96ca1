package reading_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"kaodian/app/exam"
	"kaodian/media/ffmpeg/ffmpegtest"
)

// The clips of this table show the same: a hall for 3.1 s, then, with a hard
// cut between two key frames, a room for 3.9 s. The film has something before
// and after it that is not shown, the turned one has the room first.
const (
	hallFirst = hall + ",trim=duration=3.1[h];" + room + ",trim=duration=3.9[r];[h][r]concat"
	film      = room + ",vflip,trim=duration=2.3[a];" + room + ",hflip,trim=duration=1.7[b];" +
		hall + ",trim=duration=3.1[h];" + room + ",trim=duration=3.9[r];[a][h][r][b]concat=n=4"
	roomFirst = room + ",trim=duration=3.9[r];" + hall + ",trim=duration=3.1[h];[r][h]concat"

	cutAt, shownFor = 3.1, 7.0
	reordered       = "-c:v libx264 -preset veryfast -pix_fmt yuv420p -g 30 -sc_threshold 0 -bf 2 "
)

// sameShown makes files of the films, each film once.
type sameShown struct{ plain, film, turned string }

func newSameShown(t *testing.T) sameShown {
	t.Helper()
	made := func(name, picture string) string {
		path := filepath.Join(t.TempDir(), name)
		sound := "anoisesrc=a=0.25:c=pink:r=32000:d=11,tremolo=f=0.5:d=0.6"
		ffmpegtest.Run(t, append(append([]string{"-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-shortest"},
			strings.Fields(reordered+"-c:a aac -video_track_timescale 30000")...), path)...)
		return path
	}
	return sameShown{made("plain.mp4", hallFirst), made("film.mp4", film), made("turned.mp4", roomFirst)}
}

// as writes the plain clip anew as that file.
func (s sameShown) as(name, args string) func(*testing.T) string {
	return func(t *testing.T) string {
		path := filepath.Join(t.TempDir(), name)
		ffmpegtest.Run(t, append(append([]string{"-i", s.plain}, strings.Fields(args)...), path)...)
		return path
	}
}

// joined are two transport streams one after the other whose clocks begin at
// these seconds.
func (s sameShown) joined(first, second string) func(*testing.T) string {
	return func(t *testing.T) string {
		a := s.as("a.ts", "-t 2 -c copy -muxdelay 0 -output_ts_offset "+first)(t)
		b := filepath.Join(t.TempDir(), "b.ts")
		ffmpegtest.Run(t, "-ss", "2", "-i", s.plain, "-c", "copy", "-muxdelay", "0", "-output_ts_offset", second, b)
		head, err := os.ReadFile(a)
		if err != nil {
			t.Fatal(err)
		}
		tail, err := os.ReadFile(b)
		if err != nil {
			t.Fatal(err)
		}
		return ffmpegtest.Write(t, "joined.ts", slices.Concat(head, tail))
	}
}

// A file says in many ways when its pictures are shown; what is found does not
// depend on it (R11, R18).
func TestR18_OneTimeLineWhateverTheFileSays(t *testing.T) {
	t.Parallel()
	s := newSameShown(t)
	const copied = "-c copy "
	delay := 2.0 / 30 // of the first picture's display behind its decoding, as x264 writes it
	edited := func(path string, picture, sound []edit) func(*testing.T) string {
		return func(t *testing.T) string { return withEdits(t, path, picture, sound) }
	}
	trimmed, trimmedSound := []edit{{7, 2.3 + delay}}, []edit{{7, 2.3 + 0.032}}
	cases := []struct {
		name string
		make func(*testing.T) string
	}{
		{"a plain MP4", func(*testing.T) string { return s.plain }},
		{"MOV", s.as("a.mov", copied)},
		{"3GP", s.as("a.3gp", copied)},
		{"an MP4 in fragments", s.as("a.mp4", copied+"-movflags frag_keyframe+empty_moov+default_base_moof")},
		{"an MP4 without an edit list", s.as("a.mp4", copied+"-use_editlist 0")},
		{"an MP4 trimmed at both ends, between two key frames", edited(s.film, trimmed, trimmedSound)},
		{"an MP4 whose edit list puts two pieces the other way round", edited(s.turned,
			[]edit{{3.1, 3.9 + delay}, {3.9, delay}}, []edit{{3.1, 3.9 + 0.032}, {3.9, 0.032}})},
		{"an MP4 that begins with nothing for 5 s", edited(s.plain, []edit{{5, -1}, {7, delay}}, []edit{{5, -1}, {7, 0.032}})},
		{"Matroska", s.as("a.mkv", copied)},
		{"Matroska that begins at an hour", s.as("a.mkv", copied+"-output_ts_offset 3600")},
		{"Matroska, its pictures not quite even", s.as("a.mkv", copied+"-bsf:v setts=pts=PTS+mod(N\\,3)*6:dts=DTS")},
		{"WebM as a browser streams it", s.as("a.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M -g 1000 -c:a libopus -f webm -live 1")},
		{"WebM with an index", s.as("a.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M -g 30 -c:a libopus")},
		{"FLV that begins at 7 s", s.as("a.flv", copied+"-output_ts_offset 7")},
		{"a transport stream", s.as("a.ts", copied)},
		{"a transport stream whose clock wraps", s.as("a.ts", copied+"-output_ts_offset 95440.3")},
		{"a transport stream whose clock is set back", s.joined("200", "20")},
		{"a transport stream whose clock is set forward", s.joined("20", "200")},
		{"a program stream that says only some times", s.as("a.mpg", "-c:v copy -bsf:v h264_mp4toannexb -c:a mp2 -f vob")},
		{"a program stream of MPEG-2", s.as("a.mpg", "-c:v mpeg2video -q:v 3 -g 15 -bf 2 -c:a mp2 -f mpeg")},
		{"H.264 in AVI, which says only the order of decoding", s.as("a.avi", "-c:v copy -c:a mp3")},
		{"MPEG-4 with reordered pictures in AVI", s.as("a.avi", "-c:v mpeg4 -q:v 3 -bf 2 -g 30 -c:a mp3")},
		{"motion JPEG in AVI", s.as("a.avi", "-c:v mjpeg -q:v 3 -c:a pcm_s16le")},
		{"H.264 in ASF", s.as("a.asf", "-c:v copy -c:a wmav2")},
		{"WMV", s.as("a.wmv", "-c:v wmv2 -q:v 3 -g 30 -c:a wmav2 -output_ts_offset 9")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			within := 100 * time.Millisecond
			if strings.Contains(c.name, "clock is set") {
				within *= 2 // the two parts overlap by a few pictures
			}
			expectTheSame(t, judged(t, c.make(t)), within)
		})
	}
}

// expectTheSame wants the findings of the time line that all of them show.
func expectTheSame(t *testing.T, findings []exam.Finding, within time.Duration) {
	t.Helper()
	find := func(kind exam.Kind) exam.Finding {
		i := slices.IndexFunc(findings, func(f exam.Finding) bool { return f.Kind == kind })
		if i < 0 {
			t.Fatalf("no finding of %s", kind)
		}
		return findings[i]
	}
	if f := find(exam.KindDuration); math.Abs(deref(f.Value)-shownFor) > 0.2 {
		t.Errorf("it is %v s long, shown %v", deref(f.Value), shownFor)
	}
	for kind, most := range map[exam.Kind]float64{exam.KindGaps: 0, exam.KindSync: 0.12, exam.KindLastFrame: 0.12, exam.KindSteadiness: 0} {
		if f := find(kind); f.Verdict != exam.Pass || f.Value == nil || *f.Value > most {
			t.Errorf("%s: %s %q %v at %v", kind, f.Verdict, f.Note, deref(f.Value), f.Evidence)
		}
	}
	f := find(exam.KindCuts)
	if f.Verdict != exam.Warn || len(f.Evidence) != 1 {
		t.Fatalf("cuts: %s %v at %v", f.Verdict, deref(f.Value), f.Evidence)
	}
	if off := f.Evidence[0].From - time.Duration(cutAt*float64(time.Second)); off.Abs() > within {
		t.Errorf("the cut is said to be at %s, it is at %v s", f.Evidence[0].From, cutAt)
	}
}

// edit is an entry of an edit list: so many seconds are shown from that second
// of the track on; −1: nothing is.
type edit struct{ length, from float64 }

// withEdits is the MP4 with other edit lists. Its index is at its end, so that
// no place in the file moves.
func withEdits(t *testing.T, path string, picture, sound []edit) string {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndex(file, []byte("moov")) - 4
	lists, scales := [][]edit{picture, sound}, []float64{30000, 32000}
	moov := boxOf("moov")
	for kind, box := range boxes(file[at+8:]) {
		if kind == "trak" {
			track := boxOf("trak")
			for kind, part := range boxes(box[8:]) {
				if kind != "edts" {
					track = append(track, part...)
				}
				if kind == "tkhd" {
					track = append(track, editsOf(lists[0], scales[0])...)
				}
			}
			box, lists, scales = sized(track), lists[1:], scales[1:]
		}
		moov = append(moov, box...)
	}
	return ffmpegtest.Write(t, "edited.mp4", append(file[:at:at], sized(moov)...))
}

func boxOf(kind string) []byte { return append(make([]byte, 4), kind...) }

func sized(box []byte) []byte {
	binary.BigEndian.PutUint32(box, uint32(len(box)))
	return box
}

func boxes(data []byte) func(yield func(kind string, box []byte) bool) {
	return func(yield func(string, []byte) bool) {
		for len(data) >= 8 {
			size := binary.BigEndian.Uint32(data)
			if !yield(string(data[4:8]), data[:size]) {
				return
			}
			data = data[size:]
		}
	}
}

// editsOf is an edit list; the movie counts thousandths of a second.
func editsOf(edits []edit, scale float64) []byte {
	list := binary.BigEndian.AppendUint32(append(boxOf("elst"), 0, 0, 0, 0), uint32(len(edits)))
	for _, e := range edits {
		from := int32(-1)
		if e.from >= 0 {
			from = int32(math.Round(e.from * scale))
		}
		list = binary.BigEndian.AppendUint32(list, uint32(math.Round(e.length*1000)))
		list = binary.BigEndian.AppendUint32(list, uint32(from))
		list = binary.BigEndian.AppendUint32(list, 1<<16)
	}
	return sized(append(boxOf("edts"), sized(list)...))
}
