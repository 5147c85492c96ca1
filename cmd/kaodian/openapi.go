package main

import (
	"fmt"

	"kaodian/app/centre/web"
)

// openAPICommand prints the API's description; the pages' types are made of it.
type openAPICommand struct{}

// Run prints the description as JSON.
func (openAPICommand) Run() error {
	text, err := web.Describe()
	if err != nil {
		return err
	}
	fmt.Println(string(text))
	return nil
}
