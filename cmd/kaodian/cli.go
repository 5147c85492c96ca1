package main

// cli is the command line of the contract.
type cli struct {
	common

	Serve   serveCommand   `cmd:"" help:"Serve phones and staff until SIGTERM."`
	Import  importCommands `cmd:"" help:"Take in an order list or a syllabus."`
	Enrol   enrolCommand   `cmd:"" help:"Join a province with its enrolment file."`
	Sync    syncCommands   `cmd:"" help:"Send to the province, by network or by stick."`
	Audit   auditCommands  `cmd:"" help:"The audit log."`
	User    userCommands   `cmd:"" help:"Staff accounts."`
	Demo    demoCommand    `cmd:"" help:"Lay out demonstration data once, and print its log-ins."`
	Version versionCommand `cmd:"" help:"Print the version."`

	OpenAPI openAPICommand `cmd:"" hidden:"" name:"openapi"`
}

// common are the flags of every command.
type common struct {
	Data   string `help:"The data folder." default:"./data" type:"path" placeholder:"DIR"`
	Config string `help:"Settings file (TOML)." type:"existingfile" placeholder:"FILE"`
	JSON   bool   `help:"Print data as JSON." name:"json"`
}
