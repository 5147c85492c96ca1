package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"os"
	"slices"

	"kaodian/app/base/alike"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/intake"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
	"kaodian/sync/batch"
)

type setupCommand struct {
	File string `arg:"" optional:"" type:"existingfile" help:"The answers, as TOML: accounts, settings, Wi-Fi, the enrolment file, lists."`
}

// Run makes a centre, so that lists, accounts and an enrolment can be added
// before the first start of the server; with a file it does what the file says.
// An existing centre keeps what it has.
func (s setupCommand) Run(ctx context.Context, common *common) error {
	var p plan
	if s.File != "" {
		var err error
		if p, err = readAnswers(s.File); err != nil {
			return err
		}
	}
	centre, err := common.openTo(ctx, toMake)
	if err != nil {
		return err
	}
	done, err := centre.setUp(ctx, p)
	if err := errors.Join(err, centre.Close()); err != nil {
		return err
	}
	if s.File == "" {
		return common.say(map[string]string{"folder": centre.folder},
			"an exam centre is in %s; next: kaodian user add NAME --role administrator, kaodian import orders FILE, kaodian serve, each with --data %[1]s\n", centre.folder)
	}
	return s.report(common, centre, done)
}

// plan is what a setup file, or the demonstration, wants of a centre.
type plan struct {
	settings  map[string]string
	accounts  []newAccount
	enrolment *batch.Invitation
	lists     []takeFunc
	whole     bool // every step is behind the centre
}

type newAccount struct {
	store.User
	replace bool // also an account of that name
}

// setupReport is the output of a setup: what was not so before.
type setupReport struct {
	Folder   string          `json:"folder"`
	Settings []string        `json:"settings"` // that changed
	Accounts []string        `json:"accounts"` // that are new
	Centre   string          `json:"centre,omitempty"`
	Lists    []intake.Report `json:"lists"`
}

func keysOf[V any](m map[string]V) iter.Seq[string] { return maps.Keys(m) }

// setUp does what the plan says and is not so yet. What can be refused is asked
// before anything is changed; a list that is refused is reported, and is the last.
func (c *centre) setUp(ctx context.Context, p plan) (setupReport, error) {
	report := setupReport{Folder: c.folder, Settings: []string{}, Accounts: []string{}, Lists: []intake.Report{}}
	if err := c.checkPlan(ctx, p); err != nil {
		return report, err
	}
	by := exam.Actor{Role: exam.BySystem, Name: "kaodian setup"}
	for _, name := range slices.Sorted(keysOf(p.settings)) {
		changed, err := c.live.put(ctx, store.NewChoice{Name: name, Value: p.settings[name], By: by})
		if err != nil {
			return report, err
		}
		if changed {
			report.Settings = append(report.Settings, name)
		}
	}
	for _, account := range p.accounts {
		added, err := c.makeAccount(ctx, account)
		if err != nil {
			return report, err
		}
		if added {
			report.Accounts = append(report.Accounts, account.Name)
		}
	}
	if p.enrolment != nil {
		if err := c.enrolOnce(ctx, *p.enrolment, by, &report); err != nil {
			return report, err
		}
	}
	for _, take := range p.lists {
		list, err := take(ctx, c)
		if err != nil {
			return report, err
		}
		report.Lists = append(report.Lists, list)
	}
	return report, c.finishSteps(ctx, p, by)
}

