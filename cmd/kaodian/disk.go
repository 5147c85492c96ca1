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
	"kaodian/cmd/internal/command"
)

// answering is how long running requests may still be answered after the disk
// failed, before the program ends.
const answering = 2 * time.Second

// endOnFailure ends the server after a failure of the disk: only a new process
// can know what is really on it. The service manager restarts it.
func (c *centre) endOnFailure(log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return nil
		case <-c.Fault().Done():
		}
		failure := c.Fault().Err()
		log.Error("the disk failed: nothing is acknowledged any more, and kaodian ends to be started anew; look at the disk (journalctl -k, smartctl)", "error", failure)
		c.saveFailure(failure)
		time.AfterFunc(2*command.Stopping, func() { os.Exit(exitRefused) }) // a dead disk may block the shutdown
		select {
		case <-ctx.Done():
		case <-time.After(answering):
		}
		return fmt.Errorf("%w; start kaodian again, and look at the disk (journalctl -k, smartctl)", failure)
	}
}

// failureName is the file in which an ending server records why.
const failureName = "disk-failure.json"

// diskFailure is the record of a disk failure, for the next start.
type diskFailure struct {
	At    time.Time `json:"at"`
	Error string    `json:"error"`
}

// saveFailure records why the server ends, if the disk still takes it.
func (c *centre) saveFailure(failure error) {
	text, err := json.Marshal(diskFailure{At: c.Now(), Error: failure.Error()})
	if err == nil {
		_ = os.WriteFile(filepath.Join(c.folder, failureName), text, 0o600) // best effort: the disk just failed
	}
}

// readFailure is the record of a former server, nil if there is none.
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

// forgetFailure removes the record when staff have seen it.
func forgetFailure(folder string) error { return durable.Remove(filepath.Join(folder, failureName)) }

// tryDisk writes one file and removes it, so that a failing disk shows before an
// exam is served.
func tryDisk(folder string) error {
	trial := filepath.Join(folder, ".trial")
	if err := durable.WriteFile(trial, []byte("kaodian\n"), 0o600); err != nil {
		return fmt.Errorf("write to %s: %w", folder, err)
	}
	return durable.Remove(trial)
}

// isDiskFailure says whether a start failed because of the disk.
func isDiskFailure(err error) bool {
	if failed, ok := errors.AsType[*fs.PathError](err); ok && (failed.Op == "sync" || failed.Op == "fdatasync") {
		return true
	}
	return durable.Broken(err)
}

// storage is the state of the disk, for the staff's page.
type storage struct{ *centre }

// State returns a former server's record of a disk failure, and the share of the
// reserve that is left.
func (s storage) State() staff.StorageState {
	state := staff.StorageState{RoomLeft: s.reserve.Left()}
	if found := readFailure(s.folder); found != nil {
		state.FailedAt, state.Failure = found.At, found.Error
	}
	return state
}

// Seen removes the record of the disk failure.
func (s storage) Seen() error { return forgetFailure(s.folder) }
