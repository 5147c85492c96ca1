package backup

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
	"path/filepath"
	"syscall"

	"kaodian/app/base/ctxio"
	"kaodian/sync/seal"
)

// errChanged says that a file was written to while it was sealed.
var errChanged = errors.New("it changed while it was copied")

// chunk and tag are age's: each part of the clear text, and what it adds.
const (
	chunk = 64 << 10
	tag   = 16
)

// overheadOf is what sealing adds to an empty file, less its one tag.
func overheadOf(to []*seal.Recipient) (int64, error) {
	sums, err := seal.EncryptToAll(io.Discard, to, bytes.NewReader(nil))
	return sums.SealedSize - tag, err
}

func (r *run) sealedSize(plain int64) int64 {
	return r.overhead + plain + tag*max(1, (plain+chunk-1)/chunk)
}

// reckon reads a file and puts it into the list.
func (r *run) reckon(ctx context.Context, f found, path string) error {
	sums, size, err := hashes(ctx, path, r.made.PieceBytes, r.Meter)
	if err != nil {
		return err
	}
	f.size = size // a file that grew is looked at once more
	before, ok := r.had[f.name]
	if !ok {
		before.place = len(r.made.Files)
		r.made.Files = append(r.made.Files, File{})
	}
	r.made.Files[before.place] = File{Name: f.name, Size: size, Pieces: sums}
	r.had[f.name] = known{f, before.place}
	return nil
}

// hashes are those of each piece of a file; never nil.
func hashes(ctx context.Context, path string, piece int64, meter *Meter) (sums []string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer file.Close()
	in := meter.reader(ctxio.Reader(ctx, file))
	for sums = []string{}; ; {
		sum := sha256.New()
		n, err := io.Copy(sum, io.LimitReader(in, piece))
		if err != nil || n == 0 {
			return sums, size, err
		}
		sums, size = append(sums, hex.EncodeToString(sum.Sum(nil))), size+n
	}
}

// putAll puts every piece of the list that is not there yet.
func (r *run) putAll(ctx context.Context) error {
	r.Meter.begin(Writing, r.missing())
	for place := range r.made.Files {
		err := r.put(ctx, &r.made.Files[place])
		for tries := 0; errors.Is(err, errChanged) && tries < 3; tries++ {
			if err = r.again(ctx, r.made.Files[place].Name); err == nil {
				err = r.put(ctx, &r.made.Files[place])
			}
		}
		if errors.Is(err, fs.ErrNotExist) && !exists(r.path(r.made.Files[place].Name)) {
			r.made.Gone++
			r.made.Files[place] = File{Name: r.made.Files[place].Name} // the last list leaves it out
			continue
		}
		if err != nil {
			return fmt.Errorf("back up %s: %w", r.made.Files[place].Name, err)
		}
	}
	return nil
}

// missing is how many bytes of the list are not there yet.
func (r *run) missing() (sum int64) {
	for _, f := range r.made.Files {
		for n, piece := range f.Pieces {
			if size := r.made.pieceSize(f, n); r.present[pieceName(r.made.Box, r.keys.Token, piece)] != r.sealedSize(size) {
				sum += size
			}
		}
	}
	return sum
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// again reckons a file that changed.
func (r *run) again(ctx context.Context, name string) error {
	return r.reckon(ctx, r.had[name].found, r.path(name))
}

// path is where a file of the list is read from.
func (r *run) path(name string) string {
	if name == Database {
		return filepath.Join(r.scratch(), Database)
	}
	return filepath.Join(r.Folder, filepath.FromSlash(name))
}

func (r *run) put(ctx context.Context, f *File) error {
	for n, sum := range f.Pieces {
		name, plain := pieceName(r.made.Box, r.keys.Token, sum), r.made.pieceSize(*f, n)
		size := r.sealedSize(plain)
		if r.present[name] == size {
			continue
		}
		if err := r.at.Put(ctx, name, size, r.sealing(ctx, *f, n)); err != nil {
			return lying(err)
		}
		r.present[name] = size
		r.made.New += plain
	}
	return nil
}

// lying says of an error of the place what the drop's words leave out.
func lying(err error) error {
	if errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.ENODEV) || errors.Is(err, syscall.ESTALE) {
		return fmt.Errorf("%w; the stick or share went away: put it in again and run this once more", err)
	}
	return err
}

// sealing reads one piece of a file, sealed. It ends with an error if the piece is
// not the one that was reckoned.
func (r *run) sealing(ctx context.Context, f File, n int) func(int64) (io.ReadCloser, error) {
	return func(offset int64) (io.ReadCloser, error) {
		if offset != 0 {
			return nil, errors.New("a sealed piece has no middle to go on from")
		}
		file, err := os.Open(r.path(f.Name))
		if err != nil {
			return nil, err
		}
		out, in := io.Pipe()
		section := io.NewSectionReader(file, int64(n)*r.made.PieceBytes, r.made.pieceSize(f, n))
		go func() {
			defer file.Close()
			sums, err := seal.EncryptToAll(in, r.to, r.Meter.reader(ctxio.Reader(ctx, section)))
			if err == nil && sums.Plain != f.Pieces[n] {
				err = errChanged
			}
			in.CloseWithError(err)
		}()
		return out, nil
	}
}

func fromMemory(text []byte) func(int64) (io.ReadCloser, error) {
	return func(offset int64) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text[offset:])), nil
	}
}
