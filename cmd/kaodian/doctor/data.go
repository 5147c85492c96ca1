package doctor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"kaodian/app/base/refusal"
)

// open opens the exam's data for the checks. A folder that is not there is not
// made: it would be the wrong one.
func (p *Machine) open(ctx context.Context) {
	var next string
	var err error
	if p.opened, next, err = p.tryOpen(ctx); err != nil {
		if refusal.CodeOf(err) == refusal.DiskFull {
			next = freeRoom
		}
		p.closed = isWrong(err, next).as(DataClosed)
	}
}

func (p *Machine) tryOpen(ctx context.Context) (opened *Centre, next string, err error) {
	if p.folder, err = p.Folder(ctx); err != nil {
		return nil, "nothing else of the exam can be looked at until then", err
	}
	info, err := os.Stat(filepath.Join(p.folder, p.Database))
	if err != nil {
		return nil, "run this as the user that serves", err
	}
	p.size = info.Size()
	opened, err = p.Open(ctx)
	return opened, "run this as the user that serves, with the server's --config; is the database damaged, take the last backup", err
}

const freeRoom = "the disk is full: free room on it, then look again"

// unread is of data that could not be read whole. Only what SQLite itself calls
// damaged is: over a disk that is full or slow nobody is to bring a backup back.
func unread(ctx context.Context, err error) Check {
	switch {
	case refusal.CodeOf(err) == refusal.DiskFull:
		return isWrong(err, freeRoom).as(DataClosed)
	case refusal.CodeOf(err) != "":
		return isWrong(err, "see to the disk (journalctl -k, smartctl), then look again").as(DataClosed)
	case ctx.Err() != nil:
		return isWrong(fmt.Errorf("the data could not be read to their end in time: %w", err), "look again when nobody is in an exam; if it says so again, see to the disk").as(Hangs)
	}
	return isWrong(err, "stop the server and take the last backup").as(DataDamaged)
}

// data has SQLite read all of the exam's data.
func (p *Machine) data(ctx context.Context) Check {
	if p.opened == nil {
		return p.closed
	}
	damage, err := p.opened.Damage(ctx)
	if err != nil {
		return unread(ctx, err)
	}
	if damage != "" {
		return isWrong(fmt.Errorf("the database is damaged: %s", damage), "stop the server and take the last backup").as(DataDamaged)
	}
	if users, err := p.opened.ListUsers(ctx); err == nil && len(users) == 0 {
		return isGood("%s, %d MB of records, undamaged; nobody has an account here", p.folder, p.size/mega).as(DataNobody)
	}
	return isGood("%s, %d MB of records, undamaged", p.folder, p.size/mega).as(DataGood)
}
