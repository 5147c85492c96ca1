package main

import (
	"errors"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"kaodian/packaging/bench/process"
)

// unsent bytes are declared and left out: a finished clip is examined at once
// (hashed, probed), and that work is no part of receiving it. The benchmark of
// cuts finishes its files.
const unsent = 1

// load is one shape of traffic.
type load struct {
	name    string
	clients int
	size    int64 // bytes of a file
	chunk   int64 // bytes of a PATCH, 0 for the whole file
}

func (l load) bytes() int64 { return int64(l.clients) * l.size }

// outcome is what one run of a load cost.
type outcome struct {
	throughput float64 // bytes a second
	processor  float64 // server's processor seconds per GB (10^9 bytes)
	memory     float64 // peak above idle, bytes
}

// state is one of the machine's memory.
type state struct {
	what, suffix string
	warm         bool
}

var (
	warmMemory = state{"warm memory", "", true}
	coldMemory = state{"memory given back to the host", "-cold", false}
)

// runIn is run with the machine's memory in that state, for both servers alike.
func (l load) runIn(memory state, s *server, file *os.File) (o outcome, err error) {
	held, err := warm(l.bytes())
	if err != nil {
		return o, err
	}
	if !memory.warm {
		if err := held.Close(); err != nil {
			return o, err
		}
		giveBack()
		return l.run(s, file)
	}
	defer func() { err = errors.Join(err, held.Close()) }()
	return l.run(s, file)
}

// run sends the load to a server.
func (l load) run(s *server, file *os.File) (outcome, error) {
	if err := process.ForgetPeak(s.pid()); err != nil {
		return outcome{}, err
	}
	processorBefore, err := process.Time(s.pid())
	if err != nil {
		return outcome{}, err
	}
	start := time.Now()
	if err := l.send(s, file); err != nil {
		return outcome{}, err
	}
	took := time.Since(start)
	processorAfter, err := process.Time(s.pid())
	if err != nil {
		return outcome{}, err
	}
	peak, err := process.Peak(s.pid())
	if err != nil {
		return outcome{}, err
	}
	const gigabyte = 1e9
	return outcome{
		throughput: float64(l.bytes()) / took.Seconds(),
		processor:  (processorAfter - processorBefore).Seconds() / (float64(l.bytes()) / gigabyte),
		memory:     float64(peak - s.idle),
	}, nil
}

func (l load) send(s *server, file *os.File) error {
	var group errgroup.Group
	for i := range l.clients {
		group.Go(func() error { return l.sendOne(s.phone(i), s.collection, file) })
	}
	return group.Wait()
}

func (l load) sendOne(p *phone, collection string, warmed *os.File) error {
	file, err := os.Open(warmed.Name()) // a place in the file of its own
	if err != nil {
		return err
	}
	defer file.Close()
	defer p.hangUp()
	path, err := p.create(collection, l.size+unsent)
	if err != nil {
		return err
	}
	return p.upload(path, file, l.size, l.chunk)
}
