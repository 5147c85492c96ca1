package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"kaodian/app/base/audit"
	"kaodian/app/centre/erase"
	"kaodian/app/centre/store"
	"kaodian/sync/backup"
)

type restoreCommand struct {
	From     string `required:"" placeholder:"DIR" type:"path" help:"The folder that the backup was made to."`
	Identity string `default:"-" placeholder:"FILE" help:"The key on paper, from a file; else it is read from standard input."`
	Backup   string `placeholder:"NAME" help:"Which backup; else the newest."`
}

// restored is what a restore prints.
type restored struct {
	Backup string    `json:"backup"`
	MadeAt time.Time `json:"made_at"`
	Data   string    `json:"data"`
	Centre string    `json:"centre,omitempty"` // its name, where one was chosen
	Files  int       `json:"files"`
	Bytes  int64     `json:"bytes"`
	Enrol  bool      `json:"enrol"` // the box has to join its province anew
	// Erased are orders, one of each person, that newer backups say were erased since,
	// and that are in it again.
	Erased []string `json:"erased"`
}

// Run brings a backup back. The box is no longer the install that it was: what it
// sent under that one is not continued.
func (r *restoreCommand) Run(ctx context.Context, common *common) error {
	folder, err := filepath.Abs(common.Data)
	if err != nil {
		return err
	}
	with, err := readPaper(r.Identity)
	if err != nil {
		return err
	}
	stored, err := backup.Find(ctx, r.From, r.Backup, with)
	if err != nil {
		return err
	}
	defer stored.Close()
	l := stored.List
	done := restored{Backup: l.Name(), MadeAt: l.MadeAt, Data: folder, Files: len(l.Files), Bytes: l.Bytes(), Enrol: true, Erased: []string{}}
	err = stored.Restore(ctx, folder, func(scratch string) error {
		return common.reopen(ctx, scratch, func(c *centre) error {
			done.Centre = c.name()
			if done.Erased, err = c.erasedSince(ctx, stored); err != nil {
				return err
			}
			return c.noteRestore(ctx, stored.Name())
		})
	})
	if err != nil {
		return err
	}
	tellOthers(stored.Others)
	return common.sayRestored(done)
}

// erasedSince are those of whom a newer backup holds the proof of an erasure, and who
// are back with this one: an order of each.
func (c *centre) erasedSince(ctx context.Context, stored *backup.Stored) ([]string, error) {
	back := []string{}
	proofs, err := stored.Later(ctx, erase.Top)
	for _, name := range slices.Sorted(maps.Keys(proofs)) {
		var proof erase.Proof
		if !strings.HasSuffix(name, ".json") || json.Unmarshal(proofs[name], &proof) != nil || len(proof.Orders) == 0 {
			continue
		}
		if _, absent := c.FindWhom(ctx, proof.Orders[0]); absent == nil {
			back = append(back, proof.Orders[0])
		} else if !errors.Is(absent, store.ErrNobody) {
			err = errors.Join(err, absent)
		}
	}
	return back, err
}

// tellOthers tells of backups that may have been meant: of the box before a former
// restore, or of a copy of this one.
func tellOthers(others []backup.List) {
	for _, l := range others {
		fmt.Fprintf(os.Stderr, "kaodian: the paper opens backups of another box there too, the newest of %s; if you meant that one, restore it into another folder with --backup %s\n",
			l.MadeAt.Local().Format(dateTime), l.Name())
	}
}

// noteRestore writes into the audit log that lines are missing, and begins a new
// witness. A log that was changed is no reason to be left with nothing: it is told,
// here and by the restored centre.
func (c *centre) noteRestore(ctx context.Context, name string) error {
	err := witnessed{c}.AcceptGap(ctx, "restored from the backup "+name)
	if errors.Is(err, audit.ErrChanged) {
		fmt.Fprintf(os.Stderr, "kaodian: it is restored all the same, but %v\n", err)
		return nil
	}
	return err
}

func (c *common) sayRestored(done restored) error {
	return c.say(done, `restored into %s what the centre %swas on %s (%s): files %d, %d MB.
What came after that moment is not in it; the audit log says so.
This box is a new install: ask the province for an enrolment file and run «kaodian enrol FILE», else nothing is sent.
%s`, done.Data, named(done.Centre), done.MadeAt.Local().Format(dateTime), done.Backup, done.Files, done.Bytes/1_000_000, backAgain(done.Erased))
}

// backAgain says who came back with the backup.
func backAgain(orders []string) string {
	text := "Whoever was erased after that moment is in it again: the printed proofs name their orders; erase them again with «kaodian erase ORDER --reason TEXT».\n"
	if len(orders) > 0 {
		text += fmt.Sprintf("Newer backups there say that these were erased (an order of each of %d people): %s\n", len(orders), strings.Join(orders, ", "))
	}
	return text
}

// named is a centre's name within a sentence.
func named(centre string) string {
	if centre == "" {
		return ""
	}
	return "«" + centre + "» "
}

// maxKey is more than a key file has.
const maxKey = 64 << 10

// readKey reads a key file, or standard input (-) up to its end.
func readKey(name string) (string, error) {
	if name == "-" {
		fmt.Fprintln(os.Stderr, "kaodian: write the key as it stands on the paper, then Enter")
		return readLine(os.Stdin)
	}
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxKey))
	return string(text), err
}

// readLine reads until a line that is no comment: a person types one and no end.
func readLine(from io.Reader) (string, error) {
	var all strings.Builder
	one := make([]byte, 1)
	for line := ""; all.Len() < maxKey; {
		n, err := from.Read(one)
		if n == 0 && err != nil {
			break
		}
		all.Write(one[:n])
		line += string(one[:n])
		if one[0] != '\n' {
			continue
		}
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			break
		}
		line = ""
	}
	if strings.TrimSpace(all.String()) == "" {
		return "", fmt.Errorf("no key came in on standard input; write the line of the paper there, or name a file with --identity FILE")
	}
	return all.String(), nil
}
