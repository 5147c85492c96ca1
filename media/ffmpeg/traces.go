package ffmpeg

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"time"

	"kaodian/app/base/shown"
)

// trimmedFrom is the least that an edit list must hide: players' and encoders'
// own beginnings are a few hundredths.
const trimmedFrom = 500 * time.Millisecond

// readTraces looks into the file's structure. What cannot be read has no
// traces.
func readTraces(path string, format Format) (shown.Traces, error) {
	f, err := os.Open(path)
	if err != nil {
		return shown.Traces{}, err
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return shown.Traces{}, err
	}
	var traces shown.Traces
	media := int64(0)
	if format.Demuxer == "mov" {
		m := movie{r: f, traces: &traces}
		m.outermost(stat.Size())
		media = m.media
	}
	traces.Encoder = signature(f, media)
	return traces, nil
}

// signatures are what software encoders write into the picture they make;
// a phone's chip writes nothing.
var signatures = []struct{ mark, name string }{
	{"x264 - core", "x264"}, {"x265 (build", "x265"}, {"Lavc", "Lavc"},
}

func signature(r io.ReaderAt, from int64) string {
	const limit = 256 << 10
	head := make([]byte, limit)
	n, _ := r.ReadAt(head, from)
	for _, s := range signatures {
		if bytes.Contains(head[:n], []byte(s.mark)) {
			return s.name
		}
	}
	return ""
}

// movie walks the boxes of an MP4 or MOV file.
type movie struct {
	r      io.ReaderAt
	traces *shown.Traces
	media  int64  // where the media begin
	scale  uint32 // of the movie: units a second
	boxes  int    // looked at so far
	depth  int
}

// A stranger's file may hold any number of boxes within each other.
const (
	maxBoxes = 1 << 16
	maxDepth = 8
)

// track is what is known of the track whose boxes are read.
type track struct {
	scale  uint32
	length uint64 // in its scale
	edits  []edit
}

type edit struct {
	length uint64 // in the movie's scale
	start  int64  // in the track's, −1: nothing is shown
}

func (m *movie) outermost(size int64) {
	m.each(0, size, func(kind string, from, to int64) {
		switch {
		case kind == "mdat" && m.media == 0:
			m.media = from
		case kind == "moov":
			m.traces.IndexAtEnd = m.media > 0
			m.moov(from, to)
		}
	})
}

// each calls do for the boxes in a stretch of the file, with where their
// content begins and ends.
func (m *movie) each(from, to int64, do func(kind string, from, to int64)) {
	m.depth++
	defer func() { m.depth-- }()
	for m.depth <= maxDepth && m.boxes < maxBoxes {
		m.boxes++
		b, ok := readBox(m.r, from, to)
		if !ok || b.length < 8 || b.length > to-from {
			return
		}
		do(b.kind, from+b.head, from+b.length)
		from += b.length
	}
}

// head reads a box's first bytes.
func (m *movie) head(from, to int64, count int) []byte {
	data := make([]byte, max(min(int64(count), to-from), 0))
	n, _ := m.r.ReadAt(data, from)
	return data[:n]
}

func (m *movie) moov(from, to int64) {
	m.each(from, to, func(kind string, from, to int64) {
		switch kind {
		case "mvhd":
			m.scale, _ = clock(m.head(from, to, 32))
		case "trak":
			var t track
			m.trak(from, to, &t)
			m.judge(t)
		}
	})
}

func (m *movie) trak(from, to int64, t *track) {
	m.each(from, to, func(kind string, from, to int64) {
		switch kind {
		case "edts", "mdia", "minf", "stbl":
			m.trak(from, to, t)
		case "mdhd":
			t.scale, t.length = clock(m.head(from, to, 32))
		case "elst":
			const limit = 64 << 10
			t.edits = readEdits(m.head(from, to, limit))
		case "stsd":
			if head := m.head(from, to, 8); len(head) == 8 {
				m.traces.Formats = max(m.traces.Formats, int(min(binary.BigEndian.Uint32(head[4:]), 1000)))
			}
		}
	})
}

// clock reads scale and length of mvhd and mdhd, which are alike.
func clock(head []byte) (scale uint32, length uint64) {
	switch {
	case len(head) >= 20 && head[0] == 0:
		return binary.BigEndian.Uint32(head[12:]), uint64(binary.BigEndian.Uint32(head[16:]))
	case len(head) >= 32 && head[0] == 1:
		return binary.BigEndian.Uint32(head[20:]), binary.BigEndian.Uint64(head[24:])
	}
	return 0, 0
}

func readEdits(data []byte) []edit {
	if len(data) < 8 {
		return nil
	}
	wide := data[0] == 1
	count := binary.BigEndian.Uint32(data[4:])
	data = data[8:]
	size := 12
	if wide {
		size = 20
	}
	var edits []edit
	for ; count > 0 && len(data) >= size; count-- {
		if wide {
			edits = append(edits, edit{binary.BigEndian.Uint64(data), int64(binary.BigEndian.Uint64(data[8:]))})
		} else {
			edits = append(edits, edit{uint64(binary.BigEndian.Uint32(data)), int64(int32(binary.BigEndian.Uint32(data[4:])))})
		}
		data = data[size:]
	}
	return edits
}

// judge counts the pieces of a track and what its edit list hides.
func (m *movie) judge(t track) {
	if t.scale == 0 || m.scale == 0 {
		return
	}
	pieces, shown := 0, 0.0
	for _, e := range t.edits {
		if e.start < 0 {
			continue // a pause before the track begins
		}
		pieces++
		shown += float64(e.length) / float64(m.scale)
		if float64(e.start)/float64(t.scale) > trimmedFrom.Seconds() && pieces == 1 {
			m.traces.Trimmed = true
		}
	}
	m.traces.Segments = max(m.traces.Segments, pieces)
	hidden := float64(t.length)/float64(t.scale) - shown
	if pieces > 0 && shown > 0 && hidden > trimmedFrom.Seconds() {
		m.traces.Trimmed = true
	}
}
