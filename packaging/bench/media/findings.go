package main

import (
	"os/exec"

	"kaodian/app/centre/inspect/reading"
	"kaodian/media/measure"
	"kaodian/packaging/bench/row"
)

// findings is what all findings of a clip but the faces' cost beside a bare
// decode of the same file.
func (b *bench) findings() error {
	for _, c := range clips {
		name := "media/finding/" + c.name + "/cpu-s"
		if !b.wanted(name) {
			continue
		}
		path, err := b.made(c)
		if err != nil {
			return err
		}
		var ours, bare []float64
		for range runs {
			for _, side := range []struct {
				to *[]float64
				do func() error
			}{{&ours, func() error { return b.look(path) }}, {&bare, func() error { return b.decode(path) }}} {
				seconds, err := cpu(side.do)
				if err != nil {
					return err
				}
				*side.to = append(*side.to, seconds)
			}
		}
		if err := b.print(row.AtMost(name, row.Median(ours), row.Median(bare), c.target)); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) look(path string) error {
	_, err := measure.Clip(b.ctx, b.tools, path, reading.Limits)
	return err
}

// decode is what anybody would do to see whether a file can be read.
func (b *bench) decode(path string) error {
	return exec.CommandContext(b.ctx, b.tools.FFmpeg, "-nostdin", "-v", "error", "-threads", "2", "-i", path, "-f", "null", "-").Run()
}
