// Package accountstest checks that a store gives its accounts' rows as the
// package accounts takes them. Only tests may import it.
package accountstest

import (
	"errors"
	"testing"

	"kaodian/app/base/accounts"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
)

// Check changes an account of that role and looks what else of it changed.
func Check(t *testing.T, a accounts.Accounts, role login.Role) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(a.AddUser(ctx, login.User{Name: "chief", Role: login.Administrator, Password: "x"}))
	must(a.AddUser(ctx, login.User{Name: "老师", Role: login.Administrator, Password: "first"}))
	must(a.LockUser(ctx, "老师"))
	before, err := a.FindUser(ctx, "老师")
	must(err)
	must(a.SetPassword(ctx, "老师", "second"))
	must(a.SetRole(ctx, "老师", role))
	after, err := a.FindUser(ctx, "老师")
	must(err)
	before.Role, before.Password = role, "second"
	if after != before || after.LockedAt.IsZero() {
		t.Errorf("another password and role made %+v, not %+v", after, before)
	}
	for _, err := range []error{a.LockUser(ctx, "chief"), a.SetRole(ctx, "chief", role), a.RemoveUser(ctx, "chief")} {
		if !errors.Is(err, login.ErrLastAdministrator) {
			t.Errorf("the last administrator: %v", err)
		}
	}
	if err := a.SetPassword(ctx, "nobody", "x"); refusal.CodeOf(err) != refusal.NotFound {
		t.Errorf("an account that is not there: %v", err)
	}
	must(a.CountFailure(ctx, "account", "device"))
	must(a.CountFailure(ctx, "account", "device"))
	must(a.ForgetFailures(ctx, "account"))
	for key, want := range map[string]int{"account": 0, "device": 2} {
		count, last, err := a.FindFailures(ctx, key)
		if must(err); count != want || last.IsZero() != (want == 0) {
			t.Errorf("%s was wrong %d times, last %v, not %d times", key, count, last, want)
		}
	}
}
