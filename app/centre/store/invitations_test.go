package store_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/centre/store"
	"kaodian/app/exam"
)

var boss = exam.Actor{Role: exam.ByStaff, Name: "boss"}

func TestAnInvitationIsGoodOnceAndForTwoDays(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	made, err := c.AccountsBy(boss).Invite(ctx, store.User{Name: "王老师", Role: store.Examiner}, "secret")
	check(t, err)
	if life := made.ExpiresAt.Sub(made.CreatedAt); life != 48*time.Hour {
		t.Errorf("it lives for %s", life)
	}
	user, err := c.EnterByInvitation(ctx, "secret", "", "hash", "session", store.Session{ExpiresAt: c.Now().Add(time.Hour)})
	check(t, err)
	if user.Name != "王老师" || user.Role != store.Examiner {
		t.Errorf("%+v", user)
	}
	session, err := c.FindSession(ctx, "session", store.StaffSession)
	check(t, err)
	if session.Subject != "王老师" {
		t.Errorf("the session is %q's", session.Subject)
	}
	_, err = c.EnterByInvitation(ctx, "secret", "", "another", "other", store.Session{ExpiresAt: c.Now().Add(time.Hour)})
	wantCode(t, err, login.InvitationUsed)
	if user, _ = c.FindUser(ctx, "王老师"); user.Password != "hash" {
		t.Error("the second use changed the password")
	}

	_, err = c.AccountsBy(boss).Invite(ctx, store.User{Name: "late", Role: store.Examiner}, "late")
	check(t, err)
	c.clock.Advance(48 * time.Hour)
	_, err = c.FindInvitation(ctx, "late", c.Now())
	wantCode(t, err, login.InvitationExpired)
	_, err = c.FindInvitation(ctx, "never made", c.Now())
	wantCode(t, err, login.InvitationNotValid)
}

func TestAnInvitationCanBeWithdrawnAndReplaced(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	first, err := c.AccountsBy(boss).Invite(ctx, store.User{Name: "li", Role: store.Technician}, "first")
	check(t, err)
	_, err = c.AccountsBy(boss).Invite(ctx, store.User{Name: "li", Role: store.Invigilator}, "second")
	check(t, err)
	_, err = c.FindInvitation(ctx, "first", c.Now())
	wantCode(t, err, login.InvitationWithdrawn)
	wantCode(t, c.AccountsBy(boss).WithdrawInvitation(ctx, first.ID), refusal.NotFound)
	list, err := c.ListInvitations(ctx, c.Now())
	check(t, err)
	if len(list) != 2 || list[0].StateAt(c.Now()) != accounts.InvitationIsOpen && list[1].StateAt(c.Now()) != accounts.InvitationIsOpen {
		t.Errorf("%+v", list)
	}
	_, err = c.AccountsBy(boss).Invite(ctx, store.User{Name: "ＬＩ", Role: store.Examiner}, "alike")
	wantCode(t, err, login.UserExists)
}

// The account may be made by a command while the link is open.
func TestARefusedInvitationIsNotUsedUp(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	_, err := c.AccountsBy(boss).Invite(ctx, store.User{Name: "zhao", Role: store.Examiner}, "secret")
	check(t, err)
	check(t, c.AddUser(ctx, store.User{Name: "Zhao", Role: store.Examiner, Password: "x"}))
	_, err = c.EnterByInvitation(ctx, "secret", "", "hash", "session", store.Session{ExpiresAt: c.Now().Add(time.Hour)})
	wantCode(t, err, login.UserExists)
	check(t, c.RemoveUser(ctx, "Zhao"))
	_, err = c.FindInvitation(ctx, "secret", c.Now())
	check(t, err)
}

