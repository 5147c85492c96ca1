package ffmpeg

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// ReadVoice is the beginning of the clip's sound, so long at most: one channel of
// that many samples a second, each from -1 to 1. It is nil without sound, and ends
// where the sound cannot be decoded any more.
func (t Tools) ReadVoice(ctx context.Context, path string, info Info, rate int, length time.Duration) ([]float32, error) {
	if info.Audio == nil {
		return nil, nil
	}
	path, err := absolute(path)
	if err != nil {
		return nil, err
	}
	args := append(quiet(), "-vn", "-sn", "-dn", "-codec_whitelist", supportedAudio[info.Audio.Codec])
	args = append(args, input(info.Format.Demuxer, path)...)
	args = append(args, "-map", stream(info.Audio.Index), "-t", decimal(length), "-c:a", "pcm_s16le", "-ac", "1", "-ar", fmt.Sprint(rate), "-f", "s16le", "pipe:3")
	var samples []float32
	err = t.runPiped(ctx, args, allowance(time.Minute, 0, 0), func(r io.Reader) (err error) {
		samples, err = readSamples(r, int(length.Seconds()*float64(rate)))
		return err
	})
	if fault := toolFault(err, ErrNotExamined); err != nil && !isFaultOfFile(fault) {
		return nil, fault
	}
	return samples, nil
}

// readSamples reads samples of 16 bits, so many at most.
func readSamples(r io.Reader, most int) ([]float32, error) {
	const fullScale = 1 << 15
	raw, err := io.ReadAll(io.LimitReader(r, int64(2*most)))
	samples := make([]float32, len(raw)/2)
	for i := range samples {
		samples[i] = float32(int16(binary.LittleEndian.Uint16(raw[2*i:]))) / fullScale
	}
	return samples, err
}
