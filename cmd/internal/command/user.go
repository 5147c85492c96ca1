package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"kaodian/app/base/alike"
	"kaodian/app/base/login"
	"kaodian/app/base/refusal"
	"kaodian/app/webkit"
)

// Accounts are a program's accounts.
type Accounts interface {
	ListUsers(ctx context.Context) ([]login.User, error)
	FindUser(ctx context.Context, name string) (login.User, error)
	AddUser(ctx context.Context, user login.User) error
	SetPassword(ctx context.Context, name, hash string) error
	SetRole(ctx context.Context, name string, role login.Role) error
	LockUser(ctx context.Context, name string) error
	UnlockUser(ctx context.Context, name string) error
	RemoveUser(ctx context.Context, name string) error
}

// Users is what the commands for accounts need. The kong variable «roles» names
// the program's roles.
type Users struct {
	Common
	With  func(ctx context.Context, do func(Accounts) error) error
	Shown func(time.Time) time.Time // a moment in the zone that a table shows
}

// UserCommands are the commands for accounts that both programs have alike.
type UserCommands struct {
	Add      UserAdd      `cmd:"" help:"Make an account; the password is read from standard input."`
	Password UserPassword `cmd:"" help:"Give an account another password, read from standard input; it is logged out everywhere."`
	Role     UserSetRole  `cmd:"" help:"Give an account another role; it is logged out everywhere."`
	Lock     UserLock     `cmd:"" help:"Keep an account from logging in; it is logged out everywhere at once."`
}

// UserList lists the accounts.
type UserList struct{}

type userBody struct {
	Name      string     `json:"name"`
	Role      login.Role `json:"role"`
	Locked    bool       `json:"locked"`
	LockedAt  time.Time  `json:"locked_at,omitzero"`
	LastLogin time.Time  `json:"last_login_at,omitzero"`
	CreatedAt time.Time  `json:"created_at"`
}

// Run lists the accounts by name.
func (UserList) Run(ctx context.Context, users *Users) error {
	return users.With(ctx, func(c Accounts) error {
		all, err := c.ListUsers(ctx)
		if err != nil {
			return err
		}
		list := []userBody{}
		for _, u := range all {
			list = append(list, userBody{u.Name, u.Role, !u.LockedAt.IsZero(), u.LockedAt, u.LastLoginAt, u.CreatedAt})
		}
		return users.Say(map[string]any{"users": list}, "%s", users.table(list))
	})
}

func (s *Users) table(list []userBody) string {
	if len(list) == 0 {
		return "no account yet; make one with: " + s.Type("user add NAME --role administrator") + "\n"
	}
	moment := func(t time.Time, none string) string {
		if t.IsZero() {
			return none
		}
		return s.Shown(t).Format("2006-01-02 15:04")
	}
	rows := [][]string{{"NAME", "ROLE", "MADE", "LAST LOG-IN", "LOCKED"}}
	for _, u := range list {
		rows = append(rows, []string{u.Name, string(u.Role), moment(u.CreatedAt, ""), moment(u.LastLogin, "never"), moment(u.LockedAt, "no")})
	}
	return aligned(rows)
}

// aligned is a table with aligned columns on a terminal, where a Chinese
// character is two columns wide, in every locale.
func aligned(rows [][]string) string {
	terminal := runewidth.Condition{}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for n, cell := range row {
			widths[n] = max(widths[n], terminal.StringWidth(cell))
		}
	}
	var text strings.Builder
	for _, row := range rows {
		last := len(row) - 1
		for n, cell := range row[:last] {
			text.WriteString(terminal.FillRight(cell, widths[n]+2))
		}
		text.WriteString(row[last] + "\n")
	}
	return text.String()
}

type userName struct {
	Name string `arg:"" help:"The account."`
}

type userRole struct {
	Role login.Role `required:"" enum:"${roles}" placeholder:"${either}" help:"What the account may do."`
}

// UserAdd makes an account.
type UserAdd struct {
	Name string `arg:"" help:"Name to log in with."`
	userRole
}

