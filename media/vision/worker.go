package vision

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// workerWord as the first argument makes a program the worker. It is not one of
// the program's commands.
const workerWord = "vision-worker"

// IsWorker says whether this process was started as the worker. It must be asked
// first in main (cv.Main does so).
func IsWorker() bool { return len(os.Args) > 1 && os.Args[1] == workerWord }

// The worker's descriptors; its standard output stays free for what a
// library prints.
const (
	requestsAt  = 3
	responsesAt = 4
)

// WorkerOptions come as arguments, because the worker's environment is empty.
type WorkerOptions struct {
	Models   []string // folders with models, the first that has one wins
	Cascades string   // OpenCV's folder of cascades
}

func (o WorkerOptions) args() []string {
	return []string{workerWord, "-models", strings.Join(o.Models, "\n"), "-cascades", o.Cascades}
}

// folders are what the worker reads from.
func (o WorkerOptions) folders() []string {
	var found []string
	for _, folder := range append(slices.Clone(o.Models), o.Cascades) {
		if folder != "" {
			found = append(found, folder)
		}
	}
	return found
}

// ParseWorkerOptions reads the arguments that the client gave.
func ParseWorkerOptions() (WorkerOptions, error) {
	var o WorkerOptions
	var models string
	flags := flag.NewFlagSet(workerWord, flag.ContinueOnError)
	flags.StringVar(&models, "models", "", "")
	flags.StringVar(&o.Cascades, "cascades", "", "")
	if err := flags.Parse(os.Args[2:]); err != nil {
		return WorkerOptions{}, err
	}
	if models != "" {
		o.Models = strings.Split(models, "\n")
	}
	return o, nil
}

// RunWorker greets, answers one request after the other, and returns the exit
// status when the client has gone.
func RunWorker(engine Engine) int {
	err := serve(os.NewFile(requestsAt, "requests"), os.NewFile(responsesAt, "responses"), engine)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func serve(requests io.Reader, responses io.Writer, engine Engine) error {
	if err := writeMessage(responses, response{About: new(engine.About())}); err != nil {
		return err
	}
	for {
		q, blobs, err := readRequest(requests)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := writeMessage(responses, answer(engine, q, blobs)); err != nil {
			return err
		}
	}
}

func answer(engine Engine, q request, blobs [][]byte) response {
	r := response{ID: q.ID}
	var err error
	switch {
	case q.Op == opCompare && len(blobs) > 0:
		var c Comparison
		c, err = engine.Compare(blobs[0], blobs[1:])
		r.Comparison = &c
	case q.Op == opPhoto && len(blobs) == 1:
		var p PhotoReport
		p, err = engine.Photo(blobs[0])
		r.Photo = &p
	default:
		err = fmt.Errorf("no operation %q on %d pictures", q.Op, len(blobs))
	}
	if err != nil {
		return response{ID: q.ID, Error: err.Error()}
	}
	return r
}