// checkPlan refuses what the centre would refuse later.
func (c *centre) checkPlan(ctx context.Context, p plan) error {
	for _, name := range slices.Sorted(keysOf(p.settings)) {
		if from, fixed := c.live.fixed(name); fixed {
			return fmt.Errorf("%s stands in the %s already, which wins; take it out of one of them", name, map[bool]string{true: "settings file", false: "environment"}[from == "file"])
		}
	}
	for _, account := range p.accounts {
		user, err := c.FindUser(ctx, account.Name)
		if err == nil && user.Role != account.Role {
			return fmt.Errorf("there is an account %s with the role %s; correct the file, or change it with «kaodian user role %[1]s --role %[3]s»", account.Name, user.Role, account.Role)
		}
		if err != nil && refusal.CodeOf(err) != refusal.NotFound {
			return err
		}
	}
	if err := c.checkAlike(ctx, p.accounts); err != nil {
		return err
	}
	if p.enrolment == nil {
		return nil
	}
	member, _, err := c.mayJoin(*p.enrolment)
	if refusal.Is(err, store.AlreadyEnrolled) {
		return fmt.Errorf("this centre has joined as %s by another enrolment file; leave province.enrolment_file out, or join anew with «kaodian enrol FILE»", member.Centre)
	}
	return err
}

// checkAlike refuses a new account that looks like another one.
func (c *centre) checkAlike(ctx context.Context, accounts []newAccount) error {
	users, err := c.ListUsers(ctx)
	for _, account := range accounts {
		for _, user := range users {
			if user.Name != account.Name && alike.Names(user.Name, account.Name) {
				return fmt.Errorf("an account that looks like %s is there already; choose another name", account.Name)
			}
		}
	}
	return err
}

// makeAccount makes the account; one that is there keeps its password.
func (c *centre) makeAccount(ctx context.Context, account newAccount) (added bool, err error) {
	if account.replace {
		return true, c.PutUser(ctx, account.User)
	}
	_, err = c.FindUser(ctx, account.Name)
	if refusal.CodeOf(err) != refusal.NotFound {
		return false, err
	}
	err = c.AddUser(ctx, account.User)
	if errors.Is(err, login.ErrUserExists) {
		return false, fmt.Errorf("an account that looks like %s is there already; choose another name", account.Name)
	}
	return err == nil, err
}

func (c *centre) enrolOnce(ctx context.Context, invitation batch.Invitation, by exam.Actor, report *setupReport) error {
	member, same, err := c.mayJoin(invitation)
	if err == nil && !same {
		member, err = c.join(ctx, invitation, by)
	}
	if err != nil {
		return err
	}
	report.Centre = member.Centre
	out, err := c.outbox(slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if untold := out.RequestEnrolment(ctx); untold != nil {
		fmt.Fprintf(os.Stderr, "kaodian: the province could not be told yet (%v); the next sync run does it\n", untold)
	}
	return nil
}

// finishSteps notes the steps that the plan answers.
func (c *centre) finishSteps(ctx context.Context, p plan, by exam.Actor) error {
	answered := map[store.SetupStepName]bool{
		store.SetupName:     p.settings["exam.centre_name"] != "",
		store.SetupWifi:     p.settings[store.WifiName] != "",
		store.SetupProvince: p.enrolment != nil,
	}
	for _, step := range store.SetupSteps() {
		if !answered[step] && !p.whole {
			continue
		}
		if err := c.FinishSetupStep(ctx, step, store.SetupDone, by); err != nil {
			return err
		}
	}
	return nil
}

// report prints what was done; a list that was not taken is a failure.
func (s setupCommand) report(common *common, centre *centre, done setupReport) error {
	refused := slices.ContainsFunc(done.Lists, func(list intake.Report) bool { return !list.Taken })
	err := common.say(done, "%s is set up as %s says: %d settings changed, %d accounts made; next: kaodian serve --data %[1]s\n", centre.folder, s.File, len(done.Settings), len(done.Accounts))
	if err != nil || common.JSON {
		return errors.Join(err, refusedList(refused))
	}
	for _, list := range done.Lists {
		for _, problem := range list.Problems {
			fmt.Println(problem)
		}
		fmt.Printf("%d added, %d changed, %d unchanged\n", list.Added, list.Changed, list.Unchanged)
	}
	return refusedList(refused)
}

func refusedList(refused bool) error {
	if !refused {
		return nil
	}
	return errors.New("a list was not taken; correct what stands above and run this again: what is done stays")
}
