package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"kaodian/media/ffmpeg"
)

type doctorCommand struct{}

// state is how a part of the machine is.
type state string

const (
	good      state = "good"
	attention state = "attention" // the exam goes on, with less than there could be
	wrong     state = "wrong"
)

// check is what the doctor found of one part.
type check struct {
	Name  string `json:"name"`
	State state  `json:"state"`
	Found string `json:"found"`
	Next  string `json:"next,omitempty"` // what to do, unless all is good
}

func (c check) String() string {
	text := fmt.Sprintf("%-10s %-9s %s\n", c.State, c.Name, c.Found)
	if c.Next != "" {
		text += strings.Repeat(" ", 21) + "→ " + c.Next + "\n"
	}
	return text
}

func isGood(found string, args ...any) check {
	return check{State: good, Found: fmt.Sprintf(found, args...)}
}

func needsAttention(found, next string) check {
	return check{State: attention, Found: found, Next: next}
}

func isWrong(err error, next string) check {
	return check{State: wrong, Found: err.Error(), Next: next}
}

// patience is how long one check may take.
const patience = time.Minute

// Run looks at all that an exam day needs, in real work wherever that is
// possible: it writes to the disk, decodes and encodes a clip in the cage,
// starts the face worker, and asks the province's drop.
func (doctorCommand) Run(ctx context.Context, common *common) error {
	p := &patient{common: common}
	defer p.close()
	var found []check
	ill := 0
	for _, part := range []struct {
		name string
		look func(context.Context) check
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
	} {
		short, cancel := context.WithTimeout(ctx, patience)
		c := part.look(short)
		cancel()
		if err := ctx.Err(); err != nil {
			return err
		}
		c.Name = part.name
		if c.State == wrong {
			ill++
		}
		found = append(found, c)
		if !common.JSON {
			fmt.Print(c)
		}
	}
	return errors.Join(p.print(found), verdict(ill))
}

func (p *patient) print(found []check) error {
	if !p.common.JSON {
		return nil
	}
	return p.common.say(map[string]any{"checks": found}, "")
}

func verdict(ill int) error {
	switch ill {
	case 0:
		return nil
	case 1:
		return errors.New("one thing is wrong; do what stands beside it, then run this again")
	}
	return fmt.Errorf("%d things are wrong; do what stands beside them, then run this again", ill)
}

// patient is the machine, as far as it could be opened.
type patient struct {
	common *common
	opened *centre // nil if the data folder could not be opened
	folder string
	tools  *ffmpeg.Tools // nil without ffmpeg
}

func (p *patient) close() {
	if p.opened != nil {
		_ = p.opened.Close() // it was only looked at
	}
}

// data opens the exam's data and has SQLite read all of it. A folder that is
// not there is not made: it would be the wrong one.
func (p *patient) data(ctx context.Context) check {
	folder, err := p.common.ready(ctx, toUse)
	if err != nil {
		return isWrong(err, "nothing else of the exam can be looked at until then")
	}
	info, err := os.Stat(filepath.Join(folder, databaseName))
	if err != nil {
		return isWrong(err, "run this as the user that serves")
	}
	p.folder = folder
	opened, err := p.common.open(ctx)
	if err != nil {
		return isWrong(err, "run this as the user that serves, with the server's --config; is the database damaged, take the last backup")
	}
	p.opened = opened
	damage, err := opened.Damage(ctx)
	if err != nil {
		return isWrong(err, "stop the server and take the last backup")
	}
	if damage != "" {
		return isWrong(fmt.Errorf("the database is damaged: %s", damage), "stop the server and take the last backup")
	}
	return isGood("%s, %d MB of records, undamaged", folder, info.Size()/mega)
}
