package main

import (
	"fmt"

	"kaodian/packaging/bench/row"
)

// loads are few large files and many smaller ones, in chunks and whole.
func loads() []load {
	var list []load
	for _, l := range []load{{clients: 1, size: 480 * mebibyte}, {clients: 50, size: 64 * mebibyte}, {clients: 200, size: 32 * mebibyte}} {
		l.name, l.chunk = fmt.Sprintf("%d-clients-8MiB-chunks", l.clients), 8*mebibyte
		list = append(list, l)
		l.name, l.chunk = fmt.Sprintf("%d-clients-whole-files", l.clients), 0
		list = append(list, l)
	}
	return list
}

func largest() int64 {
	var size int64
	for _, l := range loads() {
		size = max(size, l.size)
	}
	return size
}

// throughput measures speed, processor time and memory of every load.
func (b *bench) throughput() error {
	for _, l := range loads() {
		for _, memory := range []state{warmMemory, coldMemory} {
			name := l.name + memory.suffix
			if !b.wanted("upload/throughput/"+name) && !b.wanted("upload/processor/"+name) && !b.wanted("upload/memory/"+name) {
				continue
			}
			outcomes, err := b.runLoad(l, memory)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			if err := b.print(l.rows(name, outcomes)...); err != nil {
				return err
			}
		}
	}
	return nil
}

// runLoad runs both servers in turn, so that what the machine does beside
// falls on both.
func (b *bench) runLoad(l load, memory state) (outcomes [2][]outcome, err error) {
	for n := range runs {
		for who, start := range b.starters() {
			err := b.with(start, l.size+unsent, func(s *server) error {
				o, err := l.runIn(memory, s, b.file)
				outcomes[who] = append(outcomes[who], o)
				b.say("%s, %s, run %d %s: %.0f MB/s, %.2f s/GB, %.1f MiB above idle", l.name, memory.what, n+1, s.name, o.throughput/1e6, o.processor, o.memory/mebibyte)
				return err
			})
			if err != nil {
				return outcomes, err
			}
		}
	}
	return outcomes, nil
}

const memoryLimit = 64 // MiB above idle

func (l load) rows(name string, outcomes [2][]outcome) []row.Row {
	median := func(who int, of func(outcome) float64) float64 {
		var values []float64
		for _, o := range outcomes[who] {
			values = append(values, of(o))
		}
		return row.Median(values)
	}
	both := func(of func(outcome) float64) (ours, peer float64) { return median(0, of), median(1, of) }
	speed, peerSpeed := both(func(o outcome) float64 { return o.throughput / 1e6 })
	time, peerTime := both(func(o outcome) float64 { return o.processor })
	memory, peerMemory := both(func(o outcome) float64 { return o.memory / mebibyte })
	return []row.Row{
		row.AtLeast("upload/throughput/"+name+"/MB-per-s", speed, peerSpeed, 1.3),
		row.AtMost("upload/processor/"+name+"/s-per-GB", time, peerTime, 0.6),
		row.Within("upload/memory/"+name+"/MiB-above-idle", memory, &peerMemory, memoryLimit),
	}
}
