package ffmpeg

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Format is what the first bytes of a file say it is.
type Format struct {
	Demuxer   string // as ffmpeg names it
	MediaType string // for Content-Type
	CutOff    bool   // the container says that it is longer than the file
	// Fragmented is an MP4 as MediaRecorder writes it: no index over the whole.
	Fragmented bool
	headless   bool // no table of contents: it cannot be played
}

// Indexed says whether one can seek to a time of the clip. Transport and program
// streams have no index: a seek ends between two key frames, or at a wrong place
// if the clock was reset.
func (f Format) Indexed() bool { return f.Demuxer != "mpegts" && f.Demuxer != "mpeg" }

// errUnknown is a file whose first bytes do not tell its format.
var errUnknown = fmt.Errorf("%w (it begins like none)", ErrNotVideo)

// Sniff looks at the first bytes, and at the outermost structure where the
// container has one. The name and the declared type count for nothing (R11).
// An unknown file is ErrNotVideo, one without bytes ErrEmpty.
func Sniff(path string) (Format, error) {
	f, err := os.Open(path)
	if err != nil {
		return Format{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Format{}, err
	}
	if info.Size() == 0 {
		return Format{}, ErrEmpty
	}
	head := make([]byte, 4096)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return Format{}, err
	}
	return sniff(f, head[:n], info.Size())
}

var asfGUID = []byte{0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, 0xA6, 0xD9, 0x00, 0xAA, 0x00, 0x62, 0xCE, 0x6C}

func sniff(r io.ReaderAt, head []byte, size int64) (Format, error) {
	at := func(offset int, want string) bool {
		return len(head) >= offset+len(want) && string(head[offset:offset+len(want)]) == want
	}
	switch {
	case at(4, "ftyp"), at(4, "moov"), at(4, "mdat"), at(4, "wide"), at(4, "free"), at(4, "skip"), at(4, "pnot"):
		return sniffMovie(r, head, size)
	case at(0, "RIFF") && at(8, "AVI "):
		return Format{Demuxer: "avi", MediaType: "video/x-msvideo", CutOff: aviCutOff(r, size)}, nil
	case at(0, "\x1a\x45\xdf\xa3"):
		return sniffMatroska(head, size), nil
	case bytes.HasPrefix(head, asfGUID):
		return Format{Demuxer: "asf", MediaType: "video/x-ms-asf"}, nil
	case at(0, "FLV\x01"):
		return Format{Demuxer: "flv", MediaType: "video/x-flv"}, nil
	case at(0, "\x00\x00\x01\xba"):
		return Format{Demuxer: "mpeg", MediaType: "video/mpeg"}, nil
	case at(0, "G") && at(188, "G") && at(376, "G"):
		return Format{Demuxer: "mpegts", MediaType: "video/mp2t"}, nil
	}
	return Format{}, errUnknown
}

// pictureBrands are pictures in the same boxes as films.
var pictureBrands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1", "avif", "avis", "jp2 ", "crx "}

func sniffMovie(r io.ReaderAt, head []byte, size int64) (Format, error) {
	format := Format{Demuxer: "mov", MediaType: "video/quicktime"}
	if len(head) >= 12 && string(head[4:8]) == "ftyp" {
		brand := string(head[8:12])
		switch {
		case slices.Contains(pictureBrands, brand):
			return Format{}, ErrNotVideo
		case brand[:2] == "3g":
			format.MediaType = "video/3gpp"
		case brand != "qt  ":
			format.MediaType = "video/mp4"
		}
	}
	return format.walk(r, size), nil
}

func (f Format) walk(r io.ReaderAt, size int64) Format {
	movie, fragmented, whole := walkBoxes(r, size)
	f.CutOff, f.Fragmented, f.headless = !whole, fragmented, !movie
	return f
}

// absolute is the path for a child, whose folder need not be ours.
func absolute(path string) (string, error) { return filepath.Abs(path) }
