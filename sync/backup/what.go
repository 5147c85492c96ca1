package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

// Database is the database's name in the data folder.
const Database = "kaodian.db"

// scratchFolder is where the database is copied to, and where a check brings one back.
const scratchFolder = "backup"

// leftOut are the names of a data folder that no backup holds, and why. All
// others are taken, also those that this version does not know.
var leftOut = []struct{ pattern, why string }{
	{Database + "*", "the database goes as a copy that SQLite makes; copies from before an upgrade are of no use to a new box"},
	{"uploads", "what a phone has not sent whole: the phone keeps its recording and sends it again"},
	{"spool", "batches sealed by this install; a restored box seals anew under its own"},
	{"down", "parcels sealed to this install's key; the province sends them to the new install"},
	{"keys/member.json", "the membership of this install: two boxes under one install are a fork"},
	{"keys/*-install.minisign", "the install's key, which never leaves the box"},
	{"keys/*-install.age", "the install's key, which never leaves the box"},
	{ownFile, "the box's own key to its backups, which never leaves the box"},
	{"keys/audit.key", "the witness is of this machine; a restored box begins a new one"},
	{"audit.head", "the witness is of this machine; a restored box begins a new one"},
	{"rehearsal", "what a rehearsal's phones sent, which becomes nothing"},
	{"reserve", "room kept free for records"},
	{"intake", "previews of lists, which are made again"},
	{scratchFolder, "scratch files of backups"},
	{"*.lock", "locks of running programs"},
	{"sync.progress", "how far a run is"},
	{"service.log*", "what this machine's service wrote lately"},
	{"disk-failure.json", "what was wrong with this machine's disk"},
	{"lost+found", "the file system's own"},
}

// whyNot says why a name is in no backup; "" for one that is.
func whyNot(name string) string {
	if strings.HasPrefix(path.Base(name), ".") {
		return "a file that was being written"
	}
	for _, one := range leftOut {
		if fits, _ := path.Match(one.pattern, name); fits { // the patterns are ours
			return one.why
		}
	}
	return ""
}

// notHeld says whether the name, or a folder that it lies in, is in no backup.
func notHeld(name string) bool {
	for ; name != "." && name != "/"; name = path.Dir(name) {
		if whyNot(name) != "" {
			return true
		}
	}
	return false
}

// found is a file of the data folder at one moment.
type found struct {
	name  string
	size  int64
	moved time.Time // when it was last written
}

// walk finds what a backup takes. The data folder may be a link; in it, a link, a
// device or a name that no list can hold is refused: what it stands for would be
// missed only when everything else is lost.
func walk(folder string) (list []found, err error) {
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return nil, err
	}
	err = filepath.WalkDir(folder, func(place string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) || place == folder {
			return skipGone(err)
		}
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, place)
		if err != nil {
			return err
		}
		name := filepath.ToSlash(relative)
		switch {
		case whyNot(name) != "" && entry.IsDir():
			return fs.SkipDir
		case whyNot(name) != "" || entry.IsDir():
			return nil
		case !entry.Type().IsRegular():
			return fmt.Errorf("%s in the data folder is a link or a device, and what it leads to would be in no backup; put the folder or file itself there (another disk can be mounted there)", name)
		case !plainName(name) || !utf8.ValidString(name):
			return fmt.Errorf("%q in the data folder has a name that no backup can hold; rename or remove it", name)
		}
		info, err := entry.Info()
		if err == nil {
			list = append(list, found{name, info.Size(), info.ModTime()})
		}
		return skipGone(err)
	})
	return list, err
}

// skipGone forgives what was removed while it was looked at.
func skipGone(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
