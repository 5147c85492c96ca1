package backup

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"kaodian/sync/drop"
	"kaodian/sync/drop/dirdrop"
	"kaodian/sync/seal"
)

// top is the folder of all backups at a place; below it each box has its own, so
// that boxes which share a place never meet.
const top = "kaodian-backup"

var (
	boxPattern  = regexp.MustCompile(`^[0-9a-f]{16}$`)
	listPattern = regexp.MustCompile(`^([0-9]{6})-[0-9]{8}t[0-9]{6}z\.backup$`)
)

// boxOf names the folder of the box that has this key.
func boxOf(own *seal.Identity) string {
	sum := sha256.Sum256([]byte(own.Recipient()))
	return hex.EncodeToString(sum[:8])
}

// pieceName is where a piece lies: who has no key cannot tell from it what it is.
func pieceName(box, token, sum string) string {
	name := seal.MAC(token, []byte("piece "+sum))
	return top + "/" + box + "/" + name[:2] + "/" + name
}

// listed is a list that lies at a place; nothing of it is believed yet.
type listed struct {
	box, name string
	number    int
}

// lists are those of a box, or of all ("").
func lists(ctx context.Context, at drop.Drop, only string) (all []listed, err error) {
	boxes, err := at.List(ctx, top)
	if err != nil {
		return nil, err
	}
	for _, box := range boxes {
		if !box.Dir || !boxPattern.MatchString(box.Name) || only != "" && box.Name != only {
			continue
		}
		entries, err := at.List(ctx, top+"/"+box.Name)
		if err != nil {
			return nil, err
		}
		for _, entry := range entries {
			if parts := listPattern.FindStringSubmatch(entry.Name); parts != nil && !entry.Dir {
				number, _ := strconv.Atoi(parts[1]) // the pattern is of digits
				all = append(all, listed{box.Name, entry.Name, number})
			}
		}
	}
	slices.SortFunc(all, func(a, b listed) int { return cmp.Or(cmp.Compare(a.box, b.box), cmp.Compare(a.number, b.number)) })
	return all, nil
}

// read opens one list.
func (o opener) read(ctx context.Context, at drop.Drop, one listed) (List, error) {
	in, err := at.Get(ctx, top+"/"+one.box+"/"+one.name, maxListBytes)
	if err != nil {
		return List{}, err
	}
	defer in.Close()
	text, err := io.ReadAll(in)
	if err != nil {
		return List{}, err
	}
	l, err := openList(text, o)
	if err == nil && (l.Box != one.box || l.Name() != one.name) {
		err = errors.New("it lies under another backup's name; it was moved or copied")
	}
	return l, err
}

// Stored is a backup at a place, verified as far as its list goes.
type Stored struct {
	List
	Meter *Meter // tells how far a check is; nil for nobody
	// Others are the newest backups of other boxes that the key opens as well.
	Others []List

	at      drop.Drop
	open    opener
	damaged []string // pieces that a check found so
}

// Close lets the place go.
func (s *Stored) Close() error { return s.at.Close() }

// Find opens a backup in the folder: the one of that name, or the newest that was
// made with this key.
func Find(ctx context.Context, dir, name string, with Opener) (*Stored, error) {
	if filepath.Base(filepath.Clean(dir)) == top {
		dir = filepath.Dir(filepath.Clean(dir))
	}
	at, err := dirdrop.Open(dir)
	if err != nil {
		return nil, err
	}
	l, others, err := choose(ctx, at, name, with.with())
	if err != nil {
		return nil, errors.Join(err, at.Close())
	}
	return &Stored{List: l, Others: others, at: at, open: with.with()}, nil
}

func choose(ctx context.Context, at drop.Drop, name string, o opener) (_ List, others []List, err error) {
	all, err := lists(ctx, at, "")
	if err != nil {
		return List{}, nil, err
	}
	if name != "" {
		all = slices.DeleteFunc(all, func(one listed) bool { return one.name != name })
	}
	if len(all) == 0 {
		return List{}, nil, noneHere(name)
	}
	var newest List
	newestOf := map[string]List{}
	var broken []error // of the newest of a box that has others which are ours
	var other error    // of any, where there is nothing else to say
	for last, one := range all {
		l, err := o.read(ctx, at, one)
		if ctx.Err() != nil {
			return List{}, nil, context.Cause(ctx)
		}
		if err == nil {
			newestOf[l.Box] = l
		}
		isLast := last == len(all)-1 || all[last+1].box != one.box
		switch {
		case err == nil && (newest.Number == 0 || l.Box == newest.Box || l.MadeAt.After(newest.MadeAt)):
			newest = l
		case err != nil && isLast && newest.Box == one.box:
			broken = append(broken, fmt.Errorf("%s: %w", one.name, err))
		case err != nil && !errors.Is(err, errNotOurs):
			other = fmt.Errorf("%s: %w", one.name, err)
		}
	}
	if newest.Number == 0 && other != nil {
		return List{}, nil, other
	}
	delete(newestOf, newest.Box)
	newest, err = decide(newest, broken, name, len(all))
	return newest, slices.Collect(maps.Values(newestOf)), err
}

// decide never falls back to an older backup by itself: whoever restores has to
// know what is lost.
func decide(newest List, broken []error, name string, count int) (List, error) {
	switch {
	case len(broken) > 0:
		return List{}, fmt.Errorf("a backup cannot be used (%w); the newest that can be is of %s, restore that one with --backup %s",
			broken[len(broken)-1], newest.MadeAt.Local().Format("2006-01-02 15:04"), newest.Name())
	case newest.Number == 0 && name != "":
		return List{}, fmt.Errorf("%s: %w; look whether this is the right paper", name, errNotOurs)
	case newest.Number == 0:
		return List{}, fmt.Errorf("none of the backups there (%d) can be used: %w; look whether this is the right paper", count, errNotOurs)
	}
	return newest, nil
}

func noneHere(name string) error {
	if name != "" {
		return fmt.Errorf("there is no backup %s there%w", name, hidden{fs.ErrNotExist})
	}
	return fmt.Errorf("there is no backup there: a folder %s with a file NUMBER-DATE.backup in it; name the folder that «kaodian backup --to» was given%w", top, hidden{fs.ErrNotExist})
}

// hidden gives an error a cause without its words.
type hidden struct{ cause error }

func (hidden) Error() string { return "" }

func (h hidden) Unwrap() error { return h.cause }
