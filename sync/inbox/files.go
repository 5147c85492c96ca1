package inbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"kaodian/sync/batch"
)

// damage is a fault of a file that arose in transit: it may come whole the next
// time.
type damage struct{ file, reason string }

func (d *damage) Error() string { return d.file + " " + d.reason }

// refusal is a fault that another sending does not mend.
type refusal struct{ reason string }

func (r *refusal) Error() string { return r.reason }

func refuse(format string, args ...any) error { return &refusal{reason: fmt.Sprintf(format, args...)} }

// open opens a plain file of the drop. Anything else under its name is damage.
// The type is checked before and after opening, and opening never blocks: a pipe
// would wait for a writer.
func (r *run) open(name string) (*os.File, int64, error) {
	info, err := r.root.Lstat(name)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, noFile(name, info)
	}
	file, err := r.root.OpenFile(name, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, 0, err
	}
	opened, err := file.Stat()
	if err == nil && !os.SameFile(info, opened) {
		err = &damage{file: path.Base(name), reason: "was changed while it was opened"}
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, info.Size(), nil
}

func noFile(name string, info fs.FileInfo) error {
	return &damage{file: path.Base(name), reason: "is " + kindOf(info) + " and no plain file; " + resendAdvice}
}

// read reads a small file of the drop.
func (r *run) read(name string, limit int64) ([]byte, error) {
	file, size, err := r.open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if size > limit {
		return nil, &damage{file: path.Base(name), reason: fmt.Sprintf("has %d bytes", size)}
	}
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = &damage{file: path.Base(name), reason: "grows while it is read"}
	}
	return text, err
}

// resendAdvice is the advice beside every message about damage.
const resendAdvice = "the centre sends it again by itself within a day, or by «kaodian sync now»"

