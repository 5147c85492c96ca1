package ffmpeg

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// Limits of listening in order to choose among several sounds.
const (
	listenRate = 8000 // samples a second, one channel
	maxSounds  = 8    // that are listened to
	audibleAt  = 104  // of 32,768: 50 dB below full scale
)

// listen is how long each of the sounds is heard; one that cannot be decoded
// is not.
func (t Tools) listen(ctx context.Context, path string, format Format, sounds []probedStream) ([]time.Duration, error) {
	heard := make([]time.Duration, len(sounds))
	args, names := append(quiet(), "-vn", "-sn", "-dn"), ""
	for _, s := range sounds {
		names += "," + supportedAudio[s.CodecName]
	}
	args = append(append(args, "-codec_whitelist", names[1:]), input(format.Demuxer, path)...)
	for _, s := range sounds[:min(len(sounds), maxSounds)] {
		args = append(args, "-map", stream(s.Index))
	}
	args = append(args, "-c:a", "pcm_s16le", "-ac", "1", "-ar", fmt.Sprint(listenRate),
		"-max_interleave_delta", "1000000", "-f", "matroska", "-live", "1", "pipe:3")
	err := t.runPiped(ctx, args, allowance(3*time.Minute, 0, 0), func(r io.Reader) error {
		return demux(r, func(track int, _ time.Duration, samples []byte) {
			if track >= 1 && track <= len(heard) && isHeard(samples) {
				heard[track-1] += time.Duration(len(samples)/2) * time.Second / listenRate
			}
		})
	})
	if fault := toolFault(err, ErrNotExamined); err != nil && !isFaultOfFile(fault) {
		return nil, fault
	}
	return heard, nil // what was heard before the error is enough to choose by
}

func isHeard(samples []byte) bool {
	for ; len(samples) >= 2; samples = samples[2:] {
		if v := int(int16(binary.LittleEndian.Uint16(samples))); max(v, -v) >= audibleAt {
			return true
		}
	}
	return false
}
