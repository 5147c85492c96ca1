// Package doctor looks at all that an exam day needs, in real work wherever
// that is possible: it writes to the disk, decodes and encodes a clip in the
// cage, starts the face worker, and asks the province's drop. Each check has a
// file.
//
// It changes nothing but scratch files that it takes away, and prints nothing.
// What belongs to the program is handed in; only cmd may import it.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"kaodian/app/centre/store"
	"kaodian/media/ffmpeg"
	"kaodian/sync/outbox"
)

// State is how a part of the machine is.
type State string

// What a part can be.
const (
	Good      State = "good"
	Attention State = "attention" // the exam goes on, with less than there could be
	Wrong     State = "wrong"
)

// Check is what the doctor found of one part.
type Check struct {
	Name  string `json:"name"`
	State State  `json:"state"`
	Found string `json:"found"`
	Next  string `json:"next,omitempty"` // what to do, unless all is good
}

func (c Check) String() string {
	text := fmt.Sprintf("%-10s %-9s %s\n", c.State, c.Name, c.Found)
	if c.Next != "" {
		text += strings.Repeat(" ", 21) + "→ " + c.Next + "\n"
	}
	return text
}

func isGood(found string, args ...any) Check {
	return Check{State: Good, Found: fmt.Sprintf(found, args...)}
}

func needsAttention(found, next string) Check {
	return Check{State: Attention, Found: found, Next: next}
}

func isWrong(err error, next string) Check {
	return Check{State: Wrong, Found: err.Error(), Next: next}
}

var errNoData = errors.New("not looked at without the exam's data")

// mega is in bytes, for people to read.
const mega = 1_000_000

// checkTime is how long one check may take.
const checkTime = time.Minute

// Clock is the exam's.
type Clock interface {
	Jump() time.Duration
	Doubted() bool
	Agreed() time.Duration
}

// Centre is the exam's data, opened.
type Centre struct {
	*store.Store
	Clock            Clock
	Certificate, Key string // of the settings
	Audit            func(context.Context) (lines int, err error)
	Outbox           func() (*outbox.Outbox, error)
	Backups          func(context.Context) (Backups, error)
	Close            func() error
}

// Failure is word of a disk that failed under a server.
type Failure struct {
	At    time.Time
	Error string
}

// Machine is what is looked at, as far as it could be opened.
type Machine struct {
	Database string   // the database's name in the data folder
	Models   []string // folders of face models
	Folder   func(context.Context) (string, error)
	Open     func(context.Context) (*Centre, error)
	Failure  func(folder string) *Failure
	Waiting  func(outbox.Status) string // the sentence on what waits to be sent
	Type     func(words string) string  // the whole line to type for a command

	opened *Centre // nil if the data folder could not be opened
	folder string
	tools  *ffmpeg.Tools // nil without ffmpeg
}

// Examine makes every check in turn, or only those of these names, and tells
// each as it is found.
func (p *Machine) Examine(ctx context.Context, tell func(Check), only ...string) error {
	defer p.close()
	for _, part := range []struct {
		name string
		look func(context.Context) Check
	}{
		{"data", p.data},
		{"audit log", p.audit},
		{"disk", p.disk},
		{"clock", p.clock},
		{"camera", p.camera},
		{"ffmpeg", p.ffmpeg},
		{"cage", p.cage},
		{"OpenCV", p.openCV},
		{"models", p.models},
		{"sync", p.sync},
		{"backup", p.backup},
	} {
		if len(only) > 0 && !slices.Contains(only, part.name) {
			continue
		}
		short, cancel := context.WithTimeout(ctx, checkTime)
		c := part.look(short)
		cancel()
		if err := ctx.Err(); err != nil {
			return err
		}
		c.Name = part.name
		tell(c)
	}
	return nil
}

func (p *Machine) close() {
	if p.opened != nil {
		_ = p.opened.Close() // it was only looked at
	}
}
