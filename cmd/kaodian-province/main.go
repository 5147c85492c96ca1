// Command kaodian-province is the receiving side of Kaodian: it enrols
// centres, takes in the batches that they send, and shows reviewers what was
// in them. contract.md lists its commands; here is one file per command. It
// needs no cgo and reaches nothing of the centre.
package main

import (
	"os"

	"github.com/alecthomas/kong"

	"kaodian/app/base/login"
	"kaodian/app/province/store"
	"kaodian/app/province/web"
	"kaodian/cmd/internal/command"
)

// version is set by the build.
var version = "dev"

const programName = "kaodian-province"

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	var commands cli
	return command.Program{
		Name:        programName,
		Description: "The province's side of the music grade exam: takes in what centres send.",
		Stopped:     "stopped before the end; run it again, it goes on where it was",
		Vars:        kong.Vars{"roles": login.Names(store.Roles())},
		Commands:    &commands,
		Bound:       []any{&commands.common, commands.users(), commands.audit(), command.Describe(web.Describe)},
	}.Run(args)
}

func usage(format string, args ...any) error { return command.Usage(format, args...) }

// forCommands is what the commands that both programs have work with.
func (c *common) forCommands() command.Common {
	return command.Common{Program: programName, Folder: func() (string, string) { return "--store", c.Store }, Say: c.say}
}
