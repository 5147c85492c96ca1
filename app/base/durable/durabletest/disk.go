package durabletest

import (
	"cmp"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"kaodian/app/base/durable"
)

// Loss says what a power cut does to what was not synced. Real disks do
// either, and everything between.
type Loss int

const (
	// LoseAll keeps exactly what was synced: names and bytes.
	LoseAll Loss = iota
	// LoseBytes keeps names and sizes, but bytes that were not synced read as
	// zeros: metadata often reaches the disk before the data.
	LoseBytes
)

// Disk is a file system in memory. It is safe for several goroutines.
type Disk struct {
	mu    sync.Mutex
	now   names // what programs see
	safe  names // what a power cut leaves
	syncs int   // sync calls so far, folders and files
	drop  int   // the sync call that does nothing, from 1; 0 none
	fail  int   // the sync call from which on all fail; 0 none
}

// names are the files and folders by clean path.
type names map[string]*node

// holds says whether all folders above path are there.
func (t names) holds(path string) bool {
	for dir := filepath.Dir(path); dir != path; path, dir = dir, filepath.Dir(dir) {
		if t[dir] == nil {
			return false
		}
	}
	return true
}

type node struct {
	dir      bool
	data     []byte
	safeData []byte
}

// New returns a disk with the given folders, synced.
func New(folders ...string) *Disk {
	d := &Disk{now: names{}, safe: names{}}
	for _, folder := range append(folders, "/", ".") {
		for path := filepath.Clean(folder); ; path = filepath.Dir(path) {
			root := &node{dir: true}
			d.now[path], d.safe[path] = root, root
			if path == filepath.Dir(path) {
				break
			}
		}
	}
	return d
}

// Disk returns the durable steps over this file system.
func (d *Disk) Disk() durable.Disk { return durable.Disk{FS: d} }

// DropSync makes the n-th sync call from now on (from 1) do nothing, as if it
// were missing in the program.
func (d *Disk) DropSync(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.drop = d.syncs + n
}

// FailSyncs makes the n-th sync call from now on and all later ones fail with EIO.
func (d *Disk) FailSyncs(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail = d.syncs + n
}

// Heal lets syncs succeed again, as after a restart.
func (d *Disk) Heal() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.fail, d.drop = 0, 0
}

// Syncs counts the sync calls so far.
func (d *Disk) Syncs() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.syncs
}

// PowerCut forgets what was not synced. Handles opened before must not be
// used afterwards.
func (d *Disk) PowerCut(loss Loss) {
	d.mu.Lock()
	defer d.mu.Unlock()
	kept := d.safe
	if loss == LoseBytes {
		kept = d.now
	}
	next := names{}
	for path, n := range kept {
		if !kept.holds(path) {
			continue // its folder is gone
		}
		next[path] = n.after(loss)
	}
	d.now, d.safe = next, maps.Clone(next)
}

// after is the node as the disk shows it when the power is back.
func (n *node) after(loss Loss) *node {
	if n.dir {
		return &node{dir: true}
	}
	data := slices.Clone(n.safeData)
	if loss == LoseBytes {
		data = make([]byte, len(n.data))
		for i := range min(len(data), len(n.safeData)) {
			if n.data[i] == n.safeData[i] {
				data[i] = n.data[i]
			}
		}
	}
	return &node{data: data, safeData: slices.Clone(data)}
}

// count registers a sync call and says whether it works.
func (d *Disk) count(path string) (works bool, err error) {
	d.syncs++
	if d.fail > 0 && d.syncs >= d.fail {
		return false, &os.PathError{Op: "sync", Path: path, Err: syscall.EIO}
	}
	return d.syncs != d.drop, nil
}

// SyncDir makes the folder's names safe.
func (d *Disk) SyncDir(dir string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	dir = filepath.Clean(dir)
	if n, ok := d.now[dir]; !ok || !n.dir {
		return &os.PathError{Op: "sync", Path: dir, Err: fs.ErrNotExist}
	}
	works, err := d.count(dir)
	if !works {
		return err
	}
	for path := range d.safe {
		if inside(path, dir) && d.now[path] == nil {
			delete(d.safe, path)
		}
	}
	for path, n := range d.now {
		if inside(path, dir) {
			d.safe[path] = n
		}
	}
	return nil
}

func inside(path, dir string) bool { return path != dir && filepath.Dir(path) == dir }

// Rename moves a file, replacing one at the new path.
func (d *Disk) Rename(from, to string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	from, to = filepath.Clean(from), filepath.Clean(to)
	n, ok := d.now[from]
	if !ok || d.now[filepath.Dir(to)] == nil {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrNotExist}
	}
	delete(d.now, from)
	d.now[to] = n
	return nil
}

// Remove deletes a file or an empty folder.
func (d *Disk) Remove(path string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	path = filepath.Clean(path)
	if d.now[path] == nil {
		return &os.PathError{Op: "remove", Path: path, Err: fs.ErrNotExist}
	}
	delete(d.now, path)
	return nil
}

// Mkdir makes a folder.
func (d *Disk) Mkdir(path string, _ os.FileMode) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	path = filepath.Clean(path)
	if d.now[path] != nil {
		return &os.PathError{Op: "mkdir", Path: path, Err: fs.ErrExist}
	}
	if d.now[filepath.Dir(path)] == nil {
		return &os.PathError{Op: "mkdir", Path: path, Err: fs.ErrNotExist}
	}
	d.now[path] = &node{dir: true}
	return nil
}

// Stat tells a path's kind and size.
func (d *Disk) Stat(path string) (os.FileInfo, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n, ok := d.now[filepath.Clean(path)]
	if !ok {
		return nil, &os.PathError{Op: "stat", Path: path, Err: fs.ErrNotExist}
	}
	return info{name: filepath.Base(path), size: int64(len(n.data)), dir: n.dir}, nil
}

// ReadDir lists a folder by name.
func (d *Disk) ReadDir(dir string) ([]os.DirEntry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	dir = filepath.Clean(dir)
	if n, ok := d.now[dir]; !ok || !n.dir {
		return nil, &os.PathError{Op: "readdir", Path: dir, Err: fs.ErrNotExist}
	}
	var entries []os.DirEntry
	for path, n := range d.now {
		if inside(path, dir) {
			i := info{name: filepath.Base(path), size: int64(len(n.data)), dir: n.dir}
			entries = append(entries, fs.FileInfoToDirEntry(i))
		}
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return entries, nil
}

type info struct {
	name string
	size int64
	dir  bool
}

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) IsDir() bool        { return i.dir }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
