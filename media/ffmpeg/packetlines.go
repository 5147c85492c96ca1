package ffmpeg

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"

	"kaodian/media/cage"
)

// listedPacket is a packet as ffmpeg lists it.
type listedPacket struct {
	Packet       // At: when it is shown, if that is said
	decoded      time.Duration
	said, hidden bool
}

// packetLines reads ffmpeg's list (framecrc) as it comes: the units of time,
// «#tb 0: 1/90000», then a line for each packet, «stream, decoded, shown,
// length, size, sum», with flags if they are not a plain key frame's.
type packetLines struct {
	listed [2][]listedPacket // picture, sound
	units  [2]float64        // seconds
	rest   []byte
}

func (l *packetLines) Write(p []byte) (int, error) {
	n := len(p)
	for {
		line, after, found := bytes.Cut(p, []byte{'\n'})
		if !found {
			l.rest = append(l.rest, p...)
			if len(l.rest) > 1<<10 {
				return 0, cage.ErrTooMuch
			}
			return n, nil
		}
		if len(l.rest) > 0 {
			line = append(l.rest, line...)
			l.rest = l.rest[:0]
		}
		if !l.line(line) {
			return 0, cage.ErrTooMuch
		}
		p = after
	}
}

func (l *packetLines) line(line []byte) bool {
	if unit, found := bytes.CutPrefix(line, []byte("#tb ")); found {
		l.unit(string(unit))
		return true
	}
	fields := bytes.Split(line, []byte{','})
	if len(fields) < 6 {
		return true
	}
	var numbers [5]int64
	for i := range numbers {
		number, err := strconv.ParseInt(string(bytes.TrimSpace(fields[i])), 10, 64)
		if err != nil {
			return true
		}
		numbers[i] = number
	}
	if track := numbers[0]; track == 0 || track == 1 {
		l.listed[track] = append(l.listed[track], l.packet(numbers, fields[6:]))
	}
	return len(l.listed[0])+len(l.listed[1]) < maxPackets
}

func (l *packetLines) unit(text string) {
	track, unit, _ := strings.Cut(text, ": ")
	num, den, ok := fraction(unit, "/")
	if i, err := strconv.Atoi(track); err == nil && ok && i >= 0 && i < len(l.units) {
		l.units[i] = num / den
	}
}

// Flags of a packet, as ffmpeg numbers them. A hidden one is only decoded because
// others depend on it.
const (
	flagKey    = 1
	flagHidden = 4
)

func (l *packetLines) packet(numbers [5]int64, more [][]byte) listedPacket {
	unit := l.units[numbers[0]]
	flags := int64(flagKey)
	for _, field := range more {
		if text, found := bytes.CutPrefix(bytes.TrimSpace(field), []byte("F=0x")); found {
			flags, _ = strconv.ParseInt(string(text), 16, 64)
		}
	}
	p := listedPacket{hidden: flags&flagHidden != 0}
	p.Key, p.Size = flags&flagKey != 0, int(numbers[4])
	p.At, p.said = during(numbers[2], unit)
	p.Length, _ = during(numbers[3], unit)
	var known bool
	if p.decoded, known = during(numbers[1], unit); known {
		return p
	}
	p.decoded = p.At
	if n := len(l.listed[numbers[0]]); !p.said && n > 0 {
		before := l.listed[numbers[0]][n-1]
		p.decoded = before.decoded + before.Length
	}
	return p
}

// during is a number of units as a time; false if ffmpeg does not know it or it
// is absurd.
func during(count int64, unit float64) (time.Duration, bool) {
	const limit = 1e6 // eleven days
	seconds := float64(count) * unit
	if math.Abs(seconds) > limit {
		return 0, false
	}
	return time.Duration(math.Round(seconds * float64(time.Second))), true
}
