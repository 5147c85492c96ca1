package main

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(common *common) error {
	return common.say(map[string]string{"version": version}, "kaodian %s\n", version)
}
