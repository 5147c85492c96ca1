package ffmpeg

import (
	"bytes"
	"fmt"
	"io"
	"math/bits"
)

// The elements of Matroska that are looked at, in a stranger's file and in the
// stream that our own ffmpeg writes.
const (
	elementHeader      = 0x1A45DFA3
	elementVoid        = 0xEC
	elementCRC         = 0xBF
	elementSegment     = 0x18538067
	elementCluster     = 0x1F43B675
	elementBlockGroup  = 0xA0
	elementTime        = 0xE7
	elementSimpleBlock = 0xA3
	elementBlock       = 0xA1
)

// readElement reads an element's head: its id and how many bytes follow, which
// a stream may leave unknown.
func readElement(r io.ByteReader) (id, size uint64, unknown bool, err error) {
	if id, _, err = readNumber(r, true); err != nil {
		return 0, 0, false, err
	}
	size, unknown, err = readNumber(r, false)
	return id, size, unknown, err
}

// readNumber reads one of EBML's numbers of 1 to 8 bytes; an id keeps the mark
// of its length. All ones is an unknown length.
func readNumber(r io.ByteReader, id bool) (value uint64, unknown bool, err error) {
	first, err := r.ReadByte()
	if err != nil {
		return 0, false, err
	}
	length := bits.LeadingZeros8(first) + 1
	if length > 8 {
		return 0, false, fmt.Errorf("%w (byte %x)", errStream, first)
	}
	value = uint64(first)
	if !id {
		value &= 1<<(8-length) - 1
	}
	for range length - 1 {
		b, err := r.ReadByte()
		if err != nil {
			return 0, false, err
		}
		value = value<<8 | uint64(b)
	}
	return value, value == 1<<(7*length)-1, nil
}

// sniffMatroska tells WebM from Matroska by the document type, and whether the
// segment says a length beyond the file's end. A recording that was streamed
// says no length.
func sniffMatroska(head []byte, size int64) Format {
	format := Format{Demuxer: "matroska", MediaType: "video/x-matroska"}
	for r := bytes.NewReader(head); ; {
		id, length, unknown, err := readElement(r)
		begins := len(head) - r.Len()
		switch {
		case err != nil:
			return format
		case id == elementSegment:
			format.CutOff = !unknown && int64(length) > size-int64(begins)
			return format
		case unknown || length > uint64(r.Len()):
			return format
		case id == elementHeader:
			if bytes.Contains(head[begins:begins+int(length)], []byte("webm")) {
				format.MediaType = "video/webm"
			}
		case id != elementVoid && id != elementCRC:
			return format
		}
		_, _ = r.Seek(int64(length), io.SeekCurrent) // within what is there
	}
}
