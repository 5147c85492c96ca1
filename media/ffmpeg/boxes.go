package ffmpeg

import (
	"bytes"
	"encoding/binary"
	"io"
)

// walkBoxes reads the top-level boxes of an MP4 or MOV file: whether one of them
// is the table of contents (moov), whether the clip is fragmented, and whether
// every box that a player needs ends within the file. Data that a camera or a
// program appended to a whole file is ignored.
func walkBoxes(r io.ReaderAt, size int64) (movie, fragmented, whole bool) {
	const limit = 1 << 20 // a fragmented clip of hours has some ten thousand
	offset, media := int64(0), false
	for range limit {
		if offset == size {
			return movie, fragmented, true
		}
		b, ok := readBox(r, offset, size)
		if !ok {
			return movie, fragmented, movie && media
		}
		fragmented = fragmented || b.kind == "moof"
		if b.length > size-offset {
			return movie, fragmented, movie && media && !needed[b.kind]
		}
		movie = movie || b.kind == "moov"
		media = media || b.kind == "mdat" && b.length > 16
		offset += b.length
	}
	return movie, fragmented, false
}

// needed are the boxes that must be complete.
var needed = map[string]bool{"moov": true, "mdat": true, "moof": true}

// box is the head of an MP4 or MOV file's box. The length counts the head too.
type box struct {
	kind         string
	head, length int64
}

// readBox reads a box's head at offset; size is where what holds the box ends.
// A length of 0 means up to there.
func readBox(r io.ReaderAt, offset, size int64) (b box, ok bool) {
	var head [16]byte
	n, _ := r.ReadAt(head[:], offset)
	if n < 8 {
		// QuickTime may end with four zero bytes.
		return box{length: int64(n)}, n == 4 && bytes.Equal(head[:4], make([]byte, 4))
	}
	b = box{kind: string(head[4:8]), head: 8, length: int64(binary.BigEndian.Uint32(head[:4]))}
	switch {
	case b.length == 0:
		b.length = size - offset
		return b, true
	case b.length == 1 && n == 16:
		b.head, b.length = 16, int64(binary.BigEndian.Uint64(head[8:16]))
	}
	return b, b.length >= b.head
}

// aviCutOff adds up the RIFF chunks: a large AVI file has several. A recorder
// that was switched off leaves a length that says nothing.
func aviCutOff(r io.ReaderAt, size int64) bool {
	const limit, unsaid = 1 << 12, 0x7FFFF000
	offset := int64(0)
	for range limit {
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
	const limit = 64
	for range limit {
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
