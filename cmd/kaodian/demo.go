package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"kaodian/app/centre/demo"
	"kaodian/app/centre/roster"
	"kaodian/app/centre/store"
	"kaodian/app/durable"
	"kaodian/app/webkit"
)

type demoCommand struct{}

// demoLogins is the file that keeps the demonstration's log-ins; the data
// folder is laid out once it is there.
const demoLogins = "demo-logins.txt"

// Run lays the demonstration out on its first call and prints the log-ins at
// every call. After a crash in between it goes on with the same candidates.
func (d demoCommand) Run(ctx context.Context, common *common) error {
	path := filepath.Join(common.Data, demoLogins)
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		text, err = d.layOut(ctx, common)
		if err == nil {
			err = durable.WriteFile(path, text, 0o600)
		}
	}
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}

func (demoCommand) layOut(ctx context.Context, common *common) ([]byte, error) {
	centre, err := common.open(ctx)
	if err != nil {
		return nil, err
	}
	text, err := centre.layOutDemo(ctx)
	return text, errors.Join(err, centre.Close())
}

// layOutDemo makes the files that an association hands over and takes them in
// as such.
func (c *centre) layOutDemo(ctx context.Context) ([]byte, error) {
	dir := filepath.Join(c.folder, "demo")
	logins, err := demo.Prepare(dir, c.clock.Now(), c.Rules().Location)
	if err != nil {
		return nil, err
	}
	syllabus := importSyllabusCommand{Dir: filepath.Join(dir, demo.SyllabusFolder)}
	orders := importOrdersCommand{File: filepath.Join(dir, demo.OrdersFile)}
	for _, take := range []takeFunc{syllabus.take, orders.take} {
		report, err := c.importOne(ctx, take)
		if err != nil {
			return nil, err
		}
		if roster.Failed(report.Problems) {
			return nil, fmt.Errorf("the demonstration's own files in %s were changed: %s; remove the folder and try again", dir, report.Problems[0])
		}
	}
	password := demo.Password()
	hash, err := webkit.HashPassword(password)
	if err != nil {
		return nil, err
	}
	if err := c.PutUser(ctx, store.User{Name: "invigilator", Role: "invigilator", Password: hash}); err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "Candidates (ticket number, ID number, for whom):\n%sStaff (at /staff/):\n  invigilator   %s\n", demo.Table(logins), password), nil
}
