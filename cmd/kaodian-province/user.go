package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

type userCommands struct {
	Add userAddCommand `cmd:"" help:"Make an account, or give it a new password; the password is read from standard input."`
}

type userAddCommand struct {
	Name string `arg:"" help:"Name to log in with."`
	Role string `required:"" enum:"administrator,reviewer,viewer" help:"${enum}"`
}

// Run makes the account.
func (u *userAddCommand) Run(ctx context.Context, common *common) error {
	password, err := readPassword()
	if err != nil {
		return err
	}
	hash, err := webkit.HashPassword(password)
	if err != nil {
		return err
	}
	return common.with(ctx, func(s *store.Store) error {
		return s.PutUser(ctx, store.User{Name: u.Name, Role: u.Role, Password: hash})
	})
}

func readPassword() (string, error) {
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", fmt.Errorf("no password came in on standard input; write it there, with a line end")
	}
	if err != nil && line == "" {
		return "", err
	}
	return password, nil
}
