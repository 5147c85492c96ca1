package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/base/durable"
	"kaodian/app/centre/store"
	"kaodian/sync/backup"
	"kaodian/sync/seal"
)

type backupCommands struct {
	Make  backupCommand      `cmd:"" default:"withargs" help:"Back the centre up, and check that the backup can be brought back; also while the exam goes on."`
	Key   backupKeyCommand   `cmd:"" help:"Make the key that opens backups, and print it once, to be kept on paper."`
	Check backupCheckCommand `cmd:"" help:"Open a backup whole, and check that it can be brought back."`
}

type backupCommand struct {
	To   string `required:"" placeholder:"DIR" type:"path" help:"A folder on another disk, a stick or a share."`
	Keep int    `default:"10" placeholder:"N" help:"How many backups stay there; the oldest go. 0 keeps all."`

	Apart bool `help:"Refuse a folder on the disk of the data, as that of a stick which is not in."`
	Tell  bool `hidden:"" help:"Print how far it is, each second, as JSON."`
}

// backedUp is what a backup prints.
type backedUp struct {
	Backup   string    `json:"backup"`
	To       string    `json:"to"`
	MadeAt   time.Time `json:"made_at"`
	Files    int       `json:"files"`
	Bytes    int64     `json:"bytes"`
	NewBytes int64     `json:"new_bytes"`
	SameDisk bool      `json:"same_disk"`
	Checked  bool      `json:"checked"`
}

// Run makes a backup and checks it.
func (b *backupCommand) Run(ctx context.Context, common *common) error {
	if b.Keep < 0 {
		return usage("--keep is how many backups stay: 1 or more, or 0 for all")
	}
	return common.withCentre(ctx, func(c *centre) error {
		maker := &backup.Maker{Folder: c.folder, Program: "kaodian " + version, Now: c.Now, Copy: c.CopyTo, Keep: b.Keep, Apart: b.Apart, Held: true, Meter: new(backup.Meter)}
		if b.Tell {
			defer tellBackup(maker.Meter)()
		}
		made, err := common.backUpWhole(ctx, c, maker, b.To)
		if ctx.Err() == nil {
			noted := c.noteBackup(ctx, func(s *backupState) { s.ended(c.Now(), err) })
			err = errors.Join(err, noted)
		}
		if err != nil || b.Tell {
			return err
		}
		return common.sayBackedUp(made, b.To)
	})
}

// backUpWhole makes a backup that is known to come back, and removes the oldest.
func (c *common) backUpWhole(ctx context.Context, centre *centre, maker *backup.Maker, to string) (backup.Made, error) {
	lock, err := backup.Lock(centre.folder)
	if err != nil {
		return backup.Made{}, err
	}
	defer lock.Close()
	made, err := c.backUp(ctx, centre, maker, to)
	for tries := 1; tries < 3; tries++ {
		damaged, ok := errors.AsType[*backup.DamagedError](err)
		if !ok || len(damaged.Pieces) == 0 {
			break
		}
		maker.Distrust = damaged.Pieces // what an earlier run left there went bad
		made, err = c.backUp(ctx, centre, maker, to)
	}
	if err == nil {
		err = maker.Prune(ctx, to) // one that comes back is there: now an older one may go
	}
	return made, err
}

// backUp makes one backup and checks it.
func (c *common) backUp(ctx context.Context, centre *centre, maker *backup.Maker, to string) (backup.Made, error) {
	made, err := maker.Make(ctx, to)
	if err != nil {
		return made, err
	}
	if err := centre.noteBackup(ctx, func(s *backupState) { s.made(made, to) }); err != nil {
		return made, err
	}
	_, err = c.drill(ctx, centre, to, made.Name(), maker.Meter)
	return made, err
}

func (c *common) sayBackedUp(made backup.Made, to string) error {
	if made.SameDisk {
		fmt.Fprintf(os.Stderr, "kaodian: %s is on the disk of the data folder; one fault takes both, so name another disk, a stick or a share\n", to)
	}
	done := backedUp{
		Backup: made.Name(), To: to, MadeAt: made.MadeAt, Files: len(made.Files), Bytes: made.Bytes(), NewBytes: made.New,
		SameDisk: made.SameDisk, Checked: true,
	}
	return c.say(done, "backed up as %s: files %d, %d MB, of them new %d MB; checked: it can be brought back\n",
		done.Backup, done.Files, done.Bytes/1_000_000, done.NewBytes/1_000_000)
}

type backupKeyCommand struct {
	Replace bool `help:"Make a new key although there is one; backups that were made with the old one still need the old paper."`
}

