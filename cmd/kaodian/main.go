// Command kaodian is the exam centre's appliance: one process that serves
// phones and staff, keeps what they send, and sends finished orders to the
// province. contract.md lists its commands; here is one file per command.
package main

import (
	"os"

	"github.com/alecthomas/kong"

	"kaodian/app/base/login"
	"kaodian/app/centre/store"
	"kaodian/app/centre/web"
	"kaodian/cmd/internal/command"
	"kaodian/media/vision/cv"
)

// version is set by the build.
var version = "dev"

const programName = "kaodian"

const (
	exitRefused = command.Refused
	exitUsage   = command.Misused
)

func main() {
	cv.Main()  // never returns in the face worker's process
	listMain() // never returns in the list reader's process
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	var commands cli
	return command.Program{
		Name:        programName,
		Description: "The exam centre: children take the provincial music grade exam on their phones.",
		Stopped:     "stopped before the end; run it again",
		Vars:        kong.Vars{"roles": login.Names(store.Roles())},
		Commands:    &commands,
		Bound:       []any{&commands.common, commands.users(), commands.audit(), command.Describe(web.Describe)},
	}.Run(args)
}

func usage(format string, args ...any) error { return command.Usage(format, args...) }

// forCommands is what the shared commands need.
func (c *common) forCommands() command.Common {
	return command.Common{Program: programName, Folder: func() (string, string) { return "--data", c.Data }, Say: c.say}
}
