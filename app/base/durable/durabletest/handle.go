package durabletest

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"kaodian/app/base/durable"
)

type handle struct {
	disk   *Disk
	node   *node
	path   string
	offset int64
	closed bool
}

// OpenFile opens or makes a file; of the flags it knows O_CREATE, O_EXCL,
// O_TRUNC and O_APPEND.
func (d *Disk) OpenFile(path string, flag int, _ os.FileMode) (durable.Handle, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	path = filepath.Clean(path)
	n, ok := d.now[path]
	switch {
	case ok && flag&os.O_EXCL != 0:
		return nil, &os.PathError{Op: "open", Path: path, Err: fs.ErrExist}
	case !ok && (flag&os.O_CREATE == 0 || d.now[filepath.Dir(path)] == nil):
		return nil, &os.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	case !ok:
		n = &node{}
		d.now[path] = n
	}
	if flag&os.O_TRUNC != 0 {
		n.data = nil
	}
	h := &handle{disk: d, node: n, path: path}
	if flag&os.O_APPEND != 0 {
		h.offset = int64(len(n.data))
	}
	return h, nil
}

func (h *handle) Read(p []byte) (int, error) {
	n, err := h.ReadAt(p, h.offset)
	h.offset += int64(n)
	if n > 0 {
		err = nil
	}
	return n, err
}

func (h *handle) ReadAt(p []byte, offset int64) (int, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.closed {
		return 0, os.ErrClosed
	}
	if offset >= int64(len(h.node.data)) {
		return 0, io.EOF
	}
	n := copy(p, h.node.data[offset:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (h *handle) Write(p []byte) (int, error) {
	n, err := h.WriteAt(p, h.offset)
	h.offset += int64(n)
	return n, err
}

func (h *handle) WriteAt(p []byte, offset int64) (int, error) {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.closed {
		return 0, os.ErrClosed
	}
	if missing := offset + int64(len(p)) - int64(len(h.node.data)); missing > 0 {
		h.node.data = append(h.node.data, make([]byte, missing)...)
	}
	return copy(h.node.data[offset:], p), nil
}

// WriteDirect is no safer than WriteAt, and refuses what a disk may refuse.
func (h *handle) WriteDirect(p []byte, offset int64) (int, error) {
	if offset%durable.Page != 0 || len(p)%durable.Page != 0 {
		return 0, &os.PathError{Op: "write", Path: h.path, Err: syscall.EINVAL}
	}
	return h.WriteAt(p, offset)
}

func (h *handle) Truncate(size int64) error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.closed {
		return os.ErrClosed
	}
	if grow := size - int64(len(h.node.data)); grow > 0 {
		h.node.data = append(h.node.data, make([]byte, grow)...)
	}
	h.node.data = slices.Clone(h.node.data[:size])
	return nil
}

func (h *handle) Sync() error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.closed {
		return os.ErrClosed
	}
	works, err := h.disk.count(h.path)
	if works {
		h.node.safeData = slices.Clone(h.node.data)
	}
	return err
}

func (h *handle) Datasync() error { return h.Sync() }

func (h *handle) Allocate(int64) error { return nil }

func (h *handle) StartWriteback(_, _ int64) {}

func (h *handle) Close() error {
	h.disk.mu.Lock()
	defer h.disk.mu.Unlock()
	if h.closed {
		return os.ErrClosed
	}
	h.closed = true
	return nil
}
