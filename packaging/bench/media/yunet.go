package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"

	"kaodian/media/vision"
	"kaodian/packaging/bench/row"
)

// The frames are as large as the network sees them, so that the row is about
// it and not about making large pictures small.
const (
	frameWidth, frameHeight = 416, 234
	fewFrames, manyFrames   = 40, 240
	msPerFrame              = 8 // the limit on one core
)

// yunet is what looking for faces costs a frame on one core, in CPU
// milliseconds of the face worker, its JPEG's decoding included: the
// difference of two jobs leaves its start out.
func (b *bench) yunet() error {
	const name = "media/yunet/frame/cpu-ms"
	if !b.wanted(name) {
		return nil
	}
	models := os.Getenv("KAODIAN_MODELS")
	if models == "" {
		models = "models"
	}
	found, err := vision.FindModels([]string{models})
	if err != nil {
		return err
	}
	if found.Detector == nil {
		return errors.New("media/yunet: the detector is not in " + models + "; run: make models")
	}
	var frames [][]byte
	for i := range manyFrames {
		frame, err := drawn(i)
		if err != nil {
			return err
		}
		frames = append(frames, frame)
	}
	release, err := oneCore()
	if err != nil {
		return err
	}
	defer release()
	var each []float64
	for range runs {
		few, err := cpu(func() error { return b.seek(models, frames[:fewFrames]) })
		if err != nil {
			return err
		}
		many, err := cpu(func() error { return b.seek(models, frames) })
		if err != nil {
			return err
		}
		each = append(each, 1000*(many-few)/(manyFrames-fewFrames))
	}
	return b.print(row.Within(name, row.Median(each), nil, msPerFrame))
}

// seek has a worker of its own look at the frames; its CPU time is known once
// it has ended.
func (b *bench) seek(models string, frames [][]byte) error {
	program, err := filepath.Abs("bin/kaodian")
	if err != nil {
		return err
	}
	faces := vision.NewClient(vision.Options{Program: program, Worker: vision.WorkerOptions{Models: []string{models}}})
	seen, err := faces.Compare(b.ctx, nil, frames)
	if err == nil && !seen.About.Reliable {
		err = fmt.Errorf("the worker took %s for a detector", seen.About.Detector)
	}
	return errors.Join(err, faces.Close())
}

// drawn is a picture without faces and with much to look at.
func drawn(n int) ([]byte, error) {
	picture := image.NewRGBA(image.Rect(0, 0, frameWidth, frameHeight))
	for y := range frameHeight {
		for x := range frameWidth {
			picture.Set(x, y, color.RGBA{uint8(x + 3*n), uint8(x * y / 64), uint8(y - 2*n), 255})
		}
	}
	var out bytes.Buffer
	err := jpeg.Encode(&out, picture, nil)
	return out.Bytes(), err
}

// oneCore keeps this process, and what it starts, on one core until release.
func oneCore() (release func(), err error) {
	var before, one unix.CPUSet
	if err := unix.SchedGetaffinity(0, &before); err != nil {
		return nil, err
	}
	for cpu := range 1024 {
		if before.IsSet(cpu) {
			one.Set(cpu)
			break
		}
	}
	set := func(to *unix.CPUSet) error {
		threads, err := os.ReadDir("/proc/self/task")
		for _, thread := range threads {
			if id, notOne := strconv.Atoi(thread.Name()); notOne == nil {
				err = errors.Join(err, unix.SchedSetaffinity(id, to))
			}
		}
		return err
	}
	return func() { _ = set(&before) }, set(&one)
}
