package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"path/filepath"

	"kaodian/app/base/ctxio"
	"kaodian/app/base/durable"
	"kaodian/sync/drop"
	"kaodian/sync/seal"
)

// DamagedError says what of a backup cannot be brought back.
type DamagedError struct {
	Backup string
	Name   string   // of the first file
	More   int      // files besides
	Pieces []string // that are there and are not what they were
	Cause  error
}

func (d *DamagedError) Error() string {
	text := fmt.Sprintf("the backup %s cannot be brought back whole: %s: %v", d.Backup, d.Name, d.Cause)
	if d.More > 0 {
		text += fmt.Sprintf(" (files like it: %d)", d.More+1)
	}
	return text
}

func (d *DamagedError) Unwrap() error { return d.Cause }

var (
	errMissing = errors.New("a piece of it is missing")
	errWrong   = errors.New("a piece of it is damaged")
)

// localError is a failure that says nothing of the backup: of the disk that is
// written to, or of a stick that went away.
type localError struct{ error }

func (l localError) Unwrap() error { return l.error }

// Check opens every piece of the backup and compares it with what it was made of.
// The database is written into the folder.
func (s *Stored) Check(ctx context.Context, scratch string) error {
	var bad *DamagedError
	s.damaged = nil
	s.Meter.begin(Checking, s.Bytes())
	for _, f := range s.Files {
		if f.Name == Database {
			if err := beside(scratch, f.Size); err != nil {
				return err
			}
		}
	}
	for _, f := range s.Files {
		err := s.checkFile(ctx, f, scratch)
		if local, ok := errors.AsType[localError](err); ok || ctx.Err() != nil {
			return errors.Join(context.Cause(ctx), local.error)
		}
		switch {
		case err != nil && bad == nil:
			bad = &DamagedError{Backup: s.Name(), Name: f.Name, Cause: err}
		case err != nil:
			bad.More++
		}
	}
	if bad != nil {
		bad.Pieces = s.damaged
		return bad
	}
	return nil
}

func (s *Stored) checkFile(ctx context.Context, f File, scratch string) error {
	if f.Name == Database {
		return s.bring(ctx, f, scratch)
	}
	return s.readFile(ctx, f, io.Discard)
}

// bring writes one file of the backup into a folder.
func (s *Stored) bring(ctx context.Context, f File, folder string) error {
	path := filepath.Join(folder, filepath.FromSlash(f.Name))
	if err := durable.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return localError{err}
	}
	file, err := durable.Create(path, 0o600)
	if err != nil {
		return localError{err}
	}
	defer file.Discard()
	if err := s.readFile(ctx, f, file); err != nil {
		return err
	}
	if err := file.Commit(); err != nil {
		return localError{err}
	}
	return nil
}

// readFile writes the file in the clear; after an error to must not be used.
func (s *Stored) readFile(ctx context.Context, f File, to io.Writer) error {
	for n, sum := range f.Pieces {
		err := s.readPiece(ctx, f, n, to)
		if errors.Is(err, errWrong) && ctx.Err() == nil {
			s.damaged = append(s.damaged, pieceName(s.Box, s.open.token, sum))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Stored) readPiece(ctx context.Context, f File, n int, to io.Writer) error {
	size := s.pieceSize(f, n)
	in, err := s.at.Get(ctx, pieceName(s.Box, s.open.token, f.Pieces[n]), 2*size+chunk)
	if errors.Is(err, fs.ErrNotExist) {
		return errMissing
	}
	if drop.CauseOf(err) == drop.Unreachable {
		return localError{err}
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errWrong, err)
	}
	defer in.Close()
	sum := &summed{Hash: sha256.New(), to: to, meter: s.Meter}
	out := &seal.Bounded{To: sum, Left: size}
	source := &heard{Reader: ctxio.Reader(ctx, in)}
	err = seal.Decrypt(out, source, s.open.identity)
	switch {
	case sum.failed != nil:
		return localError{sum.failed}
	case source.failed != nil:
		return localError{source.failed}
	case err != nil:
		return fmt.Errorf("%w: %w", errWrong, err)
	case out.Left != 0 || hex.EncodeToString(sum.Sum(nil)) != f.Pieces[n]:
		return errWrong
	}
	return nil
}

// heard remembers that reading failed: a stick that went away is no damaged piece.
type heard struct {
	io.Reader
	failed error
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		h.failed = err
	}
	return n, err
}

// summed hashes what goes through.
type summed struct {
	hash.Hash
	to     io.Writer
	meter  *Meter
	failed error
}

func (s *summed) Write(p []byte) (int, error) {
	n, err := s.to.Write(p)
	s.failed = err
	s.Hash.Write(p[:n])
	s.meter.add(int64(n))
	return n, err
}
