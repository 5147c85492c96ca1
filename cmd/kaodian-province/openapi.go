package main

import (
	"fmt"

	"kaodian/app/province/web"
)

type openAPICommand struct{}

// Run prints the API's description as JSON.
func (openAPICommand) Run() error {
	text, err := web.Describe()
	if err != nil {
		return err
	}
	_, err = fmt.Println(string(text))
	return err
}