func TestALinkToANewPasswordEndsTheSessions(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	check(t, c.AddUser(ctx, store.User{Name: "wang", Role: store.Invigilator, Password: "old"}))
	check(t, c.CreateSession(ctx, "stolen", store.Session{Kind: store.StaffSession, Subject: "wang", ExpiresAt: c.Now().Add(time.Hour)}))
	_, err := c.AccountsBy(boss).InviteNewPassword(ctx, "nobody", "x")
	wantCode(t, err, refusal.NotFound)
	_, err = c.AccountsBy(boss).InviteNewPassword(ctx, "wang", "link")
	check(t, err)
	user, err := c.EnterByInvitation(ctx, "link", "", "new", "own", store.Session{ExpiresAt: c.Now().Add(time.Hour)})
	check(t, err)
	if user.Role != store.Invigilator || user.Password != "new" {
		t.Errorf("%+v", user)
	}
	_, err = c.FindSession(ctx, "stolen", store.StaffSession)
	wantCode(t, err, login.Needed)
	_, err = c.FindSession(ctx, "own", store.StaffSession)
	check(t, err)

	_, err = c.AccountsBy(boss).InviteNewPassword(ctx, "wang", "again")
	check(t, err)
	check(t, c.RemoveUser(ctx, "wang"))
	_, err = c.EnterByInvitation(ctx, "again", "", "new", "s", store.Session{ExpiresAt: c.Now().Add(time.Hour)})
	wantCode(t, err, login.InvitationWithdrawn)
}

func TestTheFirstAdministratorIsInvitedOnce(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	made, err := c.CreateFirstInvitation(ctx, "first")
	check(t, err)
	if life := made.ExpiresAt.Sub(made.CreatedAt); life != 30*time.Minute {
		t.Errorf("it lives for %s", life)
	}
	_, err = c.CreateFirstInvitation(ctx, "second")
	check(t, err)
	_, err = c.FindInvitation(ctx, "first", c.Now())
	wantCode(t, err, login.InvitationWithdrawn)
	user, err := c.EnterByInvitation(ctx, "second", "boss", "hash", "session", store.Session{ExpiresAt: c.Now().Add(time.Hour)})
	check(t, err)
	if user.Name != "boss" || user.Role != store.Administrator {
		t.Errorf("%+v", user)
	}
	_, err = c.CreateFirstInvitation(ctx, "third")
	wantCode(t, err, login.AdministratorExists)
}

// Two browsers with one link at once: one account, and the other is told.
func TestOneLinkInTwoBrowsersMakesOneAccount(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	_, err := c.AccountsBy(boss).Invite(ctx, store.User{Name: "wang", Role: store.Examiner}, "secret")
	check(t, err)
	errs := make([]error, 4)
	var all sync.WaitGroup
	for n := range errs {
		all.Go(func() {
			_, errs[n] = c.EnterByInvitation(ctx, "secret", "", "hash", store.NewID(), store.Session{ExpiresAt: c.Now().Add(time.Hour)})
		})
	}
	all.Wait()
	used := 0
	for _, err := range errs {
		if refusal.CodeOf(err) == login.InvitationUsed {
			used++
		}
	}
	if used != len(errs)-1 {
		t.Error(errors.Join(errs...))
	}
}

// Who may not invite any more does not come back by a link made before.
func TestTheLinksOfWhoIsLockedOrRemovedAreWithdrawn(t *testing.T) {
	for name, end := range map[string]func(*centre) error{
		"locked":  func(c *centre) error { return c.LockUser(t.Context(), "boss") },
		"removed": func(c *centre) error { return c.RemoveUser(t.Context(), "boss") },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentre(t)
			for _, one := range []string{"boss", "other"} {
				check(t, c.PutUser(t.Context(), store.User{Name: one, Role: store.Administrator, Password: "x"}))
			}
			_, err := c.AccountsBy(boss).Invite(t.Context(), store.User{Name: "again", Role: store.Administrator}, "secret")
			check(t, err)
			check(t, end(c))
			_, err = c.FindInvitation(t.Context(), "secret", c.Now())
			wantCode(t, err, login.InvitationWithdrawn)
		})
	}
}

