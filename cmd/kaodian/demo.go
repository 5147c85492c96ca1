package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"kaodian/app/base/durable"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/demo"
	"kaodian/app/centre/store"
	"kaodian/app/roster"
	"kaodian/app/webkit"
)

type demoCommand struct{}

// The files with the demonstration's log-ins, for people and for programs; the
// one for people is written last, so it marks a complete demonstration.
const (
	demoLogins     = "demo-logins.txt"
	demoLoginsJSON = "demo-logins.json"
	demoFolder     = "demo"        // with the files that are imported
	demoStaff      = "invigilator" // name and role of the demonstration's staff
)

// demonstration is what the demo prints.
type demonstration struct {
	Candidates []demo.Login `json:"candidates"`
	Staff      []staffLogin `json:"staff"`
}

type staffLogin struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

func (d demonstration) sentence() string {
	text := fmt.Sprintf("Candidates (ticket number, ID number, for whom):\n%sStaff (at /staff/):\n", demo.Table(d.Candidates))
	for _, staff := range d.Staff {
		text += fmt.Sprintf("  %-11s   %s\n", staff.Name, staff.Password)
	}
	return text
}

// Run makes the demonstration on its first call and prints the log-ins on every
// call. After a crash in between it continues with the same candidates.
func (d demoCommand) Run(ctx context.Context, common *common) error {
	name := demoLogins
	if common.JSON {
		name = demoLoginsJSON
	}
	if _, err := os.Stat(filepath.Join(common.Data, demoLogins)); err != nil {
		if err := d.layOut(ctx, common); err != nil {
			return err
		}
	}
	text, err := os.ReadFile(filepath.Join(common.Data, name))
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("an earlier version laid the demonstration out; its log-ins are in %s", filepath.Join(common.Data, demoLogins))
	}
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}

func (demoCommand) layOut(ctx context.Context, common *common) error {
	centre, err := common.openTo(ctx, toMake)
	if err != nil {
		return err
	}
	return errors.Join(centre.layOutDemo(ctx), centre.Close())
}

func (c *centre) layOutDemo(ctx context.Context) error {
	if err := c.refuseRealData(ctx); err != nil {
		return err
	}
	laid, err := c.importDemo(ctx)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(laid, "", "  ")
	if err != nil {
		return err
	}
	if err := durable.WriteFile(filepath.Join(c.folder, demoLoginsJSON), append(text, '\n'), 0o600); err != nil {
		return err
	}
	return durable.WriteFile(filepath.Join(c.folder, demoLogins), []byte(laid.sentence()), 0o600)
}

// refuseRealData refuses a real centre's folder: the demonstration would replace
// the syllabus and the staff account's password. A folder with an unfinished
// demonstration is accepted.
func (c *centre) refuseRealData(ctx context.Context) error {
	_, err := os.Stat(filepath.Join(c.folder, demoFolder))
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return err
	}
	isNew, err := c.IsNew(ctx)
	if err != nil {
		return err
	}
	_, err = c.FindUser(ctx, demoStaff)
	switch {
	case refusal.CodeOf(err) == refusal.NotFound && isNew:
		return nil
	case err != nil && refusal.CodeOf(err) != refusal.NotFound:
		return err
	}
	return fmt.Errorf("%s is a real centre's folder, so no demonstration is put into it; choose another with --data DIR", c.folder)
}

// importDemo makes the files that an association would hand over and imports
// them.
func (c *centre) importDemo(ctx context.Context) (demonstration, error) {
	dir := filepath.Join(c.folder, demoFolder)
	logins, err := demo.Prepare(dir, c.clock.Now(), c.Rules().Location)
	if err != nil {
		return demonstration{}, err
	}
	syllabus := importSyllabusCommand{Dir: filepath.Join(dir, demo.SyllabusFolder)}
	orders := importOrdersCommand{File: filepath.Join(dir, demo.OrdersFile)}
	shown := demonstration{Candidates: logins}
	p := plan{lists: []takeFunc{syllabus.take, orders.take}, whole: true}
	for _, role := range []login.Role{store.Administrator, store.Examiner, demoStaff} { // demoStaff last: it marks a complete demonstration
		staff := staffLogin{Name: string(role), Password: demo.Password()}
		hash, err := webkit.HashPassword(staff.Password)
		if err != nil {
			return demonstration{}, err
		}
		p.accounts = append(p.accounts, newAccount{store.User{Name: staff.Name, Role: role, Password: hash}, true})
		shown.Staff = append([]staffLogin{staff}, shown.Staff...)
	}
	done, err := c.setUp(ctx, p)
	if err != nil {
		return demonstration{}, err
	}
	for _, list := range done.Lists {
		bad := slices.IndexFunc(list.Problems, func(p roster.Problem) bool { return !p.Warning })
		if bad >= 0 {
			return demonstration{}, fmt.Errorf("the demonstration's own files in %s were changed: %s; empty the folder and try again", dir, list.Problems[bad])
		}
	}
	return shown, nil
}