// setAside renames damaged files, so that the centre's next run finds their names
// free and sends them again. A manifest and its signature are renamed together,
// since either may be the wrong one; a signature whose manifest is not there yet,
// as when a stick is copied by hand, stays.
func (r *run) setAside(ctx context.Context, ref batch.Ref, damaged *damage) error {
	files := []string{damaged.file}
	if damaged.file == batch.ManifestName || damaged.file == batch.SignatureName {
		files = []string{batch.SignatureName, batch.ManifestName}
		if _, err := r.root.Lstat(path.Join(ref.Folder(), batch.ManifestName)); errors.Is(err, fs.ErrNotExist) {
			return nil
		}
	}
	for _, file := range files {
		if err := r.rename(ctx, path.Join(ref.Folder(), file)); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) rename(ctx context.Context, name string) error {
	growing, err := r.isGrowing(ctx, name)
	if err == nil && !growing {
		err = r.root.Rename(name, name+batch.Damaged)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// growthWait is how long a file is watched before it counts as damaged: people
// copy a stick's folders into the watched drop, and a file half copied looks
// damaged too.
const growthWait = 2 * time.Second

// isGrowing says whether the file is still being written.
func (r *run) isGrowing(ctx context.Context, name string) (bool, error) {
	before, err := r.root.Lstat(name)
	if err != nil || !before.Mode().IsRegular() || time.Since(before.ModTime()) > growthWait {
		return false, err
	}
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-time.After(growthWait):
	}
	after, err := r.root.Lstat(name)
	return err == nil && (after.Size() != before.Size() || !after.ModTime().Equal(before.ModTime())), err
}

// checkSizes checks that every file is there, before any long work.
func (r *run) checkSizes(m batch.Manifest) error {
	for _, file := range m.Files {
		info, err := r.root.Lstat(path.Join(m.Ref().Folder(), file.Name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return &damage{file: file.Name, reason: r.whyMissing(m.Ref(), file.Name)}
		case err != nil:
			return err
		case !info.Mode().IsRegular():
			return &damage{file: file.Name, reason: "is " + kindOf(info) + " and no plain file; " + resendAdvice}
		case info.Size() != file.Size:
			return &damage{file: file.Name, reason: fmt.Sprintf("has %d bytes instead of %d", info.Size(), file.Size)}
		}
	}
	return nil
}

func (r *run) whyMissing(ref batch.Ref, file string) string {
	if _, err := r.root.Lstat(path.Join(ref.Folder(), file+batch.Damaged)); err == nil {
		return "came damaged and was set aside; " + resendAdvice
	}
	return "is missing; " + resendAdvice
}

// sentFile is a file of the drop that hashes and counts what is read, so that it
// can be compared with the manifest.
type sentFile struct {
	io.Reader
	io.Closer
	file batch.File
	sum  interface{ Sum([]byte) []byte }
	size *counter
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func (r *run) openSent(ref batch.Ref, file batch.File) (*sentFile, error) {
	source, _, err := r.open(path.Join(ref.Folder(), file.Name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &damage{file: file.Name, reason: "is missing"}
	}
	if err != nil {
		return nil, err
	}
	sum, size := sha256.New(), new(counter)
	limited := io.LimitReader(source, file.Size+1)
	return &sentFile{Reader: io.TeeReader(limited, io.MultiWriter(sum, size)), Closer: source, file: file, sum: sum, size: size}, nil
}

// check reads the rest and compares the file with the manifest.
func (s *sentFile) check() error {
	if _, err := io.Copy(io.Discard, s.Reader); err != nil {
		return err
	}
	if int64(*s.size) != s.file.Size || hex.EncodeToString(s.sum.Sum(nil)) != s.file.SHA256 {
		return &damage{file: s.file.Name, reason: "is not as it was sent"}
	}
	return nil
}

// writing reports an error of writing at the drop without failing the batch: it
// is taken in, and its answer waits until the drop can be written.
func (r *run) writing(err error) error {
	var advice string
	switch {
	case errors.Is(err, syscall.EROFS), errors.Is(err, fs.ErrPermission):
		advice = "it cannot be written: unlock the stick or share, or correct its permissions"
	case errors.Is(err, syscall.ENOSPC):
		advice = "it is full: make room there"
	default:
		return err
	}
	if !r.readOnly {
		r.readOnly = true
		r.failed(r.dir, fmt.Errorf("%w; %s, then receive again: what was taken in stays so, only its answers wait", err, advice))
	}
	return nil
}

// publish writes a message where the centre looks, or notes that the drop cannot
// be written.
func (r *run) publish(name string, message any) error {
	if r.readOnly {
		return nil
	}
	return r.writing(r.put(name, message))
}

// put writes a message and its signature where the centre looks. The message
// comes last, so its signature is always there with it. Files that have the same
// content already are left alone.
func (r *run) put(name string, message any) error {
	text, err := batch.Canonical(message)
	if err != nil {
		return err
	}
	signature, err := r.Signer.Sign(text, "kaodian "+name)
	if err != nil {
		return err
	}
	if r.holds(name, text) && r.holds(name+batch.Signature, signature) {
		return nil
	}
	folder := path.Dir(name)
	if err := r.checkFolders(folder); err != nil {
		return err
	}
	if err := r.Disk.MkdirAll(filepath.Join(r.dir, filepath.FromSlash(folder)), 0o755); err != nil {
		return err
	}
	to := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := r.Disk.WriteFile(to+batch.Signature, signature, 0o644); err != nil {
		return err
	}
	if err := r.Disk.WriteFile(to, text, 0o644); err != nil {
		return err
	}
	r.share(name)
	return nil
}

// share makes an answer readable for others, whatever this process's umask: the
// FTP server may be another user, and an answer holds nothing personal. Errors
// are ignored, since a stick has no permissions.
func (r *run) share(name string) {
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		_ = r.root.Chmod(folder, 0o755)
	}
	_ = r.root.Chmod(name+batch.Signature, 0o644)
	_ = r.root.Chmod(name, 0o644)
}

func (r *run) holds(name string, want []byte) bool {
	text, err := r.read(name, batch.MaxMessageBytes)
	return err == nil && bytes.Equal(text, want)
}

// checkFolders refuses to write through a link at the drop.
func (r *run) checkFolders(folder string) error {
	for part := folder; part != "."; part = path.Dir(part) {
		info, err := r.root.Lstat(part)
		if err == nil && !info.IsDir() {
			return fmt.Errorf("%s at the drop is no folder; remove it", part)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// isHex says whether text is a SHA-256 in hex, as file names are made of it.
func isHex(text string) bool {
	return len(text) == 2*sha256.Size && strings.Trim(text, "0123456789abcdef") == ""
}
