// Package cv is the face engine: the only code that touches OpenCV. It lives
// in the worker process (Main), because OpenCV can abort the process that it
// is in.
//
// It owns the networks and the native memory of one job at a time; a crash
// takes both along. Nobody but cmd/kaodian and the tests may import it, and
// it must not import app or sync.
package cv

import (
	"fmt"
	"os"
	"runtime"

	"gocv.io/x/gocv"

	"kaodian/media/vision"
)

// Main is the first call in main: in a process that was started to be the
// worker it does the worker's work and ends the process, in any other it
// returns at once.
func Main() {
	if !vision.IsWorker() {
		return
	}
	os.Exit(work())
}

func work() int {
	runtime.LockOSThread() // OpenCV keeps buffers per thread
	options, err := vision.ParseWorkerOptions()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	engine, err := New(options)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return vision.RunWorker(engine)
}

// Engine finds and compares faces. It is for one goroutine.
type Engine struct {
	about    vision.About
	detector detector
	network  *network // nil where none is installed
}

// New loads what is installed: YuNet, else OpenCV's cascade; an embedding
// network, else none.
func New(o vision.WorkerOptions) (*Engine, error) {
	models, err := vision.FindModels(o.Models)
	if err != nil {
		return nil, err
	}
	e := &Engine{about: vision.About{Library: "OpenCV " + gocv.OpenCVVersion(), Problems: models.Problems}}
	if err := e.loadDetector(models.Detector, o.Cascades); err != nil {
		return nil, err
	}
	// Without points no face can be aligned, and without that no network compares.
	if models.Network != nil && models.Detector != nil {
		if e.network, err = newNetwork(*models.Network); err != nil {
			return nil, err
		}
		card := models.Network.Card
		e.about.Network = card.Label()
		e.about.Match, e.about.NoMatch, e.about.Origin = card.Match, card.NoMatch, card.Origin
	}
	return e, nil
}

func (e *Engine) loadDetector(model *vision.Model, cascades string) error {
	if model == nil {
		c, err := newCascade(cascades)
		if err != nil {
			return err
		}
		e.detector, e.about.Detector = c, c.label
		return nil
	}
	y, err := newYuNet(*model)
	if err != nil {
		return err
	}
	e.detector, e.about.Detector, e.about.Reliable = y, model.Label(), true
	return nil
}

// Close frees the native memory.
func (e *Engine) Close() {
	e.detector.close()
	if e.network != nil {
		e.network.close()
	}
}

// About says what the engine works with.
func (e *Engine) About() vision.About { return e.about }
