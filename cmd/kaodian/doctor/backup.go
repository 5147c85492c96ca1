package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Backups is how the centre's copies elsewhere stand.
type Backups struct {
	HasKey    bool // there is a key on paper
	MadeAt    time.Time
	To        string
	CheckedAt time.Time // when one was last found to come back
	CheckedOf time.Time // when the newest of those that came back was made
	Problem   string    // of the last check
}

// StaleBackup is how old the last backup that comes back may be.
const StaleBackup = 7 * 24 * time.Hour

// backup says when the centre was last copied elsewhere, and whether that comes back.
func (p *Machine) backup(ctx context.Context) Check {
	if p.opened == nil {
		return unseen()
	}
	found, err := p.opened.Backups(ctx)
	if err != nil {
		return isWrong(err, "do what it says").as(BackupUnread)
	}
	return found.check(p.opened.Now(), p.Type)
}

func (b Backups) check(now time.Time, typed func(string) string) Check {
	at := func(t time.Time) string { return t.In(now.Location()).Format("2006-01-02 15:04") }
	switch {
	case !b.HasKey:
		return needsAttention("there is no backup: one disk that fails takes everything", "make a key for the paper: "+typed("backup key")+", then: "+typed("backup --to DIR")).as(BackupNoKey)
	case b.Problem != "":
		return isWrong(errors.New(b.Problem), "make one on another disk or stick: "+typed("backup --to DIR")).as(BackupFailed)
	case b.CheckedOf.IsZero():
		return needsAttention("there is no backup that was checked", "put the disk or stick in, then: "+typed("backup --to DIR")).as(BackupNone)
	case b.MadeAt.After(b.CheckedOf):
		return needsAttention(fmt.Sprintf("the check of the last backup, of %s, did not come to its end", at(b.MadeAt)), "put the disk or stick in, then: "+typed("backup check DIR")).as(BackupUnchecked)
	case now.Sub(b.CheckedOf) > StaleBackup || b.CheckedOf.Sub(now) > StaleBackup:
		return needsAttention(fmt.Sprintf("the last backup that was checked is of %s", at(b.CheckedOf)), "put the disk or stick in, then: "+typed("backup --to DIR")).as(BackupOld).on(b.CheckedOf)
	}
	return isGood("the last backup is of %s in %s; on %s it was checked and can be brought back", at(b.MadeAt), b.To, at(b.CheckedAt)).as(BackupGood).on(b.CheckedOf)
}
