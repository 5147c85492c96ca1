package main

import "kaodian/cmd/internal/command"

// cli is the command line of the contract.
type cli struct {
	common

	Serve   serveCommand          `cmd:"" help:"Serve phones and staff until SIGTERM."`
	Setup   setupCommand          `cmd:"" help:"Make a centre in the data folder, or set one up as a file says."`
	Import  importCommands        `cmd:"" help:"Take in an order list or a syllabus."`
	Enrol   enrolCommand          `cmd:"" help:"Join a province with its enrolment file."`
	Sync    syncCommands          `cmd:"" help:"Send to the province, by network or by stick."`
	Parcel  parcelCommands        `cmd:"" help:"What the province sent down."`
	Backup  backupCommands        `cmd:"" help:"Copies of the centre on another disk, a stick or a share."`
	Restore restoreCommand        `cmd:"" help:"Bring a backup back into a new or empty data folder."`
	Audit   command.AuditCommands `cmd:"" help:"The audit log."`
	User    userCommands          `cmd:"" help:"Staff accounts."`
	Models  modelsCommands        `cmd:"" help:"The networks that look for faces and compare them."`
	Clock   clockCommands         `cmd:"" help:"The exam's clock."`
	Erase   eraseCommand          `cmd:"" help:"Erase a person everywhere, and prove it."`
	Doctor  doctorCommand         `cmd:"" help:"Check disk, clock, camera, ffmpeg, OpenCV, models and sending; exit status 1 if anything is wrong."`
	Support supportCommand        `cmd:"" help:"Write a file for whoever helps from afar: versions, checks, counts and the service's log, with nothing personal and no secret."`
	Demo    demoCommand           `cmd:"" help:"Lay out demonstration data once, and print its log-ins."`
	Version versionCommand        `cmd:"" help:"Print the version."`

	OpenAPI command.OpenAPI `cmd:"" hidden:"" name:"openapi"`
}

// common are the flags of every command.
type common struct {
	Data   string `help:"The data folder." default:"./data" type:"path" placeholder:"DIR"`
	Config string `help:"Settings file (TOML)." type:"existingfile" placeholder:"FILE"`
	JSON   bool   `help:"Print data as JSON." name:"json"`
}

// say prints data: as JSON with --json, else as a sentence.
func (c *common) say(data any, sentence string, args ...any) error {
	return command.Say(c.JSON, data, sentence, args...)
}
