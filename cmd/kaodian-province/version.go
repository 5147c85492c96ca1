package main

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(common *common) error {
	return common.print(map[string]string{"version": version}, "kaodian-province "+version)
}
