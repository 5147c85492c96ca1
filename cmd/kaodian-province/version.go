package main

import "fmt"

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run() error {
	fmt.Println("kaodian-province", version)
	return nil
}
