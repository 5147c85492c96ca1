package inbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"kaodian/app/province/store"
)

const (
	// step is how many entries of a folder are read at once.
	step = 1000
	// maxNames is how many of our names in one folder are processed in one run:
	// more than a box or a province ever has.
	maxNames = 50_000
	// maxStrangers is how many folders of unknown centres are looked into.
	maxStrangers = 200
	// maxTold is how many notices one run records.
	maxTold = 200
	// samples is how many names of a folder's junk are reported.
	samples = 5
)

// sorter says whether a folder's entry is one of ours, belongs there without
// being looked at (known), or is foreign.
type sorter func(os.DirEntry) (ours, known bool)

// folderOf is a sorter of folders by their names.
func folderOf(check func(string) error, besides func(string) bool) sorter {
	return func(entry os.DirEntry) (bool, bool) {
		if besides != nil && besides(entry.Name()) {
			return false, true
		}
		return entry.IsDir() && check(entry.Name()) == nil, false
	}
}

// junk is what lies in a folder and is foreign.
type junk struct {
	count int
	names []string // a few, quoted: they may hold any bytes
}

func (j *junk) add(name string) {
	if j.count++; len(j.names) < samples {
		if len(name) > 80 {
			name = name[:80] + "…"
		}
		j.names = append(j.names, strings.Trim(strconv.Quote(name), `"`))
	}
}

// look reads a folder to its end and returns the names that are ours, sorted.
// Foreign files only cost time.
func (r *run) look(dir string, sort sorter) []string {
	folder, err := r.root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		r.failed(dir, err)
		return nil
	}
	defer folder.Close()
	others := &junk{}
	var names []string
	for {
		entries, err := folder.ReadDir(step)
		for _, entry := range entries {
			ours, known := sort(entry)
			switch {
			case ours && len(names) < maxNames:
				names = append(names, entry.Name())
			case !known:
				others.add(entry.Name())
			}
		}
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, fs.ErrNotExist) {
				r.failed(dir, err)
			}
			break
		}
	}
	if others.count > 0 {
		r.junk[dir] = others
	}
	slices.Sort(names)
	return names
}

// isFolder says whether that name is a folder. Anything else is reported,
// because a box that leaves its batches there waits in vain.
func (r *run) isFolder(name string) bool {
	info, err := r.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false
	case err != nil:
		r.failed(name, err)
		return false
	case !info.IsDir():
		r.outcomes = append(r.outcomes, Outcome{Name: name, Status: Trouble, Reasons: []string{"is " + kindOf(info) + " and no folder; remove it"}})
		return false
	}
	return true
}

// kindOf is what lies where a plain file or folder belongs, in words.
func kindOf(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode.IsDir():
		return "a folder"
	case mode.IsRegular():
		return "a file"
	case mode&fs.ModeSymlink != 0:
		return "a link"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	}
	return "a device"
}

func (h *junk) text() string {
	names := strings.Join(h.names, ", ")
	if h.count == 1 {
		return fmt.Sprintf("1 entry is none of ours (%s); nobody waits for it, remove it", names)
	}
	return fmt.Sprintf("%d entries are none of ours (%s); nobody waits for them, remove them", h.count, names)
}

// tellJunk reports how many foreign files lie in each folder.
func (r *run) tellJunk() {
	if r.strangers > maxStrangers {
		r.outcomes = append(r.outcomes, Outcome{Name: ".", Status: UnknownSender, Reasons: []string{
			fmt.Sprintf("%d folders of centres that never enrolled lie there, %d were looked into; remove them", r.strangers, maxStrangers),
		}})
	}
	for _, dir := range slices.Sorted(maps.Keys(r.junk)) {
		h := r.junk[dir]
		r.outcomes = append(r.outcomes, Outcome{Name: dir, Status: Junk, Reasons: []string{
			h.text(),
		}})
	}
}

// noticeOf are the outcomes that are no batches' of enrolled boxes.
var noticeOf = map[string]store.NoticeKind{
	UnknownSender: store.UnknownSender, EnrolRefused: store.EnrolmentRefused, Forked: store.Fork, Junk: store.Junk, Trouble: store.Trouble,
}

// note records for the page what is no batch of an enrolled box and what could
// not be processed.
func (r *run) note(ctx context.Context) error {
	notices := r.troubles[:min(len(r.troubles), maxTold)]
	for _, o := range r.outcomes {
		if kind, ok := noticeOf[o.Status]; ok && len(notices) < 2*maxTold {
			notices = append(notices, store.Notice{Name: o.Name, Kind: kind, Reasons: o.Reasons})
		}
	}
	if len(notices) == 0 {
		return nil
	}
	return r.Store.RecordNotices(ctx, notices)
}
