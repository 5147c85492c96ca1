package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"kaodian/app/alike"
	"kaodian/app/base/refusal"
	"kaodian/app/province/store"
	"kaodian/app/webkit"
)

type userCommands struct {
	List     userListCommand     `cmd:"" help:"List the accounts."`
	Add      userAddCommand      `cmd:"" help:"Make an account; the password is read from standard input."`
	Password userPasswordCommand `cmd:"" help:"Give an account another password, read from standard input; it is logged out everywhere."`
	Role     userRoleCommand     `cmd:"" help:"Give an account another role; it is logged out everywhere."`
	Lock     userLockCommand     `cmd:"" help:"Keep an account from logging in; it is logged out everywhere at once."`
	Unlock   userUnlockCommand   `cmd:"" help:"Let an account log in again at once that is locked, or has to wait after wrong log-ins."`
	Remove   userRemoveCommand   `cmd:"" help:"Take an account away for good; what it did keeps its name."`
}

type userListCommand struct{}

type userBody struct {
	Name      string     `json:"name"`
	Role      string     `json:"role"`
	Locked    bool       `json:"locked"`
	LockedAt  *time.Time `json:"locked_at,omitempty"`
	LastLogin *time.Time `json:"last_login_at,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
}

// Run lists the accounts by name.
func (userListCommand) Run(ctx context.Context, common *common) error {
	return common.with(ctx, func(s *store.Store) error {
		users, err := s.ListUsers(ctx)
		if err != nil {
			return err
		}
		list := []userBody{}
		for _, u := range users {
			list = append(list, userBody{u.Name, u.Role, !u.LockedAt.IsZero(), maybe(u.LockedAt), maybe(u.LastLoginAt), u.CreatedAt})
		}
		return common.print(map[string]any{"users": list}, strings.TrimSuffix(userTable(list), "\n"))
	})
}

func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func userTable(list []userBody) string {
	if len(list) == 0 {
		return "no account yet; make one with: kaodian-province user add NAME --role administrator\n"
	}
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "NAME\tROLE\tMADE\tLAST LOG-IN\tLOCKED")
	moment := func(t *time.Time, none string) string {
		if t == nil {
			return none
		}
		return t.Local().Format("2006-01-02 15:04")
	}
	for _, u := range list {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", u.Name, u.Role, moment(&u.CreatedAt, ""), moment(u.LastLogin, "never"), moment(u.LockedAt, "no"))
	}
	_ = table.Flush() // into memory
	return text.String()
}

type userName struct {
	Name string `arg:"" help:"The account."`
}

type userRole struct {
	Role string `required:"" enum:"administrator,reviewer,viewer" help:"${enum}"`
}

type userAddCommand struct {
	Name string `arg:"" help:"Name to log in with."`
	userRole
}

// Run makes the account; one that is there stays as it is.
func (u *userAddCommand) Run(ctx context.Context, common *common) error {
	return common.with(ctx, func(s *store.Store) error {
		if err := taken(ctx, s, u.Name); err != nil {
			return err // before anybody is asked for a password
		}
		hash, err := newPassword(u.Name)
		if err != nil {
			return err
		}
		err = s.AddUser(ctx, store.User{Name: u.Name, Role: u.Role, Password: hash})
		if errors.Is(err, store.ErrUserExists) {
			return taken(ctx, s, u.Name)
		}
		if err != nil {
			return err
		}
		return common.print(map[string]string{"added": u.Name, "role": u.Role}, fmt.Sprintf("%s may log in as %s.", u.Name, u.Role))
	})
}

// taken refuses a name that an account has, or that looks like one's: at the
// log-in they are two, in a list and in the audit log nobody could tell them
// apart.
func taken(ctx context.Context, s *store.Store, name string) error {
	users, err := s.ListUsers(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Name == name {
			return fmt.Errorf("there is an account %s already, and nothing was changed; choose another name, or change that one with «kaodian-province user password %[1]s» or «kaodian-province user role %[1]s --role ROLE»", name)
		}
	}
	for _, u := range users {
		if alike.Names(u.Name, name) {
			return fmt.Errorf("that name looks like the account %s, and nothing was changed; choose another name", u.Name)
		}
	}
	return nil
}

type userPasswordCommand struct{ userName }

// Run gives the account another password.
func (u *userPasswordCommand) Run(ctx context.Context, common *common) error {
	return common.changeUser(ctx, u.Name, func(s *store.Store) error {
		if _, err := s.FindUser(ctx, u.Name); err != nil {
			return err
		}
		hash, err := newPassword(u.Name)
		if err != nil {
			return err
		}
		return s.SetPassword(ctx, u.Name, hash)
	}, map[string]string{"changed": u.Name}, "%s has another password, and is logged out everywhere.")
}

type userRoleCommand struct {
	userName
	userRole
}

// Run gives the account another role.
func (u *userRoleCommand) Run(ctx context.Context, common *common) error {
	return common.changeUser(ctx, u.Name, func(s *store.Store) error { return s.SetRole(ctx, u.Name, u.Role) },
		map[string]string{"changed": u.Name, "role": u.Role}, "%s is "+u.Role+" from now on, and is logged out everywhere.")
}

type userLockCommand struct{ userName }

// Run locks the account.
func (u *userLockCommand) Run(ctx context.Context, common *common) error {
	return common.changeUser(ctx, u.Name, func(s *store.Store) error { return s.LockUser(ctx, u.Name) },
		map[string]string{"locked": u.Name}, "%[1]s is locked and logged out everywhere; «kaodian-province user unlock %[1]s» takes it back.")
}

type userRemoveCommand struct{ userName }

// Run removes the account.
func (u *userRemoveCommand) Run(ctx context.Context, common *common) error {
	return common.changeUser(ctx, u.Name, func(s *store.Store) error { return s.RemoveUser(ctx, u.Name) },
		map[string]string{"removed": u.Name}, "%s is removed and logged out everywhere; what it did keeps its name.")
}

// changeUser changes an account that is there, and says so.
func (c *common) changeUser(ctx context.Context, name string, do func(*store.Store) error, said any, sentence string) error {
	return c.with(ctx, func(s *store.Store) error {
		err := do(s)
		switch {
		case refusal.CodeOf(err) == refusal.NotFound:
			return fmt.Errorf("there is no account %s here; «kaodian-province user list» lists them", name)
		case errors.Is(err, store.ErrLastAdministrator):
			return fmt.Errorf("%s is the last administrator who may log in, and nothing was changed; make or unlock another first", name)
		case err != nil:
			return err
		}
		return c.print(said, fmt.Sprintf(sentence, name))
	})
}

// newPassword reads a password and makes its hash.
func newPassword(name string) (hash string, err error) {
	password, err := readPassword()
	if err != nil {
		return "", err
	}
	return webkit.NewPassword(name, password)
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

type userUnlockCommand struct{ userName }

// Run takes the lock away and forgets the wrong log-ins, also while the server
// runs.
func (u *userUnlockCommand) Run(ctx context.Context, common *common) error {
	return common.changeUser(ctx, u.Name, func(s *store.Store) error { return s.UnlockUser(ctx, u.Name) },
		map[string]string{"unlocked": u.Name}, "%s may log in again.")
}
