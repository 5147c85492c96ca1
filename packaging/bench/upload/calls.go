package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"kaodian/packaging/bench/row"
)

// lightCalls measures a light call while 200 phones send 2 MB/s each.
func (b *bench) lightCalls() error {
	const name, limit = "upload/light-call/200-phones-2MB-per-s/p99-ms", 10
	if !b.wanted(name) {
		return nil
	}
	var p99 []float64
	for n := range runs {
		err := b.with(b.startOurs, 64*mebibyte, func(s *server) error {
			took, err := b.callsUnderPhones(s)
			p99 = append(p99, row.Quantile(took, 0.99))
			b.say("light calls run %d: median %.2f ms, p99 %.2f ms of %d", n+1, row.Median(took), row.Quantile(took, 0.99), len(took))
			return err
		})
		if err != nil {
			return err
		}
	}
	return b.print(row.Within(name, row.Median(p99), nil, limit))
}

func (b *bench) callsUnderPhones(s *server) (took []float64, err error) {
	ctx, cancel := context.WithTimeout(b.ctx, 8*time.Second)
	defer cancel()
	var phones errgroup.Group
	for i := range maxClients {
		phones.Go(func() error { return steady(ctx, s.phone(i), s.collection, b.file.Name(), i) })
	}
	caller := s.phone(0)
	defer caller.hangUp()
	time.Sleep(time.Second) // all are sending
	for ctx.Err() == nil {
		start := time.Now()
		if _, err := caller.call(http.MethodGet, s.light, "", nil, 0, 0, http.StatusOK); err != nil {
			return took, errors.Join(err, phones.Wait())
		}
		took = append(took, milliseconds(time.Since(start)))
		time.Sleep(5 * time.Millisecond)
	}
	return took, phones.Wait()
}

// steady sends 2 MB/s, ten times a second, until ctx ends.
func steady(ctx context.Context, p *phone, collection, warmed string, place int) error {
	file, err := os.Open(warmed)
	if err != nil {
		return err
	}
	defer file.Close()
	defer p.hangUp()
	const size, tick, piece = 64 * mebibyte, 100 * time.Millisecond, 200_000
	path, err := p.create(collection, size)
	if err != nil {
		return err
	}
	time.Sleep(tick * time.Duration(place) / maxClients) // not all at once
	if err := p.sendHead(http.MethodPatch, path, patchHeader(0), size); err != nil {
		return err
	}
	every := time.NewTicker(tick)
	defer every.Stop()
	for sent := int64(0); sent+piece < size; sent += piece {
		if err := p.sendBody(file, sent, piece); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
	}
	return errors.New("the file was too small")
}

// heads measures a HEAD after a cut and after a socket went dead, with a part
// of a chunk received.
func (b *bench) heads() error {
	for _, m := range []struct {
		name  string
		close bool
		limit float64
		tries int // tusd waits for seconds on a dead socket
	}{
		{"upload/head-after-cut/p95-ms", true, 50, 20},
		{"upload/head-after-dead-socket/p95-ms", false, 200, 4},
	} {
		if !b.wanted(m.name) {
			continue
		}
		var values [2][]float64
		for who, start := range b.starters() {
			err := b.with(start, 64*mebibyte, func(s *server) error {
				for i := range m.tries {
					took, err := b.headAfter(s.phone(i), s.collection, m.close)
					if err != nil {
						return err
					}
					values[who] = append(values[who], milliseconds(took))
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		peer := row.Quantile(values[1], 0.95)
		if err := b.print(row.Within(m.name, row.Quantile(values[0], 0.95), &peer, m.limit)); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) headAfter(p *phone, collection string, cut bool) (time.Duration, error) {
	const size, sent = 64 * mebibyte, 5 * mebibyte
	path, err := p.create(collection, size)
	if err != nil {
		return 0, err
	}
	if err := p.sendHead(http.MethodPatch, path, patchHeader(0), size); err != nil {
		return 0, err
	}
	if err := p.sendBody(b.file, 0, sent); err != nil {
		return 0, err
	}
	again := *p
	again.conn = nil
	defer again.hangUp()
	defer p.hangUp()
	start := time.Now()
	if cut {
		p.hangUp()
	}
	offset, err := again.offset(path)
	took := time.Since(start)
	if err == nil && offset > sent {
		err = fmt.Errorf("offset %d after %d bytes", offset, sent)
	}
	return took, err
}

// startUp measures the time from the process to its first answer.
func (b *bench) startUp() error {
	const name, limit = "upload/start-up/s", 1
	if !b.wanted(name) {
		return nil
	}
	var took [2][]float64
	for range runs {
		for who, start := range b.starters() {
			err := b.with(start, mebibyte, func(s *server) error {
				took[who] = append(took[who], s.started.Seconds())
				return nil
			})
			if err != nil {
				return err
			}
		}
	}
	peer := row.Median(took[1])
	return b.print(row.Within(name, row.Median(took[0]), &peer, limit))
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
