package command

import "fmt"

// Describe is the description of a program's API as JSON.
type Describe func() ([]byte, error)

// OpenAPI prints the API's description; the pages' types are made of it.
type OpenAPI struct{}

// Run prints the description.
func (OpenAPI) Run(describe Describe) error {
	text, err := describe()
	if err != nil {
		return err
	}
	_, err = fmt.Println(string(text))
	return err
}
