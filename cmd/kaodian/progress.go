package main

import (
	"fmt"
	"os"
	"time"

	"kaodian/sync/outbox"
)

// tellEvery is how often a command says how far its run is.
const tellEvery = 5 * time.Second

// tellProgress says on the error output how far the run is, until stop is called.
func tellProgress(out *outbox.Outbox) (stop func()) {
	return tellEach(tellEvery, func() {
		if p, moves := out.Progress(); moves {
			fmt.Fprintln(os.Stderr, progressText(p))
		}
	})
}

// tellEach calls tell at that pace, until stop is called.
func tellEach(pace time.Duration, tell func()) (stop func()) {
	ended, told := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(told)
		every := time.NewTicker(pace)
		defer every.Stop()
		for {
			select {
			case <-ended:
				return
			case <-every.C:
				tell()
			}
		}
	}()
	return func() {
		close(ended)
		<-told
	}
}

func progressText(p outbox.Progress) string {
	if p.Stage == outbox.Receiving {
		return "fetching receipts"
	}
	text := fmt.Sprintf("%s batch %d: %d of %d MB", p.Stage, p.Sequence, p.Done>>20, p.Total>>20)
	if p.Remaining > 0 {
		text += fmt.Sprintf(", about %v more", p.Remaining.Round(time.Second))
	}
	return text
}
