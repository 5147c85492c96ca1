package ffmpeg_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"strings"
	"testing"

	"kaodian/app/base/shown"
	"kaodian/media/ffmpeg/ffmpegtest"
)

func TestR18_TracesOfEditing(t *testing.T) {
	source := ffmpegtest.Source("320x180", "30", "6")
	plain := ffmpegtest.Make(t, "a.mp4", source+ffmpegtest.H264)
	again := func(args string) string { return ffmpegtest.Make(t, "a.mp4", strings.ReplaceAll(args, "PATH", plain)) }
	cases := []struct {
		name, path string
		want       shown.Traces
	}{
		{"as a program wrote it", plain, shown.Traces{IndexAtEnd: true, Segments: 1, Formats: 1, Encoder: "x264"}},
		{"its index in front", again("-i PATH -c copy -movflags +faststart"), shown.Traces{Segments: 1, Formats: 1, Encoder: "x264"}},
		{"a hidden beginning of 0.9 s", again("-ss 1.9 -i PATH -c copy"), shown.Traces{IndexAtEnd: true, Trimmed: true, Segments: 1, Formats: 1}},
		{"near the limit: a hidden beginning of 0.4 s", again("-ss 1.4 -i PATH -c copy"), shown.Traces{IndexAtEnd: true, Segments: 1, Formats: 1}},
		{"as a chip wrote it", ffmpegtest.Make(t, "a.mp4", source+"-c:v mpeg4 -bitexact -c:a aac"), shown.Traces{IndexAtEnd: true, Segments: 1, Formats: 1}},
		{"WebM has no edit lists", ffmpegtest.Make(t, "a.webm", source+"-c:v libvpx -deadline realtime -c:a libopus"), shown.Traces{Encoder: "Lavc"}},
		{"two pieces in the edit list", twoEdits(t, plain), shown.Traces{IndexAtEnd: true, Segments: 2, Formats: 1, Encoder: "x264"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := probe(t, c.path).Traces; got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// twoEdits makes two pieces of the first edit list's one, in the place of the
// box that follows it in the file of ffmpeg: the list says its own length.
func twoEdits(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data = bytes.Clone(data)
	moov := bytes.LastIndex(data, []byte("moov")) - 4
	trak := moov + bytes.Index(data[moov:], []byte("trak")) - 4
	edts := moov + bytes.Index(data[moov:], []byte("edts")) - 4
	elst := edts + 8
	piece := bytes.Clone(data[elst+16 : elst+28])
	half := binary.BigEndian.Uint32(piece) / 2
	first, second := bytes.Clone(piece), bytes.Clone(piece)
	binary.BigEndian.PutUint32(first, half)
	binary.BigEndian.PutUint32(second, binary.BigEndian.Uint32(piece)-half)
	grown := append(append(append([]byte{}, data[:elst+16]...), first...), second...)
	grown = append(grown, data[elst+28:]...)
	binary.BigEndian.PutUint32(grown[elst+12:], 2)
	for _, box := range []int{moov, trak, edts, elst} {
		binary.BigEndian.PutUint32(grown[box:], binary.BigEndian.Uint32(grown[box:])+12)
	}
	return ffmpegtest.Write(t, "a.mp4", grown)
}
