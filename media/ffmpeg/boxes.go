package ffmpeg

import (
	"bytes"
	"encoding/binary"
	"io"
)

// walkBoxes reads the outermost boxes of an MP4 or MOV file: whether one of
// them is the table of contents, whether the clip comes in fragments, and
// whether all that a player needs ends within the file. What a camera or a
// program appended to a whole file is no part of it.
func walkBoxes(r io.ReaderAt, size int64) (movie, fragmented, whole bool) {
	const most = 1 << 20 // a fragmented clip of hours has some ten thousand
	offset, media := int64(0), false
	for range most {
		if offset == size {
			return movie, fragmented, true
		}
		kind, length, ok := readBox(r, offset, size)
		if !ok {
			return movie, fragmented, movie && media
		}
		fragmented = fragmented || kind == "moof"
		if length > size-offset {
			return movie, fragmented, movie && media && !needed[kind]
		}
		movie = movie || kind == "moov"
		media = media || kind == "mdat" && length > 16
		offset += length
	}
	return movie, fragmented, false
}

// needed are the boxes without whose end a clip is not whole.
var needed = map[string]bool{"moov": true, "mdat": true, "moof": true}

// readBox reads a box's head. A length of 0 means up to the end of the file.
func readBox(r io.ReaderAt, offset, size int64) (kind string, length int64, ok bool) {
	var head [16]byte
	n, _ := r.ReadAt(head[:], offset)
	if n < 8 {
		// QuickTime may end with four zero bytes.
		return "", int64(n), n == 4 && bytes.Equal(head[:4], make([]byte, 4))
	}
	kind = string(head[4:8])
	length = int64(binary.BigEndian.Uint32(head[:4]))
	switch {
	case length == 0:
		return kind, size - offset, true
	case length == 1 && n == 16:
		length = int64(binary.BigEndian.Uint64(head[8:16]))
		return kind, length, length >= 16
	}
	return kind, length, length >= 8
}

// aviCutOff adds up the RIFF chunks: a large AVI file has several. A recorder
// that was switched off leaves a length that says nothing.
func aviCutOff(r io.ReaderAt, size int64) bool {
	const most, unsaid = 1 << 12, 0x7FFFF000
	offset := int64(0)
	for range most {
		if offset >= size {
			return false
		}
		var head [8]byte
		if n, _ := r.ReadAt(head[:], offset); n < len(head) {
			return false // padding
		}
		if string(head[:4]) != "RIFF" {
			return false // something that was appended
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		if length > size-offset-8 {
			return length < unsaid && !aviMediaWhole(r, offset+12, size)
		}
		offset += 8 + length + length%2
	}
	return false
}

// aviMediaWhole says whether the list with the media ends within the file,
// whatever the chunk around it says.
func aviMediaWhole(r io.ReaderAt, offset, size int64) bool {
	const most = 64
	for range most {
		var head [12]byte
		if n, _ := r.ReadAt(head[:], offset); n < len(head) {
			return false
		}
		length := int64(binary.LittleEndian.Uint32(head[4:]))
		if string(head[:4]) == "LIST" && string(head[8:]) == "movi" {
			return length > 4 && length <= size-offset-8
		}
		offset += 8 + length + length%2
	}
	return false
}

// sniffMatroska tells WebM from Matroska by the document type, and whether the
// segment says a length beyond the file's end. A recording that was streamed
// says no length.
func sniffMatroska(head []byte, size int64) Format {
	format := Format{Demuxer: "matroska", MediaType: "video/x-matroska"}
	rest := head[4:]
	length, n := ebmlSize(rest)
	if n == 0 || length < 0 || length > int64(len(rest)-n) {
		return format
	}
	if bytes.Contains(rest[n:n+int(length)], []byte("webm")) {
		format.MediaType = "video/webm"
	}
	after := passVoid(rest[n+int(length):])
	if !bytes.HasPrefix(after, []byte{0x18, 0x53, 0x80, 0x67}) {
		return format
	}
	body, m := ebmlSize(after[4:])
	begins := int64(len(head)-len(after)) + 4 + int64(m)
	format.CutOff = m > 0 && body >= 0 && body > size-begins
	return format
}

// passVoid passes over what may stand between Matroska's elements.
func passVoid(b []byte) []byte {
	for len(b) > 1 && (b[0] == 0xEC || b[0] == 0xBF) { // Void, CRC-32
		length, n := ebmlSize(b[1:])
		if n == 0 || length < 0 || length > int64(len(b)-1-n) {
			return nil
		}
		b = b[1+n+int(length):]
	}
	return b
}

// ebmlSize reads a length and how many bytes it took (0: none there). An
// unknown length is −1.
func ebmlSize(b []byte) (size int64, n int) {
	if len(b) == 0 || b[0] == 0 {
		return 0, 0
	}
	n = 1
	for mask := byte(0x80); b[0]&mask == 0; mask >>= 1 {
		n++
	}
	if len(b) < n {
		return 0, 0
	}
	value := uint64(b[0]) & (1<<(8-n) - 1)
	unknown := value == 1<<(8-n)-1
	for _, c := range b[1:n] {
		value = value<<8 | uint64(c)
		unknown = unknown && c == 0xFF
	}
	if unknown {
		return -1, n
	}
	return int64(value), n
}
