// Package cv is the face engine: the only code that touches OpenCV. It lives
// in the worker process (Main), because OpenCV can abort the process that it
// is in.
//
// It owns the networks and the native memory of one job at a time; a crash
// takes both along. Nobody but cmd/kaodian and the tests may import it, and
// it must not import app or sync.
package cv

import (
	"crypto/sha256"
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
	// seen are the pictures of the last job: a clip's announcement is looked at
	// once by itself and once with the whole clip.
	seen map[[sha256.Size]byte]analysis
}

// New loads what is installed: a detector, else OpenCV's cascade; a network
// that compares, else none.
func New(o vision.WorkerOptions) (*Engine, error) {
	models, err := vision.FindModels(o.Models)
	if err != nil {
		return nil, err
	}
	e := &Engine{about: vision.About{Library: "OpenCV " + gocv.OpenCVVersion(), Problems: models.Problems}}
	if err := e.loadDetector(models, o.Cascades); err != nil {
		return nil, err
	}
	// Without points no face can be aligned, and without that no network compares.
	if models.Network != nil && models.Detector != nil {
		if e.network, err = newNetwork(*models.Network); err != nil {
			return nil, err
		}
		e.about.Compares(models.Network.Card)
	}
	return e, nil
}

func (e *Engine) loadDetector(models vision.Models, cascades string) (err error) {
	model := models.Detector
	switch {
	case model == nil:
		var c *cascade
		if c, err = newCascade(cascades); err == nil {
			e.detector, e.about.Detector = c, c.label
		}
		return err
	case model.Form == vision.FormBoxes:
		e.detector, err = newBoxes(*model, *models.Points)
		e.about.Detector = model.Label() + " + " + models.Points.Label()
	default:
		e.detector, err = newYuNet(*model)
		e.about.Detector = model.Label()
	}
	e.about.Reliable = true
	return err
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
