package main

import (
	"context"
	"errors"
	"os"

	"kaodian/cmd/internal/command"
)

// exitShutDown is the status by which the service's unit knows that a person ended
// the program at the desk, and leaves it off (packaging/deb/kaodian.service).
const exitShutDown = 10

// errShutDown ends the program because a person at the desk wants it.
var errShutDown = errors.New("shut down at the desk")

// ending lets the desk end the program as a SIGTERM would.
type ending struct{ stop context.CancelCauseFunc }

// Begin is staff.Ending's.
func (e ending) Begin() { e.stop(errShutDown) }

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
