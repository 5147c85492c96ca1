package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/app/webkit"
)

type userCommands struct {
	Add    userAddCommand    `cmd:"" help:"Make an account, or give it a new password; the password is read from standard input."`
	Unlock userUnlockCommand `cmd:"" help:"Let a staff account, or a candidate by ticket, log in again at once after wrong log-ins."`
}

type userAddCommand struct {
	Name string `arg:"" help:"Name to log in with."`
	Role string `required:"" enum:"administrator,invigilator,examiner,technician" help:"${enum}"`
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
	centre, err := common.open(ctx)
	if err != nil {
		return err
	}
	err = centre.PutUser(ctx, store.User{Name: u.Name, Role: u.Role, Password: hash})
	return errors.Join(err, centre.Close())
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
	Name   string `arg:"" optional:"" help:"Staff account."`
	Ticket string `placeholder:"NUMBER" help:"Admission ticket number of a candidate, instead of a staff account."`
}

// Run forgets the wrong log-ins, also while the server runs.
func (u *userUnlockCommand) Run(ctx context.Context, common *common) error {
	account, who := store.StaffAccount(u.Name), u.Name
	switch {
	case (u.Name == "") == (u.Ticket == ""):
		return errors.New("say whom: «kaodian user unlock NAME», or «kaodian user unlock --ticket NUMBER» for a candidate")
	case u.Ticket != "":
		account, who = store.TicketAccount(u.Ticket), u.Ticket
	}
	centre, err := common.open(ctx)
	if err != nil {
		return err
	}
	err = centre.Unlock(ctx, account, exam.Actor{Role: exam.BySystem})
	if exam.CodeOf(err) == exam.NotFound {
		err = fmt.Errorf("there is no %s here; compare the name with «kaodian user add» or the number with the ticket", who)
	}
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	return common.say(map[string]string{"unlocked": who}, "%s may log in again.\n", who)
}
