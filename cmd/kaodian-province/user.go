package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"

	"kaodian/app/exam"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

type userCommands struct {
	Add    userAddCommand    `cmd:"" help:"Make an account, or give it a new password; the password is read from standard input."`
	Unlock userUnlockCommand `cmd:"" help:"Let an account log in again at once after wrong log-ins."`
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
	hash, err := webkit.NewPassword(u.Name, password)
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

type userUnlockCommand struct {
	Name string `arg:"" help:"The account."`
}

// Run forgets the wrong log-ins, also while the server runs.
func (u *userUnlockCommand) Run(ctx context.Context, common *common) error {
	return common.with(ctx, func(s *store.Store) error {
		err := s.Unlock(ctx, u.Name)
		if exam.CodeOf(err) == exam.NotFound {
			return fmt.Errorf("there is no account %s; make it with «kaodian-province user add»", u.Name)
		}
		return err
	})
}