// One person cannot be both: an account of the proposer's own link is no second
// person on the day it was made.
func TestWhoTheProposerLetInIsNoSecondPersonForADay(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	for _, one := range []string{"boss", "other"} {
		check(t, c.PutUser(ctx, store.User{Name: one, Role: store.Administrator, Password: "x"}))
	}
	_, err := c.AccountsBy(boss).Invite(ctx, store.User{Name: "mine", Role: store.Administrator}, "secret")
	check(t, err)
	_, err = c.EnterByInvitation(ctx, "secret", "", "hash", "session", store.Session{ExpiresAt: c.Now().Add(time.Hour)})
	check(t, err)
	propose := func() string {
		made, err := c.Propose(ctx, store.ProposalFreeRoom, map[string]string{"reason": "磁盘快满了"}, nil, boss)
		check(t, err)
		return made.ID
	}
	_, err = c.ConfirmProposal(ctx, propose(), "mine")
	wantCode(t, err, store.SecondNotAllowed)
	_, err = c.ConfirmProposal(ctx, propose(), "other")
	check(t, err)
	c.clock.Advance(25 * time.Hour)
	_, err = c.ConfirmProposal(ctx, propose(), "mine")
	check(t, err)
}

// What somebody proposed is not done in the name of an account that may not
// propose it any more.
func TestAProposalEndsWithTheRightToProposeIt(t *testing.T) {
	for name, end := range map[string]func(c *centre) error{
		"taken away":         func(c *centre) error { return c.RemoveStaff(t.Context(), "helper", boss) },
		"locked":             func(c *centre) error { return c.AccountsBy(boss).LockUser(t.Context(), "helper") },
		"given another role": func(c *centre) error { return c.SetStaffRole(t.Context(), "helper", store.Examiner, boss) },
	} {
		t.Run(name, func(t *testing.T) {
			c := newCentre(t)
			check(t, c.PutUser(t.Context(), store.User{Name: "boss", Role: store.Administrator, Password: "x"}))
			check(t, c.PutUser(t.Context(), store.User{Name: "helper", Role: store.Technician, Password: "x"}))
			made, err := c.Propose(t.Context(), store.ProposalFreeRoom, map[string]string{"reason": "磁盘快满了"}, nil, exam.Actor{Role: exam.ByStaff, Name: "helper"})
			check(t, err)
			check(t, end(c))
			if list, err := c.ListProposals(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("it is still offered: %v, %v", list, err)
			}
			_, err = c.ConfirmProposal(t.Context(), made.ID, "boss")
			wantCode(t, err, store.ProposerGone)
		})
	}
}

// Nobody is told to wait for a second person whom the centre does not have.
func TestWhoCanBeTheSecondPersonAndFromWhenOn(t *testing.T) {
	c := newCentre(t)
	ctx := t.Context()
	check(t, c.PutUser(ctx, store.User{Name: "boss", Role: store.Administrator, Password: "x"}))
	seconds := func() (told []string) {
		list, err := c.ListSeconds(ctx, "boss")
		check(t, err)
		for _, one := range list {
			if one.From.IsZero() {
				told = append(told, one.Name)
			} else {
				told = append(told, one.Name+" in "+one.From.Sub(c.Now()).String())
			}
		}
		return told
	}
	if got := seconds(); got != nil {
		t.Errorf("alone: %v", got)
	}
	_, err := c.AccountsBy(boss).Invite(ctx, store.User{Name: "mine", Role: store.Invigilator}, "secret")
	check(t, err)
	_, err = c.EnterByInvitation(ctx, "secret", "", "hash", "session", store.Session{ExpiresAt: c.Now().Add(time.Hour)})
	check(t, err)
	check(t, c.PutUser(ctx, store.User{Name: "painter", Role: store.Examiner, Password: "x"}))
	c.clock.Advance(time.Hour)
	if got := seconds(); !slices.Equal(got, []string{"mine in 23h0m0s"}) {
		t.Errorf("after an hour: %v", got)
	}
	c.clock.Advance(23 * time.Hour)
	if got := seconds(); !slices.Equal(got, []string{"mine"}) {
		t.Errorf("after a day: %v", got)
	}
	check(t, c.PutUser(ctx, store.User{Name: "other", Role: store.Administrator, Password: "x"}))
	if got := seconds(); !slices.Equal(got, []string{"other"}) {
		t.Errorf("with another administrator: %v", got)
	}
}
