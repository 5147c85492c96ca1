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

	Code  Code      `json:"code"` // what was found in a word, of which pages make their sentences
	Count int64     `json:"count,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// as says in a word what was found.
func (c Check) as(code Code) Check {
	c.Code = code
	return c
}

// counting is how many of what it is about.
func (c Check) counting(n int64) Check {
	c.Count = n
	return c
}

// on is the moment that it is about.
func (c Check) on(at time.Time) Check {
	c.At = at
	return c
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

// unseen is a part that lies in the data folder, which could not be opened.
func unseen() Check {
	return isWrong(errors.New("not looked at without the exam's data"), "see above").as(Unseen)
}

// mega is in bytes, for people to read.
const mega = 1_000_000

// CheckTime is how long one check may take; one that asks a dead share cannot be
// stopped and may take longer.
const CheckTime = time.Minute

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
	Files            func(context.Context) (Files, error)
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
	closed Check         // why
	size   int64         // of the database, in bytes
	tools  *ffmpeg.Tools // nil without ffmpeg
}

// parts are looked at in this order, which never changes.
var parts = []struct {
	name string
	look func(*Machine, context.Context) Check
}{
	{"data", (*Machine).data},
	{"audit log", (*Machine).audit},
	{"disk", (*Machine).disk},
	{"clock", (*Machine).clock},
	{"camera", (*Machine).camera},
	{"ffmpeg", (*Machine).ffmpeg},
	{"cage", (*Machine).cage},
	{"OpenCV", (*Machine).openCV},
	{"models", (*Machine).models},
	{"sync", (*Machine).sync},
	{"backup", (*Machine).backup},
	{"files", (*Machine).files},
}

// Names are those of the checks, in their order.
func Names() (names []string) {
	for _, part := range parts {
		names = append(names, part.name)
	}
	return names
}

// Examine makes every check in turn, or only those of these names, and tells
// each as it is found.
func (p *Machine) Examine(ctx context.Context, tell func(Check), only ...string) error {
	defer p.close()
	p.open(ctx)
	for _, part := range parts {
		if len(only) > 0 && !slices.Contains(only, part.name) {
			continue
		}
		short, cancel := context.WithTimeout(ctx, CheckTime)
		c := part.look(p, short)
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
