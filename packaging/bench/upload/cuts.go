package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"kaodian/packaging/bench/row"
)

// cuts sends files over a network on which 40 % of the PATCHes are cut at a
// random byte, and compares every file afterwards.
func (b *bench) cuts() error {
	const speedName, wholeName = "upload/cuts-40-percent/MB-per-s", "upload/cuts-40-percent/damaged-files"
	if !b.wanted(speedName) && !b.wanted(wholeName) {
		return nil
	}
	var speeds [2][]float64
	var damaged [2]float64
	for n := range runs {
		for who, start := range b.starters() {
			err := b.with(start, cutFile, func(s *server) error {
				took, bad, err := b.cutRun(s)
				speed := cutFile * cutClients / took.Seconds() / 1e6
				speeds[who] = append(speeds[who], speed)
				damaged[who] += float64(bad)
				b.say("40 %% cut, run %d %s: %.1f MB/s, %d files damaged", n+1, s.name, speed, bad)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return b.print(
		row.AtLeast(speedName, row.Median(speeds[0]), row.Median(speeds[1]), 4),
		row.Within(wholeName, damaged[0], &damaged[1], 0),
	)
}

const (
	cutClients = 20
	cutFile    = 32 * mebibyte
	cutChunk   = 4 * mebibyte
	cutShare   = 0.4
)

func (b *bench) cutRun(s *server) (took time.Duration, damaged int, err error) {
	paths := make([]string, cutClients)
	var group errgroup.Group
	start := time.Now()
	for i := range cutClients {
		group.Go(func() (err error) {
			random := rand.New(rand.NewPCG(7, uint64(i)))
			paths[i], err = s.phone(i).uploadCut(s.collection, b.file.Name(), random)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return 0, 0, err
	}
	took = time.Since(start)
	want := make([]byte, cutFile)
	if _, err := b.file.ReadAt(want, 0); err != nil {
		return 0, 0, err
	}
	for _, path := range paths {
		got, err := os.ReadFile(s.file(path))
		if err != nil || !bytes.Equal(got, want) {
			damaged++
		}
	}
	return took, damaged, nil
}

// uploadCut sends a file; a share of its PATCHes is cut, then HEAD tells where
// to go on.
func (p *phone) uploadCut(collection, warmed string, random *rand.Rand) (string, error) {
	file, err := os.Open(warmed)
	if err != nil {
		return "", err
	}
	defer file.Close()
	defer p.hangUp()
	path, err := p.create(collection, cutFile)
	if err != nil {
		return "", err
	}
	for offset := int64(0); offset < cutFile; {
		n, cut := min(cutChunk, cutFile-offset), random.Float64() < cutShare
		if cut {
			err = errors.Join(p.sendHead(http.MethodPatch, path, patchHeader(offset), n), p.sendBody(file, offset, random.Int64N(n)))
		} else {
			_, err = p.call(http.MethodPatch, path, patchHeader(offset), file, offset, n, http.StatusNoContent)
		}
		if !cut && err == nil {
			offset += n
			continue
		}
		// A cut request may still be on its way through the server when its
		// successor comes: a refusal is met as a cut is, by asking.
		p.hangUp()
		if offset, err = p.offsetAtLast(path); err != nil {
			return "", err
		}
	}
	return path, nil
}

// offsetAtLast asks again where a server still says «locked».
func (p *phone) offsetAtLast(path string) (int64, error) {
	for deadline := time.Now().Add(time.Minute); ; {
		offset, err := p.offset(path)
		if err == nil {
			return offset, nil
		}
		if time.Now().After(deadline) {
			return 0, errors.Join(fmt.Errorf("no offset for a minute"), err)
		}
		p.hangUp()
		time.Sleep(20 * time.Millisecond)
	}
}
