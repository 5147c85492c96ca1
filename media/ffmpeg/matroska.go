package ffmpeg

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
)

// maxElement is more than any picture or piece of sound that we ask for.
const maxElement = 16 << 20

var errStream = fmt.Errorf("%w: ffmpeg's answer is no stream", ErrNotExamined)

// demux takes ffmpeg's answer apart, a Matroska stream with all pictures and
// sounds in one pipe, each with its time. Block is called with the track's
// number, from 1; data is valid until it returns. A stream that ends within
// an element ends there.
func demux(r io.Reader, block func(track int, at time.Duration, data []byte)) error {
	d := demuxer{r: bufio.NewReaderSize(r, 1<<16), block: block}
	for {
		switch err := d.element(); {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return nil
		case err != nil:
			return err
		}
	}
}

type demuxer struct {
	r       *bufio.Reader
	cluster int64 // time of the cluster, milliseconds
	data    []byte
	block   func(track int, at time.Duration, data []byte)
}

func (d *demuxer) element() error {
	id, size, unknown, err := readElement(d.r)
	if err != nil {
		return err
	}
	switch id {
	case elementSegment, elementCluster, elementBlockGroup:
		return nil // what is in it comes next
	}
	if unknown || size > maxElement {
		return fmt.Errorf("%w (element %x of %d bytes)", errStream, id, size)
	}
	return d.leaf(id, int(size))
}

func (d *demuxer) leaf(id uint64, size int) error {
	switch id {
	case elementTime, elementSimpleBlock, elementBlock:
	default:
		_, err := d.r.Discard(size)
		return err
	}
	if cap(d.data) < size {
		d.data = make([]byte, size)
	}
	data := d.data[:size]
	if _, err := io.ReadFull(d.r, data); err != nil {
		return err
	}
	if id == elementTime {
		d.cluster = 0
		for _, b := range data {
			d.cluster = d.cluster<<8 | int64(b)
		}
		return nil
	}
	return d.deliver(data)
}

// deliver reads a block's head: track (one byte for fewer than 127 of them),
// time within the cluster, flags.
func (d *demuxer) deliver(data []byte) error {
	const head = 4
	if len(data) < head || data[0]&0x80 == 0 {
		return fmt.Errorf("%w (a block of %d bytes)", errStream, len(data))
	}
	at := d.cluster + int64(int16(binary.BigEndian.Uint16(data[1:])))
	const limit = int64(1e9) // milliseconds: eleven days
	if at < -limit || at > limit {
		return fmt.Errorf("%w (a time of %d ms)", errStream, at)
	}
	d.block(int(data[0]&0x7F), time.Duration(at)*time.Millisecond, data[head:])
	return nil
}
