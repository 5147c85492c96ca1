package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"kaodian/app/base/durable"
	"kaodian/app/centre/web/staff"
)

// answering is how long requests under way may still be answered after the
// disk failed, before the program ends.
const answering = 2 * time.Second

// endOnFailure ends the server when the disk failed: only a new process can
// know what is really there. Whoever starts services starts it anew.
func (c *centre) endOnFailure(log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-c.Fault().Done():
		}
		failure := c.Fault().Err()
		log.Error("the disk failed: nothing is acknowledged any more, and kaodian ends to be started anew; look at the disk (journalctl -k, smartctl)", "error", failure)
		c.leaveWord(failure)
		time.AfterFunc(2*stopping, func() { os.Exit(exitRefused) }) // a dead disk may hold everything up
		select {
		case <-ctx.Done():
		case <-time.After(answering):
		}
		return fmt.Errorf("%w; start kaodian again, and look at the disk (journalctl -k, smartctl)", failure)
	}
}

// failureName is the file in which a server that ends says why.
const failureName = "disk-failure.json"

// diskFailure is word of a disk that failed, for the next start.
type diskFailure struct {
	At    time.Time `json:"at"`
	Error string    `json:"error"`
}

// leaveWord writes down why the server ends, as well as the disk lets it.
func (c *centre) leaveWord(failure error) {
	text, err := json.Marshal(diskFailure{At: c.Now(), Error: failure.Error()})
	if err == nil {
		_ = os.WriteFile(filepath.Join(c.folder, failureName), text, 0o600) // the disk just failed: this is luck
	}
}

// readFailure is the word that a former server left, nil without any.
func readFailure(folder string) *diskFailure {
	text, err := os.ReadFile(filepath.Join(folder, failureName))
	if err != nil {
		return nil
	}
	var found diskFailure
	if json.Unmarshal(text, &found) != nil {
		found.Error = "the disk failed"
	}
	return &found
}

// forgetFailure removes the word when staff have seen it.
func forgetFailure(folder string) error { return durable.Remove(filepath.Join(folder, failureName)) }

// tryDisk writes one file and takes it away: what cannot be done with one
// must not be tried with an exam.
func tryDisk(folder string) error {
	trial := filepath.Join(folder, ".trial")
	if err := durable.WriteFile(trial, []byte("kaodian\n"), 0o600); err != nil {
		return fmt.Errorf("write to %s: %w", folder, err)
	}
	return durable.Remove(trial)
}

// isDiskFailure says whether a start failed for the disk's sake.
func isDiskFailure(err error) bool {
	if failed, ok := errors.AsType[*fs.PathError](err); ok && (failed.Op == "sync" || failed.Op == "fdatasync") {
		return true
	}
	return durable.Broken(err)
}

// storage is how the disk stands, for the staff's page.
type storage struct{ *centre }

// State tells what a former server said of the disk, and how much of the room
// for records is left.
func (s storage) State() staff.StorageState {
	state := staff.StorageState{RoomLeft: s.reserve.Left()}
	if found := readFailure(s.folder); found != nil {
		state.FailedAt, state.Failure = found.At, found.Error
	}
	return state
}

// Seen removes the word of a disk that failed.
func (s storage) Seen() error { return forgetFailure(s.folder) }
