package doctor

import (
	"context"
	"fmt"
	"time"
)

// Files is what reading the stored files whole has found.
type Files struct {
	ReadAt     time.Time // the end of the last whole reading; zero for none
	Bad        int       // damaged ones, and those that are gone
	Unreadable int       // which the disk does not give
}

// staleFiles is how old the last whole reading may be: two nights may be busy.
const staleFiles = 3 * 24 * time.Hour

// files says whether stored files are damaged, as the nightly reading found them.
func (p *Machine) files(ctx context.Context) Check {
	if p.opened == nil {
		return unseen()
	}
	found, err := p.opened.Files(ctx)
	if err != nil {
		return isWrong(err, "read all files again on the page «Health»").as(FilesUnknown)
	}
	return found.check(p.opened.Now())
}

func (f Files) check(now time.Time) Check {
	read := f.ReadAt.In(now.Location()).Format("2006-01-02 15:04")
	const where = "the page «Health» names them, and where a good copy may be"
	switch {
	case f.Bad > 0:
		return isWrong(fmt.Errorf("%d stored files are damaged or gone", f.Bad), where).as(FilesDamaged).counting(int64(f.Bad))
	case f.Unreadable > 0:
		return isWrong(fmt.Errorf("%d stored files cannot be read", f.Unreadable), "look at the disk (journalctl -k, smartctl); "+where).as(FilesUnreadable).counting(int64(f.Unreadable))
	case f.ReadAt.IsZero():
		return needsAttention("the stored files were not read yet", "leave the server on by night, or press «read all files» on the page «Health»").as(FilesNever)
	case now.Sub(f.ReadAt) > staleFiles:
		return needsAttention("all stored files were last read on "+read, "leave the server on by night, or press «read all files» on the page «Health»").as(FilesOld).on(f.ReadAt)
	}
	return isGood("all stored files were read on %s and are as they came", read).as(FilesGood).on(f.ReadAt)
}
