package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"kaodian/cmd/internal/command"
)

// exitShutDown is the status by which the service's unit knows that a person ended
// the program at the desk, and leaves it off (packaging/deb/kaodian.service).
const exitShutDown = 10

// errShutDown ends the program because a person at the desk wants it.
var errShutDown = errors.New("shut down at the desk")

// endPatience is how long an orderly end may take. What waits for a disk that does
// not answer never ends, and systemd's own limit is not for a program that ends itself.
const endPatience = time.Minute

// ending lets the desk end the program as a SIGTERM would.
type ending struct {
	stop     context.CancelCauseFunc
	patience time.Duration
	exit     func(status int) // ends the process whatever it waits for
}

func newEnding(stop context.CancelCauseFunc) ending {
	return ending{stop, endPatience, func(status int) {
		fmt.Fprintln(os.Stderr, "kaodian: not everything came to its end in time; what was acknowledged is on the disk")
		os.Exit(status)
	}}
}

// Begin is staff.Ending's. Whatever is cut off is as after a power cut.
func (e ending) Begin() {
	e.stop(errShutDown)
	time.AfterFunc(e.patience, func() { e.exit(exitShutDown) })
}

// Supervised is staff.Ending's: systemd gives each start a name.
func (ending) Supervised() bool { return os.Getenv("INVOCATION_ID") != "" }

// atDesk is the end of a program that a person ended at the desk; nil for another
// end.
func atDesk(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), errShutDown) {
		return command.Ended{Status: exitShutDown, Text: "shut down at the desk; start it again with the machine, or with: systemctl start kaodian"}
	}
	return nil
}
