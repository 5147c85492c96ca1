package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// data opens the exam's data and has SQLite read all of it. A folder that is
// not there is not made: it would be the wrong one.
func (p *Machine) data(ctx context.Context) Check {
	folder, err := p.Folder(ctx)
	if err != nil {
		return isWrong(err, "nothing else of the exam can be looked at until then")
	}
	info, err := os.Stat(filepath.Join(folder, p.Database))
	if err != nil {
		return isWrong(err, "run this as the user that serves")
	}
	p.folder = folder
	opened, err := p.Open(ctx)
	if err != nil {
		return isWrong(err, "run this as the user that serves, with the server's --config; is the database damaged, take the last backup")
	}
	p.opened = opened
	damage, err := opened.Damage(ctx)
	if err != nil {
		return isWrong(err, "stop the server and take the last backup")
	}
	if damage != "" {
		return isWrong(fmt.Errorf("the database is damaged: %s", damage), "stop the server and take the last backup")
	}
	if users, err := opened.ListUsers(ctx); err == nil && len(users) == 0 {
		return isGood("%s, %d MB of records, undamaged; nobody has an account here", folder, info.Size()/mega)
	}
	return isGood("%s, %d MB of records, undamaged", folder, info.Size()/mega)
}
