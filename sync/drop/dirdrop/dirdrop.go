// Package dirdrop is a drop in a folder: a USB stick or a mounted share.
//
// A file is «done» only after it was read back from the device and is the
// same: sticks lie about their size. After a crash a .part file is left over
// and written anew: a partial one is not trusted, and writing is quick. Links
// are not followed, because the writer of the stick chose where they lead. It
// must not import any other drop.
package dirdrop

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"kaodian/app/base/ctxio"
	"kaodian/app/base/durable"
	"kaodian/sync/drop"
)

type dir struct {
	root string
	info fs.FileInfo // of the root when it was opened
	// written is called with the .part file between writing and reading
	// back; tests damage it there, as a device does.
	written func(path string) error
}

// Open uses the folder, which must exist: a missing stick's mount point is not
// created.
func Open(root string) (drop.Drop, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, unreachable(fmt.Errorf("the folder %s cannot be reached: %w; put the stick in", root, err))
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is no folder; name the folder of the stick or share", root)
	}
	return dir{root: root, info: info, written: func(string) error { return nil }}, nil
}

func (d dir) Close() error { return nil }

func (d dir) path(name string) (string, error) {
	if err := drop.Check(name); err != nil {
		return "", err
	}
	if err := d.same(); err != nil {
		return "", err
	}
	path := d.root
	for part := range strings.SplitSeq(name, "/") {
		path = filepath.Join(path, part)
		info, err := os.Lstat(path)
		if err == nil && !info.IsDir() && !info.Mode().IsRegular() {
			return "", drop.Because(drop.InTheWay, fmt.Errorf("%s on the stick or share is no plain file or folder; remove it", name))
		}
	}
	return path, nil
}

// same refuses a folder that is not the one that was opened: a stick that was
// pulled leaves its empty mount point, which lies on our own disk.
func (d dir) same() error {
	info, err := os.Stat(d.root)
	if err != nil || !os.SameFile(info, d.info) {
		return unreachable(errors.Join(fmt.Errorf("the folder %s is gone; put the stick in again", d.root), err))
	}
	return nil
}

// Put writes name.part, reads it back, and renames it.
func (d dir) Put(ctx context.Context, name string, size int64, open func(int64) (io.ReadCloser, error)) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.Size() == size {
		return nil
	}
	if err := durable.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return failed(name, err)
	}
	if _, err := d.path(name + drop.Part); err != nil {
		return err
	}
	sum, err := copyTo(ctx, path+drop.Part, size, open)
	if err != nil {
		return failed(name, err)
	}
	err = d.written(path + drop.Part)
	if err == nil {
		err = readBack(ctx, path+drop.Part, size, sum)
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return errors.Join(drop.Because(drop.Faulty, drop.Temporary(fmt.Errorf("%s: %w", name, err))), os.Remove(path+drop.Part))
	}
	if err := durable.Rename(path+drop.Part, path); err != nil {
		return failed(name, err)
	}
	return nil
}

func unreachable(err error) error { return drop.Because(drop.Unreachable, drop.Temporary(err)) }

// failed names the cause of a device's error, and the next step.
func failed(name string, err error) error {
	if _, ours := errors.AsType[drop.SourceError](err); ours {
		return err
	}
	cause, advice := drop.Unreachable, ""
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		cause, advice = drop.Full, "; it is full: use an empty one"
	case errors.Is(err, syscall.EFBIG):
		cause, advice = drop.Unsuitable, "; it takes no file of this size: use one that is formatted as exFAT"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR), errors.Is(err, syscall.ENOTEMPTY), errors.Is(err, syscall.EEXIST):
		cause, advice = drop.InTheWay, "; something else lies in its place there: remove that"
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		cause, advice = drop.NotAllowed, "; it cannot be written: unlock it or use another one"
	case errors.Is(err, syscall.EIO):
		cause, advice = drop.Faulty, "; it is broken or was pulled: use another one"
	}
	return drop.Because(cause, drop.Temporary(fmt.Errorf("%s: %w%s", name, err, advice)))
}

// copyTo writes the whole file: a partial one on a stick is not trusted, and
// writing is quick. It returns the SHA-256 of the source.
func copyTo(ctx context.Context, path string, size int64, open func(int64) (io.ReadCloser, error)) ([]byte, error) {
	in, err := open(0)
	if err != nil {
		return nil, drop.SourceError{Err: err}
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	written, err := io.Copy(out, io.TeeReader(drop.Reading(ctxio.Reader(ctx, in)), sum))
	if err == nil && written != size {
		err = fmt.Errorf("%d bytes came, %d were told", written, size)
	}
	if err == nil {
		err = out.Sync()
	}
	forget(out)
	return sum.Sum(nil), errors.Join(err, out.Close())
}

// readBack compares what the device returns with the source's SHA-256.
func readBack(ctx context.Context, path string, size int64, want []byte) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, ctxio.Reader(ctx, file))
	if err != nil {
		return err
	}
	if n != size || string(sum.Sum(nil)) != string(want) {
		return errors.New("the device gives back something else than was written; use another stick")
	}
	return nil
}

func (d dir) List(_ context.Context, name string) ([]drop.Entry, error) {
	path := d.root
	if err := d.same(); err != nil {
		return nil, err
	}
	if name != "" {
		var err error
		if path, err = d.path(name); err != nil {
			return nil, err
		}
	}
	found, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unreachable(err)
	}
	var entries []drop.Entry
	for _, f := range found {
		info, err := f.Info()
		if err != nil || !drop.Plain(f.Name()) || !info.IsDir() && !info.Mode().IsRegular() {
			continue
		}
		entry := drop.Entry{Name: f.Name(), Dir: info.IsDir()}
		if !entry.Dir {
			entry.Size = info.Size()
		}
		entries = append(entries, entry)
	}
	return entries, nil
}

func (d dir) Get(ctx context.Context, name string, limit int64) (io.ReadCloser, error) {
	path, err := d.path(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if errors.Is(err, syscall.ENOTDIR) {
		return nil, failed(name, err)
	}
	if err != nil {
		return nil, drop.Temporary(err)
	}
	info, err := file.Stat()
	if err == nil && info.Size() > limit {
		err = fmt.Errorf("%s: %w", name, drop.ErrTooLarge)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{ctxio.Reader(ctx, file), file}, nil
}

func (d dir) Remove(_ context.Context, name string) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	return removed(name, durable.Remove(path))
}

func (d dir) RemoveFolder(_ context.Context, name string) error {
	path, err := d.path(name)
	if err != nil {
		return err
	}
	found, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) || len(found) > 0 {
		return nil
	}
	if err == nil {
		err = durable.Remove(path)
	}
	return removed(name, err)
}

// removed names the cause of an error of removing.
func removed(name string, err error) error {
	if err == nil {
		return nil
	}
	cause := drop.Unreachable
	if errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission) {
		cause = drop.NotAllowed
	}
	return drop.Because(cause, drop.Temporary(fmt.Errorf("remove %s: %w", name, err)))
}
