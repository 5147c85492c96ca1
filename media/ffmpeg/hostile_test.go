package ffmpeg

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kaodian/app/base/shown"
)

// atom is a box of an MP4 file.
func atom(kind string, content ...[]byte) []byte {
	body := slices.Concat(content...)
	return slices.Concat(binary.BigEndian.AppendUint32(nil, uint32(len(body)+8)), []byte(kind), body)
}

func words(list ...uint32) []byte {
	var data []byte
	for _, w := range list {
		data = binary.BigEndian.AppendUint32(data, w)
	}
	return data
}

func smallMovie() []byte {
	return slices.Concat(atom("ftyp", []byte("isom")), atom("mdat", make([]byte, 64)),
		atom("moov", atom("mvhd", words(0, 0, 0, 1000, 5000, 0, 0, 0)),
			atom("trak", atom("edts", atom("elst", words(0, 2, 2000, 0, 65536, 3000, 2000, 65536))),
				atom("mdia", atom("mdhd", words(0, 0, 0, 1000, 5000, 0, 0, 0)), atom("minf", atom("stbl", atom("stsd", words(0, 1))))))))
}

func smallStream() []byte {
	block := func(data ...byte) []byte { return append([]byte{0xA3, 0x80 | byte(len(data))}, data...) }
	return slices.Concat([]byte{0x1A, 0x45, 0xDF, 0xA3, 0x81, 0x00, 0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
		[]byte{0x1F, 0x43, 0xB6, 0x75, 0xFF, 0xE7, 0x81, 0x64}, block(0x81, 0, 5, 0, 1, 2, 3), block(0x82, 0, 6, 0x80, 9),
		[]byte{0xA0, 0x86, 0xA1, 0x84, 0x81, 0, 7, 0})
}

func TestOurOwnStreamIsReadWithItsTimes(t *testing.T) {
	type piece struct {
		track int
		at    time.Duration
		data  string
	}
	var got []piece
	err := demux(bytes.NewReader(smallStream()), func(track int, at time.Duration, data []byte) {
		got = append(got, piece{track, at, string(data)})
	})
	want := []piece{{1, 105 * time.Millisecond, "\x01\x02\x03"}, {2, 106 * time.Millisecond, "\x09"}, {1, 107 * time.Millisecond, ""}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	var traces shown.Traces
	file := smallMovie()
	m := movie{r: bytes.NewReader(file), traces: &traces}
	m.outermost(int64(len(file)))
	if traces != (shown.Traces{IndexAtEnd: true, Segments: 2, Formats: 1}) {
		t.Errorf("%+v", traces)
	}
}

func TestBoxesWithinBoxesEnd(t *testing.T) {
	nested := atom("stsd", words(0, 5))
	for range 20_000 {
		nested = atom("mdia", nested)
	}
	file := atom("moov", atom("trak", nested), atom("trak", atom("mdia", slices.Concat([]byte{0, 0, 0, 1, 'f', 'r', 'e', 'e'}, bytes.Repeat([]byte{0x7F}, 8)))))
	var traces shown.Traces
	m := movie{r: bytes.NewReader(file), traces: &traces}
	m.outermost(int64(len(file)))
	if m.boxes > 50 || traces.Formats != 0 {
		t.Errorf("%d boxes, %+v", m.boxes, traces)
	}
}

// What is read in our own process comes from strangers: no bytes may break it.
func TestNoBytesBreakWhatReadsThem(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	mutate := func(data []byte) []byte {
		data = bytes.Clone(data)
		for range 1 + random.IntN(6) {
			data[random.IntN(len(data))] = byte(random.Uint32())
		}
		return data[:random.IntN(len(data)+1)]
	}
	const rounds = 20_000
	for range rounds {
		var traces shown.Traces
		file := mutate(smallMovie())
		m := movie{r: bytes.NewReader(file), traces: &traces}
		m.outermost(int64(len(file)))
		_ = demux(bytes.NewReader(mutate(smallStream())), func(int, time.Duration, []byte) {})
		var lines packetLines
		_, _ = lines.Write(mutate([]byte("#tb 0: 1/90000\n0, 0, -9223372036854775808, 512, 1200, 0x1\n#tb 1: 7/1\n1, -5, 9, 1, 3, 0x2, F=0x5, S=1, 10\n")))
		lines.packets().Length()
	}
}