// Run prints a new key before it is kept: nothing is sealed to one that nobody saw.
func (k *backupKeyCommand) Run(ctx context.Context, common *common) error {
	folder, err := common.ready(ctx, toUse)
	if err != nil {
		return err
	}
	lock, err := backup.Lock(folder)
	if err != nil {
		return err
	}
	defer lock.Close()
	if _, err := backup.LoadKeys(folder); !k.Replace && !errors.Is(err, backup.ErrNoKey) {
		return errors.Join(err, errors.New("there is a key for backups already, and it is on paper only; if the paper is lost, make a new one with «kaodian backup key --replace»"))
	}
	paper, err := seal.GenerateIdentity()
	if err != nil {
		return err
	}
	err = common.say(map[string]string{"identity": paper.Secret(), "recipient": paper.Recipient()},
		"%s\nWrite this line down or print it, and keep it away from this machine: without it no backup can be brought back, and it is not shown again.\n", paper.Secret())
	if err != nil {
		return err
	}
	return backup.Save(folder, paper, time.Now())
}

type backupCheckCommand struct {
	Dir      string `arg:"" type:"path" help:"The folder that the backup was made to."`
	Backup   string `placeholder:"NAME" help:"Which backup; else the newest."`
	Identity string `placeholder:"FILE" help:"Open it with the key on paper, from a file or from standard input (-); else with this box's own."`
}

// checked is what a check prints.
type checked struct {
	Backup string    `json:"backup"`
	MadeAt time.Time `json:"made_at"`
	Files  int       `json:"files"`
	Bytes  int64     `json:"bytes"`
	Good   bool      `json:"good"`
}

// Run checks a backup.
func (b *backupCheckCommand) Run(ctx context.Context, common *common) error {
	return common.withCentre(ctx, func(c *centre) error {
		lock, err := backup.Lock(c.folder)
		if err != nil {
			return err
		}
		defer lock.Close()
		if b.Identity == "" {
			return common.sayChecked(common.drill(ctx, c, b.Dir, b.Backup, nil))
		}
		with, err := readPaper(b.Identity)
		if err != nil {
			return err
		}
		return common.sayChecked(common.tryOut(ctx, c.folder, b.Dir, b.Backup, with, nil))
	})
}

func (c *common) sayChecked(l backup.List, err error) error {
	if err != nil {
		return err
	}
	return c.say(checked{l.Name(), l.MadeAt, len(l.Files), l.Bytes(), true},
		"%s of %s can be brought back: files %d, %d MB\n", l.Name(), l.MadeAt.Local().Format(dateTime), len(l.Files), l.Bytes()/1_000_000)
}

const dateTime = "2006-01-02 15:04"

// drill checks a backup with the box's own key, and writes down how it went. The
// caller holds the lock.
func (c *common) drill(ctx context.Context, centre *centre, dir, name string, meter *backup.Meter) (backup.List, error) {
	keys, err := backup.LoadKeys(centre.folder)
	if err != nil {
		return backup.List{}, err
	}
	l, err := c.tryOut(ctx, centre.folder, dir, name, keys, meter)
	if ctx.Err() != nil {
		return l, err
	}
	noted := centre.noteBackup(ctx, func(s *backupState) { s.drilled(centre.Now(), l, keys.Recipient, err) })
	return l, errors.Join(err, noted)
}

// tryOut brings a backup back into a scratch folder as far as that proves
// something: the database is opened and read whole, each other file is opened and
// compared. The caller holds the lock.
func (c *common) tryOut(ctx context.Context, folder, dir, name string, with backup.Opener, meter *backup.Meter) (l backup.List, err error) {
	stored, err := backup.Find(ctx, dir, name, with)
	if err != nil {
		return l, err
	}
	defer stored.Close()
	stored.Meter = meter
	scratch := filepath.Join(folder, "backup")
	if err := errors.Join(os.RemoveAll(scratch), durable.MkdirAll(scratch, 0o700)); err != nil {
		return l, err
	}
	defer os.RemoveAll(scratch)
	if err := stored.Check(ctx, scratch); err != nil {
		return stored.List, err
	}
	return stored.List, c.reopen(ctx, scratch, func(opened *centre) error {
		_, err := opened.VerifyAudit(ctx)
		if errors.Is(err, audit.ErrUnproved) { // the box that it is brought back to goes on with it
			return nil
		}
		return err
	})
}

// reopen reads the database in a folder whole, opens it as a start does, and hands
// it on.
func (c *common) reopen(ctx context.Context, folder string, do func(*centre) error) error {
	if err := store.CheckFile(ctx, filepath.Join(folder, databaseName)); err != nil {
		return err
	}
	other := *c
	other.Data = folder
	return other.withCentre(ctx, do)
}

// readPaper reads the key on paper from a file, or from standard input.
func readPaper(name string) (backup.Opener, error) {
	text, err := readKey(name)
	if err != nil {
		return nil, err
	}
	identity, err := seal.ParseIdentity(text)
	if err != nil {
		return nil, fmt.Errorf("the key: %w; write the line as it stands on the paper", err)
	}
	return backup.Paper(identity)
}