// Run makes the account; one that is there stays as it is.
func (u *UserAdd) Run(ctx context.Context, users *Users) error {
	return users.With(ctx, func(c Accounts) error {
		if err := users.taken(ctx, c, u.Name); err != nil {
			return err // before a password is asked for
		}
		hash, err := newPassword(u.Name)
		if err != nil {
			return err
		}
		err = c.AddUser(ctx, login.User{Name: u.Name, Role: u.Role, Password: hash})
		if errors.Is(err, login.ErrUserExists) {
			return users.taken(ctx, c, u.Name)
		}
		if err != nil {
			return err
		}
		return users.Say(map[string]string{"added": u.Name, "role": string(u.Role)}, "%s may log in as %s.\n", u.Name, u.Role)
	})
}

// taken refuses a name that an account has, or that looks the same: nobody could
// tell the two apart in a list or in the audit log.
func (s *Users) taken(ctx context.Context, c Accounts, name string) error {
	users, err := c.ListUsers(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		if u.Name == name {
			return fmt.Errorf("there is an account %s already, and nothing was changed; choose another name, or change that one with «%s» or «%s»",
				name, s.Type("user password "+name), s.Type("user role "+name+" --role ROLE"))
		}
	}
	for _, u := range users {
		if alike.Names(u.Name, name) {
			return fmt.Errorf("that name looks like the account %s, and nothing was changed; choose another name", u.Name)
		}
	}
	return nil
}

// UserPassword changes a password.
type UserPassword struct{ userName }

// Run gives the account another password.
func (u *UserPassword) Run(ctx context.Context, users *Users) error {
	return users.Change(ctx, u.Name, func(c Accounts) error {
		if _, err := c.FindUser(ctx, u.Name); err != nil {
			return err
		}
		hash, err := newPassword(u.Name)
		if err != nil {
			return err
		}
		return c.SetPassword(ctx, u.Name, hash)
	}, map[string]string{"changed": u.Name}, "%s has another password, and is logged out everywhere.\n")
}

// UserSetRole changes a role.
type UserSetRole struct {
	userName
	userRole
}

// Run gives the account another role.
func (u *UserSetRole) Run(ctx context.Context, users *Users) error {
	return users.Change(ctx, u.Name, func(c Accounts) error { return c.SetRole(ctx, u.Name, u.Role) },
		map[string]string{"changed": u.Name, "role": string(u.Role)}, "%s is "+string(u.Role)+" from now on, and is logged out everywhere.\n")
}

// UserLock locks an account.
type UserLock struct{ userName }

// Run locks the account.
func (u *UserLock) Run(ctx context.Context, users *Users) error {
	back := strings.ReplaceAll(users.Type("user unlock "+u.Name), "%", "%%") // it becomes part of a format
	return users.Change(ctx, u.Name, func(c Accounts) error { return c.LockUser(ctx, u.Name) },
		map[string]string{"locked": u.Name}, "%s is locked and logged out everywhere; «"+back+"» takes it back.\n")
}

// UserRemove removes an account.
type UserRemove struct{ userName }

// Run removes the account.
func (u *UserRemove) Run(ctx context.Context, users *Users) error {
	return users.Change(ctx, u.Name, func(c Accounts) error { return c.RemoveUser(ctx, u.Name) },
		map[string]string{"removed": u.Name}, "%s is removed and logged out everywhere; what it did keeps its name.\n")
}

// Change changes an existing account and reports it.
func (s *Users) Change(ctx context.Context, name string, do func(Accounts) error, said any, sentence string) error {
	return s.With(ctx, func(c Accounts) error {
		err := do(c)
		switch {
		case refusal.CodeOf(err) == refusal.NotFound:
			return fmt.Errorf("there is no account %s here; «%s» lists them%w", name, s.Type("user list"), Hidden{Err: err})
		case errors.Is(err, login.ErrLastAdministrator):
			return fmt.Errorf("%s is the last administrator who may log in, and nothing was changed; make or unlock another first", name)
		case err != nil:
			return err
		}
		return s.Say(said, sentence, name)
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

// UserUnlock lets an account log in again.
type UserUnlock struct{ userName }

// Run removes the lock and the wrong log-ins, also while the server runs.
func (u *UserUnlock) Run(ctx context.Context, users *Users) error { return users.Unlock(ctx, u.Name) }

// Unlock lets the account log in again.
func (s *Users) Unlock(ctx context.Context, name string) error {
	return s.Change(ctx, name, func(c Accounts) error { return c.UnlockUser(ctx, name) },
		map[string]string{"unlocked": name}, "%s may log in again.\n")
}
